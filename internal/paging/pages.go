package paging

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// DefaultSize is how many rows are asked for at a time by default.
const DefaultSize = 500

// Pages know which page of a query comes next.
type Pages struct {
	*Query
	conditions []string // the caller's
	key        []int    // the index of a row's uuid or id; nil to page by offset
	keyName    string
	ownOrder   bool   // the caller has an order or a grouping
	last       string // the key of the last row seen
	start      int64  // the caller's
	seen       int64  // rows so far
	limit      int64  // the caller's; -1 for none
	Size       int64  // of a page
	Asked      int64  // rows asked for in the page under way
	Finished   bool
}

// New returns the pages of a query whose rows are of a type.
func New(q *Query, row reflect.Type) (*Pages, *params.Violation) {
	if refused := q.WantsRows(); refused != nil {
		return nil, refused
	}
	p := &Pages{Query: q, limit: -1, Size: DefaultSize}
	if limit, ok := q.Number("limit"); ok {
		p.limit = limit
		p.Finished = limit == 0
	}
	p.start, _ = q.Number("start")
	for _, wire := range []string{"limit", "start"} {
		if n, _ := q.Number(wire); n < 0 {
			return nil, refuse(wire, params.Range, "is negative")
		}
	}
	p.conditions = slices.Clone(q.Strings("conditions"))
	p.keyName, p.key = keyOf(row)
	p.ownOrder = !q.IsUnset("groupBy") || !q.isInOrderOf(p.keyName) || p.key == nil && !q.IsUnset("sortBy")
	if p.ownOrder || !q.Has("conditions") || !q.Has("sortBy") {
		p.key = nil
	}
	if p.key != nil {
		p.sortByKey()
	} else if !q.Has("start") {
		return nil, refuse("start", params.Unknown, "is not a parameter of the action, and is needed, since conditions and sortBy cannot lead to the next page")
	}
	return p, nil
}

// sortByKey has the rows come in the order of their keys, which they then have.
func (p *Pages) sortByKey() {
	if fields := p.Strings("fields"); len(fields) > 0 && !slices.Contains(fields, p.keyName) {
		p.Set("fields", append(slices.Clone(fields), p.keyName))
	}
	p.Set("sortBy", p.keyName)
	if p.Has("sortDirection") {
		p.Set("sortDirection", "asc")
	}
}

// isInOrderOf reports whether the caller wants no other order.
func (q *Query) isInOrderOf(key string) bool {
	switch q.String("sortBy") {
	case "":
		return q.IsUnset("sortDirection") // else it is refused
	case key:
		return !strings.EqualFold(q.String("sortDirection"), "desc")
	}
	return false
}

// keyOf finds the field that tells rows of a type apart: a string called uuid, or a
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
func (p *Pages) keyIn(row reflect.Value) string {
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

// ChooseSize says how many rows the next page is to have.
func (p *Pages) ChooseSize() {
	p.Asked = p.Size
	if p.limit >= 0 {
		p.Asked = min(p.Asked, p.limit-p.seen)
	}
}

// Next makes the action one that reads the next page.
func (p *Pages) Next() error {
	p.ChooseSize()
	p.Set("limit", p.Asked)
	p.Clear("start")
	conditions := slices.Clone(p.conditions)
	switch offset := p.start + p.seen; {
	case p.seen > 0 && p.key != nil && p.hasKey():
		conditions = append(conditions, p.keyName+">"+p.last)
	case offset > math.MaxInt32:
		return errors.New("there are more rows than can be skipped")
	case offset > 0 && !p.Has("start"):
		return fmt.Errorf("no condition can hold the %s of the last row, and the action has no parameter start", p.keyName)
	case offset > 0:
		// Also where the server would read the key as an operator, or rows have
		// none. In the order of keys an offset leads to the same place.
		p.Set("start", offset)
	}
	if p.Has("conditions") {
		p.Set("conditions", conditions)
	}
	return nil
}

// hasKey reports whether a condition can ask for what comes after the last row.
// The server would read some uuids as operators, and fails on quotes.
func (p *Pages) hasKey() bool {
	return p.last != "" && !strings.ContainsAny(p.last, "=!<>~? '")
}

// Advance notes the rows of a page. It is false when they are those of the page
// before.
func (p *Pages) Advance(rows reflect.Value) bool {
	n := rows.Len()
	p.seen += int64(n)
	p.Finished = int64(n) != p.Asked || p.limit >= 0 && p.seen >= p.limit // more than asked is all there is
	if n > 0 && p.key != nil {
		last := p.keyIn(rows.Index(n - 1))
		if p.hasKey() && last == p.last {
			return false
		}
		p.last = last
	}
	return true
}

// RowsOf returns the list of inventories in the result that a pointer points to;
// the zero Value when there is none.
func RowsOf(result reflect.Value) reflect.Value {
	if result.Kind() != reflect.Pointer || result.IsNil() || result.Elem().Kind() != reflect.Struct {
		return reflect.Value{}
	}
	rows := reflect.ValueOf(schema.StructOf(result.Elem().Type()).Target(result.Elem(), "inventories"))
	if rows.Kind() != reflect.Pointer || rows.Elem().Kind() != reflect.Slice {
		return reflect.Value{}
	}
	return rows.Elem()
}

// TotalOf returns the member of a result that has the number of all rows; false when it has
// none.
func TotalOf(result reflect.Value) (reflect.Value, bool) {
	return schema.StructOf(result.Type()).Member(result, []byte("total"))
}
