package zstack

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// pageSize is how many rows are asked for at a time by default.
const pageSize = 500

// A pager knows which page of a query comes next.
type pager struct {
	*query
	conditions []string // the caller's
	key        []int    // the index of a row's uuid or id; nil to page by offset
	keyName    string
	ownOrder   bool   // the caller has an order or a grouping
	last       string // the key of the last row seen
	start      int64  // the caller's
	seen       int64  // rows so far
	limit      int64  // the caller's; -1 for none
	size       int64  // of a page
	asked      int64  // rows asked for in the page under way
	finished   bool
}

func newPager(server string, a Action, row reflect.Type) (*pager, error) {
	q, err := newQuery(server, a, "limit")
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
			return nil, q.refuse(wire, ConstraintRange, "is negative")
		}
	}
	p.conditions = slices.Clone(q.texts("conditions"))
	p.keyName, p.key = keyOf(row)
	p.ownOrder = !q.unset("groupBy") || !q.isInOrderOf(p.keyName) || p.key == nil && !q.unset("sortBy")
	if p.ownOrder || !q.has("conditions") || !q.has("sortBy") {
		p.key = nil
	}
	if p.key == nil {
		if !q.has("start") {
			return nil, q.refuse("start", ConstraintUnknown, "is no parameter of the action, and is needed, since conditions and sortBy cannot lead to the next page")
		}
		return p, nil
	}
	if fields := q.texts("fields"); len(fields) > 0 && !slices.Contains(fields, p.keyName) {
		q.set("fields", append(slices.Clone(fields), p.keyName))
	}
	q.set("sortBy", p.keyName)
	if q.has("sortDirection") {
		q.set("sortDirection", "asc")
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
		switch name := wire.TagName(f); {
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

// ask says how many rows the next page is to have.
func (p *pager) ask() {
	p.asked = p.size
	if p.limit >= 0 {
		p.asked = min(p.asked, p.limit-p.seen)
	}
}

// page returns the action that reads the next page.
func (p *pager) page() (Action, error) {
	p.ask()
	p.set("limit", p.asked)
	p.clear("start")
	conditions := slices.Clone(p.conditions)
	switch offset := p.start + p.seen; {
	case p.seen > 0 && p.key != nil && p.hasKey():
		conditions = append(conditions, p.keyName+">"+p.last)
	case offset > math.MaxInt32:
		return nil, p.failed(errors.New("there are more rows than can be skipped"))
	case offset > 0 && !p.has("start"):
		return nil, p.failed(fmt.Errorf("no condition can hold the %s of the last row, and the action has no parameter start", p.keyName))
	case offset > 0:
		// Also where the server would read the key as an operator, or rows have
		// none. In the order of keys an offset leads to the same place.
		p.set("start", offset)
	}
	if p.has("conditions") {
		p.set("conditions", conditions)
	}
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
	p.finished = int64(n) != p.asked || p.limit >= 0 && p.seen >= p.limit // more than asked is all there is
	if n > 0 && p.key != nil {
		last := p.keyIn(rows.Index(n - 1))
		if p.hasKey() && last == p.last {
			return false
		}
		p.last = last
	}
	return true
}
