package zstack

import (
	"context"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/aside"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/paging"
	"github.com/zstack-go/zstack-go/internal/params"
)

// A Pager reads the rows that a query action selects, a page at a time. The All
// and Pages methods of query actions are loops over one.
//
// Rows with a uuid come in the order of their uuids, and each page begins after
// the last uuid of the one before: a row that exists throughout is seen exactly
// once, whatever is created or deleted meanwhile, and the last page costs what the
// first does. Rows that have a number called id instead, such as audits, come in its
// order in the same way. An action with a sort order of its own or a grouping, and
// one whose rows have neither uuid nor id, is paged by offset, where rows that appear
// or vanish meanwhile can shift others past a page's edge, so that one is missed or
// seen twice. Fields, where they are set, are asked for together with the uuid or id.
//
// Limit bounds the number of rows altogether, and StartAt skips the first ones;
// neither can be negative. A page has 500 rows at most, or as [WithPageSize] says.
// Conditions may be nil here, which selects every row. With ReplyWithCount every
// page has the total that the first one came with. While the caller looks at a page
// the next one is fetched, unless [WithoutPrefetch] is given. Call options hold for
// each page, so that [WithTimeout] limits each.
//
// Servers refuse a long URL. One In whose list takes more than 4,096 bytes of it, some
// 116 uuids, is read in parts of that length, each by queries of its own, and so is
// the longest In where all conditions together take more than 7,000. The rows come
// in the order of their uuid or id and each of them once, also one that two parts find,
// since it has several inner rows or tags; of the result's other members only the total
// is set. A list of uuids of the rows themselves is read part after part; for any other
// all parts are begun at once, with up to 100 rows or a page of each in memory. Refused
// with a [*ValidationError] are two long lists, a long NotIn, one long In in an action
// with a sort order of its own or a grouping, and one over rows without uuid and id,
// unless it is one of uuids or whole numbers, which no row matches twice.
//
// A page is decoded while it arrives, as the result of every call that only reads is (see
// [Client.Call]), so that its JSON, which is as large as the rows, is not in memory.
//
// A Pager is for one goroutine.
type Pager struct {
	client  *Client
	config  callConfig    // what the options say
	options []CallOption  // of them, what each call is told
	total   reflect.Value // of the first page; invalid unless it was asked for
	query   *query
	pages   *paging.Pages
	parts   *paging.Parts // of a long list; nil to read the query as it is
	page    reflect.Value // what the caller's pointer points to
	rows    reflect.Value // its list of rows
	ahead   *fetch        // of the next page, under way; nil for none
	err     error
}

// A fetch is one page on its way.
type fetch struct {
	page   reflect.Value // a pointer to a result
	err    error
	escape *aside.Escape
	done   chan struct{} // closed when the others are set
	parent context.Context
	cancel context.CancelFunc
}

// NewPager returns a pager for an action. page points to the action's result,
// into which each page is read; it must have a field for the inventories. The
// action is copied. Who leaves a pager before its end calls Close.
//
// A query action of the caller's own, which says so in its [ActionInfo], needs few
// of the parameters that those of package actions have, by their wire names: limit,
// and either conditions and sortBy, to page by the uuid or id of rows, or start, to
// page by offset. Others that it has are minded: sortDirection, groupBy, fields, count
// and replyWithCount. Conditions and fields are of type []string; limit and start are
// an int, int32 or int64, count and replyWithCount a bool, the others a string, or a
// pointer to one. [Client.Count] needs count, [Client.First] and [Client.One] need
// limit, and [Client.Get] none of them. What is needed and not there, or of another
// type, is a [*ValidationError].
func NewPager(c *Client, a Action, page any, options ...CallOption) *Pager {
	p := &Pager{client: c}
	p.page = reflect.ValueOf(page)
	if p.rows = paging.RowsOf(p.page); !p.rows.IsValid() {
		p.err = &ValidationError{Action: nameOf(a), Field: "page", Constraint: ConstraintType, Reason: "does not point to a result with inventories"}
		return p
	}
	p.page = p.page.Elem()
	if p.query, p.err = newQuery(c.server(), a, "limit"); p.err != nil {
		return p
	}
	var refused *params.Violation
	if p.pages, refused = paging.New(p.query.Query, p.rows.Type().Elem()); refused != nil {
		p.err = violation(p.query.name, refused)
		return p
	}
	var o callConfig
	if o, p.err = readCallOptions(p.query.name, usePages, options); p.err != nil {
		return p
	}
	if p.err = c.usable(p.query.name); p.err != nil {
		return p
	}
	if p.err = c.Validate(p.query.call()); p.err != nil {
		return p
	}
	p.config, p.options = o, []CallOption{o.forEach}
	if o.pageSize > 0 {
		p.pages.Size = int64(o.pageSize)
	}
	p.parts, refused = p.pages.Split(p.reader())
	p.err = violation(p.query.name, refused)
	return p
}

