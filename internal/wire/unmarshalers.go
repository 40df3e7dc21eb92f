package wire

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
	if !jsontext.Value(text).IsValid() {
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
			*v = number(value)
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

// exact is the largest n for which float64 holds every whole number up to n.
const exact = 1 << 53

func number(text []byte) any {
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return stdjson.Number(text)
	}
	if math.Abs(f) < exact {
		return f
	}
	n, err := ParseInt(text)
	switch {
	case err == nil && f < 1<<63 && int64(f) == n:
		return f
	case err == nil:
		return n
	case isWhole(text) && strconv.FormatFloat(f, 'f', 0, 64) != string(text):
		return stdjson.Number(text)
	default:
		return f
	}
}

// isWhole reports whether a number is written as digits alone.
func isWhole(text []byte) bool {
	for _, c := range text {
		if c != '-' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// form quotes the start of a value for an error message, with x for each letter and
// 9 for each digit: what stands where something else belongs can be a secret.
func form(text []byte) string {
	const limit = 40
	short := text[:min(len(text), limit)]
	quoted := strconv.Quote(string(bytes.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			return 'x'
		case unicode.IsDigit(r):
			return '9'
		}
		return r
	}, short)))
	if len(text) > limit {
		quoted += "..."
	}
	return "a value of the form " + quoted
}
