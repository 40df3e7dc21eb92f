package wire

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// encoding is how requests are written: maps lose their null values, as the
// server's own library drops them, and are sorted, so that one action always
// gives one text. A json.Number, as decoding gives, stays a number.
var encoding = json.JoinOptions(
	json.WithMarshalers(json.JoinMarshalers(
		json.MarshalToFunc(func(enc *jsontext.Encoder, m map[string]any) error {
			return object(enc, m, isNil)
		}),
		json.MarshalToFunc(func(enc *jsontext.Encoder, m map[string][]string) error {
			return object(enc, m, func(v []string) bool { return v == nil })
		}),
		json.MarshalToFunc(func(enc *jsontext.Encoder, n stdjson.Number) error {
			if jsontext.Value(n).Kind() != '0' {
				return errors.New("is a json.Number without a number")
			}
			return enc.WriteValue(jsontext.Value(n))
		}),
		json.MarshalToFunc(func(enc *jsontext.Encoder, h hiding) error {
			v := reflect.Indirect(reflect.ValueOf(h))
			if !v.IsValid() || !isOwnString(v.Type()) {
				return errors.ErrUnsupported
			}
			return enc.WriteToken(jsontext.String(v.String()))
		}),
	)),
	json.Deterministic(true),
)

// A hiding is, among others, one of our string types that hide themselves from everyone but
// the server.
type hiding interface {
	json.Marshaler
	fmt.GoStringer
}

// isOwnString reports whether a type is one of our string types, whose values are sent as they
// are.
func isOwnString(t reflect.Type) bool {
	return t.Kind() == reflect.String && strings.HasPrefix(t.PkgPath(), module)
}

func object[V any](enc *jsontext.Encoder, m map[string]V, null func(V) bool) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	keys := make([]string, 0, len(m))
	for k, v := range m {
		if !null(v) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if err := enc.WriteToken(jsontext.String(k)); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, m[k]); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// isNil reports whether v is unset: nil, or a pointer, a list or a map that is.
func isNil(v any) bool {
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return rv.IsNil()
	default:
		return false
	}
}

// Encode writes one value as JSON for a request.
func Encode(v any) ([]byte, error) {
	data, err := json.Marshal(v, encoding)
	return data, explainEncoding(err)
}

// An Object writes one JSON object, member by member. Its buffers are used again
// after Bytes, which ends it.
type Object struct {
	buf bytes.Buffer
	enc *jsontext.Encoder
}

var objects = sync.Pool{New: func() any { return &Object{enc: new(jsontext.Encoder)} }}

// plain is encoding for an object whose names are known to be different.
var plain = json.JoinOptions(encoding, jsontext.AllowDuplicateNames(true))

// NewObject starts an object.
func NewObject() *Object {
	o := objects.Get().(*Object)
	o.buf.Reset()
	o.enc.Reset(&o.buf, plain)
	// Writing to memory fails only for text that is no JSON, which a brace is.
	_ = o.enc.WriteToken(jsontext.BeginObject)
	return o
}

// Member adds a member. Strings, numbers, booleans and lists of strings are written
// straight away: they are most of what requests hold.
func (o *Object) Member(name string, v reflect.Value) error {
	if err := o.enc.WriteToken(jsontext.String(name)); err != nil {
		return explainEncoding(err)
	}
	if token, ok := scalar(v); ok {
		return explainEncoding(o.enc.WriteToken(token))
	}
	if list, ok := v.Interface().([]string); ok && list != nil {
		return explainEncoding(o.list(list))
	}
	text, err := json.Marshal(v.Interface(), encoding) // which minds duplicate names
	if err != nil {
		err := explainEncoding(err).(*FieldError)
		err.Path = Join(name, err.Path)
		return err
	}
	return explainEncoding(o.enc.WriteValue(text))
}

// scalar returns a value of a basic type as a token. A named type can have a form
// of its own, unless it is a string type of ours.
func scalar(v reflect.Value) (jsontext.Token, bool) {
	if t := v.Type(); t.PkgPath() != "" && !isOwnString(t) {
		return jsontext.Token{}, false
	}
	switch v.Kind() {
	case reflect.String:
		return jsontext.String(v.String()), true
	case reflect.Bool:
		return jsontext.Bool(v.Bool()), true
	case reflect.Int, reflect.Int32, reflect.Int64:
		return jsontext.Int(v.Int()), true
	}
	return jsontext.Token{}, false
}

func (o *Object) list(texts []string) error {
	if err := o.enc.WriteToken(jsontext.BeginArray); err != nil {
		return err
	}
	for _, text := range texts {
		if err := o.enc.WriteToken(jsontext.String(text)); err != nil {
			return err
		}
	}
	return o.enc.WriteToken(jsontext.EndArray)
}

// Begin starts a member that is an object itself; End ends it.
func (o *Object) Begin(name string) {
	_ = o.enc.WriteToken(jsontext.String(name))
	_ = o.enc.WriteToken(jsontext.BeginObject)
}

// End ends what Begin started.
func (o *Object) End() { _ = o.enc.WriteToken(jsontext.EndObject) }

// Bytes ends the object and returns its text, which is the caller's.
func (o *Object) Bytes() []byte {
	_ = o.enc.WriteToken(jsontext.EndObject)
	text := bytes.Clone(bytes.TrimSpace(o.buf.Bytes()))
	const most = 1 << 20 // a buffer that one large request made is not kept
	if o.buf.Cap() <= most {
		objects.Put(o)
	}
	return text
}

// explainEncoding keeps the reason of an error and drops the rest, which can
// quote the value: it may be a secret.
func explainEncoding(err error) error {
	if err == nil {
		return nil // before anything is allocated
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntactic):
		return &FieldError{Path: pathOf(string(syntactic.JSONPointer)), Err: syntactic.Err}
	case errors.As(err, &semantic) && semantic.Err != nil:
		return &FieldError{Path: pathOf(string(semantic.JSONPointer)), Err: semantic.Err}
	case errors.As(err, &semantic) && semantic.GoType != nil:
		return &FieldError{Path: pathOf(string(semantic.JSONPointer)), Err: errors.New("a Go " + semantic.GoType.String() + " has no JSON form")}
	default:
		return &FieldError{Err: errors.New("has no JSON form")}
	}
}
