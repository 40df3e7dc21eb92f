package zstack

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
)

// Errors of reading one row, found by errors.Is in an [*Error].
var (
	// ErrNotFound says that no row matches. [IsNotFound] finds it too.
	ErrNotFound = errors.New("no row matches")
	// ErrMultiple says that more rows match than the one that was asked for.
	ErrMultiple = errors.New("more than one row matches")
)

// Count returns how many rows a query action selects. Limit, StartAt, the sort
// order and Fields do not matter, nor does a GroupBy to the servers that were looked
// at, which ignore it. The Count methods of query actions call it.
func (c *Client) Count(ctx context.Context, a Action, options ...CallOption) (int64, error) {
	q, err := c.newQuery(a, "count")
	if err != nil {
		return 0, err
	}
	q.clear("limit", "start", "sortBy", "sortDirection", "fields", "replyWithCount")
	q.set("count", true)
	var result struct {
		Total *int64 `json:"total"`
	}
	if err := c.Call(ctx, q.call(), &result, options...); err != nil {
		return 0, err
	}
	if result.Total == nil {
		return 0, q.failed(&DecodeError{Field: "total", Err: errors.New("is missing")})
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
		err = q.failed(ErrMultiple)
	}
	return err
}

// rows reads the first rows of a query, at least one.
func (c *Client) rows(ctx context.Context, a Action, limit int32, result any, options []CallOption) (*query, error) {
	q, err := c.newQuery(a, "limit")
	if err != nil {
		return nil, err
	}
	if err := q.wantsRows(); err != nil {
		return nil, err
	}
	q.set("limit", limit)
	return q, c.someRows(ctx, q.call(), q.info.Path, result, options)
}

// someRows reads rows, and takes none for an error.
func (c *Client) someRows(ctx context.Context, a Action, path string, result any, options []CallOption) error {
	rows := rowsOf(reflect.ValueOf(result))
	if !rows.IsValid() {
		return &ValidationError{Action: nameOf(a), Field: "result", Constraint: ConstraintType, Reason: "points to no result with inventories"}
	}
	if err := c.Call(ctx, a, result, options...); err != nil {
		return err
	}
	if rows.Len() > 0 {
		return nil
	}
	info := a.ActionInfo()
	failed := &Error{Action: info.Name, Server: c.server(), Method: info.Method, Path: path, Status: http.StatusOK, Err: ErrNotFound}
	if rows.IsNil() {
		failed.Err = errNoInventories() // which says nothing about what there is
	}
	return failed
}

// errNoInventories is about a reply that is no list of rows, though the server
// writes an empty one: it comes from somewhere else.
func errNoInventories() error {
	return &DecodeError{Field: "inventories", Err: errors.New("is missing")}
}

// Get reads the resource with a uuid into result, the result of the query action
// that lists such resources, which then holds exactly that one. It asks the
// action's path with the uuid behind it, and where the server has no such path, the
// action itself with the condition uuid=. Of the action's parameters only its
// credentials matter. Without such a resource the error is an [*Error] that
// [IsNotFound] knows. The functions of package actions named GetVmInstance and so on
// call it.
func (c *Client) Get(ctx context.Context, a Action, uuid string, result any, options ...CallOption) error {
	q, err := c.newQuery(a)
	if err != nil {
		return err
	}
	o, err := readCallOptions(q.name, useRead, options)
	if err != nil {
		return err
	}
	if ctx == nil {
		return &ValidationError{Action: q.name, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	ctx, cancel := o.limit(ctx) // for both requests together
	defer cancel()
	path := strings.TrimSuffix(q.info.Path, "/") + "/"
	one := byUUID{UUID: uuid, info: &ActionInfo{Name: q.name, Method: q.info.Method, Path: path + "{uuid}", Session: q.info.Session, Reads: true, Products: q.info.Products}}
	for wire, field := range map[string]*string{"sessionId": &one.SessionID, "accessKeyId": &one.AccessKeyID, "accessKeySecret": &one.AccessKeySecret, "requestIp": &one.RequestIP} {
		if i, ok := q.plan.byWire[wire]; ok {
			*field, _ = q.action.Elem().Field(q.plan.params[i].field).Interface().(string)
		}
	}
	err = c.someRows(ctx, one, path+uuid, result, options)
	var refused *Error
	if !errors.As(err, &refused) || isLoginError(err) || refused.Code != nil ||
		refused.Status != http.StatusNotFound && refused.Status != http.StatusMethodNotAllowed {
		return err
	}
	if !q.has("conditions") {
		return err
	}
	q.clear("limit", "start", "count", "groupBy", "sortBy", "sortDirection")
	q.set("conditions", Where(Eq("uuid", uuid)))
	return c.someRows(ctx, q.call(), path+uuid, result, options)
}

// byUUID is a query for one resource by its path.
type byUUID struct {
	UUID string `json:"uuid" zstack:"required,notrim"`

	SessionID       string `json:"sessionId" zstack:"credential,sensitive"`
	AccessKeyID     string `json:"accessKeyId" zstack:"credential"`
	AccessKeySecret string `json:"accessKeySecret" zstack:"credential,sensitive"`
	RequestIP       string `json:"requestIp" zstack:"credential"`

	info *ActionInfo
}

func (b byUUID) ActionInfo() *ActionInfo { return b.info }
