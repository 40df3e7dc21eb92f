package wire

import (
	"cmp"
	stdencoding "encoding"
	"encoding/binary"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/go-json-experiment/json"
)

// A kind is how the values of a plan are read.
type kind uint8

const (
	// byLibrary leaves a value to the JSON library: types with methods of their
	// own, and all that no reply of the server has.
	byLibrary kind = iota
	asString
	// asOwnString is for a string type of ours that reads itself, for callers: what it refuses
	// is their mistake, which a server does not make.
	asOwnString
	asInt64
	asInt32
	asInt
	asFloat64
	asFloat32
	asBool
	asTime
	asAny
	asMap
	asStruct
	asPointer
	asList
	// asOpen is how a field is read whose value has a type only once the schema is known.
	asOpen
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

	extensible bool  // a struct that can have subtypes
	namer      Namer // of a struct: knows the types of an any in it
	holdsAny   bool  // there is an any in it, and no struct around that

	length atomic.Int32 // of a list: how many elements the last one had
	number int          // of a list: for its slab
}

// A field is where a member of a JSON object goes.
type field struct {
	// head and tail are the first and last eight bytes of what opens the member, or all of
	// it, behind a mask for the head.
	head, mask, tail uint64
	opening          string // the member's name as the server writes it, up to the colon
	plan             *plan
	next             atomic.Int32 // the member that came after it the last time
	id               int32        // of a field with a string; else noField
	offset           uint32
	kind             kind
}

// name is the name of the member.
func (f *field) name() string { return f.opening[len(`"`) : len(f.opening)-len(`":`)] }

// noField is the number of what is no field, and of a field whose strings are not
// remembered.
const noField = math.MaxInt32

// stringFields is how many fields with strings have a number.
var stringFields atomic.Int32

// opens reports whether the text at i begins with the member's name, and has a value
// behind it.
func (f *field) opens(text []byte, i int) bool {
	length := len(f.opening)
	if len(text)-i <= max(length, word) {
		return false
	}
	p := unsafe.Pointer(unsafe.SliceData(text))
	if load(p, i)&f.mask != f.head {
		return false
	}
	return length <= word || load(p, i+length-word) == f.tail && (length <= 2*word || string(text[i+word:i+length-word]) == f.opening[word:length-word])
}

// setOpening sets what a member of a name begins with.
func (f *field) setOpening(name string) {
	f.opening = `"` + name + `":`
	var head, mask, tail [8]byte
	copy(head[:], f.opening)
	for i := range min(len(mask), len(f.opening)) {
		mask[i] = 0xff
	}
	copy(tail[max(0, len(tail)-len(f.opening)):], f.opening[max(0, len(f.opening)-len(tail)):])
	f.head, f.mask, f.tail = binary.LittleEndian.Uint64(head[:]), binary.LittleEndian.Uint64(mask[:]), binary.LittleEndian.Uint64(tail[:])
}

// exactKinds are the types that the decoder's functions read. A named type of
// the same kind is none of them: the library reads it, and is strict.
var exactKinds = map[reflect.Type]kind{
	reflect.TypeFor[int64]():     asInt64,
	reflect.TypeFor[int32]():     asInt32,
	reflect.TypeFor[int]():       asInt,
	reflect.TypeFor[float64]():   asFloat64,
	reflect.TypeFor[float32]():   asFloat32,
	reflect.TypeFor[bool]():      asBool,
	reflect.TypeFor[time.Time](): asTime,
	reflect.TypeFor[any]():       asAny,
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

// HoldsAny reports whether there is an any in values of a type, with no struct around it.
func HoldsAny(t reflect.Type) bool { return planOf(t).holdsAny }

// A planner makes the plans of a type and of all types inside it.
type planner map[reflect.Type]*plan

func (made planner) plan(t reflect.Type) *plan {
	if known, ok := made[t]; ok {
		return known
	}
	p := &plan{typ: t}
	made[t] = p
	if k, ok := exactKinds[t]; ok {
		p.kind, p.holdsAny = k, k == asAny
		return p
	}
	if implementsAny(t, readers) && t.Kind() != reflect.Pointer {
		if isOwnString(t) {
			p.kind = asOwnString
		}
		return p
	}
	switch t.Kind() {
	case reflect.String:
		p.kind = asString
	case reflect.Pointer:
		p.kind = asPointer
		p.elem = made.plan(t.Elem())
		p.holdsAny = p.elem.holdsAny
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return p // bytes are written in base 64
		}
		p.kind, p.number = asList, int(lists.Add(1))-1
		p.elem, p.size = made.plan(t.Elem()), t.Elem().Size()
		p.holdsAny = p.elem.holdsAny
	case reflect.Map:
		if t.Key().Kind() != reflect.String || implementsAny(t.Key(), readers) {
			return p
		}
		p.kind = asMap
		p.elem = made.plan(t.Elem())
		p.holdsAny = p.elem.holdsAny
	case reflect.Struct:
		made.structure(p)
	}
	return p
}

