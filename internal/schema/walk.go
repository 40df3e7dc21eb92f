package schema

import (
	"reflect"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A step is one step of a path: a member's name with the index -1, or an
// element's index.
type step struct {
	name  []byte
	index int
}

// deepestPath is how many steps the paths of a schema have at most: no value of
// the API is that deep.
const deepestPath = 32

// walk goes along a path such as "inventories[0].vmNics[1]" and calls do with the value that
// is there, if the result has one, and with what knows the types of an any in the struct
// that it is in. It clears fixed where a map is on the way, so that not all paths that
// differ in their indices alone lead to one type.
func walk(v reflect.Value, scope wire.Namer, path []byte, fixed *bool, do func(reflect.Value, wire.Namer) error) error {
	return walkOn(v, scope, path, true, deepestPath, fixed, do)
}

func walkOn(v reflect.Value, scope wire.Namer, path []byte, more bool, left int, fixed *bool, do func(reflect.Value, wire.Namer) error) error {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if !more {
		return do(v, scope)
	}
	to, rest, further, ok := cutStep(path)
	switch {
	case v.Kind() == reflect.Map:
		*fixed = false
		if v.Type().Key().Kind() != reflect.String || left == 0 {
			return nil
		}
		if ok && to.index < 0 && v.MapIndex(keyOf(v, to.name)).IsValid() {
			return inMap(v, scope, to.name, rest, further, left-1, fixed, do)
		}
		return inMap(v, scope, path, nil, false, left-1, fixed, do) // a key can have dots and brackets
	case !ok || left == 0:
	case v.Kind() == reflect.Slice && to.index >= 0 && to.index < v.Len():
		return walkOn(v.Index(to.index), scope, rest, further, left-1, fixed, do)
	case v.Kind() == reflect.Struct && to.index < 0:
		known := StructOf(v.Type())
		if member, ok := known.Member(v, to.name); ok {
			return walkOn(member, known.namer, rest, further, left-1, fixed, do)
		}
	}
	return nil
}

// inMap is walkOn for an element of a map, which goes back to the map when it may have
// changed.
func inMap(m reflect.Value, scope wire.Namer, key, rest []byte, more bool, left int, fixed *bool, do func(reflect.Value, wire.Namer) error) error {
	k := keyOf(m, key)
	old := m.MapIndex(k)
	if !old.IsValid() {
		return nil
	}
	element := reflect.New(m.Type().Elem()).Elem()
	element.Set(old)
	err := walkOn(element, scope, rest, more, left, fixed, do)
	m.SetMapIndex(k, element)
	return err
}

// keyOf returns a key of a map whose keys are strings.
func keyOf(m reflect.Value, key []byte) reflect.Value {
	return reflect.ValueOf(string(key)).Convert(m.Type().Key())
}

// cutStep takes the first step off a path such as "inventories[0].vmNics[1]".
// more says that rest is one too, be it empty; ok is false for what is not a path.
func cutStep(path []byte) (s step, rest []byte, more, ok bool) {
	end := 0
	if len(path) > 0 && path[0] == '[' {
		if s.index, end = cutIndex(path); end == 0 {
			return s, nil, false, false
		}
	} else {
		for end < len(path) && path[end] != '.' && path[end] != '[' {
			end++
		}
		s = step{name: path[:end], index: -1}
	}
	switch rest = path[end:]; {
	case len(rest) == 0:
		return s, nil, false, true
	case rest[0] == '.':
		return s, rest[1:], true, true
	default:
		return s, rest, true, rest[0] == '['
	}
}

// cutIndex reads "[12]" at the start of a path and returns where it ends; 0 when
// there is no index.
func cutIndex(path []byte) (index, end int) {
	const most = 9 // digits; no reply has that many elements
	for i, c := range path[1:] {
		switch {
		case c == ']' && i > 0:
			return index, i + 2
		case c < '0' || c > '9', i == most, i == 1 && path[1] == '0':
			return 0, 0
		}
		index = index*10 + int(c-'0')
	}
	return 0, 0
}
