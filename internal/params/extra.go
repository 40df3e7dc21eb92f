package params

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// An Extra is a parameter that an action does not have.
type Extra struct {
	Name  string
	JSON  []byte // the value
	Value any    // the same, as encoding/json reads it, with its numbers as they are
}

// NewExtra reads the name and the value of a parameter.
func NewExtra(name string, value any) (Extra, *Violation) {
	if !isParamName(name) {
		return Extra{}, &Violation{Field: "WithParam", Constraint: Type, Reason: "has a name that no parameter has: it needs ASCII letters, digits and underscores"}
	}
	refuse := func(constraint, reason string) (Extra, *Violation) {
		return Extra{}, &Violation{Field: name, Constraint: constraint, Reason: reason + ", and WithParam cannot send it"}
	}
	if slices.Contains(credentials, name) {
		return refuse(Conflict, "is one of the call's credentials, which the action or the client has")
	}
	written, err := wire.Encode(value)
	if err != nil {
		// What the encoder says can quote the value.
		return refuse(Type, fmt.Sprintf("is a %T with something in it that JSON does not have", value))
	}
	p := Extra{Name: name, JSON: written}
	dec := json.NewDecoder(bytes.NewReader(written))
	dec.UseNumber()
	switch err := dec.Decode(&p.Value); {
	case err != nil:
		return refuse(Type, fmt.Sprintf("is a %T that JSON cannot be read back from", value))
	case p.Value == nil || isNilValue(value):
		return refuse(Required, "is nil")
	case hasNullElement(p.Value):
		return refuse(NoNullElements, "has a null in a list")
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

// StringsIn collects the strings in a value. Numbers are left: in an error one is most
// often another.
func StringsIn(list []string, value any) []string {
	switch v := value.(type) {
	case string:
		return append(list, v)
	case []any:
		for _, e := range v {
			list = StringsIn(list, e)
		}
	case map[string]any:
		for _, e := range v {
			list = StringsIn(list, e)
		}
	}
	return list
}

// CheckExtras refuses parameters that are not for adding to an action with a path. reads
// reports whether a name is one by which rows are read.
func (p *Plan) CheckExtras(list []Extra, path string, reads func(name string) bool) *Violation {
	for _, more := range list {
		refused := &Violation{Field: more.Name, Constraint: Conflict}
		_, known := p.byWire[more.Name]
		switch {
		case known:
			refused.Reason = "is a parameter that the action has, and WithParam is for others"
		case reads(more.Name):
			refused.Reason = "says which rows a query reads, and WithParam is for other parameters"
		case strings.Contains(path, "{"+more.Name+"}"):
			refused.Reason = "is part of the path, and WithParam is for what is not"
		default:
			continue
		}
		return refused
	}
	return nil
}
