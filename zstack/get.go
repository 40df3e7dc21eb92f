package zstack

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
)

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
	for wire, field := range map[string]*string{"sessionId": &one.SessionID, "accessKeyId": &one.AccessKeyID, "accessKeySecret": &one.AccessKeySecret, "requestIp": &one.RequestIP} {
		if v := q.plan.Field(q.action.Elem(), wire); v.IsValid() {
			*field, _ = v.Interface().(string)
		}
	}
	uuid = params.Trim(uuid) // as one's is
	err = c.someRows(ctx, one, path+uuid, result, &oneResult{result}, []CallOption{each})
	var refused *Error
	if !errors.As(err, &refused) || isLoginError(err) || refused.Code != nil ||
		refused.Status != http.StatusNotFound && refused.Status != http.StatusMethodNotAllowed {
		return err
	}
	conditions := Where(Eq("uuid", uuid))
	if !q.has("conditions") || strings.HasPrefix(conditions[0], refusedCondition) {
		return err
	}
	q.clear("limit", "start", "count", "groupBy", "sortBy", "sortDirection")
	q.set("conditions", conditions)
	return c.someRows(ctx, q.call(), path+uuid, result, result, []CallOption{each})
}

// severalCalls reads the options of what reads by several calls. It returns the
// context for all of them together, and an option that says to each what is left.
func severalCalls(ctx context.Context, q *query, u use, options []CallOption) (context.Context, CallOption, context.CancelFunc, error) {
	if ctx == nil {
		return nil, nil, nil, &ValidationError{Action: q.name, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	o, err := readCallOptions(q.name, u, options)
	if err == nil {
		err = checkExtras(q.plan, q.info, o.extra)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, cancel := o.limit(ctx)
	o.timeout = 0
	return ctx, o.forEach, cancel, nil
}

// byUUID is a query for one resource by its path.
type byUUID struct {
	UUID string `json:"uuid" zstack:"required"`

	SessionID       string `json:"sessionId" zstack:"credential,sensitive"`
	AccessKeyID     string `json:"accessKeyId" zstack:"credential"`
	AccessKeySecret string `json:"accessKeySecret" zstack:"credential,sensitive"`
	RequestIP       string `json:"requestIp" zstack:"credential"`

	info *ActionInfo
}

func (b byUUID) ActionInfo() *ActionInfo { return b.info }

// A oneResult is a pointer to the result of a query, into which a reply is decoded
// that may hold an inventory instead of inventories.
type oneResult struct{ result any }

func (o *oneResult) decode(c *Client, doc *wire.Document) error {
	if err := c.decodeDocument(doc, o.result, schema.Suspicion{}); err != nil {
		return err
	}
	rows := rowsOf(reflect.ValueOf(o.result))
	if !rows.IsNil() {
		return nil
	}
	given := false
	_, err := doc.Members(func(name string) any {
		given = given || name == "inventory"
		return nil
	})
	if err != nil || !given {
		return err
	}
	// The schema's paths lead to the inventory where the reply has it.
	row := rows.Type().Elem()
	one := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Inventory", Type: reflect.PointerTo(row), Tag: `json:"inventory"`}}))
	if err := c.decodeDocument(doc, one.Interface(), schema.Suspicion{}); err != nil {
		return err
	}
	rows.Set(reflect.MakeSlice(rows.Type(), 0, 1)) // null says that there is none
	if found := one.Elem().Field(0); !found.IsNil() {
		rows.Set(reflect.Append(rows, found.Elem()))
	}
	return nil
}
