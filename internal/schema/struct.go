package schema

import (
	"errors"
	"reflect"
	"sync"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Struct is what has to be known of a struct type to follow a path through its
// values.
type Struct struct {
	// Members says where the members of the JSON object go, those of embedded
	// parents included.
	Members map[string][]int
	// subtyper makes the subtypes; nil for a type without any.
	subtyper wire.Subtyper
	// namer says what an any in the struct can be; nil for a type without Named.
	namer wire.Namer
}

var structs sync.Map // of reflect.Type to *Struct

// StructOf returns what is known of a struct type.
func StructOf(t reflect.Type) *Struct {
	if known, ok := structs.Load(t); ok {
		return known.(*Struct)
	}
	pointer := reflect.New(t).Interface()
	s := &Struct{Members: wire.MembersOf(t)}
	s.subtyper, _ = pointer.(wire.Subtyper)
	s.namer, _ = pointer.(wire.Namer)
	known, _ := structs.LoadOrStore(t, s)
	return known.(*Struct)
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

// Move sets the members of a struct of this type to those of another one.
func (s *Struct) Move(to, from reflect.Value) {
	s.Empty(to)
	for name, index := range s.Members {
		member, err := from.FieldByIndexErr(index)
		if err != nil {
			continue // it is in a parent that was not needed
		}
		if into := reflect.ValueOf(s.Target(to, name)); into.Type().Elem() == member.Type() {
			into.Elem().Set(member)
		}
	}
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
	if s := StructOf(t); s.subtyper != nil || s.namer != nil {
		return true
	}
	for i := range t.NumField() {
		if isUser(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}
