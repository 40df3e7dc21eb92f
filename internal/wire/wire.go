// Package wire is JSON as a ZStack management node speaks it.
//
// It is the only package that imports the JSON library, so that moving to the
// standard library's encoding/json/v2 changes one import. Everything that the
// server does to plain JSON is undone here: whole numbers written as
// 8.589934592E9, numbers and booleans in quotes, timestamps without a zone.
package wire

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Decoder reads the server's JSON. It is safe for concurrent use, and what it
// reads is the same each time.
type Decoder struct {
	options  json.Options
	location *time.Location
	binders  sync.Pool // of *binder, which are large
}

// NewDecoder returns a decoder that reads timestamps as times in loc, which is
// the server's time zone: the server writes none.
func NewDecoder(loc *time.Location) *Decoder {
	return &Decoder{location: loc, options: json.JoinOptions(json.WithUnmarshalers(unmarshalers(loc)), lenient)}
}

// Location returns the time zone that the decoder reads timestamps in.
func (d *Decoder) Location() *time.Location { return d.location }

// UTC is a decoder for replies in which no timestamp matters.
var UTC = NewDecoder(time.UTC)

// lenient is how replies are taken apart. The server's own library writes what
// these two refuse; a reply is not worth losing for it.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// strict reads what callers give, where a duplicate name is a mistake.
var strict = json.JoinOptions(
	json.WithUnmarshalers(unmarshalers(time.UTC)),
	jsontext.AllowDuplicateNames(false),
)

// Decode reads one JSON value into v. Errors are [*FieldError] or
// [*SyntaxError].
func (d *Decoder) Decode(data []byte, v any) error {
	if jsontext.Value(data).IsValid(lenient) {
		return d.DecodeKnown(data, v)
	}
	return explain(json.Unmarshal(data, v, d.options))
}

// DecodeKnown is Decode for text that has been read before, and so is known to be
// JSON.
func (d *Decoder) DecodeKnown(text []byte, v any) error {
	if d.bind(bytes.Trim(text, " \t\r\n"), v) {
		return nil
	}
	return explain(json.Unmarshal(text, v, d.options))
}

// Members reads a JSON object. For each member it asks pick where the value
// goes: a pointer to decode into, a [*Text] to keep it as it is, or nil to skip
// it. A value that is not an object, or text after it, is an error.
func (d *Decoder) Members(data []byte, pick func(name string) any) error {
	i := -1
	t := newTokenizer(data)
	defer t.free()
	return members(&t.dec, func(dec *jsontext.Decoder, name string) error {
		i++
		into := pick(name)
		value, err := text(dec, data)
		switch v := into.(type) {
		case nil:
			return err
		case *Text:
			*v = value
			return err
		default:
			if err == nil && d.bind(value, v) {
				return nil
			}
			// What is wrong with a value can come before what is wrong with the text.
			return d.memberByLibrary(data, i, v)
		}
	})
}

// RawMembers calls each with every member of a JSON object that a caller gave.
// The value is only valid during the call. An error of each ends the reading and
// is returned as it is.
func RawMembers(data []byte, each func(name string, value []byte) error) error {
	return members(jsontext.NewDecoder(bytes.NewBuffer(data), strict), func(dec *jsontext.Decoder, name string) error {
		value, err := dec.ReadValue()
		if err != nil {
			return explain(err)
		}
		return each(name, value)
	})
}

// DecodeInput reads one JSON value that a caller gave into v, as leniently in
// numbers as [Decoder.Decode]. A member that a struct does not have is an error: it
// would not be sent.
func DecodeInput(data []byte, v any) error {
	return explain(json.Unmarshal(data, v, strict, json.RejectUnknownMembers(true)))
}

func members(dec *jsontext.Decoder, each func(dec *jsontext.Decoder, name string) error) error {
	err := readObject(dec, func() error {
		name, err := dec.ReadToken()
		if err != nil {
			return explain(err)
		}
		return each(dec, name.String())
	})
	if err != nil {
		return err
	}
	return end(dec)
}

