// Package redact prints and logs structs without their secrets: the value of a
// field tagged zstack:"sensitive" shows as [Mask], and of one tagged sensitive=uri or
// sensitive=tag the part that is secret does.
package redact

import (
	"cmp"
	"fmt"
	"log/slog"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// Mask stands where a secret would.
const Mask = "***"

// Format implements [fmt.Formatter] for a struct v, or a pointer to one. It
// prints what package fmt would, except that a secret that is set shows as
// [Mask], that pointers to plain values print what they point to, and that
// unexported fields are left out. Package fmt does not ask it for the verbs %p
// and %w, nor for a value in an unexported field of another struct, and prints
// those as they are.
func Format(f fmt.State, verb rune, v any) {
	rv, ok := structOf(v)
	if !ok {
		fmt.Fprint(f, "<nil>")
		return
	}
	sharp := verb == 'v' && f.Flag('#')
	named := verb == 'v' && f.Flag('+') || sharp
	var b strings.Builder
	if sharp {
		b.WriteString(rv.Type().String())
	}
	b.WriteByte('{')
	first := true
	for i := range rv.NumField() {
		field := rv.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		switch {
		case first:
		case sharp:
			b.WriteString(", ")
		default:
			b.WriteByte(' ')
		}
		first = false
		if named {
			b.WriteString(field.Name)
			b.WriteByte(':')
		}
		b.WriteString(text(f, verb, field, rv.Field(i)))
	}
	b.WriteByte('}')
	fmt.Fprint(f, b.String())
}

// LogValue implements [slog.LogValuer] for a struct v, or a pointer to one: a
// group of its fields that are set, named as on the wire, secrets as [Mask].
func LogValue(v any) slog.Value {
	rv, ok := structOf(v)
	if !ok {
		return slog.AnyValue(nil)
	}
	return slog.GroupValue(attrs(rv)...)
}

func attrs(rv reflect.Value) []slog.Attr {
	var list []slog.Attr
	for i := range rv.NumField() {
		field, value := rv.Type().Field(i), rv.Field(i)
		switch {
		case !field.IsExported() || value.IsZero():
		case field.Anonymous && field.Type.Kind() == reflect.Struct:
			list = append(list, attrs(value)...)
		case KindOf(field) != None:
			list = append(list, slog.Any(wireName(field), loggable(masked(KindOf(field), indirect(value)))))
		default:
			list = append(list, slog.Any(wireName(field), loggable(indirect(value))))
		}
	}
	return list
}

// loggable is what a log handler is given for a field. A handler asks a value
// for its LogValue, but not the elements of a list or a map, and would write
// their secrets; so those are asked here.
func loggable(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Interface && !v.IsNil():
		return loggable(v.Elem())
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil // its LogValue would panic
	case v.Kind() == reflect.Slice && holdsMore(v.Type().Elem()):
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(slog.AnyValue(loggable(v.Index(i))))
		}
		return list
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String && holdsMore(v.Type().Elem()):
		object := make(map[string]any, v.Len())
		for key, element := range v.Seq2() {
			object[key.String()] = plain(slog.AnyValue(loggable(element)))
		}
		return object
	default:
		return v.Interface()
	}
}

// holdsMore reports whether a value of type t can be or hold a struct.
func holdsMore(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return true
	default:
		return false
	}
}

// plain turns groups into maps, which a log handler writes inside a list too.
func plain(v slog.Value) any {
	v = v.Resolve()
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	object := make(map[string]any, len(v.Group()))
	for _, a := range v.Group() {
		object[a.Key] = plain(a.Value)
	}
	return object
}

func text(f fmt.State, verb rune, field reflect.StructField, value reflect.Value) string {
	if kind := KindOf(field); kind != None && !value.IsZero() {
		if kind == All {
			return Mask
		}
		value = masked(kind, indirect(value))
	}
	if field.Anonymous && value.Kind() == reflect.Struct {
		// An embedded parent may have no Format of its own to hide its secrets.
		var b strings.Builder
		Format(nested{f, &b}, verb, value.Interface())
		return b.String()
	}
	value = indirect(value)
	return fmt.Sprintf(fmt.FormatString(f, verb), value.Interface())
}

// nested is a fmt.State with the flags of another and its own output.
type nested struct {
	fmt.State
	out *strings.Builder
}

func (n nested) Write(p []byte) (int, error) { return n.out.Write(p) }

func structOf(v any) (reflect.Value, bool) {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	return rv, rv.Kind() == reflect.Struct
}

// indirect follows a pointer to a plain value, so that an optional parameter
// prints as its value and not as an address.
func indirect(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() != reflect.Struct {
		return v.Elem()
	}
	return v
}

func wireName(field reflect.StructField) string {
	return cmp.Or(wire.TagName(field), field.Name)
}
