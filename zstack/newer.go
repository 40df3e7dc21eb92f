package zstack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// WithParam sends one parameter more with the call, which the action has no field for:
// one that came with a release of the server newer than this library. It can be given
// several times, with different names.
//
// The name is the parameter's on the wire: ASCII letters, digits and underscores. The
// value is a string, a boolean, a number, or a list, a map or a struct of such, as
// encoding/json writes them; it is read once, before WithParam returns. It is sent as it
// is, unchecked and untrimmed, where the action's other parameters are: in the body under
// the action's key (systemTags and userTags beside it), or in the query string, where a
// list repeats the name and a member of a map becomes name.key. It never becomes part of
// the path.
//
// A server ignores a parameter that it does not know, and says nothing of it: a name with
// a mistake in it, or a server that is older than the parameter, looks like success. Only
// what the call did, which can be read, tells.
//
// Every request of a call carries the parameter: each page of All and Pages, each request
// of Count, First, One and Get, and each repetition. What the client asks on its own does
// not: for the call's job, or for what a creation made. The uuid that a creation gets from
// the client does not depend on it. Strings in the value, but for those of one or two
// characters, are taken for secrets, and masked wherever the server's or the network's
// errors quote them.
//
// Refused with a [*ValidationError] that never holds the value are a name that the action
// has a field for or that is given twice, one of the credentials (sessionId, accessKeyId,
// accessKeySecret, requestIp), one by which queries are paged and sorted, a nil, a null in
// a list, what JSON cannot hold, and a list or map that puts nothing into a query string.
func WithParam(name string, value any) CallOption {
	p, err := newExtra(name, value)
	return func(o *callConfig) error {
		switch {
		case err != nil:
			refused := *err // whose action is filled in, by each call that has the option
			return &refused
		case slices.ContainsFunc(o.extra, func(other extra) bool { return other.name == name }):
			return &ValidationError{Field: name, Constraint: ConstraintConflict, Reason: "is given twice by WithParam"}
		}
		o.extra = append(slices.Clip(o.extra), p)
		return nil
	}
}

// WithRaw puts the result of the call as it came into raw, a JSON object as [Do] returns
// it, beside the typed result: it has what came with a release of the server newer than
// this library, and [Client.Decode] reads it into a type of your own. It is there where
// the typed result could not be read, too ([*DecodeError]); a call that was made and has
// no result leaves nil in it. Unlike the typed result, it does not hide its secrets when
// it is printed.
//
// With Start and [ResumeJob] the first Wait that learns of the job's success sets it; until
// then it must not be read. With First, One and Get it is the query's result: an object
// with inventories, or for Get perhaps with one inventory. A variable is for one call at
// a time.
func WithRaw(raw *json.RawMessage) CallOption {
	return func(o *callConfig) error {
		if raw == nil {
			return &ValidationError{Field: "WithRaw", Constraint: ConstraintRequired, Reason: "is nil"}
		}
		*raw = nil
		o.raw = raw
		return nil
	}
}

// An extra is a parameter of WithParam.
type extra struct {
	name  string
	text  []byte // the value as JSON
	value any    // the same, as encoding/json reads it, with its numbers as they are
}

// newExtra reads the name and the value of a parameter.
func newExtra(name string, value any) (extra, *ValidationError) {
	if !isParamName(name) {
		return extra{}, &ValidationError{Field: "WithParam", Constraint: ConstraintType, Reason: "has a name that no parameter has: it needs ASCII letters, digits and underscores"}
	}
	refuse := func(constraint, reason string) (extra, *ValidationError) {
		return extra{}, &ValidationError{Field: name, Constraint: constraint, Reason: reason + ", and WithParam cannot send it"}
	}
	if slices.Contains(credentials, name) {
		return refuse(ConstraintConflict, "is one of the call's credentials, which the action or the client has")
	}
	text, err := wire.Encode(value)
	if err != nil {
		// What the encoder says can quote the value.
		return refuse(ConstraintType, fmt.Sprintf("is a %T with something in it that JSON does not have", value))
	}
	p := extra{name: name, text: text}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	switch err := dec.Decode(&p.value); {
	case err != nil:
		return refuse(ConstraintType, fmt.Sprintf("is a %T that JSON cannot be read back from", value))
	case p.value == nil || isNilValue(value):
		return refuse(ConstraintRequired, "is nil")
	case hasNullElement(p.value):
		return refuse(ConstraintNoNullElements, "has a null in a list")
	}
	return p, nil
}

