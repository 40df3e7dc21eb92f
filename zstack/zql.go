package zstack

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// QuoteZQL writes a string as a value of a ZQL query, in single quotes. A single
// quote in it is doubled, which is all that ZQL's grammar knows, and so is a
// backslash, which the server would take for an escape.
//
//	zql := "query vminstance where name = " + zstack.QuoteZQL(name)
func QuoteZQL(s string) string {
	return "'" + zqlEscapes.Replace(s) + "'"
}

var zqlEscapes = strings.NewReplacer(`\`, `\\`, `'`, `''`)

// RowsAs gives the rows of a ZQL query, or of another list whose elements can be of
// any type, their type. Rows that the server named the type of are pointers to it
// already, and stay what they are, or become the T within a type that extends it,
// whose Concrete does not know of that: who needs the subtype switches on the row.
// Objects that it said nothing about are read as T by the client. A row of another
// type is a [*DecodeError] that names its index.
//
//	res, err := actions.ZQLQueryAction{Zql: new("query vminstance where state = 'Running'")}.Call(ctx, client)
//	...
//	vms, err := zstack.RowsAs[types.VmInstanceInventory](client, res.Results[0].Inventories)
func RowsAs[T any](c *Client, rows []any) ([]*T, error) {
	if err := c.usable(""); err != nil {
		return nil, err
	}
	list := make([]*T, len(rows))
	for i, row := range rows {
		if object, ok := row.(map[string]any); ok {
			list[i] = new(T)
			if err := c.reread(object, list[i]); err != nil {
				return nil, withinRow(i, err)
			}
			continue
		}
		var ok bool
		if list[i], ok = rowAs[T](row); !ok {
			return nil, &DecodeError{Field: fmt.Sprintf("[%d]", i), Err: fmt.Errorf("got a %T, want a %T", row, list[i])}
		}
	}
	return list, nil
}

// withinRow puts a row in front of the path of a decoding error.
func withinRow(i int, err error) error {
	e, ok := err.(*DecodeError)
	if !ok {
		return err
	}
	return &DecodeError{Field: wire.Join(fmt.Sprintf("[%d]", i), e.Field), Err: e.Err}
}

// reread reads an object that had no type as one.
func (c *Client) reread(object map[string]any, v any) error {
	text, err := wire.Encode(object)
	if err != nil {
		return &DecodeError{Err: err}
	}
	return c.Decode(text, v)
}

// rowAs returns a row, or what it extends.
func rowAs[T any](row any) (*T, bool) {
	if typed, ok := row.(*T); ok {
		return typed, typed != nil
	}
	v := reflect.ValueOf(row)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, false
	}
	for i := range v.Elem().NumField() {
		if f := v.Elem().Type().Field(i); f.Anonymous && f.IsExported() && f.Type.Kind() == reflect.Struct {
			return rowAs[T](v.Elem().Field(i).Addr().Interface())
		}
	}
	return nil, false
}
