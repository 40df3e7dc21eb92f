package zstack

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

// A query is a copy of a query action whose parameters can be changed. One that the
// action lacks is not set, and cannot be.
type query struct {
	name   string // the action's, for errors
	server string // its address, for errors
	info   *ActionInfo
	plan   *params.Plan
	action reflect.Value // a pointer to the copy
}

// newQuery copies an action that is for a server, and needs some parameters.
func newQuery(server string, a Action, needs ...string) (*query, error) {
	v, err := structOf(a)
	if err != nil {
		return nil, err
	}
	q := &query{name: nameOf(a), server: server, info: a.ActionInfo(), action: reflect.New(v.Type())}
	if q.info == nil || !q.info.Query {
		return nil, q.refuse("", ConstraintType, "is no query: its ActionInfo does not say so")
	}
	if q.plan, err = params.Of(v.Type()); err != nil {
		return nil, q.refuse("", ConstraintType, err.Error())
	}
	q.action.Elem().Set(v)
	for _, wire := range slices.Sorted(maps.Keys(queryParams)) {
		if t := q.typeOf(wire); t != nil && !isOf(t, queryParams[wire]) {
			return nil, q.refuse(wire, ConstraintType, fmt.Sprintf("is a %s, which it cannot be in a query", t))
		}
	}
	for _, wire := range needs {
		if !q.has(wire) {
			return nil, q.refuse(wire, ConstraintUnknown, "is no parameter of the action, and is needed")
		}
	}
	if q.has("conditions") && q.unset("conditions") {
		q.set("conditions", []string{})
	}
	return q, nil
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

func (q *query) refuse(wire, constraint, reason string) error {
	return &ValidationError{Action: q.name, Field: wire, Constraint: constraint, Reason: reason}
}

// has reports whether the action has a parameter.
func (q *query) has(wire string) bool {
	_, ok := q.plan.Index(wire)
	return ok
}

// field is the field of a parameter that the action has.
func (q *query) field(wire string) reflect.Value {
	return q.plan.Field(q.action.Elem(), wire)
}

// typeOf is the type of a parameter's field; nil when the action lacks it.
func (q *query) typeOf(wire string) reflect.Type {
	if !q.has(wire) {
		return nil
	}
	return q.field(wire).Type()
}

// set sets a parameter that the action has to a value of its kind.
func (q *query) set(wire string, v any) {
	field := q.field(wire)
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem())) // what the old one points to is the caller's
		field = field.Elem()
	}
	field.Set(reflect.ValueOf(v).Convert(field.Type()))
}

func (q *query) clear(wires ...string) {
	for _, wire := range wires {
		if q.has(wire) {
			q.field(wire).SetZero()
		}
	}
}

func (q *query) unset(wire string) bool { return !q.has(wire) || q.field(wire).IsZero() }

// value reads a parameter; the zero Value when it is not set.
func (q *query) value(wire string) reflect.Value {
	if q.unset(wire) {
		return reflect.Value{}
	}
	return reflect.Indirect(q.field(wire))
}

// number reads an optional number.
func (q *query) number(wire string) (n int64, ok bool) {
	if v := q.value(wire); v.IsValid() {
		return v.Int(), true
	}
	return 0, false
}

// text reads an optional string.
func (q *query) text(wire string) string {
	if v := q.value(wire); v.IsValid() {
		return v.String()
	}
	return ""
}

// texts reads a list.
func (q *query) texts(wire string) []string {
	if v := q.value(wire); v.IsValid() {
		return v.Interface().([]string)
	}
	return nil
}

// wantsRows refuses an action that asks for a number instead of rows.
func (q *query) wantsRows() error {
	if count := q.value("count"); count.IsValid() && count.Bool() {
		return q.refuse("count", ConstraintConflict, "asks for the number of rows instead of the rows")
	}
	return nil
}

// failed is an error about the answer to the query.
func (q *query) failed(err error) error {
	return &Error{Action: q.name, Server: q.server, Method: q.info.Method, Path: q.info.Path, Err: err}
}

// call is the action as it is now.
func (q *query) call() Action { return q.action.Interface().(Action) }

// queryWords are the names by which the parameters of queries travel that have others in
// an action.
var queryWords = []string{"q", "sort", "filterName"}
