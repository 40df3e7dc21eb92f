package schema

import "reflect"

// A step is one step of a path: a member's name with the index -1, or an
// element's index.
type step struct {
	name  []byte
	index int
}

// deepestPath is how many steps the paths of a schema have at most: no value of
// the API is that deep.
const deepestPath = 32

// A position is where a path of a schema leads in a decoded result.
type position struct {
	steps []step
	// value is what is there, pointers and interfaces followed.
	value reflect.Value
	// isAny says that it stands in an interface, and scope in which struct that
	// is; nil at the start.
	isAny bool
	scope *structType
	// isFixed says that no map and no interface is on the way, so that the types
	// on it are the same whatever the indices are.
	isFixed bool
	// subtypeAt is, for a member that only a subtype may have, how many steps lead
	// to the value that may be of that subtype; otherwise 0.
	subtypeAt int
}

// follow goes along a path as far as the result leads; ok is false when the path
// goes on from there, or is none. The steps are valid until the next call.
func (r *reader) follow(path []byte) (p position, ok bool) {
	p = position{steps: r.steps[:0], value: r.result, isFixed: true}
	for more := true; more; {
		at, rest, next, ok := cutStep(path)
		if !ok || len(p.steps) == deepestPath {
			return p, false
		}
		if p.subtypeAt == 0 && !r.enter(&p, at) {
			// A map's key can have dots and brackets.
			at, rest, next = step{name: path, index: -1}, nil, false
			if p.value.Kind() != reflect.Map || !r.enter(&p, at) {
				return p, false
			}
		}
		p.steps = append(p.steps, at)
		path, more = rest, next
	}
	return p, true
}

// enter goes one step further; false when there is nothing.
func (r *reader) enter(p *position, to step) bool {
	var next reflect.Value
	v, scope := p.value, p.scope
	switch {
	case v.Kind() == reflect.Slice && to.index >= 0 && to.index < v.Len():
		next = v.Index(to.index)
	case v.Kind() == reflect.Map && to.index < 0:
		next = elementOf(v, to.name, scope)
	case v.Kind() == reflect.Struct && to.index < 0:
		scope = r.typeOf(v.Type())
		var ok bool
		if next, ok = scope.Member(v, to.name); !ok && scope.extensible && len(p.steps) > 0 {
			p.subtypeAt = len(p.steps)
			return true
		}
	}
	isAny := next.Kind() == reflect.Interface || v.Kind() == reflect.Map && v.Type().Elem().Kind() == reflect.Interface
	fixed := v.Kind() != reflect.Map
	for next.Kind() == reflect.Pointer || next.Kind() == reflect.Interface {
		fixed = fixed && next.Kind() != reflect.Interface
		next = next.Elem()
	}
	if !next.IsValid() {
		return false
	}
	p.value, p.isAny, p.scope = next, isAny, scope
	p.isFixed = p.isFixed && fixed
	return true
}

// elementOf returns the element of a map; the zero Value when there is none, or
// none that a schema has something to say about.
func elementOf(v reflect.Value, key []byte, scope *structType) reflect.Value {
	if object, ok := v.Interface().(map[string]any); ok {
		// The most common map, without the copies that reflection makes.
		return reflect.ValueOf(object[string(key)])
	}
	t := v.Type()
	if t.Key().Kind() != reflect.String || scope.namer == nil && !Applies(t.Elem()) {
		return reflect.Value{}
	}
	return v.MapIndex(reflect.ValueOf(string(key)).Convert(t.Key()))
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
