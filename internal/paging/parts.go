package paging

import (
	"cmp"
	"context"
	"errors"
	"math"
	"reflect"
	"strconv"

	"github.com/zstack-go/zstack-go/internal/condition"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// Parts read the rows of several queries as those of one: in the order of their key,
// and every row once, though two of the queries find it.
type Parts struct {
	reader  Reader
	counted reflect.Value // the query whose total is asked for; invalid for none
	list    []*part
	skip    int64         // rows still to be skipped
	last    string        // the key of the last row
	rows    reflect.Value // of the page under way, which goes on after a failure
}

// A part is one of the queries.
type part struct {
	*Pages
	from  rank // no row of it comes before, where its list is sorted
	rows  reflect.Value
	first string // the key of the first of them; empty where there are no keys
	head  rank   // its place
	begun bool
}

// A rank is the place of a row among others: by number, or by string.
type rank struct {
	number int64
	word   string
}

func (r rank) compare(s rank) int {
	return cmp.Or(cmp.Compare(r.number, s.number), cmp.Compare(r.word, s.word))
}

// rankOf ranks keys as the server's database does.
func (p *Pages) rankOf(key string) rank {
	if p.keyName != "id" {
		return rank{word: condition.Fold(key)}
	}
	n, _ := strconv.ParseInt(key, 10, 64)
	return rank{number: n}
}

// A Reader reads what the parts of a query need.
type Reader struct {
	Call  func(ctx context.Context, action reflect.Value, page any) error
	Count func(ctx context.Context, action reflect.Value) (int64, error)
	Page  reflect.Type // of a result, a struct
	Row   reflect.Type
	// Failed makes an error of the query of what is wrong with a reply.
	Failed func(error) error
}

// Split returns the parts that a query has to be read in; nil when it is read as it is.
func (p *Pages) Split(r Reader) (*Parts, *params.Violation) {
	long, _ := condition.LongLists(p.conditions)
	if len(long) == 0 {
		return nil, nil
	}
	// Of a list of keys in their order, and without an order to keep, one part can
	// follow another.
	var compare func(a, b string) int
	sorted := p.key != nil && long[0].Field == p.keyName
	if sorted {
		compare = func(a, b string) int { return p.rankOf(a).compare(p.rankOf(b)) }
	}
	division, reason := condition.Divide(p.Strings("conditions"), compare)
	inSequence := sorted || p.key == nil && reason == "" && division.IsDisjoint()
	switch {
	case reason != "":
	case p.ownOrder:
		reason = division.List.Describe() + "; what is read in parts comes in the order of its uuid or id, and has no sort order or grouping of its own"
	case p.key == nil && !inSequence:
		reason = division.List.Describe() + "; rows without uuid and id cannot be read in parts"
	}
	if reason != "" {
		return nil, refuse("conditions", params.MaxLength, reason)
	}
	size := p.sizeOfParts(len(division.Parts), inSequence)
	all := &Parts{reader: r, skip: p.start}
	if !p.IsUnset("replyWithCount") {
		all.counted = p.Action
	}
	for _, values := range division.Parts {
		one, refused := p.part(division.ConditionsOf(values), r.Row, size)
		if refused != nil {
			return nil, refused
		}
		switch {
		case !inSequence:
			one.from.number = math.MinInt64
		case sorted:
			one.from = p.rankOf(values[0])
		}
		all.list = append(all.list, one)
	}
	return all, nil
}

// sizeOfParts is how many rows a part is asked for at a time.
func (p *Pages) sizeOfParts(parts int, inSequence bool) int64 {
	size := p.Size
	if !inSequence {
		size = min(size, max(size/int64(parts), leastSize))
	}
	if p.limit >= 0 {
		size = max(1, min(size, p.start+p.limit))
	}
	return size
}

// leastSize is how many rows a part is asked for where all parts are read side by
// side.
const leastSize = 100

// part returns the pages of a part.
func (p *Pages) part(conditions []string, row reflect.Type, size int64) (*part, *params.Violation) {
	q, refused := NewQuery(p.Plan, p.Action.Elem())
	if refused != nil {
		return nil, refused
	}
	q.Clear("limit", "start", "replyWithCount")
	q.Set("conditions", conditions)
	pages, refused := New(q, row)
	if refused != nil {
		return nil, refused
	}
	pages.Size = size
	return &part{Pages: pages}, nil
}

// Read reads the next rows into a page, as many as are asked for if there are.
func (p *Parts) Read(ctx context.Context, page reflect.Value, asked int64) error {
	into := RowsOf(page)
	if !p.rows.IsValid() {
		p.rows = reflect.MakeSlice(into.Type(), 0, 0)
	}
	for int64(p.rows.Len()) < asked {
		one, err := p.next(ctx)
		if err != nil {
			return err
		}
		if one == nil {
			break
		}
		row, key := one.take()
		switch {
		case key != "" && key == p.last: // found by another part too
		case p.skip > 0:
			p.skip--
		default:
			p.rows = reflect.Append(p.rows, row)
		}
		p.last = key
	}
	if p.counted.IsValid() {
		n, err := p.reader.Count(ctx, p.counted)
		if err != nil {
			return err
		}
		p.counted = reflect.Value{}
		if total, ok := TotalOf(page.Elem()); ok && total.CanInt() {
			total.SetInt(n)
		}
	}
	into.Set(p.rows)
	p.rows = reflect.Value{}
	return nil
}

// next returns the part whose first row is next; nil when there are no more. Those in
// sequence are not asked before their turn.
func (p *Parts) next(ctx context.Context) (*part, error) {
	var first *part
	left := p.list[:0]
	for i, one := range p.list {
		if first != nil && !one.begun && first.head.compare(one.from) <= 0 {
			left = append(left, p.list[i:]...)
			break
		}
		if err := p.fill(ctx, one); err != nil {
			p.list = append(left, p.list[i:]...)
			return nil, err
		}
		if one.isEmpty() {
			continue // for good
		}
		left = append(left, one)
		if first == nil || one.head.compare(first.head) < 0 {
			first = one
		}
	}
	p.list = left
	return first, nil
}

// fill reads the rows of a part that has none, unless it is at its end.
func (p *Parts) fill(ctx context.Context, one *part) error {
	for one.isEmpty() && !one.Finished {
		if err := one.Next(); err != nil {
			return p.reader.Failed(err)
		}
		page := reflect.New(p.reader.Page)
		if err := p.reader.Call(ctx, one.Action, page.Interface()); err != nil {
			return err
		}
		rows := RowsOf(page)
		switch {
		case rows.IsNil():
			return p.reader.Failed(ErrNoRows)
		case !one.Advance(rows):
			return p.reader.Failed(ErrSameRows)
		}
		one.begun, one.rows = true, rows
		one.lookAtFirst()
	}
	return nil
}

func (one *part) isEmpty() bool { return !one.rows.IsValid() || one.rows.Len() == 0 }

// lookAtFirst notes the key of the first row, and its place.
func (one *part) lookAtFirst() {
	if one.key != nil && !one.isEmpty() {
		one.first = one.keyIn(one.rows.Index(0))
		one.head = one.rankOf(one.first)
	}
}

// take takes the first row.
func (one *part) take() (row reflect.Value, key string) {
	row, key = one.rows.Index(0), one.first
	one.rows = one.rows.Slice(1, one.rows.Len())
	one.lookAtFirst()
	return row, key
}

var (
	// ErrSameRows is about a server that does not page.
	ErrSameRows = errors.New("the server answers with the same rows again, whatever page is asked for")
	// ErrNoRows is about a reply that is not a list of rows, though the server
	// writes an empty one: it comes from somewhere else.
	ErrNoRows error = &wire.FieldError{Path: "inventories", Err: errors.New("is missing")}
)
