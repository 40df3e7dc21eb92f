package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// What follows reads what the server writes with the JSON library alone, as the decoder is
// to read it. It shares nothing with that but what a number and a timestamp are.

// reference are the options of the library under which it reads what a decoder reads.
func reference(loc *time.Location) json.Options {
	return json.JoinOptions(json.WithUnmarshalers(unmarshalers(loc)), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// strictReference are those for what callers give.
var strictReference = json.JoinOptions(json.WithUnmarshalers(unmarshalers(time.UTC)), json.RejectUnknownMembers(true))

// unmarshalers are the functions that read plain Go types out of what the
// server writes. The library calls them for null too, which leaves zero.
func unmarshalers(loc *time.Location) *json.Unmarshalers {
	return json.JoinUnmarshalers(
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *int64) error {
			return integer(dec, v, math.MinInt64, math.MaxInt64)
		}),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *int) error {
			return integer(dec, v, math.MinInt, math.MaxInt)
		}),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *int32) error {
			return integer(dec, v, math.MinInt32, math.MaxInt32)
		}),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *float64) error {
			return float(dec, v, 64)
		}),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *float32) error {
			return float(dec, v, 32)
		}),
		json.UnmarshalFromFunc(boolean),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *time.Time) error {
			return timestamp(dec, v, loc)
		}),
		json.UnmarshalFromFunc(anything),
	)
}

// literal reads a number, or a string that holds one. ok is false for null. The
// bytes are only valid until the decoder moves on.
func literal(dec *jsontext.Decoder, want string) (text []byte, ok bool, err error) {
	value, err := dec.ReadValue()
	if err != nil {
		return nil, false, err
	}
	switch value.Kind() {
	case 'n':
		return nil, false, nil
	case '0':
		return value, true, nil
	case '"':
		return unquote(nil, value), true, nil
	default:
		return nil, false, fmt.Errorf("%s is not %s", form(value), want)
	}
}

// unquote appends what a JSON text says to buf. All that can be wrong with one
// that the decoder let pass is its UTF-8; it comes out with U+FFFD in it, and
// whoever reads it then says which field has no number or no timestamp.
func unquote(buf []byte, value jsontext.Value) []byte {
	text, _ := jsontext.AppendUnquote(buf, value)
	return text
}

func integer[T int | int32 | int64](dec *jsontext.Decoder, v *T, low, high int64) error {
	text, ok, err := literal(dec, "a whole number")
	if err != nil {
		return err
	}
	*v = 0
	if !ok {
		return nil
	}
	n, err := ParseInt(text)
	if err != nil {
		return err
	}
	if n < low || n > high {
		return fmt.Errorf("%s does not fit into %T", form(text), *v)
	}
	*v = T(n)
	return nil
}

func float[T float32 | float64](dec *jsontext.Decoder, v *T, bits int) error {
	text, ok, err := literal(dec, "a number")
	if err != nil {
		return err
	}
	*v = 0
	if !ok {
		return nil
	}
	if !jsontext.Value(text).IsValid() || len(bytes.TrimSpace(text)) < len(text) {
		// ParseFloat also takes "inf", "0x1p-2" and "1_000".
		return fmt.Errorf("%s is not a number", form(text))
	}
	f, err := strconv.ParseFloat(string(text), bits)
	if err != nil {
		return fmt.Errorf("%s is not a number that fits", form(text))
	}
	*v = T(f)
	return nil
}

func boolean(dec *jsontext.Decoder, v *bool) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch string(value) {
	case `null`, `false`, `"false"`:
		*v = false
	case `true`, `"true"`:
		*v = true
	default:
		if value.Kind() == '"' {
			value = unquote(nil, value)
		}
		return fmt.Errorf("%s is not a boolean", form(value))
	}
	return nil
}

func timestamp(dec *jsontext.Decoder, v *time.Time, loc *time.Location) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	*v = time.Time{}
	switch value.Kind() {
	case 'n':
		return nil
	case '"':
		var buf [48]byte
		*v, err = ParseTime(unquote(buf[:0], value), loc)
		return err
	default:
		return fmt.Errorf("%s is not a timestamp", form(value))
	}
}

// anything reads a value of no known type as encoding/json does, except that a
// whole number which float64 cannot hold exactly becomes an int64, or a
// json.Number where that is too small as well.
func anything(dec *jsontext.Decoder, v *any) error {
	switch dec.PeekKind() {
	case '{':
		object := map[string]any{}
		*v = object
		return json.UnmarshalDecode(dec, &object)
	case '[':
		list := []any{}
		err := json.UnmarshalDecode(dec, &list)
		*v = list
		return err
	case '0':
		value, err := dec.ReadValue()
		if err == nil {
			*v = numberOf(value)
		}
		return err
	default:
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		switch token.Kind() {
		case 't', 'f':
			*v = token.Bool()
		case '"':
			*v = token.String()
		default:
			*v = nil
		}
		return nil
	}
}

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
			reason = libraryMismatch(semantic)
		case errors.As(reason, &number):
			reason = number.Err // without the value
		}
		return &FieldError{Path: pathOf(string(semantic.JSONPointer)), Err: reason}
	case errors.Is(err, io.EOF):
		return &SyntaxError{Err: io.ErrUnexpectedEOF}
	default:
		return err
	}
}

func libraryMismatch(e *json.SemanticError) error {
	found := kindName(byte(e.JSONKind))
	if e.GoType == nil {
		return errors.New(found + " of the wrong kind")
	}
	want := e.GoType.String()
	if e.GoType.PkgPath() == "" {
		want = article(e.GoType.Kind().String())
	}
	return errors.New("got " + found + ", want " + want)
}