// reader reads what the parts of the query need.
func (p *Pager) reader() paging.Reader {
	return paging.Reader{
		Call: func(ctx context.Context, action reflect.Value, page any) error {
			return p.client.Call(ctx, actionIn(action), page, p.options...)
		},
		Count: func(ctx context.Context, action reflect.Value) (int64, error) {
			return p.client.Count(ctx, actionIn(action), p.options...)
		},
		Page: p.page.Type(), Row: p.rows.Type().Elem(), Failed: p.query.failed,
	}
}

// Next reads the next page and reports whether it has rows. It is false at the
// end, and after an error, which Err returns.
func (p *Pager) Next(ctx context.Context) bool {
	switch {
	case p.err == nil && p.pages == nil:
		p.err = &ValidationError{Field: "pager", Constraint: ConstraintRequired, Reason: "is empty; NewPager makes one"}
	case p.err == nil && ctx == nil:
		p.err = &ValidationError{Action: p.query.name, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if p.err != nil || p.pages.Finished {
		return false
	}
	page, err := p.await(ctx)
	if err != nil {
		p.err = err
		return false
	}
	p.page.Set(page.Elem()) // rows that the caller kept stay as they are
	p.rows = paging.RowsOf(p.page.Addr())
	switch {
	case p.rows.IsNil():
		p.err = p.query.failed(paging.ErrNoRows)
	case !p.pages.Advance(p.rows):
		p.err = p.query.failed(paging.ErrSameRows)
	}
	if p.err != nil {
		return false
	}
	p.keepTotal()
	if !p.config.oneByOne && !p.pages.Finished {
		p.ahead = p.fetchAhead(ctx)
	}
	return p.rows.Len() > 0
}

// keepTotal gives each page the total of the first one, which is all that is
// counted: later ones would only count what comes after their key.
func (p *Pager) keepTotal() {
	total, ok := paging.TotalOf(p.page)
	switch {
	case !ok:
	case p.total.IsValid():
		total.Set(p.total)
	case !p.pages.IsUnset("replyWithCount"):
		p.total = reflect.ValueOf(total.Interface())
		p.pages.Clear("replyWithCount")
	}
}

// await returns the page under way, or fetches one.
func (p *Pager) await(ctx context.Context) (reflect.Value, error) {
	f := p.ahead
	if p.ahead = nil; f == nil {
		page := reflect.New(p.page.Type())
		action, err := p.next()
		if err != nil {
			return page, err
		}
		return page, p.read(ctx, action, page)
	}
	if ctx.Err() != nil {
		f.cancel()
		return f.page, p.query.failed(network.ContextError(ctx)) // also when the page is there
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		f.cancel()
		return f.page, p.query.failed(network.ContextError(ctx))
	}
	f.escape.Surface()
	if f.err != nil && f.parent.Err() != nil && ctx.Err() == nil {
		return p.await(ctx) // the context of the page before has ended, and this one has not
	}
	return f.page, f.err
}

// fetchAhead fetches the next page while the caller looks at this one.
func (p *Pager) fetchAhead(ctx context.Context) *fetch {
	f := &fetch{page: reflect.New(p.page.Type()), done: make(chan struct{}), parent: ctx}
	ctx, f.cancel = context.WithCancel(ctx)
	action, err := p.next()
	if err != nil {
		f.err = err
		f.cancel()
		close(f.done)
		return f
	}
	go aside.Guard(func() { f.err = p.read(ctx, action, f.page) }, func(e *aside.Escape) {
		f.escape = e
		f.cancel()
		close(f.done)
	})
	return f
}

// next returns the action that reads the next page; none where that takes several.
func (p *Pager) next() (Action, error) {
	if p.parts != nil {
		p.pages.ChooseSize()
		return nil, nil
	}
	if err := p.pages.Next(); err != nil {
		return nil, p.query.failed(err)
	}
	return p.query.call(), nil
}

// read fetches a page.
func (p *Pager) read(ctx context.Context, a Action, page reflect.Value) error {
	ctx, cancel := p.config.limit(ctx)
	defer cancel()
	if p.parts != nil {
		return p.parts.Read(ctx, page, p.pages.Asked)
	}
	return p.client.Call(ctx, a, page.Interface(), p.options...)
}

// Err returns what ended the pages early, or nil.
func (p *Pager) Err() error { return p.err }

// Close stops fetching. A pager that has come to its end needs none.
func (p *Pager) Close() {
	if p.pages != nil {
		p.pages.Finished = true
	}
	if f := p.ahead; f != nil {
		f.cancel()
		p.ahead = nil
	}
}
