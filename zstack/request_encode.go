package zstack

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/condition"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// fillPayload puts what does not travel in the path into the query string or,
// under the given key, into the body.
func (b *builder) fillPayload(key string) (err error) {
	if b.request.method == http.MethodPost || b.request.method == http.MethodPut {
		b.request.body, err = b.bodyUnder(key)
		return err
	}
	var q params.Query
	if b.info.Query {
		err = b.conditionQuery(&q)
	} else {
		err = b.plainQuery(&q)
	}
	if err == nil {
		err = b.extraQuery(&q)
	}
	b.request.query = q.String()
	return err
}

// sent calls each with every parameter that is set and has no other place.
func (b *builder) sent(each func(p *params.Param, v reflect.Value) error) error {
	for _, i := range b.Set {
		p := &b.Plan.Params[i]
		if p.Credential || slices.Contains(b.inPath, p.Wire) {
			continue
		}
		if err := each(p, b.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// isTags says which parameters stand beside the others in a body, not among
// them.
func isTags(wire string) bool { return wire == "systemTags" || wire == "userTags" }

func (b *builder) bodyUnder(key string) ([]byte, error) {
	object := wire.NewObject()
	member := func(p *params.Param, v reflect.Value) error {
		if err := object.Member(p.Wire, v); err != nil {
			return b.refuse(p.Wire, ConstraintType, "cannot be written as JSON: "+err.Error())
		}
		return nil
	}
	object.Begin(key)
	err := b.sent(func(p *params.Param, v reflect.Value) error {
		if isTags(p.Wire) {
			return nil
		}
		return member(p, v)
	})
	if err == nil {
		err = b.extraMembers(object, false)
	}
	if err != nil {
		return nil, err
	}
	object.End()
	err = b.sent(func(p *params.Param, v reflect.Value) error {
		if !isTags(p.Wire) {
			return nil
		}
		return member(p, v)
	})
	if err == nil {
		err = b.extraMembers(object, true)
	}
	return object.Bytes(), err
}

// plainQuery writes parameters as the server reads them from a GET or DELETE: a
// list repeats its key, a map becomes name.key=value.
func (b *builder) plainQuery(q *params.Query) error {
	return b.sent(func(p *params.Param, v reflect.Value) error {
		if err := q.AddValue(p.Wire, v); err != nil {
			return b.refuse(p.Wire, ConstraintType, "cannot be written into a query: "+err.Error())
		}
		return nil
	})
}

// queryIn returns the query of a request to a server in a time zone, which is known
// for sure only once the client has logged in.
func (r *request) queryIn(location *time.Location) string {
	if r.timed == nil {
		return r.query
	}
	var q params.Query
	for _, c := range r.timed {
		q.Add("q", condition.Carried(c).In(location))
	}
	if r.query != "" {
		q.WriteByte('&')
		q.WriteString(r.query)
	}
	return q.String()
}

// conditionQuery writes the parameters that query actions share, in the order
// that the server documents. Conditions with times are left to queryIn.
func (b *builder) conditionQuery(q *params.Query) error {
	list := b.Strings(conditions)
	if slices.ContainsFunc(list, func(c string) bool { return condition.Carried(c).HasTime() }) {
		b.request.timed = list
	} else {
		for _, c := range list {
			q.Add("q", c)
		}
	}
	for _, name := range sharedValues {
		if v := b.Of(name); v.IsValid() {
			if err := q.AddValue(name, v); err != nil {
				return b.refuse(name, ConstraintType, "cannot be written into a query: "+err.Error())
			}
		}
	}
	by, direction := b.String("sortBy"), b.String("sortDirection")
	switch {
	case by == "" && direction != "":
		return b.refuse("sortDirection", ConstraintConflict, "is set, but sortBy is not")
	case by != "" && strings.EqualFold(direction, "desc"):
		q.Add("sort", "-"+by)
	case by != "":
		q.Add("sort", "+"+by)
	}
	if fields := b.Strings("fields"); len(fields) > 0 {
		for _, f := range fields {
			if strings.Contains(f, ",") {
				return b.refuse("fields", ConstraintType, "has a name with a comma, which the server would read as two")
			}
		}
		q.Add("fields", strings.Join(fields, ","))
	}
	return b.sent(func(p *params.Param, v reflect.Value) error {
		if slices.Contains(sharedValues, p.Wire) || slices.Contains(sharedWords, p.Wire) {
			return nil
		}
		if err := q.AddValue(p.Wire, v); err != nil { // of a caller's own query
			return b.refuse(p.Wire, ConstraintType, "cannot be written into a query: "+err.Error())
		}
		return nil
	})
}

// The parameters that query actions share: those that are written as they are, and
// those that have a form of their own.
var (
	sharedValues = []string{"limit", "start", "count", "groupBy", "replyWithCount", "filterName"}
	sharedWords  = []string{"conditions", "sortBy", "sortDirection", "fields"}
)

// extraMembers adds the parameters of WithParam to a body: those that stand beside the
// others, or those that do not.
func (b *builder) extraMembers(object *wire.Object, beside bool) error {
	for _, p := range b.extra {
		if isTags(p.Name) != beside {
			continue
		}
		if err := object.Member(p.Name, reflect.ValueOf(json.RawMessage(p.JSON))); err != nil {
			return b.refuse(p.Name, ConstraintType, "cannot be written as JSON") // without what it says, which can quote the value
		}
	}
	return nil
}

// extraQuery adds the parameters of WithParam to a query string.
func (b *builder) extraQuery(q *params.Query) error {
	for _, p := range b.extra {
		before := q.Len()
		if err := q.AddValue(p.Name, reflect.ValueOf(p.Value)); err != nil || q.Len() == before {
			return b.refuse(p.Name, ConstraintNonEmpty, "is empty, and a "+b.request.method+" cannot send that by WithParam")
		}
	}
	return nil
}

// longJobData writes the parameters of an action as the server reads them from the data
// of a long job: all of them in one object, those of the path and the tags included.
func (b *builder) longJobData() (string, error) {
	object := wire.NewObject()
	err := b.sent(func(p *params.Param, v reflect.Value) error {
		if err := object.Member(p.Wire, v); err != nil {
			return b.refuse(p.Wire, ConstraintType, "cannot be written as JSON: "+err.Error())
		}
		return nil
	})
	return string(object.Bytes()), err
}
