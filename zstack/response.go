package zstack

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// start returns the first part of a body, for people. Secrets are masked before
// the rest is cut off, since a part of one would not be known for what it is.
func start(body []byte, mask func(string) string) string {
	const limit = 512
	body = []byte(mask(string(body)))
	if len(body) > limit {
		body = body[:limit]
		for len(body) > 0 && !utf8.Valid(body) && limit-len(body) < utf8.UTFMax {
			body = body[:len(body)-1]
		}
	}
	return strings.ToValidUTF8(strings.TrimSpace(string(body)), "\uFFFD")
}

// withoutTexts masks everything in quotes but the names of members.
func withoutTexts(body []byte) []byte {
	var shown []byte
	for len(body) > 0 {
		open := bytes.IndexByte(body, '"')
		if open < 0 {
			return append(shown, body...)
		}
		end := open + 1
		for end < len(body) && body[end] != '"' {
			if body[end] == '\\' {
				end++
			}
			end++
		}
		shown = append(shown, body[:open]...)
		if end >= len(body) {
			return append(shown, `"`+redact.Mask...)
		}
		rest := bytes.TrimLeft(body[end+1:], " \t\r\n")
		if len(rest) > 0 && rest[0] == ':' {
			shown = append(shown, body[open:end+1]...)
		} else {
			shown = append(shown, `"`+redact.Mask+`"`...)
		}
		body = body[end+1:]
	}
	return shown
}

// maskCode hides secrets that the server quotes in an error.
func maskCode(code *types.ErrorCode, mask func(string) string, depth int) {
	const deepest = 100 // a chain of causes beyond this is not one
	if code == nil {
		return
	}
	for _, text := range []*string{
		&code.GlobalErrorCode, &code.Description, &code.Details, &code.I18nDetails, &code.Elaboration, &code.Location, &code.Cost,
	} {
		*text = mask(*text)
	}
	for _, further := range []map[string]any{code.Opaque, code.Messages, code.Others} {
		maskAny(further, mask)
	}
	if depth == deepest {
		code.Cause, code.Causes = nil, nil
	}
	maskCode(code.Cause, mask, depth+1)
	for i := range code.Causes {
		maskCode(&code.Causes[i], mask, depth+1)
	}
}

// maskAny hides secrets in a value of any shape.
func maskAny(v any, mask func(string) string) any {
	switch v := v.(type) {
	case string:
		return mask(v)
	case []any:
		for i := range v {
			v[i] = maskAny(v[i], mask)
		}
	case map[string]any:
		for k := range v {
			v[k] = maskAny(v[k], mask)
		}
	}
	return v
}

// masked returns err, or an error with the same text without secrets where it
// holds any. That one unwraps to nothing: what it wraps would show them. It still
// says what it is, so that errors.Is finds the context's end.
func masked(err error, secrets []string) error {
	if clean := mask(err.Error(), secrets); clean != err.Error() {
		return &maskedError{text: clean, is: func(target error) bool { return errors.Is(err, target) }}
	}
	return err
}

// A maskedError keeps the error that it stands for in a function, where no
// printing reaches it.
type maskedError struct {
	text string
	is   func(target error) bool
}

func (e *maskedError) Error() string { return e.text }

func (e *maskedError) Is(target error) bool { return e.is(target) }

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
	return c.decodeDocument(doc, result, suspicion{})
}

// decodeDocument is decodeResult for a body that has been checked. Where there is an
// explanation of replies that are no result of the call, such a reply is an error.
func (c *Client) decodeDocument(doc *wire.Document, result any, s suspicion) error {
	if one, ok := result.(*oneResult); ok {
		return one.decode(c, doc)
	}
	v := reflect.ValueOf(result)
	if result == nil || v.Elem().Kind() != reflect.Struct {
		return c.decodeResult(doc.Data(), result)
	}
	v = v.Elem()
	shape := shapeOf(v.Type())
	shape.empty(v) // what it held before is no part of the result
	var schema wire.Text
	var said claim
	judges, uses := s.explanation != "", usesSchema(v.Type())
	marks, err := doc.Members(func(name string) any {
		into := shape.target(v, name)
		said.note(name, into != nil)
		switch {
		case into != nil:
			return into
		case name == "schema" && (uses || judges):
			return &schema
		}
		return nil
	})
	if err == nil && judges {
		err = said.check(v.Type(), schema, s)
	}
	if err != nil || len(schema) == 0 || !uses {
		return decodeError(err)
	}
	return applySchema(doc.Decoder(), schema, doc.Cursor(marks), v)
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
