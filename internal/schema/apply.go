package schema

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// Apply gives the values of a result the types that the schema names: the
// subtypes that Concrete returns, and the values of an any. It reads the body
// once more, and only where the schema changes something. Its errors are the decoder's.
func Apply(d *wire.Decoder, schema wire.Text, body *wire.Cursor, result reflect.Value) error {
	root := readSchema(schema, result)
	if root.isLeaf() {
		return nil
	}
	return root.inside(d, body, result, reflect.Value{}, nil)
}

// apply gives the value whose JSON comes next, and those inside it, their types.
func (n *node) apply(d *wire.Decoder, c *wire.Cursor, v reflect.Value, namer namer) error {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if n.class == "" {
		return n.inside(d, c, v, reflect.Value{}, namer)
	}
	text, err := c.Text()
	if err != nil {
		return asFieldError(err)
	}
	typed := n.typed(v, namer)
	if typed.IsValid() {
		if err := asFieldError(d.DecodeKnown(text, typed.Interface())); err != nil {
			return err
		}
		if v.Kind() == reflect.Interface {
			v.Set(typed)
			v, typed = typed, reflect.Value{}
		}
	}
	if n.isLeaf() {
		return nil
	}
	return n.inside(d, wire.TrustingCursor(text), v, typed, namer)
}

// typed makes the value of the node's class: what an any becomes, or the subtype
// of a struct. It returns the zero Value when there is no such type.
func (n *node) typed(v reflect.Value, namer namer) reflect.Value {
	var made any
	switch {
	case !v.CanSet(): // a value of the caller's that was there before
	case v.Kind() == reflect.Interface && v.NumMethod() == 0 && !v.IsNil() && namer != nil:
		made = namer.Named(n.class)
	case v.Kind() == reflect.Struct:
		if s, ok := v.Addr().Interface().(subtyper); ok {
			made = s.Subtype(n.class)
		}
	}
	if p := reflect.ValueOf(made); p.Kind() == reflect.Pointer && p.Elem().Kind() == reflect.Struct {
		return p
	}
	return reflect.Value{}
}

// inside gives the values inside v, whose JSON comes next, their types. subtype
// points to the subtype that v is; it is the zero Value when v is none.
func (n *node) inside(d *wire.Decoder, c *wire.Cursor, v, subtype reflect.Value, namer namer) error {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return c.Parts(func(name []byte, index int) error {
		at := step{name: name, index: index}
		next := n.inner(at)
		if next == nil {
			return c.Skip()
		}
		err := next.part(d, c, at, v, subtype, namer)
		if err != nil {
			err = within(at, err)
		}
		return err
	})
}

// part gives the part of v, or of its subtype, that is one step further its type.
func (n *node) part(d *wire.Decoder, c *wire.Cursor, at step, v, subtype reflect.Value, namer namer) error {
	switch {
	case v.Kind() == reflect.Struct && at.index < 0:
		return n.member(d, c, at.name, v, subtype)
	case v.Kind() == reflect.Slice && at.index >= 0 && at.index < v.Len():
		return n.apply(d, c, v.Index(at.index), namer)
	case v.Kind() == reflect.Map && at.index < 0 && v.Type().Key().Kind() == reflect.String:
		key := reflect.ValueOf(string(at.name)).Convert(v.Type().Key())
		if old := v.MapIndex(key); old.IsValid() {
			element := reflect.New(v.Type().Elem()).Elem()
			element.Set(old)
			err := n.apply(d, c, element, namer)
			v.SetMapIndex(key, element)
			return err
		}
	}
	return c.Skip()
}

// member gives a member of a struct, or of its subtype, its type. What the
// subtype inherits is one value, which gets its type once.
func (n *node) member(d *wire.Decoder, c *wire.Cursor, name []byte, v, subtype reflect.Value) error {
	known := StructOf(v.Type())
	member, ok := known.Member(v, name)
	var inherited reflect.Value
	if subtype.IsValid() {
		extended := StructOf(subtype.Type().Elem())
		inherited, _ = extended.Member(subtype.Elem(), name)
		if !ok && inherited.IsValid() {
			return n.apply(d, c, inherited, extended.namer)
		}
	}
	if !ok {
		return c.Skip()
	}
	err := n.apply(d, c, member, known.namer)
	if inherited.IsValid() && inherited.Type() == member.Type() {
		inherited.Set(member)
	}
	return err
}

// asFieldError makes an error of the decoder one that has a path, though it may be empty.
func asFieldError(err error) error {
	var field *wire.FieldError
	var syntax *wire.SyntaxError
	switch {
	case errors.As(err, &field):
		return field
	case errors.As(err, &syntax):
		return &wire.FieldError{Err: err}
	default:
		return err
	}
}

// within puts a step in front of the path of a decoding error.
func within(s step, err error) error {
	e, ok := err.(*wire.FieldError)
	if !ok {
		return err
	}
	path := string(s.name)
	if s.index >= 0 {
		path = "[" + strconv.Itoa(s.index) + "]"
	}
	if e.Path != "" && !strings.HasPrefix(e.Path, "[") {
		path += "."
	}
	return &wire.FieldError{Path: path + e.Path, Err: e.Err}
}
