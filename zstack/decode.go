package zstack

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
)

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
		return "is no pointer"
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
	return "points to a " + t.Kind().String() + ", and every result is an object"
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