// readObject reads a JSON object. It calls member in front of each name, which has to
// read that and the value. An error of member ends the reading and is returned as
// it is.
func readObject(dec *jsontext.Decoder, member func() error) error {
	start, err := dec.ReadToken()
	if err != nil {
		return explain(err)
	}
	if start.Kind() != '{' {
		return &FieldError{Err: errors.New("not a JSON object")}
	}
	for dec.PeekKind() != '}' {
		if err := member(); err != nil {
			return err
		}
	}
	_, err = dec.ReadToken()
	return explain(err)
}

// IsNull reports whether value is JSON null.
func IsNull(value []byte) bool { return string(bytes.TrimSpace(value)) == "null" }

// A FieldError says which value could not be read, and why.
type FieldError struct {
	// Path leads to the value: "inventories[3].memorySize". It is empty for
	// the whole.
	Path string
	Err  error
}

func (e *FieldError) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *FieldError) Unwrap() error { return e.Err }

// A SyntaxError says where text is no JSON.
type SyntaxError struct {
	Offset int64
	Err    error
}

func (e *SyntaxError) Error() string { return "not JSON: " + e.Err.Error() }

// Unwrap returns the reason.
func (e *SyntaxError) Unwrap() error { return e.Err }

// explain turns the library's errors into ours, which never quote the data.
func explain(err error) error {
	if err == nil {
		return nil // before anything is allocated
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		return &SyntaxError{Offset: syntactic.ByteOffset, Err: syntactic.Err}
	case errors.As(err, &semantic):
		reason := semantic.Err
		var number *strconv.NumError
		switch {
		case reason == nil:
			reason = mismatch(semantic)
		case errors.As(reason, &number):
			reason = number.Err // without the value
		}
		return &FieldError{Path: path(semantic.JSONPointer), Err: reason}
	case errors.Is(err, io.EOF):
		return &SyntaxError{Err: io.ErrUnexpectedEOF}
	default:
		return err
	}
}

func mismatch(e *json.SemanticError) error {
	found := kindName(e.JSONKind)
	if e.GoType == nil {
		return errors.New(found + " of the wrong kind")
	}
	want := e.GoType.String()
	if e.GoType.PkgPath() == "" {
		want = article(e.GoType.Kind().String())
	}
	return errors.New("got " + found + ", want " + want)
}

// article puts the indefinite article before the name of a kind of type.
func article(kind string) string {
	if kind[0] == 'i' {
		return "an " + kind
	}
	return "a " + kind
}

// kindName is what people call a kind of value.
func kindName(kind jsontext.Kind) string {
	switch kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "a list"
	default:
		return "a value"
	}
}

// Kind is the kind of the JSON value that text is: '{', '[', '"', '0' for all numbers,
// 't', 'f' or 'n'; 0 for no value.
func Kind(text []byte) byte { return byte(jsontext.Value(text).Kind()) }

// KindName is what people call that kind: "a list".
func KindName(text []byte) string { return kindName(jsontext.Value(text).Kind()) }

// path turns a JSON pointer into the notation that the server's schema uses. It
// is cut where it is too long to read: the value is nested without end, or has
// names that are no names.
func path(p jsontext.Pointer) string {
	const limit = 200
	var b strings.Builder
	for token := range p.Tokens() {
		if b.Len()+len(token) > limit {
			b.WriteString("...")
			break
		}
		if token != "" && strings.Trim(token, "0123456789") == "" {
			b.WriteString("[" + token + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}

// Parts calls each with every member of an object, under its name, or every
// element of a list, under its index in brackets. An error of each ends the
// reading and is returned as it is. Any other value has no parts.
func (d *Decoder) Parts(data []byte, each func(key string, value []byte) error) error {
	c := d.Cursor(data)
	err := c.Parts(func(name []byte, index int) error {
		value, err := c.Text()
		if err != nil {
			return err
		}
		key := string(name)
		if index >= 0 {
			key = "[" + strconv.Itoa(index) + "]"
		}
		return each(key, value)
	})
	if err != nil {
		return err
	}
	return end(c.dec)
}
