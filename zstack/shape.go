package zstack

import (
	"reflect"
	"sync"
)

// A subtyper is a data type that others extend. Subtype makes the value for a
// server class, keeps it for Concrete and returns a pointer to it; nil when the
// class is none of its subtypes.
type subtyper interface{ Subtype(class string) any }

// A namer is a data type or a result with an any in it. Named makes the value
// for a server class and returns a pointer to it; nil when there is no type for
// the class. The engine has no table of types of its own: one would be linked
// into every program.
type namer interface{ Named(class string) any }

// A shape is what the engine has to know of a struct type to follow a path
// through its values.
type shape struct {
	// members says where the members of the JSON object go, those of embedded
	// parents included.
	members map[string][]int
	// extensible types can have subtypes.
	extensible bool
	// namer says what an any in the struct can be; nil for a type without Named.
	namer namer
}

var shapes sync.Map // of reflect.Type to *shape

func shapeOf(t reflect.Type) *shape {
	if known, ok := shapes.Load(t); ok {
		return known.(*shape)
	}
	s := &shape{members: make(map[string][]int)}
	for _, f := range reflect.VisibleFields(t) {
		name := wireName(f)
		if f.IsExported() && name != "" && name != "-" {
			s.members[name] = f.Index
		}
	}
	pointer := reflect.New(t).Interface()
	_, s.extensible = pointer.(subtyper)
	s.namer, _ = pointer.(namer)
	known, _ := shapes.LoadOrStore(t, s)
	return known.(*shape)
}

// member returns a member of a struct of this shape; false when it has none of
// that name.
func (s *shape) member(v reflect.Value, name []byte) (reflect.Value, bool) {
	index, ok := s.members[string(name)]
	if !ok {
		return reflect.Value{}, false
	}
	member, err := v.FieldByIndexErr(index)
	return member, err == nil
}

// schemaUsers remembers the types whose values can hold a subtype or a typed
// any, so that the schema of all other results is skipped.
var schemaUsers sync.Map // of reflect.Type to bool

func usesSchema(t reflect.Type) bool {
	if known, ok := schemaUsers.Load(t); ok {
		return known.(bool)
	}
	found := findSchemaUser(t, make(map[reflect.Type]bool))
	schemaUsers.Store(t, found)
	return found
}

func findSchemaUser(t reflect.Type, seen map[reflect.Type]bool) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return false
	}
	seen[t] = true
	if s := shapeOf(t); s.extensible || s.namer != nil {
		return true
	}
	for i := range t.NumField() {
		if findSchemaUser(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}
