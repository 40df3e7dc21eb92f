package zstack

import (
	"errors"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// pageSize is how many rows are asked for at a time by default.
const pageSize = 500

// queryParams are the parameters of query actions that paging rests on.
var queryParams = map[string]reflect.Type{
	"conditions":     reflect.TypeFor[[]string](),
	"limit":          reflect.TypeFor[*int32](),
	"start":          reflect.TypeFor[*int32](),
	"sortBy":         reflect.TypeFor[*string](),
	"sortDirection":  reflect.TypeFor[*string](),
	"groupBy":        reflect.TypeFor[*string](),
	"fields":         reflect.TypeFor[[]string](),
	"count":          reflect.TypeFor[*bool](),
	"replyWithCount": reflect.TypeFor[*bool](),
}

// A query is a copy of a query action whose parameters can be changed.
type query struct {
	name   string // the action's, for errors
	server string // its address, for errors
	info   *ActionInfo
	plan   *plan
	action reflect.Value // a pointer to the copy
}

// newQuery copies an action that the client is to call.
func (c *Client) newQuery(a Action) (*query, error) {
	v, err := structOf(a)
	if err != nil {
		return nil, err
	}
	name := nameOf(a)
	pl, err := planOf(v.Type())
	if err != nil {
		return nil, &ValidationError{Action: name, Constraint: ConstraintType, Reason: err.Error()}
	}
	for _, wire := range slices.Sorted(maps.Keys(queryParams)) {
		want := queryParams[wire]
		if i, ok := pl.byWire[wire]; !ok || v.Field(pl.params[i].field).Type() != want {
			return nil, &ValidationError{Action: name, Field: wire, Constraint: ConstraintUnknown, Reason: "is no parameter of the action, or of another type, so it is no query"}
		}
	}
	q := &query{name: name, server: c.server(), info: a.ActionInfo(), plan: pl, action: reflect.New(v.Type())}
	q.action.Elem().Set(v)
	if q.unset("conditions") {
		q.set("conditions", []string{})
	}
	return q, nil
}

func (q *query) field(wire string) reflect.Value {
	return q.action.Elem().Field(q.plan.params[q.plan.byWire[wire]].field)
}

func (q *query) set(wire string, v any) { q.field(wire).Set(reflect.ValueOf(v)) }

func (q *query) clear(wires ...string) {
	for _, wire := range wires {
		q.field(wire).SetZero()
	}
}

func (q *query) unset(wire string) bool { return q.field(wire).IsZero() }

// number reads an optional number.
func (q *query) number(wire string) (n int64, ok bool) {
	v, _ := q.field(wire).Interface().(*int32)
	if v == nil {
		return 0, false
	}
	return int64(*v), true
}

// text reads an optional text.
func (q *query) text(wire string) string {
	v, _ := q.field(wire).Interface().(*string)
	if v == nil {
		return ""
	}
	return *v
}

// wantsRows refuses an action that asks for a number instead of rows.
func (q *query) wantsRows() error {
	if count, _ := q.field("count").Interface().(*bool); count != nil && *count {
		return &ValidationError{Action: q.name, Field: "count", Constraint: ConstraintConflict, Reason: "asks for the number of rows instead of the rows"}
	}
	return nil
}

// failed is an error about the answer to the query.
func (q *query) failed(err error) error {
	return &Error{Action: q.name, Server: q.server, Method: q.info.Method, Path: q.info.Path, Err: err}
}

// call is the action as it is now.
func (q *query) call() Action { return q.action.Interface().(Action) }

// A pager knows which page of a query comes next.
type pager struct {
	*query
	conditions []string // the caller's
	key        []int    // the index of a row's uuid or id; nil to page by offset
	keyName    string
	last       string // the key of the last row seen
	start      int64  // the caller's
	seen       int64  // rows so far
	limit      int64  // the caller's; -1 for none
	size       int64  // of a page
	asked      int64  // rows asked for in the page under way
	finished   bool
}

func (c *Client) newPager(a Action, row reflect.Type) (*pager, error) {
	q, err := c.newQuery(a)
	if err != nil {
		return nil, err
	}
	if err := q.wantsRows(); err != nil {
		return nil, err
	}
	p := &pager{query: q, limit: -1, size: pageSize}
	if limit, ok := q.number("limit"); ok {
		p.limit = limit
		p.finished = limit == 0
	}
	p.start, _ = q.number("start")
	for _, wire := range []string{"limit", "start"} {
		if n, _ := q.number(wire); n < 0 {
			return nil, &ValidationError{Action: q.name, Field: wire, Constraint: ConstraintRange, Reason: "is negative"}
		}
	}
	p.conditions = slices.Clone(q.field("conditions").Interface().([]string))
	if p.keyName, p.key = keyOf(row); !q.unset("groupBy") || !q.isInOrderOf(p.keyName) {
		p.key = nil
	}
	if p.key != nil {
		if fields := q.field("fields").Interface().([]string); len(fields) > 0 && !slices.Contains(fields, p.keyName) {
			q.set("fields", append(slices.Clone(fields), p.keyName))
		}
		q.set("sortBy", new(p.keyName))
		q.set("sortDirection", new("asc"))
	}
	return p, nil
}

// isInOrderOf reports whether the caller wants no other order.
func (q *query) isInOrderOf(key string) bool {
	switch q.text("sortBy") {
	case "":
		return q.unset("sortDirection") // else it is refused
	case key:
		return !strings.EqualFold(q.text("sortDirection"), "desc")
	}
	return false
}

// keyOf finds the field that tells rows of a type apart: a text called uuid, or a
// whole number called id.
func keyOf(row reflect.Type) (name string, index []int) {
	if row.Kind() == reflect.Pointer {
		row = row.Elem()
	}
	if row.Kind() != reflect.Struct {
		return "", nil
	}
	for _, f := range reflect.VisibleFields(row) {
		switch name := wireName(f); {
		case !f.IsExported():
		case name == "uuid" && f.Type.Kind() == reflect.String:
			return name, f.Index
		case name == "id" && (f.Type.Kind() == reflect.Int64 || f.Type.Kind() == reflect.Int32):
			index = f.Index
		}
	}
	return "id", index
}

// keyIn returns the key of a row as a condition holds it; empty when it has none.
func (p *pager) keyIn(row reflect.Value) string {
	if row.Kind() == reflect.Pointer {
		row = row.Elem()
	}
	if !row.IsValid() {
		return ""
	}
	key, err := row.FieldByIndexErr(p.key)
	switch {
	case err != nil || key.IsZero():
		return ""
	case key.CanInt():
		return strconv.FormatInt(key.Int(), 10)
	}
	return key.String()
}

// page returns the action that reads the next page.
func (p *pager) page() (Action, error) {
	p.asked = p.size
	if p.limit >= 0 {
		p.asked = min(p.asked, p.limit-p.seen)
	}
	p.set("limit", new(int32(p.asked)))
	p.clear("start")
	conditions := slices.Clone(p.conditions)
	if p.seen > 0 && p.key != nil && p.hasKey() {
		conditions = append(conditions, p.keyName+">"+p.last)
	} else if offset := p.start + p.seen; offset > math.MaxInt32 {
		return nil, p.failed(errors.New("there are more rows than can be skipped"))
	} else if offset > 0 {
		// Also where the server would read the key as an operator, or rows have
		// none. In the order of keys an offset leads to the same place.
		p.set("start", new(int32(offset)))
	}
	p.set("conditions", conditions)
	return p.call(), nil
}

// hasKey reports whether a condition can ask for what comes after the last row.
// The server would read some uuids as operators, and fails on quotes.
func (p *pager) hasKey() bool {
	return p.last != "" && !strings.ContainsAny(p.last, "=!<>~? '")
}

// advance notes the rows of a page. It is false when they are those of the page
// before.
func (p *pager) advance(rows reflect.Value) bool {
	n := rows.Len()
	p.seen += int64(n)
	p.finished = int64(n) < p.asked || p.limit >= 0 && p.seen >= p.limit
	if n > 0 && p.key != nil {
		last := p.keyIn(rows.Index(n - 1))
		if p.hasKey() && last == p.last {
			return false
		}
		p.last = last
	}
	return true
}
