package zstack

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/condition"
	"github.com/zstack-go/zstack-go/internal/paging"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/types"
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
	if err == nil && paging.RowsOf(reflect.ValueOf(result)).Len() > 1 {
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
	q.Set("limit", limit)
	if err := c.usable(q.name); err != nil {
		return nil, err
	}
	if long, _ := condition.LongLists(q.Strings("conditions")); len(long) > 0 {
		return q, c.someRowsOfParts(ctx, q, result, options)
	}
	return q, c.someRows(ctx, q.call(), q.info.Path, result, result, options)
}

// someRowsOfParts reads the first rows of a query with a long list, in the order of
// their uuids.
func (c *Client) someRowsOfParts(ctx context.Context, q *query, result any, options []CallOption) error {
	if !paging.RowsOf(reflect.ValueOf(result)).IsValid() {
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
	rows := paging.RowsOf(reflect.ValueOf(result))
	if !rows.IsValid() {
		return noRowsIn(nameOf(a))
	}
	if err := c.Call(ctx, a, into, options...); err != nil {
		return err
	}
	if rows = paging.RowsOf(reflect.ValueOf(result)); rows.Len() > 0 {
		return nil
	}
	info := a.ActionInfo()
	failed := &Error{Action: info.Name, Server: c.server(), Method: info.Method, Path: path, Status: http.StatusOK, Err: ErrNotFound}
	if rows.IsNil() {
		failed.Err = decodeError(paging.ErrNoRows) // which says nothing about what there is
	}
	return failed
}

func noRowsIn(action string) error {
	return &ValidationError{Action: action, Field: "result", Constraint: ConstraintType, Reason: "does not point to a result with inventories"}
}

// Get reads the resource with a uuid into result, the result of the query action
// that lists such resources, which then holds exactly that one. It asks the
// action's path with the uuid behind it, and where the server has no such path, the
// action itself with the condition uuid=. The uuid is checked as a parameter in the
// path of an action is: white space at its ends is lost, and what cannot stand in a
// path is refused. Of the action's parameters only its credentials matter. The server
// may answer with a list, or with the resource alone.
//
// Without such a resource the error is an [*Error] that [IsNotFound] knows; a reply
// that says nothing about the resource is another one, with a [*DecodeError]. The
// functions of package actions named GetVmInstance and so on call Get. [WithTimeout]
// limits all of its requests together.
func (c *Client) Get(ctx context.Context, a Action, uuid string, result any, options ...CallOption) error {
	q, err := newQuery(c.server(), a)
	if err != nil {
		return err
	}
	ctx, each, cancel, err := severalCalls(ctx, q, useRead, options)
	if err != nil {
		return err
	}
	defer cancel()
	path := q.info.Path
	if v := q.info.variant(c.product); v != nil {
		path = v.Path
	}
	path = strings.TrimSuffix(path, "/") + "/"
	one := byUUID{UUID: uuid, info: &ActionInfo{Name: q.name, Method: q.info.Method, Path: path + "{uuid}", Session: q.info.Session, Reads: true, Products: q.info.Products}}
	for wire, field := range map[string]any{"sessionId": &one.SessionID, "accessKeyId": &one.AccessKeyID, "accessKeySecret": &one.AccessKeySecret, "requestIp": &one.RequestIP} {
		if v := q.Plan.Field(q.Action.Elem(), wire); v.Kind() == reflect.String {
			reflect.ValueOf(field).Elem().SetString(v.String())
		}
	}
	uuid = params.Trim(uuid) // as one's is
	err = c.someRows(ctx, one, path+uuid, result, &oneResult{result}, []CallOption{each})
	var refused *Error
	if !errors.As(err, &refused) || isLoginError(err) || refused.Code != nil ||
		refused.Status != http.StatusNotFound && refused.Status != http.StatusMethodNotAllowed {
		return err
	}
	itself := condition.Compare("uuid", "=", uuid)
	if !q.Has(conditions) || itself.Reason != "" {
		return err
	}
	q.Clear("limit", "start", "count", "groupBy", "sortBy", "sortDirection")
	q.Set(conditions, []string{string(itself.Carry())})
	return c.someRows(ctx, q.call(), path+uuid, result, result, []CallOption{each})
}

// byUUID is a query for one resource by its path.
type byUUID struct {
	UUID string `json:"uuid" zstack:"required"`

	SessionID       types.Secret `json:"sessionId" zstack:"credential"`
	AccessKeyID     string       `json:"accessKeyId" zstack:"credential"`
	AccessKeySecret types.Secret `json:"accessKeySecret" zstack:"credential"`
	RequestIP       string       `json:"requestIp" zstack:"credential"`

	info *ActionInfo
}

func (b byUUID) ActionInfo() *ActionInfo { return b.info }

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
	q.Clear("limit", "start", "sortBy", "sortDirection", "fields", "replyWithCount")
	if err := c.usable(q.name); err != nil {
		return 0, err
	}
	division, reason := condition.Divide(q.Strings(conditions), nil)
	switch {
	case reason != "":
		return 0, q.refuse(conditions, ConstraintMaxLength, reason)
	case division == nil:
		return c.countOf(ctx, q, each)
	case !division.IsDisjoint():
		return c.countKeys(ctx, q, each)
	}
	total := int64(0)
	for _, part := range division.Parts {
		q.Set("conditions", division.ConditionsOf(part))
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
	q.Clear("count", "groupBy")
	if q.Has("fields") {
		q.Set("fields", []string{"uuid"})
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
	q.Set("count", true)
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
	if !q.Has("limit") || !q.Has("start") {
		return 0, q.noTotal("")
	}
	q.Clear("count")
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
	if len(q.Strings("conditions")) > 0 && q.Has("limit") {
		q.Clear("count")
		q.Set("conditions", []string{})
		q.Set("limit", 1)
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
