package zstack

import (
	"context"
	"errors"
)

// Count returns how many rows a query action selects. Limit, StartAt, the sort
// order and Fields do not matter, nor does a GroupBy to the servers that were looked
// at, which ignore it. Where the server sends rows instead of their number, as it does
// for a few actions, they are counted. Where it sends neither, the error says that it
// seems to lack the API: a query that it does not know can look to it like a question
// about another resource, which is not there. The Count methods of query actions call
// it.
//
// Of a long In (see [Pager]) the numbers of its parts are added where it is one of
// uuids or whole numbers that a row can have only one of; otherwise the uuids of all
// rows are read, which they have to have.
// [WithTimeout] limits all requests together.
func (c *Client) Count(ctx context.Context, a Action, options ...CallOption) (int64, error) {
	q, err := newQuery(c.server(), a, "count")
	if err != nil {
		return 0, err
	}
	ctx, each, cancel, err := severalCalls(ctx, q, useSeveral, options)
	if err != nil {
		return 0, err
	}
	defer cancel()
	q.clear("limit", "start", "sortBy", "sortDirection", "fields", "replyWithCount")
	if err := c.usable(q.name); err != nil {
		return 0, err
	}
	division, err := partitionOf(q, nil)
	switch {
	case err != nil:
		return 0, err
	case division == nil:
		return c.countOf(ctx, q, each)
	case !division.isDisjoint():
		return c.countKeys(ctx, q, each)
	}
	total := int64(0)
	for _, part := range division.parts {
		q.set("conditions", division.queryOf(part))
		n, err := c.countOf(ctx, q, each)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// countKeys counts the rows of a query with a long list, whose parts can find one row
// twice.
func (c *Client) countKeys(ctx context.Context, q *query, each CallOption) (n int64, err error) {
	q.clear("count", "groupBy")
	if q.has("fields") {
		q.set("fields", []string{"uuid"})
	}
	var page struct {
		Inventories []struct {
			UUID string `json:"uuid"`
		} `json:"inventories"`
	}
	p := NewPager(c, q.call(), &page, each, WithoutPrefetch())
	for p.Next(ctx) {
		n += int64(len(page.Inventories))
	}
	return n, p.Err()
}

// countOf counts the rows of a query as it is.
func (c *Client) countOf(ctx context.Context, q *query, each CallOption) (int64, error) {
	q.set("count", true)
	var result struct {
		Total       *int64     `json:"total"`
		Inventories []struct{} `json:"inventories"`
	}
	if err := c.Call(ctx, q.call(), &result, each); err != nil {
		return 0, err
	}
	switch n := len(result.Inventories); {
	case result.Total != nil:
		return *result.Total, nil
	case 0 < n && n < serverRows:
		return int64(n), nil
	case result.Inventories == nil || n > 0:
		return c.countRows(ctx, q, each)
	}
	return c.countNone(ctx, q, each)
}

// countRows counts the rows of a query that has no total.
func (c *Client) countRows(ctx context.Context, q *query, each CallOption) (int64, error) {
	if !q.has("limit") || !q.has("start") {
		return 0, q.noTotal("")
	}
	q.clear("count")
	var page struct {
		Inventories []struct{} `json:"inventories"`
	}
	n := int64(0)
	p := NewPager(c, q.call(), &page, each, WithoutPrefetch())
	for p.Next(ctx) {
		n += int64(len(page.Inventories))
	}
	var missing *DecodeError
	switch err := p.Err(); {
	case errors.As(err, &missing):
		return 0, q.noTotal("")
	case err != nil || n > 0:
		return n, err
	}
	return c.countNone(ctx, q, each)
}

// countNone makes sure that there is an API whose answer was an empty list without a
// total: it has rows when no conditions are made.
func (c *Client) countNone(ctx context.Context, q *query, each CallOption) (int64, error) {
	if len(q.texts("conditions")) > 0 && q.has("limit") {
		q.clear("count")
		q.set("conditions", []string{})
		q.set("limit", 1)
		var any struct {
			Inventories []struct{} `json:"inventories"`
		}
		if err := c.Call(ctx, q.call(), &any, each); err != nil || len(any.Inventories) > 0 {
			return 0, err
		}
	}
	return 0, q.noTotal(", and there are no rows: the server seems to lack this API")
}

func (q *query) noTotal(more string) error {
	return q.failed(&DecodeError{Field: "total", Err: errors.New("is missing" + more)})
}
