package params

import (
	"bytes"
	"errors"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// Fill fills an action, whose plan it is, from a JSON object of parameters under their wire
// names. Members that the object does not have keep their value, and null unsets a
// parameter. given, unless it is nil, remembers what was set. The error is a [*Violation],
// or the decoder's when the object cannot be read.
func (p *Plan) Fill(action reflect.Value, data []byte, given *Given) error {
	return wire.RawMembers(data, func(member string, value []byte) error {
		i, ok := p.byWire[member]
		if !ok {
			return &Violation{member, Unknown, "is not a parameter of the action"}
		}
		return p.Params[i].fill(action.Field(p.Params[i].Field), value, given)
	})
}

// fill sets one field from the JSON text of its parameter.
func (p *Param) fill(field reflect.Value, value []byte, given *Given) error {
	if wire.IsNull(value) {
		if p.required && p.fallback.IsValid() {
			// Unset, the default would be sent; null says that it must not be.
			return &Violation{Field: p.Wire, Constraint: Required, Reason: "is required and null"}
		}
		field.SetZero()
		given.set(p.bit, false)
		return nil
	}
	value, err := withoutNulls(field.Type(), value)
	if err != nil {
		return &Violation{Field: p.Wire, Constraint: NoNullElements, Reason: err.Error()}
	}
	into := reflect.New(field.Type())
	if err := wire.DecodeInput(value, into.Interface()); err != nil {
		reason := "cannot be read: " + err.Error()
		switch {
		case errors.Is(err, redact.ErrMasked):
			reason = redact.ErrMasked.Error()
		case p.sensitive != redact.None:
			reason = "has a value of the wrong kind" // the reason can quote the value
		}
		return &Violation{Field: p.Wire, Constraint: Type, Reason: reason}
	}
	field.Set(into.Elem())
	given.set(p.bit, true)
	return nil
}

var errNullElement = errors.New("has a null in a list")

// withoutNulls drops the members of maps and structs that are null, which Go would
// read as zeros, and refuses nulls in lists. A value of the wrong kind is left for the
// decoder to refuse.
func withoutNulls(t reflect.Type, value []byte) ([]byte, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !bytes.Contains(value, []byte("null")) {
		return value, nil
	}
	var open, end byte = '{', '}'
	inner := func(string) reflect.Type { return t.Elem() }
	switch t.Kind() {
	case reflect.Slice:
		open, end = '[', ']'
	case reflect.Map:
	case reflect.Struct:
		inner = func(name string) reflect.Type { return memberType(t, name) }
	default:
		return value, nil
	}
	if value = bytes.TrimSpace(value); len(value) == 0 || value[0] != open {
		return value, nil
	}
	kept := []byte{open}
	err := wire.UTC.Parts(value, func(key string, part []byte) error {
		if wire.IsNull(part) {
			if open == '[' {
				return errNullElement
			}
			return nil
		}
		if t := inner(key); t != nil {
			var err error
			if part, err = withoutNulls(t, part); err != nil {
				return err
			}
		}
		var err error
		kept, err = appendPart(kept, key, part)
		return err
	})
	return append(kept, end), err
}

// appendPart appends a part of an object, which has a key, or of a list to what begins with
// its bracket.
func appendPart(kept []byte, key string, part []byte) ([]byte, error) {
	object := kept[0] == '{'
	if len(kept) > 1 {
		kept = append(kept, ',')
	}
	if object {
		name, err := wire.Encode(key)
		if err != nil {
			return kept, err
		}
		kept = append(append(kept, name...), ':')
	}
	return append(kept, part...), nil
}

// memberType is the type of a struct's member by its wire name; nil when it has none.
func memberType(t reflect.Type, name string) reflect.Type {
	if index, ok := schema.StructOf(t).Members[name]; ok {
		return t.FieldByIndex(index).Type
	}
	return nil
}
