package zstack

import (
	"reflect"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A subtyper is a data type that others extend. Subtype makes the value for a
// server class, keeps it for Concrete and returns a pointer to it; nil when the
// class is none of its subtypes.
type subtyper interface{ Subtype(class string) any }

// A schemaNode is one step of the paths in a reply's schema: what the server
// says about the value there, and about those inside it. Paths and classes that
// lead nowhere are skipped.
type schemaNode struct {
	class string
	inner map[string]*schemaNode
}

// readSchema makes a tree of paths such as "inventories[0].vmNics[1]".
func readSchema(schema map[string]string) *schemaNode {
	root := new(schemaNode)
	for path, class := range schema {
		if strings.Count(path, ".")+strings.Count(path, "[") > deepestPath {
			continue // no value of the API is that deep
		}
		node := root
		for key := range strings.SplitSeq(strings.ReplaceAll(path, "[", ".["), ".") {
			if node.inner == nil {
				node.inner = make(map[string]*schemaNode)
			}
			next := node.inner[key]
			if next == nil {
				next = new(schemaNode)
				node.inner[key] = next
			}
			node = next
		}
		node.class = class
	}
	return root
}

const (
	deepestPath = 32 // steps in a path of a schema
	mostValues  = 8  // Go values that hold the same JSON, as a subtype and its parent do
)

// apply gives values the subtypes that the schema names. data is the JSON text
// of all of them; there are two where a value and its subtype hold the same.
func (n *schemaNode) apply(d *wire.Decoder, path string, data []byte, values []reflect.Value) error {
	if n.class != "" {
		for _, v := range values {
			s, ok := v.Addr().Interface().(subtyper)
			if !ok || len(values) == mostValues {
				continue
			}
			if subtype := s.Subtype(n.class); subtype != nil {
				if err := decodeError(d.Decode(data, subtype)); err != nil {
					return within(path, err)
				}
				values = append(values, reflect.ValueOf(subtype).Elem())
			}
		}
	}
	if len(n.inner) == 0 {
		return nil
	}
	element := 0
	return d.Parts(data, func(key string, data []byte) error {
		index := element
		element++
		next := n.inner[key]
		if next == nil {
			return nil
		}
		var parts []reflect.Value
		for _, v := range values {
			if part := partOf(v, key, index); part.IsValid() {
				parts = append(parts, part)
			}
		}
		if len(parts) == 0 {
			return nil
		}
		return next.apply(d, step(path, key), data, parts)
	})
}

// step adds a step to a path.
func step(path, key string) string {
	if path == "" || strings.HasPrefix(key, "[") {
		return path + key
	}
	return path + "." + key
}

// within puts a path before that of a decoding error.
func within(path string, err error) error {
	if e, ok := err.(*DecodeError); ok {
		return &DecodeError{Field: strings.TrimSuffix(step(path, e.Field), "."), Err: e.Err}
	}
	return err
}

// partOf returns the struct behind a member or an element of a value, or the
// list there; the zero Value when there is none that could be or hold a subtype.
func partOf(v reflect.Value, key string, index int) reflect.Value {
	var part reflect.Value
	switch v.Kind() {
	case reflect.Struct:
		part = memberOf(v, key)
	case reflect.Slice:
		if index < v.Len() {
			part = v.Index(index)
		}
	}
	for part.IsValid() && part.Kind() == reflect.Pointer {
		part = part.Elem()
	}
	if !part.IsValid() || part.Kind() != reflect.Struct && part.Kind() != reflect.Slice {
		return reflect.Value{}
	}
	return part
}

func memberOf(v reflect.Value, name string) reflect.Value {
	if i, ok := resultFields(v.Type())[name]; ok {
		return v.Field(i)
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.Type.Kind() == reflect.Struct {
			if member := memberOf(v.Field(i), name); member.IsValid() {
				return member
			}
		}
	}
	return reflect.Value{}
}

// extensibleTypes remembers which types are or hold a subtyper, so that the
// schema of all other results is skipped.
var extensibleTypes sync.Map // of reflect.Type to bool

func isExtensible(t reflect.Type) bool {
	if known, ok := extensibleTypes.Load(t); ok {
		return known.(bool)
	}
	found := findSubtyper(t, make(map[reflect.Type]bool))
	extensibleTypes.Store(t, found)
	return found
}

func findSubtyper(t reflect.Type, seen map[reflect.Type]bool) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return false
	}
	seen[t] = true
	if reflect.PointerTo(t).Implements(reflect.TypeFor[subtyper]()) {
		return true
	}
	for i := range t.NumField() {
		if findSubtyper(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}
