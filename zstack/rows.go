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

// Count returns how many rows a query action selects. Limit, StartAt, the sort
// order and Fields do not matter; with GroupBy it is the number of groups. The
// Count methods of query actions call it.
func (c *Client) Count(ctx context.Context, a Action, options ...CallOption) (int64, error) {
	q, err := newQuery(a)
	if err != nil {
		return 0, err
	}
	q.clear("limit", "start", "sortBy", "sortDirection", "fields", "replyWithCount")
	q.set("count", new(true))
	var result struct {
		Total *int64 `json:"total"`
	}
	if err := c.Call(ctx, q.call(), &result, options...); err != nil {
		return 0, err
	}
	if result.Total == nil {
		return 0, &Error{Action: q.name, Method: http.MethodGet, Status: http.StatusOK, Err: &DecodeError{Field: "total", Err: errors.New("is missing")}}
	}
	return *result.Total, nil
}

// First reads the first row that a query action selects, in the action's order or
// else the server's, into result, which then holds exactly that one. Without a row
// the error is an [*Error] with [ErrNotFound]. The First methods of query actions
// call it.
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
		err = &Error{Action: q.name, Method: http.MethodGet, Status: http.StatusOK, Err: ErrMultiple}
	}
	return err
}

// rows reads the first rows of a query, at least one.
func (c *Client) rows(ctx context.Context, a Action, limit int32, result any, options []CallOption) (*query, error) {
	q, err := newQuery(a)
	if err != nil {
		return nil, err
	}
	if err := q.wantsRows(); err != nil {
		return nil, err
	}
	q.set("limit", new(limit))
	return q, c.someRows(ctx, q.call(), result, options)
}

// someRows reads rows, and takes none for an error.
func (c *Client) someRows(ctx context.Context, a Action, result any, options []CallOption) error {
	rows := rowsOf(reflect.ValueOf(result))
	if !rows.IsValid() {
		return &ValidationError{Action: nameOf(a), Field: "result", Constraint: ConstraintType, Reason: "points to no result with inventories"}
	}
	if err := c.Call(ctx, a, result, options...); err != nil {
		return err
	}
	if rows.Len() == 0 {
		info := a.ActionInfo()
		return &Error{Action: info.Name, Method: info.Method, Path: info.Path, Status: http.StatusOK, Err: ErrNotFound}
	}
	return nil
}

// Get reads the resource with a uuid into result, the result of the query action
// that lists such resources, which then holds exactly that one. It asks the
// action's path with the uuid behind it, and where the server has no such path, the
// action itself with the condition uuid=. Without such a resource the error is an
// [*Error] that [IsNotFound] knows. The functions of package actions named
// GetVmInstance and so on call it.
func (c *Client) Get(ctx context.Context, a Action, uuid string, result any, options ...CallOption) error {
	q, err := newQuery(a)
	if err != nil {
		return err
	}
	info := *a.ActionInfo()
	one := byUUID{UUID: uuid, info: &ActionInfo{Name: info.Name, Method: info.Method, Path: info.Path + "/{uuid}", Session: info.Session, Products: info.Products}}
	err = c.someRows(ctx, one, result, options)
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != nil || refused.Status != http.StatusNotFound && refused.Status != http.StatusMethodNotAllowed {
		return err
	}
	conditions := Where(Eq("uuid", uuid))
	q.set("conditions", conditions)
	return c.someRows(ctx, q.call(), result, options)
}

// byUUID is a query for one resource by its path.
type byUUID struct {
	UUID string `json:"uuid" zstack:"required,notrim"`

	info *ActionInfo
}

func (b byUUID) ActionInfo() *ActionInfo { return b.info }
