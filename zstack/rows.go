package zstack

import (
	"context"
	"errors"
	"net/http"
	"reflect"
)

// Errors of reading one row, found by errors.Is in an [*Error].
var (
	// ErrNotFound says that no row matches. [IsNotFound] finds it too.
	ErrNotFound = errors.New("no row matches")
	// ErrMultiple says that more rows match than the one that was asked for.
	ErrMultiple = errors.New("more than one row matches")
)

// First reads the first row that a query action selects, in the action's order or
// else the server's, into result, which then holds exactly that one. Of a long In it is
// the first in the order of uuids: see [Pager]. Without a row the error is an [*Error]
// with [ErrNotFound]. The First methods of query actions call it.
func (c *Client) First(ctx context.Context, a Action, result any, options ...CallOption) error {
	_, err := c.rows(ctx, a, 1, result, options)
	return err
}

// One reads the only row that a query action selects, as [Client.First] does. When
// there are several the error is an [*Error] with [ErrMultiple]; Limit does not
// hide them. The One methods of query actions call it.
func (c *Client) One(ctx context.Context, a Action, result any, options ...CallOption) error {
	q, err := c.rows(ctx, a, 2, result, options)
	if err == nil && rowsOf(reflect.ValueOf(result)).Len() > 1 {
		err = q.failed(ErrMultiple)
	}
	return err
}

// rows reads the first rows of a query, at least one.
func (c *Client) rows(ctx context.Context, a Action, limit int32, result any, options []CallOption) (*query, error) {
	q, err := newQuery(c.server(), a, "limit")
	if err != nil {
		return nil, err
	}
	if err := q.wantsRows(); err != nil {
		return nil, err
	}
	q.set("limit", limit)
	if err := c.usable(q.name); err != nil {
		return nil, err
	}
	if long, _ := longLists(q.texts("conditions")); len(long) > 0 {
		return q, c.someRowsOfParts(ctx, q, result, options)
	}
	return q, c.someRows(ctx, q.call(), q.info.Path, result, result, options)
}

// someRowsOfParts reads the first rows of a query with a long list, in the order of
// their uuids.
func (c *Client) someRowsOfParts(ctx context.Context, q *query, result any, options []CallOption) error {
	if !rowsOf(reflect.ValueOf(result)).IsValid() {
		return noRowsIn(q.name)
	}
	ctx, each, cancel, err := severalCalls(ctx, q, useSeveral, options)
	if err != nil {
		return err
	}
	defer cancel()
	p := NewPager(c, q.call(), result, each, WithoutPrefetch())
	if p.Next(ctx) {
		return nil
	}
	if err := p.Err(); err != nil {
		return err
	}
	return q.failed(ErrNotFound)
}

// someRows reads rows into a result by way of what the reply is decoded into, and
// takes none for an error.
func (c *Client) someRows(ctx context.Context, a Action, path string, result, into any, options []CallOption) error {
	rows := rowsOf(reflect.ValueOf(result))
	if !rows.IsValid() {
		return noRowsIn(nameOf(a))
	}
	if err := c.Call(ctx, a, into, options...); err != nil {
		return err
	}
	if rows = rowsOf(reflect.ValueOf(result)); rows.Len() > 0 {
		return nil
	}
	info := a.ActionInfo()
	failed := &Error{Action: info.Name, Server: c.server(), Method: info.Method, Path: path, Status: http.StatusOK, Err: ErrNotFound}
	if rows.IsNil() {
		failed.Err = errNoInventories() // which says nothing about what there is
	}
	return failed
}

func noRowsIn(action string) error {
	return &ValidationError{Action: action, Field: "result", Constraint: ConstraintType, Reason: "points to no result with inventories"}
}

// errNoInventories is about a reply that is no list of rows, though the server
// writes an empty one: it comes from somewhere else.
func errNoInventories() error {
	return &DecodeError{Field: "inventories", Err: errors.New("is missing")}
}
