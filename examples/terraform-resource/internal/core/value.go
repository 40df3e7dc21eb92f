package core

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A Config is the block of a provider or of a resource: strings, []string and, for nested
// attributes, another Config. Unknown stands for a value that is known after an apply.
type Config map[string]any

// Unknown is a value in a Config that is not known yet.
var Unknown any = tftypes.UnknownValue

// toValue makes a value of a type; what a Config leaves out is null.
func toValue(t tftypes.Type, v any) (tftypes.Value, error) {
	if v == nil || v == Unknown {
		return tftypes.NewValue(t, v), nil
	}
	switch v := v.(type) {
	case string:
		if t.Is(tftypes.String) {
			return tftypes.NewValue(t, v), nil
		}
	case []string:
		elements := make([]tftypes.Value, 0, len(v))
		for _, s := range v {
			elements = append(elements, tftypes.NewValue(tftypes.String, s))
		}
		if t.Is(tftypes.Set{}) || t.Is(tftypes.List{}) {
			return tftypes.NewValue(t, elements), nil
		}
	case Config:
		if object, ok := t.(tftypes.Object); ok {
			return toObject(object, v)
		}
	}
	return tftypes.Value{}, fmt.Errorf("got a %T, want a %s", v, t)
}

func toObject(t tftypes.Object, c Config) (tftypes.Value, error) {
	members := make(map[string]tftypes.Value, len(t.AttributeTypes))
	for name, attribute := range t.AttributeTypes {
		value, err := toValue(attribute, c[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		members[name] = value
	}
	for name := range c {
		if _, ok := members[name]; !ok {
			return tftypes.Value{}, fmt.Errorf("there is no attribute %s", name)
		}
	}
	return tftypes.NewValue(t, members), nil
}

// fromValue is the reverse of toValue.
func fromValue(v tftypes.Value) any {
	if !v.IsKnown() {
		return Unknown
	}
	if v.IsNull() {
		return nil
	}
	var text string
	if v.As(&text) == nil {
		return text
	}
	var elements []tftypes.Value
	if v.As(&elements) == nil {
		list := make([]string, 0, len(elements))
		for _, element := range elements {
			s, _ := fromValue(element).(string)
			list = append(list, s)
		}
		return list
	}
	c := Config{}
	for name, member := range members(v) {
		c[name] = fromValue(member)
	}
	return c
}

// members returns the members of an object, or none of what is null or not known.
func members(v tftypes.Value) map[string]tftypes.Value {
	var m map[string]tftypes.Value
	if !v.IsKnown() || v.IsNull() || v.As(&m) != nil {
		return nil
	}
	return m
}
