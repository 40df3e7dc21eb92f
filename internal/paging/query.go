package paging

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/zstack-go/zstack-go/internal/params"
)

// queryParams are the parameters of query actions that reading rows rests on, and
// what each is: a list of strings, a number, a string or a boolean, the latter three
// also behind a pointer.
var queryParams = map[string]reflect.Kind{
	"conditions":     reflect.Slice,
	"limit":          reflect.Int64,
	"start":          reflect.Int64,
	"sortBy":         reflect.String,
	"sortDirection":  reflect.String,
	"groupBy":        reflect.String,
	"fields":         reflect.Slice,
	"count":          reflect.Bool,
	"replyWithCount": reflect.Bool,
}

// A Query is a copy of a query action whose parameters can be changed. One that the
// action lacks is not set, and cannot be.
type Query struct {
	Plan   *params.Plan
	Action reflect.Value // a pointer to the copy
}

// NewQuery copies an action, whose plan it is, and needs some parameters.
func NewQuery(plan *params.Plan, action reflect.Value, needs ...string) (*Query, *params.Violation) {
	q := &Query{Plan: plan, Action: reflect.New(action.Type())}
	q.Action.Elem().Set(action)
	for _, name := range slices.Sorted(maps.Keys(queryParams)) {
		if t := q.typeOf(name); t != nil && !isOf(t, queryParams[name]) {
			return nil, refuse(name, params.Type, fmt.Sprintf("is a %s, which it cannot be in a query", t))
		}
	}
	for _, name := range needs {
		if !q.Has(name) {
			return nil, refuse(name, params.Unknown, "is not a parameter of the action, and is needed")
		}
	}
	if q.Has("conditions") && q.IsUnset("conditions") {
		q.Set("conditions", []string{})
	}
	return q, nil
}

func refuse(name, constraint, reason string) *params.Violation {
	return &params.Violation{Field: name, Constraint: constraint, Reason: reason}
}

// IsReserved reports whether a query has a parameter of that name, in an action or on the
// wire, by which its rows are read.
func IsReserved(name string) bool {
	_, known := queryParams[name]
	return known || slices.Contains(queryWords, name)
}

// WantsRows refuses an action that asks for a number instead of rows.
func (q *Query) WantsRows() *params.Violation {
	if count := q.value("count"); count.IsValid() && count.Bool() {
		return refuse("count", params.Conflict, "asks for the number of rows instead of the rows")
	}
	return nil
}

// isOf reports whether a field's type is fit for a parameter of a kind.
func isOf(t reflect.Type, kind reflect.Kind) bool {
	if kind == reflect.Slice {
		return t == reflect.TypeFor[[]string]()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		return kind == reflect.Int64
	}
	return t.Kind() == kind
}

// Has reports whether the action has a parameter.
func (q *Query) Has(wire string) bool {
	_, ok := q.Plan.Index(wire)
	return ok
}

// field is the field of a parameter that the action has.
func (q *Query) field(wire string) reflect.Value {
	return q.Plan.Field(q.Action.Elem(), wire)
}

// typeOf is the type of a parameter's field; nil when the action lacks it.
func (q *Query) typeOf(wire string) reflect.Type {
	if !q.Has(wire) {
		return nil
	}
	return q.field(wire).Type()
}

// Set sets a parameter that the action has to a value of its kind.
func (q *Query) Set(wire string, v any) {
	field := q.field(wire)
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem())) // what the old one points to is the caller's
		field = field.Elem()
	}
	field.Set(reflect.ValueOf(v).Convert(field.Type()))
}

// Clear unsets parameters.
func (q *Query) Clear(wires ...string) {
	for _, wire := range wires {
		if q.Has(wire) {
			q.field(wire).SetZero()
		}
	}
}

// IsUnset reports whether a parameter is not set, or none of the action.
func (q *Query) IsUnset(wire string) bool { return !q.Has(wire) || q.field(wire).IsZero() }

// value reads a parameter; the zero Value when it is not set.
func (q *Query) value(wire string) reflect.Value {
	if q.IsUnset(wire) {
		return reflect.Value{}
	}
	return reflect.Indirect(q.field(wire))
}

// Number reads an optional number.
func (q *Query) Number(wire string) (n int64, ok bool) {
	if v := q.value(wire); v.IsValid() {
		return v.Int(), true
	}
	return 0, false
}

// String reads an optional string.
func (q *Query) String(wire string) string {
	if v := q.value(wire); v.IsValid() {
		return v.String()
	}
	return ""
}

// Strings reads a list.
func (q *Query) Strings(wire string) []string {
	if v := q.value(wire); v.IsValid() {
		return v.Interface().([]string)
	}
	return nil
}

// queryWords are the names by which the parameters of queries travel that have others in
// an action.
var queryWords = []string{"q", "sort", "filterName"}
