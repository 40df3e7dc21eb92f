package registry

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// dialect is the version of JSON Schema that the schemas are written in.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// A schema is a part of a JSON schema.
type schema struct {
	Schema               string            `json:"$schema,omitempty"`
	Ref                  string            `json:"$ref,omitempty"`
	Title                string            `json:"title,omitempty"`
	Description          string            `json:"description,omitempty"`
	Type                 any               `json:"type,omitempty"`
	Const                any               `json:"const,omitempty"`
	Enum                 []json.RawMessage `json:"enum,omitempty"`
	Examples             []string          `json:"examples,omitempty"`
	Pattern              string            `json:"pattern,omitempty"`
	MinLength            int               `json:"minLength,omitempty"`
	MaxLength            int               `json:"maxLength,omitempty"`
	Minimum              *int64            `json:"minimum,omitempty"`
	Maximum              *int64            `json:"maximum,omitempty"`
	Items                *schema           `json:"items,omitempty"`
	MinItems             int               `json:"minItems,omitempty"`
	Properties           properties        `json:"properties,omitempty"`
	Required             []string          `json:"required,omitempty"`
	AdditionalProperties any               `json:"additionalProperties,omitempty"`
	AnyOf                []*schema         `json:"anyOf,omitempty"`
	OneOf                []*schema         `json:"oneOf,omitempty"`
	Default              json.RawMessage   `json:"default,omitempty"`
	WriteOnly            bool              `json:"writeOnly,omitempty"`
	Defs                 properties        `json:"$defs,omitempty"`
}

// properties keep their order, which is the one that people know.
type properties []property

type property struct {
	name   string
	schema *schema
}

// MarshalJSON writes an object.
func (p properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, property := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(property.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(property.schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// JSONSchema returns a JSON schema (draft 2020-12) of the action's parameters, an object
// with their wire names that the action can be read from. What the schema accepts also
// keeps to the limits that the client checks on Cloud, or on ZSphere where Cloud does not
// have the action, but for the length of strings
// outside the Basic Multilingual Plane, which the server counts twice. The client takes a
// little more: numbers in quotes, the allowed values in another case, and null for a
// parameter that is not given. What the other product requires is in the description. The
// credentials that every action takes are not among the parameters.
func (e Entry) JSONSchema() json.RawMessage {
	d := e.Describe()
	product := zstack.Cloud
	if !slices.Contains(e.Info().Products, product) {
		product = zstack.ZSphere
	}
	w := &schemaWriter{product: product, seen: make(map[string]bool)}
	s := &schema{Schema: dialect, Title: e.name, Description: e.summary, Type: "object", AdditionalProperties: false}
	for _, p := range d.Params {
		s.Properties = append(s.Properties, property{p.Name, w.field(p)})
		if p.requiredOn(product) {
			s.Required = append(s.Required, p.Name)
		}
	}
	s.Defs = w.defs
	text, err := json.Marshal(s)
	if err != nil {
		panic("registry: a schema cannot be written: " + err.Error())
	}
	return text
}

// A schemaWriter collects the data types that a schema needs.
type schemaWriter struct {
	product zstack.Product
	seen    map[string]bool
	defs    properties
}

// field is the schema of a parameter or a field. What it says of values goes to the
// elements of a list.
func (w *schemaWriter) field(f Field) *schema {
	s := w.typed(f.Type)
	s.Description, s.Default, s.WriteOnly = note(f), f.Default, f.Secret
	if f.NonEmpty {
		s.MinItems = 1
	}
	value := s
	for value.Items != nil {
		value = value.Items
	}
	value.Enum, value.Examples = enum(f), f.KnownValues
	value.MinLength, value.MaxLength, value.Minimum, value.Maximum = f.MinLength, f.MaxLength, f.Min, f.Max
	if f.NoEmptyString {
		value.MinLength = max(value.MinLength, 1)
	}
	if f.PatternOn == "" || f.PatternOn == w.product {
		value.Pattern = f.Pattern
	}
	if value.Type == "object" {
		for _, key := range f.Keys {
			if key.Name == "*" {
				continue
			}
			value.Properties = append(value.Properties, property{key.Name, w.field(key)})
			if key.Required {
				value.Required = append(value.Required, key.Name)
			}
		}
	}
	return s
}

// requiredOn reports whether a call on a product needs a value from its caller.
func (f Field) requiredOn(product zstack.Product) bool {
	known := len(f.Products) == 0 || slices.Contains(f.Products, product)
	return known && f.Default == nil && (f.Required || slices.Contains(f.RequiredOn, product))
}

// enum are the values of a field in JSON.
func enum(f Field) []json.RawMessage {
	var list []json.RawMessage
	for _, v := range f.Values {
		if strings.Contains(f.Type, "int") {
			list = append(list, json.RawMessage(v))
			continue
		}
		quoted, err := json.Marshal(v)
		if err != nil {
			panic("registry: a value cannot be written: " + err.Error())
		}
		list = append(list, quoted)
	}
	return list
}

// note is a field's description, with what JSON Schema has no words for.
func note(f Field) string {
	var s []string
	if f.Description != "" {
		s = append(s, f.Description)
	}
	for _, product := range f.RequiredOn {
		s = append(s, "The product "+string(product)+" requires it.")
	}
	if len(f.KnownValues) > 0 {
		s = append(s, "Known values: "+strings.Join(f.KnownValues, ", ")+".")
	}
	if len(f.ServerDefault) > 0 {
		s = append(s, "The server takes "+string(f.ServerDefault)+" where it is absent.")
	}
	return strings.Join(s, " ")
}

// typed is the schema of a type.
func (w *schemaWriter) typed(name string) *schema {
	if inner, ok := strings.CutPrefix(name, "list<"); ok {
		return &schema{Type: "array", Items: w.typed(strings.TrimSuffix(inner, ">"))}
	}
	if inner, ok := strings.CutPrefix(name, "map<string,"); ok {
		return &schema{Type: "object", AdditionalProperties: w.typed(strings.TrimSpace(strings.TrimSuffix(inner, ">")))}
	}
	switch name {
	case "string":
		return &schema{Type: "string"}
	case "bool":
		return &schema{Type: "boolean"}
	case "int32", "int64":
		return &schema{Type: "integer"}
	case "float32", "float64":
		return &schema{Type: "number"}
	case "timestamp":
		return &schema{Type: []string{"string", "integer"}}
	case "any":
		return &schema{}
	}
	w.define(name)
	return &schema{Ref: "#/$defs/" + name}
}

// define adds a data type to the definitions, once.
func (w *schemaWriter) define(name string) {
	t, ok := LookupType(name)
	if !ok || w.seen[name] {
		return
	}
	w.seen[name] = true
	if len(t.Values) > 0 {
		w.defs = append(w.defs, property{name, &schema{Type: "string", Description: t.Description, Enum: enum(Field{Type: "string", Values: t.Values})}})
		return
	}
	s := &schema{Type: "object", Description: t.Description, AdditionalProperties: false}
	for _, f := range t.Fields {
		s.Properties = append(s.Properties, property{f.Name, w.field(f)})
		if f.Required {
			s.Required = append(s.Required, f.Name)
		}
	}
	if o := t.OneOf; o != nil {
		for _, field := range o.Fields {
			s.OneOf = append(s.OneOf, &schema{Required: []string{field}})
		}
		if o.Unless != "" {
			s.AnyOf = []*schema{
				{Properties: properties{{o.Unless, &schema{Const: true}}}, Required: []string{o.Unless}},
				{OneOf: s.OneOf},
			}
			s.OneOf = nil
		}
	}
	w.defs = append(w.defs, property{name, s})
}
