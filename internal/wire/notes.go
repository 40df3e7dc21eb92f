package wire

import (
	"maps"
	"reflect"
	"sync"
	"unsafe"
)

// A Subtyper is a data type that others extend. Subtype makes the value for a server
// class, keeps it for Concrete and returns a pointer to it; nil when the class is none of
// its subtypes.
type Subtyper interface{ Subtype(class string) any }

// A Namer is a data type or a result with an any in it. Named makes the value for a server
// class and returns a pointer to it; nil when there is no type for the class. The decoder
// has no table of types of its own: one would be linked into every program.
type Namer interface{ Named(class string) any }

// Notes are what a result and its schema have to know of one another. The schema says
// which class a value is of, and comes last: what it can change is kept until then.
type Notes struct {
	// Namer knows the types of an any among the members; nil when there are none.
	Namer Namer
	// Classes are the classes that the schema names, by their paths; nil until it has been
	// read.
	Classes map[string]string

	// Room is how much may be kept of objects; less than zero once more was forgotten.
	Room int

	kept map[string]Kept
	open []string
}

// A Kept is JSON text that was kept for a schema: a whole value, or an object with those
// members of one that only a subtype can have.
type Kept struct {
	JSON        []byte
	OnlySubtype bool
}

// Kept returns what was kept at a path.
func (n *Notes) Kept(path []byte) (kept Kept, ok bool) {
	kept, ok = n.kept[string(path)]
	return kept, ok
}

// IsEmpty reports whether nothing was kept.
func (n *Notes) IsEmpty() bool { return len(n.kept) == 0 }

// Open returns the paths of the whole values that were kept.
func (n *Notes) Open() []string { return n.open }

func (n *Notes) keep(path string, kept Kept) {
	if n.kept == nil {
		n.kept = make(map[string]Kept)
	}
	n.kept[path] = kept
}

// keepOthers keeps the members of an object that only a subtype can have, while there is
// room for that; beyond it, none are kept.
func (n *Notes) keepOthers(path string, text []byte) {
	if n.Room < 0 {
		return
	}
	if n.Room -= len(text); n.Room >= 0 {
		n.keep(path, Kept{text, true})
		return
	}
	maps.DeleteFunc(n.kept, func(_ string, kept Kept) bool { return kept.OnlySubtype })
}

// open keeps a value of no known type for the schema, which says what it is. Once the schema
// is known, it reads the value.
func (r *reader) open(p *plan, at unsafe.Pointer, i int) int {
	if r.notes == nil || r.notes.Classes != nil || r.byteAt(i) == 'n' {
		return r.value(p, at, i)
	}
	if p.kind == asPointer {
		return r.open(p.elem, r.pointee(p, at), i)
	}
	text, end := r.raw(i)
	if end == failed {
		return failed
	}
	path := string(r.place(nil))
	if _, again := r.notes.kept[path]; !again {
		r.notes.open = append(r.notes.open, path)
	}
	r.notes.keep(path, Kept{JSON: r.lasting(text)})
	return end
}

// named reads a value as one of the type that the schema names for it; ok is false when it
// names none.
func (r *reader) named(i int) (v any, end int, ok bool) {
	if r.notes == nil || len(r.notes.Classes) == 0 || r.scope == nil || r.byteAt(i) == 'n' {
		return nil, 0, false
	}
	r.key = r.place(r.key[:0])
	class := r.notes.Classes[string(r.key)]
	if class == "" {
		return nil, 0, false
	}
	made := reflect.ValueOf(r.scope.Named(class))
	if !IsStructPointer(made) {
		return nil, 0, false
	}
	r.typed = true
	end = r.value(planOf(made.Type().Elem()), made.UnsafePointer(), i)
	r.typed = false
	return made.Interface(), end, true
}

// IsStructPointer reports whether v points to a struct, as what is made for a class does.
func IsStructPointer(v reflect.Value) bool {
	return v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct
}

