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
	decoder := c.decoder()
	if err := decoder.Decode(data, v); err != nil {
		return decodeError(err)
	}
	result := reflect.ValueOf(v)
	if result.Elem().Kind() != reflect.Struct || !schema.Applies(result.Elem().Type()) {
		return nil
	}
	var described wire.Text
	if _, ok := schema.StructOf(result.Elem().Type()).Members["schema"]; ok {
		return nil // it is a value like any other
	}
	err := decoder.Members(data, func(name string) any {
		if name == "schema" {
			return &described
		}
		return nil
	})
	if err != nil || len(described) == 0 {
		return decodeError(err)
	}
	return decodeError(schema.Apply(decoder, described, wire.TrustingCursor(data), result.Elem()))
}

// decodeResult reads a result. Members that it does not know are skipped. The
// server's schema says which values are of a subtype, and what an any holds.
func (c *Client) decodeResult(body []byte, result any) error {
	switch v := reflect.ValueOf(result); {
	case result == nil:
		return nil
	case v.Type() == reflect.TypeFor[*json.RawMessage]():
		*result.(*json.RawMessage) = bytes.Clone(body)
		return nil
	case v.Elem().Kind() != reflect.Struct:
		return decodeError(c.decoder().Decode(body, result))
	}
	doc, err := c.decoder().Document(body)
	if err != nil {
		return decodeError(err)
	}
	return c.decodeDocument(doc, result, schema.Suspicion{})
}

// decodeDocument is decodeResult for a body that has been checked. Where there is an
// explanation of replies that are no result of the call, such a reply is an error.
func (c *Client) decodeDocument(doc *wire.Document, result any, s schema.Suspicion) error {
	if one, ok := result.(*oneResult); ok {
		return one.decode(c, doc)
	}
	v := reflect.ValueOf(result)
	if result == nil || v.Elem().Kind() != reflect.Struct {
		return c.decodeResult(doc.Data(), result)
	}
	v = v.Elem()
	known := schema.StructOf(v.Type())
	known.Empty(v) // what it held before is no part of the result
	var described wire.Text
	var said schema.Claim
	judges, uses := s.Explanation != "", schema.Applies(v.Type())
	marks, err := doc.Members(func(name string) any {
		into := known.Target(v, name)
		said.Note(name, into != nil)
		switch {
		case into != nil:
			return into
		case name == "schema" && (uses || judges):
			return &described
		}
		return nil
	})
	if err == nil && judges {
		err = said.Check(v.Type(), described, s)
	}
	if err != nil || len(described) == 0 || !uses {
		return decodeError(err)
	}
	return decodeError(schema.Apply(doc.Decoder(), described, doc.Cursor(marks), v))
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

func (o *oneResult) decode(c *Client, doc *wire.Document) error {
	if err := c.decodeDocument(doc, o.result, schema.Suspicion{}); err != nil {
		return err
	}
	rows := paging.RowsOf(reflect.ValueOf(o.result))
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
