package wire

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
)

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

// Join returns the path of what is at one path, given what that leads to.
func Join(path, inside string) string {
	if path == "" || inside == "" || strings.HasPrefix(inside, "[") {
		return path + inside
	}
	return path + "." + inside
}

// Kind is the kind of the JSON value that text begins with: '{', '[', '"', '0' for all
// numbers, 't', 'f' or 'n'; 0 for no value.
func Kind(text []byte) byte {
	for _, c := range text {
		if c > ' ' {
			return kindOf(c)
		}
	}
	return 0
}

// kindOf is the kind of a value by its first byte.
func kindOf(c byte) byte {
	switch {
	case c == '-', c-'0' <= 9:
		return '0'
	case c == '{', c == '[', c == '"', c == 't', c == 'f', c == 'n':
		return c
	}
	return 0
}

// KindName is what people call that kind: "a list".
func KindName(text []byte) string { return kindName(Kind(text)) }

// kindName is what people call a kind of value.
func kindName(kind byte) string {
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

// mismatch says that a value of a kind is none of a type.
func mismatch(kind byte, t reflect.Type) error {
	want := t.String()
	if t.PkgPath() == "" {
		want = article(t.Kind().String())
	}
	return errors.New("got " + kindName(kind) + ", want " + want)
}

// article puts the indefinite article before the name of a kind of type.
func article(kind string) string {
	if kind[0] == 'i' {
		return "an " + kind
	}
	return "a " + kind
}

// IsNull reports whether value is JSON null.
func IsNull(value []byte) bool { return string(bytes.TrimSpace(value)) == "null" }