// extend takes the members of an object that is read which only a subtype can have: it
// keeps them until the schema is known, or makes the subtype.
func (r *reader) extend(p *plan, at unsafe.Pointer, rest []byte) {
	if rest != nil {
		rest[0] = '{'
		rest = append(rest, '}')
	}
	r.key = r.place(r.key[:0])
	if r.notes.Classes == nil {
		r.notes.keepOthers(string(r.key), rest)
		return
	}
	if class := r.notes.Classes[string(r.key)]; class != "" {
		err := r.decoder.Extend(reflect.NewAt(p.typ, at), class, string(r.key), rest, r.notes)
		if fault, ok := err.(*FieldError); ok && r.fault == nil {
			r.fault = fault
		}
	}
}

// Extend makes the subtype of a class of what v points to, which is at a path, with the
// members that only the subtype has, and those that it shares with v.
func (d *Decoder) Extend(v reflect.Value, class, path string, rest []byte, notes *Notes) error {
	base, ok := v.Interface().(Subtyper)
	if !ok {
		return nil
	}
	shared := reflect.New(v.Type().Elem()).Elem()
	shared.Set(v.Elem())
	made := reflect.ValueOf(base.Subtype(class))
	if !IsStructPointer(made) {
		return nil
	}
	if err := d.share(made.Elem(), shared, path); err != nil || len(rest) == 0 {
		return err
	}
	r := d.borrow(rest)
	defer d.giveBack(r)
	r.prefix, r.notes, r.typed = path, notes, true
	return r.whole(made)
}

// A kinship is how a subtype has what its base has: as the base itself, which it embeds, or
// in fields of its own, which can be of another type.
type kinship struct {
	embeds bool
	offset uintptr     // of the base
	fields [][2]*field // the base's, and the subtype's own
}

var kinships sync.Map // of [2]reflect.Type to *kinship

func kinshipOf(base, subtype reflect.Type) *kinship {
	if known, ok := kinships.Load([2]reflect.Type{base, subtype}); ok {
		return known.(*kinship)
	}
	k := new(kinship)
	k.offset, k.embeds = embedded(subtype, base)
	from, to := planOf(base), planOf(subtype)
	for name, i := range from.index {
		n, ok := to.index[name]
		if f := &from.fields[i]; ok && !(k.embeds && uintptr(to.fields[n].offset) == k.offset+uintptr(f.offset)) {
			k.fields = append(k.fields, [2]*field{f, &to.fields[n]})
		}
	}
	kinships.Store([2]reflect.Type{base, subtype}, k)
	return k
}

// embedded returns where a struct embeds another, however deep.
func embedded(t, inner reflect.Type) (offset uintptr, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous || f.Type.Kind() != reflect.Struct {
			continue
		}
		if f.Type == inner {
			return f.Offset, true
		}
		if offset, ok := embedded(f.Type, inner); ok {
			return f.Offset + offset, true
		}
	}
	return 0, false
}

// share gives a subtype what its base has, which is at a path.
func (d *Decoder) share(subtype, base reflect.Value, path string) error {
	k := kinshipOf(base.Type(), subtype.Type())
	if k.embeds {
		reflect.NewAt(base.Type(), unsafe.Add(subtype.Addr().UnsafePointer(), k.offset)).Elem().Set(base)
	}
	for _, f := range k.fields {
		given, own := f[0].of(base), f[1].of(subtype)
		switch {
		case given.IsZero():
		case given.Type() == own.Type():
			own.Set(given)
		default:
			text, err := Encode(given.Interface())
			if err == nil {
				err = d.Decode(text, own.Addr().Interface())
			}
			if err != nil {
				return &FieldError{Path: Join(path, f[0].name()), Err: err}
			}
		}
	}
	return nil
}

// of returns the field of a struct.
func (f *field) of(v reflect.Value) reflect.Value {
	return reflect.NewAt(f.plan.typ, unsafe.Add(v.Addr().UnsafePointer(), uintptr(f.offset))).Elem()
}

// Reread reads a value that was kept at a path into what v points to, now that the schema
// is known. scope knows the types of an any there.
func (d *Decoder) Reread(text []byte, v reflect.Value, path string, notes *Notes, scope Namer) error {
	r := d.borrow(text)
	defer d.giveBack(r)
	r.prefix, r.notes, r.scope = path, notes, scope
	return r.whole(v)
}
