package zstack

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
)

// pageSize is how many rows All asks for at a time.
const pageSize = 500

// A Pager reads the rows that a query action selects, a page at a time. The All
// methods of query actions are loops over one.
//
// Rows with a uuid come in the order of their uuids, and each page begins after
// the last uuid of the one before: a row that exists throughout is seen exactly
// once, whatever is created or deleted meanwhile. An action with a sort order, a
// start, a grouping, or fields without the uuid is paged by offset instead,
// where rows that appear or vanish meanwhile can shift others past a page's
// edge. Limit bounds the number of rows altogether; a page has 500 at most.
// Conditions may be nil here, which selects every row.
//
// A Pager is for one goroutine.
type Pager struct {
	client  *Client
	options []CallOption
	pages   *pager
	page    reflect.Value // what the caller's pointer points to
	rows    reflect.Value // its list of rows
	err     error
}

// NewPager returns a pager for an action. page points to the action's result,
// into which each page is read; it must have a field for the inventories. The
// action is copied.
func NewPager(c *Client, a Action, page any, options ...CallOption) *Pager {
	p := &Pager{client: c, options: options}
	p.page = reflect.ValueOf(page)
	if p.page.Kind() == reflect.Pointer && !p.page.IsNil() && p.page.Elem().Kind() == reflect.Struct {
		p.page = p.page.Elem()
		if i, ok := resultFields(p.page.Type())["inventories"]; ok && p.page.Field(i).Kind() == reflect.Slice {
			p.rows = p.page.Field(i)
		}
	}
	if !p.rows.IsValid() {
		p.err = &ValidationError{Action: nameOf(a), Field: "page", Constraint: ConstraintType, Reason: "points to no result with inventories"}
		return p
	}
	p.pages, p.err = newPager(a, p.rows.Type().Elem())
	return p
}

// Next reads the next page and reports whether it has rows. It is false at the
// end, and after an error, which Err returns.
func (p *Pager) Next(ctx context.Context) bool {
	if p.err == nil && p.pages == nil {
		p.err = &ValidationError{Field: "pager", Constraint: ConstraintRequired, Reason: "is empty; NewPager makes one"}
	}
	if p.err != nil || p.pages.finished {
		return false
	}
	p.page.SetZero() // rows that the caller kept stay as they are
	if p.err = p.client.Call(ctx, p.pages.page(), p.page.Addr().Interface(), p.options...); p.err != nil {
		return false
	}
	if !p.pages.advance(p.rows) {
		p.err = &Error{Action: p.pages.name, Err: errors.New("the server answers with the same rows again, whatever page is asked for")}
		return false
	}
	return p.rows.Len() > 0
}

// Err returns what ended the pages early, or nil.
func (p *Pager) Err() error { return p.err }

// queryParams are the parameters of query actions that paging rests on.
var queryParams = map[string]reflect.Type{
	"conditions":    reflect.TypeFor[[]string](),
	"limit":         reflect.TypeFor[*int32](),
	"start":         reflect.TypeFor[*int32](),
	"sortBy":        reflect.TypeFor[*string](),
	"sortDirection": reflect.TypeFor[*string](),
	"groupBy":       reflect.TypeFor[*string](),
	"fields":        reflect.TypeFor[[]string](),
	"count":         reflect.TypeFor[*bool](),
}

// A pager knows which page of a query comes next. It works on a copy of the
// action.
type pager struct {
	name       string // the action's, for errors
	plan       *plan
	action     reflect.Value // a pointer to the copy
	conditions []string      // the caller's
	uuid       []int         // the index of a row's uuid field; nil to page by offset
	last       string        // the uuid of the last row seen
	start      int           // the caller's
	seen       int           // rows so far
	limit      int           // the caller's; -1 for none
	asked      int           // rows asked for in the page under way
	finished   bool
}

