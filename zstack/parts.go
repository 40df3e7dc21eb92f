package zstack

import (
	"cmp"
	"context"
	"errors"
	"math"
	"reflect"
	"strconv"

	"github.com/zstack-go/zstack-go/internal/schema"
)

// parts reads the rows of several queries as those of one: in the order of their key,
// and every row once, though two of the queries find it.
type parts struct {
	call  func(ctx context.Context, a Action, page any) error
	count func(ctx context.Context) (int64, error) // for the total that is asked for; nil where it is not
	page  reflect.Type                             // of a result
	list  []*part
	skip  int64         // rows still to be skipped
	last  string        // the key of the last row
	rows  reflect.Value // of the page under way, which goes on after a failure
}

// A part is one of the queries.
type part struct {
	*pager
	from  rank // no row of it comes before, where its list is sorted
	rows  reflect.Value
	first string // the key of the first of them; empty where there are no keys
	head  rank   // its place
	begun bool
}

// A rank is the place of a row among others: by number, or by string.
type rank struct {
	number int64
	text   string
}

func (r rank) compare(s rank) int {
	return cmp.Or(cmp.Compare(r.number, s.number), cmp.Compare(r.text, s.text))
}

// rankOf ranks keys as the server's database does.
func (p *pager) rankOf(key string) rank {
	if p.keyName != "id" {
		return rank{text: foldValue(key)}
	}
	n, _ := strconv.ParseInt(key, 10, 64)
	return rank{number: n}
}

// split returns the parts that a query has to be read in; nil when it is read as it
// is.
func (p *Pager) split() (*parts, error) {
	pages := p.pages
	long, _ := longLists(pages.conditions)
	if len(long) == 0 {
		return nil, nil
	}
	// Of a list of keys in their order, and without an order to keep, one part can
	// follow another.
	var compare func(a, b string) int
	sorted := pages.key != nil && long[0].field == pages.keyName
	if sorted {
		compare = func(a, b string) int { return pages.rankOf(a).compare(pages.rankOf(b)) }
	}
	division, err := partitionOf(pages.query, compare)
	if err != nil {
		return nil, err
	}
	refuse := func(reason string) error {
		return pages.refuse("conditions", ConstraintMaxLength, division.list.describe()+reason)
	}
	inSequence := sorted || pages.key == nil && division.isDisjoint()
	switch {
	case pages.ownOrder:
		return nil, refuse("; what is read in parts comes in the order of its uuid or id, and has no sort order or grouping of its own")
	case pages.key == nil && !inSequence:
		return nil, refuse("; rows without uuid and id cannot be read in parts")
	}
	size := pages.size
	if !inSequence {
		size = min(size, max(size/int64(len(division.parts)), leastSize))
	}
	if pages.limit >= 0 {
		size = max(1, min(size, pages.start+pages.limit))
	}
	all := &parts{page: p.page.Type(), skip: pages.start}
	all.call = func(ctx context.Context, a Action, page any) error { return p.client.Call(ctx, a, page, p.options...) }
	if !pages.unset("replyWithCount") {
		action := pages.call()
		all.count = func(ctx context.Context) (int64, error) { return p.client.Count(ctx, action, p.options...) }
	}
	for _, values := range division.parts {
		one, err := pages.part(division.queryOf(values), p.rows.Type().Elem(), size)
		if err != nil {
			return nil, err
		}
		switch {
		case !inSequence:
			one.from.number = math.MinInt64
		case sorted:
			one.from = pages.rankOf(values[0])
		}
		all.list = append(all.list, one)
	}
	return all, nil
}

// leastSize is how many rows a part is asked for where all parts are read side by
// side.
const leastSize = 100

// part returns the pager of a part.
func (p *pager) part(conditions []string, row reflect.Type, size int64) (*part, error) {
	q, err := newQuery(p.server, p.call())
	if err != nil {
		return nil, err
	}
	q.clear("limit", "start", "replyWithCount")
	q.set("conditions", conditions)
	pages, err := newPager(q.server, q.call(), row)
	if err != nil {
		return nil, err
	}
	pages.size = size
	return &part{pager: pages}, nil
}

// read reads the next rows into a page, as many as are asked for if there are.
func (p *parts) read(ctx context.Context, page reflect.Value, asked int64) error {
	into := rowsOf(page)
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
	if p.count != nil {
		n, err := p.count(ctx)
		if err != nil {
			return err
		}
		p.count = nil
		if total, ok := schema.StructOf(page.Type().Elem()).Member(page.Elem(), []byte("total")); ok && total.CanInt() {
			total.SetInt(n)
		}
	}
	into.Set(p.rows)
	p.rows = reflect.Value{}
	return nil
}

// next returns the part whose first row is next; nil when there are no more. Those in
// sequence are not asked before their turn.
func (p *parts) next(ctx context.Context) (*part, error) {
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
func (p *parts) fill(ctx context.Context, one *part) error {
	for one.isEmpty() && !one.finished {
		action, err := one.page()
		if err != nil {
			return err
		}
		page := reflect.New(p.page)
		if err := p.call(ctx, action, page.Interface()); err != nil {
			return err
		}
		rows := rowsOf(page)
		switch {
		case rows.IsNil():
			return one.failed(errNoInventories())
		case !one.advance(rows):
			return one.failed(errSameRows())
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

// errSameRows is about a server that does not page.
func errSameRows() error {
	return errors.New("the server answers with the same rows again, whatever page is asked for")
}
