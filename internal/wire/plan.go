package wire

import (
	stdencoding "encoding"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
)

// A kind is how the values of a plan are read.
type kind uint8

const (
	// byLibrary leaves a value to the JSON library: types with methods of their
	// own, and all that no reply of the server has.
	byLibrary kind = iota
	asText
	asInt64
	asInt32
	asInt
	asFloat64
	asFloat32
	asBool
	asTime
	asAny
	asMap
	asTextMap
	asStruct
	asPointer
	asList
)

// A plan says how JSON is bound to the values of one Go type. Plans are made once
// for each type and shared by all; what they learn of the data they hold in
// atomics, and a wrong guess costs time and nothing else.
type plan struct {
	kind kind
	typ  reflect.Type
	elem *plan   // of a list or a pointer
	size uintptr // of an element of a list

	fields []field          // of a struct, those of embedded parents included
	index  map[string]int32 // of a struct: where in fields a member is
	first  atomic.Int32     // of a struct: the member that came first the last time

	length atomic.Int32 // of a list: how many elements the last one had
}

// A field is where a member of a JSON object goes.
type field struct {
	opening string // the member's name as the server writes it, up to the colon
	offset  uintptr
	plan    *plan
	next    atomic.Int32 // the member that came after it the last time
}

// exactKinds are the types that the decoder's functions read. A named type of
// the same kind is none of them: the library reads it, and is strict.
var exactKinds = map[reflect.Type]kind{
	reflect.TypeFor[int64]():             asInt64,
	reflect.TypeFor[int32]():             asInt32,
	reflect.TypeFor[int]():               asInt,
	reflect.TypeFor[float64]():           asFloat64,
	reflect.TypeFor[float32]():           asFloat32,
	reflect.TypeFor[bool]():              asBool,
	reflect.TypeFor[time.Time]():         asTime,
	reflect.TypeFor[any]():               asAny,
	reflect.TypeFor[map[string]any]():    asMap,
	reflect.TypeFor[map[string]string](): asTextMap,
}

// readers are the interfaces of types that read themselves.
var readers = []reflect.Type{
	reflect.TypeFor[json.UnmarshalerFrom](),
	reflect.TypeFor[json.Unmarshaler](),
	reflect.TypeFor[stdencoding.TextUnmarshaler](),
}

// writers are the interfaces of types that write themselves, which the library
// does not want to see embedded either.
var writers = []reflect.Type{
	reflect.TypeFor[json.MarshalerTo](),
	reflect.TypeFor[json.Marshaler](),
	reflect.TypeFor[stdencoding.TextMarshaler](),
	reflect.TypeFor[stdencoding.TextAppender](),
}

func implementsAny(t reflect.Type, wanted []reflect.Type) bool {
	for _, w := range wanted {
		if t.Implements(w) || reflect.PointerTo(t).Implements(w) {
			return true
		}
	}
	return false
}

var plans sync.Map // of reflect.Type to *plan

func planOf(t reflect.Type) *plan {
	if known, ok := plans.Load(t); ok {
		return known.(*plan)
	}
	made := make(planner)
	p := made.plan(t)
	for t, p := range made {
		// Nobody sees a plan before those that it leads to are complete. Two
		// that were made at the same time do the same.
		plans.LoadOrStore(t, p)
	}
	return p
}

// A planner makes the plans of a type and of all types inside it.
type planner map[reflect.Type]*plan

func (made planner) plan(t reflect.Type) *plan {
	if known, ok := made[t]; ok {
		return known
	}
	p := &plan{typ: t}
	made[t] = p
	if k, ok := exactKinds[t]; ok {
		p.kind = k
		return p
	}
	if implementsAny(t, readers) && t.Kind() != reflect.Pointer {
		return p
	}
	switch t.Kind() {
	case reflect.String:
		p.kind = asText
	case reflect.Pointer:
		p.kind = asPointer
		p.elem = made.plan(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return p // bytes are written in base 64
		}
		p.kind = asList
		p.elem, p.size = made.plan(t.Elem()), t.Elem().Size()
	case reflect.Struct:
		made.structure(p)
	}
	return p
}

// A member is a field of a struct before all are known.
type member struct {
	offset uintptr
	typ    reflect.Type
	depth  int
}

// structure plans a struct, unless there is something about it that is left to
// the library: it knows what each tag means, and which of them are mistakes.
func (made planner) structure(p *plan) {
	found := make(map[string]member)
	var order []string
	if !collect(p.typ, 0, 0, found, &order) || len(order) == 0 {
		return
	}
	p.index = make(map[string]int32, len(order))
	p.fields = make([]field, len(order))
	for i, name := range order {
		m := found[name]
		f := &p.fields[i]
		f.opening, f.offset, f.plan = `"`+name+`":`, m.offset, made.plan(m.typ)
		// Until a reply says otherwise, members come as they are declared.
		f.next.Store(int32((i + 1) % len(order)))
		p.index[name] = int32(i)
	}
	p.kind = asStruct
}

// collect finds the members of a struct and of those that it embeds. ok is false
// for one with anything unusual in it.
func collect(t reflect.Type, offset uintptr, depth int, found map[string]member, order *[]string) (ok bool) {
	some := false
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous && !tagged {
			continue
		}
		name, ok := memberName(tag)
		switch {
		case !ok:
			return false
		case f.Anonymous && name == "":
			if f.Type.Kind() != reflect.Struct || tag != "" || implementsAny(f.Type, readers) || implementsAny(f.Type, writers) ||
				!collect(f.Type, offset+f.Offset, depth+1, found, order) {
				return false
			}
			some = true
			continue
		case !f.IsExported():
			return false
		case name == "":
			name = f.Name
		}
		some = true
		other, taken := found[name]
		switch {
		case !taken:
			*order = append(*order, name)
		case other.depth == depth:
			return false
		case other.depth < depth:
			continue
		}
		found[name] = member{offset + f.Offset, f.Type, depth}
	}
	return some
}

// memberName is the name in a tag; "" when it has none. ok is false for a tag
// that says more than how the field is written.
func memberName(tag string) (name string, ok bool) {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/"
	name, options, more := strings.Cut(tag, ",")
	if strings.Trim(name, plain) != "" {
		return "", false
	}
	switch options {
	case "omitzero", "omitempty", "omitzero,omitempty", "omitempty,omitzero":
		return name, true
	default:
		return name, !more
	}
}
