package zstack

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// applySchema gives the values of a result the types that the schema names: the
// subtypes that Concrete returns, and the values of an any. It reads the body
// once more, and only where the schema changes something.
func applySchema(d *wire.Decoder, schema wire.Text, body *wire.Cursor, result reflect.Value) error {
	root := readSchema(schema, result)
	if root.isLeaf() {
		return nil
	}
	return root.inside(d, body, result, reflect.Value{}, nil)
}

// apply gives the value whose JSON comes next, and those inside it, their types.
func (n *schemaNode) apply(d *wire.Decoder, c *wire.Cursor, v reflect.Value, namer namer) error {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if n.class == "" {
		return n.inside(d, c, v, reflect.Value{}, namer)
	}
	text, err := c.Text()
	if err != nil {
		return decodeError(err)
	}
	typed := n.typed(v, namer)
	if typed.IsValid() {
		if err := decodeError(d.DecodeKnown(text, typed.Interface())); err != nil {
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
func (n *schemaNode) typed(v reflect.Value, namer namer) reflect.Value {
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
func (n *schemaNode) inside(d *wire.Decoder, c *wire.Cursor, v, subtype reflect.Value, namer namer) error {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return c.Parts(func(name []byte, index int) error {
		step := schemaStep{name: name, index: index}
		next := n.inner(step)
		if next == nil {
			return c.Skip()
		}
		err := next.part(d, c, step, v, subtype, namer)
		if err != nil {
			err = within(step, err)
		}
		return err
	})
}

// part gives the part of v, or of its subtype, that is one step further its type.
func (n *schemaNode) part(d *wire.Decoder, c *wire.Cursor, step schemaStep, v, subtype reflect.Value, namer namer) error {
	switch {
	case v.Kind() == reflect.Struct && step.index < 0:
		return n.member(d, c, step.name, v, subtype)
	case v.Kind() == reflect.Slice && step.index >= 0 && step.index < v.Len():
		return n.apply(d, c, v.Index(step.index), namer)
	case v.Kind() == reflect.Map && step.index < 0 && v.Type().Key().Kind() == reflect.String:
		key := reflect.ValueOf(string(step.name)).Convert(v.Type().Key())
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
func (n *schemaNode) member(d *wire.Decoder, c *wire.Cursor, name []byte, v, subtype reflect.Value) error {
	shape := shapeOf(v.Type())
	member, ok := shape.member(v, name)
	var inherited reflect.Value
	if subtype.IsValid() {
		extended := shapeOf(subtype.Type().Elem())
		inherited, _ = extended.member(subtype.Elem(), name)
		if !ok && inherited.IsValid() {
			return n.apply(d, c, inherited, extended.namer)
		}
	}
	if !ok {
		return c.Skip()
	}
	err := n.apply(d, c, member, shape.namer)
	if inherited.IsValid() && inherited.Type() == member.Type() {
		inherited.Set(member)
	}
	return err
}

// within puts a step in front of the path of a decoding error.
func within(s schemaStep, err error) error {
	e, ok := err.(*DecodeError)
	if !ok {
		return err
	}
	path := string(s.name)
	if s.index >= 0 {
		path = "[" + strconv.Itoa(s.index) + "]"
	}
	if e.Field != "" && !strings.HasPrefix(e.Field, "[") {
		path += "."
	}
	return &DecodeError{Field: path + e.Field, Err: e.Err}
}
