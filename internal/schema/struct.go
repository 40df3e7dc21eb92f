package schema

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"sync"

	"github.com/zstack-go/zstack-go/internal/wire"
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

// A Struct is what has to be known of a struct type to follow a path through its
// values.
type Struct struct {
	// Members says where the members of the JSON object go, those of embedded
	// parents included.
	Members map[string][]int
	// extensible types can have subtypes.
	extensible bool
	// namer says what an any in the struct can be; nil for a type without Named.
	namer namer
}

var structs sync.Map // of reflect.Type to *Struct

// StructOf returns what is known of a struct type.
func StructOf(t reflect.Type) *Struct {
	if known, ok := structs.Load(t); ok {
		return known.(*Struct)
	}
	s := &Struct{Members: make(map[string][]int)}
	s.add(t, nil, make(map[reflect.Type]bool))
	pointer := reflect.New(t).Interface()
	_, s.extensible = pointer.(subtyper)
	s.namer, _ = pointer.(namer)
	known, _ := structs.LoadOrStore(t, s)
	return known.(*Struct)
}

// add adds the members of a struct and of those that it embeds, of which the
// outermost counts where two have the same name.
func (s *Struct) add(t reflect.Type, at []int, seen map[reflect.Type]bool) {
	seen[t] = true
	for i := range t.NumField() {
		f, index := t.Field(i), append(slices.Clip(at), i)
		name := wire.TagName(f)
		parent := f.Type
		if parent.Kind() == reflect.Pointer {
			parent = parent.Elem()
		}
		switch {
		case f.Anonymous && name == "" && parent.Kind() == reflect.Struct:
			if !seen[parent] {
				s.add(parent, index, seen)
			}
			continue
		case !f.IsExported() || name == "-":
			continue
		}
		name = cmp.Or(name, f.Name)
		if known, ok := s.Members[name]; !ok || len(index) < len(known) {
			s.Members[name] = index
		}
	}
}

// Empty sets the members of a struct of this type to zero.
func (s *Struct) Empty(v reflect.Value) {
	for _, index := range s.Members {
		if member, err := v.FieldByIndexErr(index); err == nil {
			member.SetZero()
		}
	}
}

// Target returns what to decode a member of a struct of this type into, for which
// it makes the parents that are embedded as pointers. It returns nil when the type
// has no member of that name.
func (s *Struct) Target(v reflect.Value, name string) any {
	index, ok := s.Members[name]
	if !ok {
		return nil
	}
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() && !v.CanSet() {
				return new(unreachable)
			}
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v.Addr().Interface()
}

// An unreachable stands for a member that cannot be set, and says so when there is
// something to decode.
type unreachable struct{}

// UnmarshalJSON returns an error.
func (*unreachable) UnmarshalJSON([]byte) error {
	return errors.New("is in an unexported struct that is embedded as a pointer, which cannot be made")
}

// Member returns a member of a struct of this type; false when it has none of
// that name.
func (s *Struct) Member(v reflect.Value, name []byte) (reflect.Value, bool) {
	index, ok := s.Members[string(name)]
	if !ok {
		return reflect.Value{}, false
	}
	member, err := v.FieldByIndexErr(index)
	return member, err == nil
}

// users remembers the types whose values can hold a subtype or a typed
// any, so that the schema of all other results is skipped.
var users sync.Map // of reflect.Type to bool

// Applies reports whether the values of a type can hold a subtype or a typed any, so that
// a schema says something about them.
func Applies(t reflect.Type) bool {
	if known, ok := users.Load(t); ok {
		return known.(bool)
	}
	found := isUser(t, make(map[reflect.Type]bool))
	users.Store(t, found)
	return found
}

func isUser(t reflect.Type, seen map[reflect.Type]bool) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return false
	}
	seen[t] = true
	if s := StructOf(t); s.extensible || s.namer != nil {
		return true
	}
	for i := range t.NumField() {
		if isUser(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}