// isParamName reports whether a name can be that of a parameter, which is a field of a
// Java class.
func isParamName(name string) bool {
	for i, r := range name {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', r == '_':
		case '0' <= r && r <= '9' && i > 0:
		default:
			return false
		}
	}
	return name != ""
}

// isNilValue reports whether a value is a nil of some type, which JSON can write as an
// empty list or object.
func isNilValue(value any) bool {
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return v.IsNil()
	}
	return false
}

// hasNullElement reports whether there is a null in a list somewhere in a value.
func hasNullElement(value any) bool {
	switch v := value.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { return e == nil || hasNullElement(e) })
	case map[string]any:
		for _, e := range v {
			if hasNullElement(e) {
				return true
			}
		}
	}
	return false
}

// stringsIn collects the strings in a value. Numbers are left: in an error one is most
// often another.
func stringsIn(list []string, value any) []string {
	switch v := value.(type) {
	case string:
		return append(list, v)
	case []any:
		for _, e := range v {
			list = stringsIn(list, e)
		}
	case map[string]any:
		for _, e := range v {
			list = stringsIn(list, e)
		}
	}
	return list
}

// queryWords are the names by which the parameters of queries travel that have others in
// an action.
var queryWords = []string{"q", "sort", "filterName"}

// addExtra takes the parameters that a call adds to the action's own.
func (b *builder) addExtra(list []extra) error {
	b.extra = list
	for _, p := range list {
		b.request.secrets = stringsIn(b.request.secrets, p.value)
	}
	return checkExtra(b.plan, b.info, list)
}

// checkExtra refuses parameters that are not for WithParam to add to an action.
func checkExtra(p *plan, info *ActionInfo, list []extra) error {
	for _, more := range list {
		_, known := p.byWire[more.name]
		_, reads := queryParams[more.name]
		refused := &ValidationError{Action: info.Name, Field: more.name, Constraint: ConstraintConflict}
		switch {
		case known:
			refused.Reason = "is a parameter that the action has, and WithParam is for others"
		case info.Query && (reads || slices.Contains(queryWords, more.name)):
			refused.Reason = "says which rows a query reads, and WithParam is for other parameters"
		case strings.Contains(info.Path, "{"+more.name+"}"):
			refused.Reason = "is part of the path, and WithParam is for what is not"
		default:
			continue
		}
		return refused
	}
	return nil
}

// extraMembers adds the parameters of WithParam to a body: those that stand beside the
// others, or those that do not.
func (b *builder) extraMembers(object *wire.Object, beside bool) error {
	for _, p := range b.extra {
		if isTags(p.name) != beside {
			continue
		}
		if err := object.Member(p.name, reflect.ValueOf(json.RawMessage(p.text))); err != nil {
			return b.refuse(p.name, ConstraintType, "cannot be written as JSON") // without what it says, which can quote the value
		}
	}
	return nil
}

// extraQuery adds the parameters of WithParam to a query string.
func (b *builder) extraQuery(q *queryString) error {
	for _, p := range b.extra {
		before := q.Len()
		if err := q.addValue(p.name, reflect.ValueOf(p.value)); err != nil || q.Len() == before {
			return b.refuse(p.name, ConstraintNonEmpty, "is empty, and a "+b.request.method+" cannot send that by WithParam")
		}
	}
	return nil
}