func newPager(a Action, row reflect.Type) (*pager, error) {
	v, err := structOf(a)
	if err != nil {
		return nil, err
	}
	name := nameOf(a)
	pl, err := planOf(v.Type())
	if err != nil {
		return nil, &ValidationError{Action: name, Constraint: ConstraintType, Reason: err.Error()}
	}
	for wire, want := range queryParams {
		if i, ok := pl.byWire[wire]; !ok || v.Field(pl.params[i].field).Type() != want {
			return nil, &ValidationError{Action: name, Field: wire, Constraint: ConstraintUnknown, Reason: "is no parameter of the action, or of another type, so its rows cannot be read page by page"}
		}
	}
	p := &pager{name: name, plan: pl, action: reflect.New(v.Type()), limit: -1}
	p.action.Elem().Set(v)
	if count, _ := p.field("count").Interface().(*bool); count != nil && *count {
		return nil, &ValidationError{Action: name, Field: "count", Constraint: ConstraintConflict, Reason: "asks for the number of rows instead of the rows"}
	}
	if limit, ok := p.number("limit"); ok {
		p.limit = limit
		p.finished = limit <= 0
	}
	start, started := p.number("start")
	p.start = start
	p.conditions, _ = p.field("conditions").Interface().([]string)
	if !started && p.unset("sortBy") && p.unset("groupBy") && p.selects("uuid") {
		p.uuid = fieldOf(row, "uuid")
	}
	return p, nil
}

func (p *pager) field(wire string) reflect.Value {
	return p.action.Elem().Field(p.plan.params[p.plan.byWire[wire]].field)
}

func (p *pager) set(wire string, v any) { p.field(wire).Set(reflect.ValueOf(v)) }

func (p *pager) unset(wire string) bool { return p.field(wire).IsZero() }

// number reads an optional number.
func (p *pager) number(wire string) (n int, ok bool) {
	v, _ := p.field(wire).Interface().(*int32)
	if v == nil {
		return 0, false
	}
	return int(*v), true
}

// selects reports whether rows come with a field.
func (p *pager) selects(name string) bool {
	fields, _ := p.field("fields").Interface().([]string)
	return len(fields) == 0 || slices.Contains(fields, name)
}

// fieldOf finds a text field of a row by its wire name.
func fieldOf(row reflect.Type, wire string) []int {
	if row.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(row) {
		if wireName(f) == wire && f.Type.Kind() == reflect.String {
			return f.Index
		}
	}
	return nil
}

// page returns the action that reads the next page.
func (p *pager) page() Action {
	p.asked = pageSize
	if p.uuid != nil {
		p.field("start").SetZero()
	}
	if p.limit >= 0 {
		p.asked = min(p.asked, p.limit-p.seen)
	}
	p.set("limit", new(int32(p.asked)))
	conditions := append([]string{}, p.conditions...)
	switch {
	case p.uuid == nil && (p.seen > 0 || p.start > 0):
		p.set("start", new(int32(p.start+p.seen)))
	case p.uuid == nil:
	case p.seen > 0 && !p.hasKey():
		// The server would read such a uuid as an operator, or rows have none. In
		// the order of uuids an offset leads to the same place.
		p.set("start", new(int32(p.seen)))
	case p.hasKey():
		conditions = append(conditions, "uuid>"+p.last)
	}
	if p.uuid != nil {
		p.set("sortBy", new("uuid"))
		p.set("sortDirection", new("asc"))
	}
	p.set("conditions", conditions)
	return p.action.Interface().(Action)
}

// hasKey reports whether a condition can ask for what comes after the last row.
// The server would read some uuids as operators.
func (p *pager) hasKey() bool {
	return p.last != "" && !strings.ContainsAny(p.last, "=!<>~? ")
}

// advance notes the rows of a page. It is false when they are those of the page
// before.
func (p *pager) advance(rows reflect.Value) bool {
	n := rows.Len()
	p.seen += n
	p.finished = n < p.asked || p.limit >= 0 && p.seen >= p.limit
	if n > 0 && p.uuid != nil {
		last := rows.Index(n - 1).FieldByIndex(p.uuid).String()
		if p.hasKey() && last == p.last {
			return false
		}
		p.last = last
	}
	return true
}
