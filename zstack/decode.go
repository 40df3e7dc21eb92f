package zstack

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/paging"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// Decode reads JSON as the client reads replies: whole numbers in any notation,
// timestamps in the server's time zone, and values of the types that the server's
// schema names, if it is among the members. It is for what [Do] returns.
func (c *Client) Decode(data []byte, v any) error {
	if err := c.usable(""); err != nil {
		return err
	}
	if v == nil || isNoPointer(v) {
		return &ValidationError{Field: "v", Constraint: ConstraintType, Reason: "is not a pointer"}
	}
	result := reflect.ValueOf(v).Elem()
	if result.Kind() != reflect.Struct || !schema.Applies(result.Type()) || wire.Kind(data) != '{' {
		return decodeError(c.decoder().Decode(data, v))
	}
	return decodeError(schema.Read(c.decoder(), data, nil, result, schema.Suspicion{}, nothing))
}

// nothing is where a member of a reply goes that is none of the result's.
func nothing(string) any { return nil }

// decodeResult reads a result. Members that it does not know are skipped. The server's
// schema says which values are of a subtype, and what an any holds. Where there is an
// explanation of replies that are no result of the call, such a reply is an error.
func (c *Client) decodeResult(body []byte, result any, s schema.Suspicion) error {
	switch v := result.(type) {
	case nil:
		return nil
	case *json.RawMessage:
		*v = bytes.Clone(body)
		return nil
	case *oneResult:
		return v.decode(c, body)
	}
	v := reflect.ValueOf(result).Elem()
	if v.Kind() != reflect.Struct {
		return decodeError(c.decoder().Decode(body, result))
	}
	schema.StructOf(v.Type()).Empty(v) // what it held before is no part of the result
	return decodeError(schema.Read(c.decoder(), body, nil, v, s, nothing))
}

// isNoPointer reports whether nothing can be decoded into a result.
func isNoPointer(result any) bool {
	v := reflect.ValueOf(result)
	return result != nil && (v.Kind() != reflect.Pointer || v.IsNil())
}

// badResult says why the object that every result is cannot be decoded into
// something; empty when it can. A change must not run before that is known.
func badResult(result any) string {
	if isNoPointer(result) {
		return "is not a pointer"
	}
	if _, ok := result.(json.Unmarshaler); ok || result == nil {
		return ""
	}
	t := reflect.TypeOf(result).Elem()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Interface:
		return ""
	}
	return "points to a " + t.Kind().String() + ", want a struct or a map"
}

// decodeError turns the decoder's error into ours; it passes nil and all others
// through.
func decodeError(err error) error {
	if err == nil {
		return nil
	}
	var field *wire.FieldError
	var syntax *wire.SyntaxError
	switch {
	case errors.As(err, &field):
		return &DecodeError{Field: field.Path, Err: field.Err}
	case errors.As(err, &syntax):
		return &DecodeError{Err: err}
	default:
		return err
	}
}

// A oneResult is a pointer to the result of a query, into which a reply is decoded
// that may hold an inventory instead of inventories.
type oneResult struct{ result any }

func (o *oneResult) decode(c *Client, body []byte) error {
	if err := c.decodeResult(body, o.result, schema.Suspicion{}); err != nil {
		return err
	}
	rows := paging.RowsOf(reflect.ValueOf(o.result))
	if !rows.IsNil() {
		return nil
	}
	// The schema's paths lead to the inventory where the reply has it.
	row := rows.Type().Elem()
	one := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Inventory", Type: reflect.PointerTo(row), Tag: `json:"inventory"`}})).Elem()
	given := false
	err := schema.Read(c.decoder(), body, nil, one, schema.Suspicion{}, func(name string) any {
		given = given || name == "inventory"
		return nil
	})
	if err != nil || !given {
		return decodeError(err)
	}
	rows.Set(reflect.MakeSlice(rows.Type(), 0, 1)) // null says that there is none
	if found := one.Field(0); !found.IsNil() {
		rows.Set(reflect.Append(rows, found.Elem()))
	}
	return nil
}