// module is what the paths of our own packages begin with.
var module = strings.TrimSuffix(reflect.TypeFor[plan]().PkgPath(), "internal/wire")

// A member is a field of a struct before all are known.
type member struct {
	index  []int
	offset uintptr
	typ    reflect.Type
}

// members are those of a struct and of the structs that it embeds, by their names.
type members struct {
	found   map[string]member
	order   []string
	unusual bool // there is something that is left to the library
	some    bool // there is anything at all
}

// MembersOf returns where the members of a JSON object go in a struct, those of embedded
// parents included. Of two with the same name, the outermost counts, and then the first.
func MembersOf(t reflect.Type) map[string][]int {
	m := members{found: make(map[string]member)}
	m.add(t, nil, 0, nil)
	index := make(map[string][]int, len(m.found))
	for name, one := range m.found {
		index[name] = one.index
	}
	return index
}

// structure plans a struct, unless there is something about it that is left to
// the library: it knows what each tag means, and which of them are mistakes.
func (made planner) structure(p *plan) {
	all := members{found: make(map[string]member)}
	all.add(p.typ, nil, 0, nil)
	if all.unusual || !all.some && p.typ.NumField() > 0 {
		return
	}
	pointer := reflect.New(p.typ).Interface()
	_, p.extensible = pointer.(Subtyper)
	p.namer, _ = pointer.(Namer)
	p.index = make(map[string]int32, len(all.order))
	p.fields = make([]field, max(1, len(all.order)))
	p.fields[0].head = 1 // which no text begins with, should there be no members
	for i, name := range all.order {
		m := all.found[name]
		f := &p.fields[i]
		f.setOpening(name)
		f.offset, f.plan, f.id = uint32(m.offset), made.plan(m.typ), noField
		switch f.kind = f.plan.kind; {
		case f.kind == asString:
			f.id = stringFields.Add(1) - 1
		case f.plan.holdsAny && p.namer != nil:
			f.kind = asOpen
		}
		// Until a reply says otherwise, members come as they are declared.
		f.next.Store(int32((i + 1) % len(all.order)))
		p.index[name] = int32(i)
	}
	p.kind = asStruct
}

// add adds the members of a struct at an index and an offset, inside others.
func (m *members) add(t reflect.Type, at []int, offset uintptr, around []reflect.Type) {
	around = append(slices.Clip(around), t)
	for i := range t.NumField() {
		f, index := t.Field(i), append(slices.Clip(at), i)
		tag, tagged := f.Tag.Lookup("json")
		name := TagName(f)
		if tag == "-" || !f.IsExported() && !f.Anonymous && !tagged {
			continue
		}
		parent := f.Type
		if parent.Kind() == reflect.Pointer {
			parent = parent.Elem()
		}
		m.some = true
		switch {
		case f.Anonymous && name == "" && parent.Kind() == reflect.Struct:
			m.unusual = m.unusual || parent != f.Type || tag != "" || implementsAny(parent, readers) || implementsAny(parent, writers)
			if !slices.Contains(around, parent) {
				m.add(parent, index, offset+f.Offset, around)
			}
			continue
		case !isUsual(tag) || !f.IsExported() || f.Anonymous && name == "":
			m.unusual = true
		}
		if !f.IsExported() {
			continue
		}
		name = cmp.Or(name, f.Name)
		other, taken := m.found[name]
		switch {
		case !taken:
			m.order = append(m.order, name)
		case len(other.index) <= len(index):
			m.unusual = m.unusual || len(other.index) == len(index)
			continue
		}
		m.found[name] = member{index, offset + f.Offset, f.Type}
	}
}

// isUsual reports whether a tag says no more than the name of a field, and when it is
// written.
func isUsual(tag string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/"
	name, options, more := strings.Cut(tag, ",")
	switch options {
	case "omitzero", "omitempty", "omitzero,omitempty", "omitempty,omitzero":
		more = false
	}
	return !more && strings.Trim(name, plain) == ""
}
