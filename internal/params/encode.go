package params

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// each calls add with every parameter that is set and is not sent elsewhere: in a header, or
// as one of those that the lists name. It ends with the first violation.
func (a *Arguments) each(add func(p *Param, v reflect.Value) *Violation, elsewhere ...[]string) *Violation {
	for _, i := range a.Set {
		p := &a.Plan.Params[i]
		if p.Credential || slices.ContainsFunc(elsewhere, func(list []string) bool { return slices.Contains(list, p.Wire) }) {
			continue
		}
		if refused := add(p, a.values[i]); refused != nil {
			return refused
		}
	}
	return nil
}

// Body returns the body of a POST or PUT: the parameters in an object under a key, and the
// tags beside that.
func (a *Arguments) Body(key string, elsewhere []string, extras []Extra) ([]byte, *Violation) {
	object := wire.NewObject()
	object.Begin(key)
	refused := a.addMembers(object, elsewhere, extras, false)
	object.End()
	if refused == nil {
		refused = a.addMembers(object, elsewhere, extras, true)
	}
	return object.Bytes(), refused
}

// Object returns the parameters in one object, as the server reads them from the data of a
// long job: those of the path and the tags included.
func (a *Arguments) Object() ([]byte, *Violation) {
	object := wire.NewObject()
	refused := a.each(func(p *Param, v reflect.Value) *Violation { return addMember(object, p, v) })
	return object.Bytes(), refused
}

// addMembers adds those of the parameters that are tags, or those that are not.
func (a *Arguments) addMembers(object *wire.Object, elsewhere []string, extras []Extra, tags bool) *Violation {
	refused := a.each(func(p *Param, v reflect.Value) *Violation {
		if isTags(p.Wire) != tags {
			return nil
		}
		return addMember(object, p, v)
	}, elsewhere)
	if refused != nil {
		return refused
	}
	for _, p := range extras {
		if isTags(p.Name) != tags {
			continue
		}
		if err := object.Member(p.Name, reflect.ValueOf(json.RawMessage(p.JSON))); err != nil {
			return &Violation{p.Name, Type, "cannot be written as JSON"} // without what it says, which can quote the value
		}
	}
	return nil
}

func addMember(object *wire.Object, p *Param, v reflect.Value) *Violation {
	if err := object.Member(p.Wire, v); err != nil {
		return &Violation{p.Wire, Type, "cannot be written as JSON: " + err.Error()}
	}
	return nil
}

// isTags says which parameters stand beside the others in a body, not among
// them.
func isTags(name string) bool { return name == "systemTags" || name == "userTags" }

// AddTo adds the parameters to a query string, but for those that the lists name.
func (a *Arguments) AddTo(q *Query, elsewhere ...[]string) *Violation {
	return a.each(func(p *Param, v reflect.Value) *Violation { return q.addParam(p.Wire, v) }, elsewhere...)
}

// AddNamed adds those of the parameters that are named and set, in the order of the names.
func (a *Arguments) AddNamed(q *Query, names []string) *Violation {
	for _, name := range names {
		if v := a.Of(name); v.IsValid() {
			if refused := q.addParam(name, v); refused != nil {
				return refused
			}
		}
	}
	return nil
}

func (q *Query) addParam(name string, v reflect.Value) *Violation {
	if err := q.AddValue(name, v); err != nil {
		return &Violation{name, Type, "cannot be written into a query: " + err.Error()}
	}
	return nil
}

// AddExtras adds the parameters that an action does not have to the query string of a
// method.
func (q *Query) AddExtras(extras []Extra, method string) *Violation {
	for _, p := range extras {
		before := q.Len()
		if err := q.AddValue(p.Name, reflect.ValueOf(p.Value)); err != nil || q.Len() == before {
			return &Violation{p.Name, NonEmpty, "is empty, and a " + method + " cannot send that by WithParam"}
		}
	}
	return nil
}
