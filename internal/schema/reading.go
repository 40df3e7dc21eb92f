package schema

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"math"
	"reflect"
	"slices"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// Read reads a reply into a result, which is a struct: the JSON object in body, and what
// comes from rest unless that is nil. pick says where a member goes that is none of the
// result's, as for [wire.Decoder.Object]. Members that nobody knows are skipped. A reply that
// is no result of the call, as far as there is a suspicion, is an error.
func Read(d *wire.Decoder, body []byte, rest io.Reader, result reflect.Value, s Suspicion, pick func(name string) any) error {
	known := StructOf(result.Type())
	r := reading{result: result, notes: wire.Notes{Namer: known.namer, Room: math.MaxInt}, uses: Applies(result.Type()), said: newClaim(result.Type(), s)}
	var notes *wire.Notes
	if r.uses {
		notes = &r.notes
	}
	if rest != nil {
		r.notes.Room = mostKept
	}
	begun, described := false, false // whether members, and a schema behind them, have been read
	late := false                    // members have come that a schema in front of them could change
	var texts []wire.Text            // of schemas that are read at the end
	err := d.Object(body, rest, notes, func(name string) any {
		if into := pick(name); into != nil {
			return into
		}
		into := known.Target(result, name)
		r.said.note(name, into != nil)
		switch {
		case into != nil:
			begun = true
			late = late || described && r.changes(reflect.TypeOf(into).Elem())
			return into
		case name != "schema" || !r.uses && !r.said.judges():
			return nil
		case begun && rest != nil:
			described = true
			return r.add
		}
		texts = append(texts, nil)
		return &texts[len(texts)-1]
	})
	for _, text := range texts {
		d.Strings(text, r.add)
	}
	if err == nil {
		err = r.said.check()
	}
	switch {
	case err != nil || !r.uses:
		return err
	case late, r.notes.Room < 0 && len(r.structs) > 0:
		return ErrForgotten
	}
	return r.apply(d)
}

// mostKept is how many bytes are kept of text that arrives for what a schema may say of it,
// but for values that have no type without it. Objects with so much that their type does not
// have are rare, and only matter where there are subtypes.
const mostKept = 2 << 20

// ErrForgotten says that a schema changes something of which too much would have had to be
// kept: the text has to be read when it is in memory.
var ErrForgotten = errors.New("the schema says more of a reply than was kept of it while it arrived")

// A reading is the schema of a reply as far as it changes the result. A list of ten
// thousand machines comes with forty thousand entries, nearly all of which change nothing
// and are forgotten at once.
type reading struct {
	result reflect.Value
	notes  wire.Notes
	uses   bool // a schema can change something
	said   claim

	classes map[string]string // by their paths, where they can change something
	structs []string          // the paths of those values that have been read
	names   map[string]string // the classes so far

	subtypes map[kind]bool // those that have been asked for

	// irrelevant are the paths without their indices, each with a class, that make no
	// difference whatever the indices are, in the order in which they came, and guess is
	// which one is expected next.
	irrelevant []pattern
	guess      int
}

// changes reports whether a schema can change values of the type of a member.
func (r *reading) changes(member reflect.Type) bool {
	return Applies(member) || r.notes.Namer != nil && wire.HoldsAny(member)
}

// add notes an entry of the schema, if it makes a difference.
func (r *reading) add(path, class []byte) {
	r.said.entry(path, class)
	if !r.uses || r.isIrrelevant(path, class) {
		return
	}
	if r.isKept(path, false) {
		r.note(path, class)
		return
	}
	fixed, found, changes := true, false, false
	_ = walk(r.result, r.notes.Namer, path, &fixed, func(v reflect.Value, _ wire.Namer) error {
		found = true
		changes = v.Kind() == reflect.Struct && r.hasSubtype(v.Type(), class)
		return nil
	})
	switch {
	case changes:
		if _, again := r.classes[string(path)]; !again {
			r.structs = append(r.structs, string(path))
		}
		r.note(path, class)
	case found && fixed && len(r.irrelevant) < mostPatterns:
		r.irrelevant = append(r.irrelevant, newPattern(path, class))
	case !found && r.isKept(path, true):
		r.note(path, class)
	}
}

// hasSubtype reports whether a struct type has a subtype of a class.
func (r *reading) hasSubtype(t reflect.Type, class []byte) bool {
	base := StructOf(t).subtyper
	if base == nil {
		return false
	}
	has, ok := r.subtypes[kind{t, string(class)}]
	if !ok {
		has = wire.IsStructPointer(reflect.ValueOf(reflect.New(t).Interface().(wire.Subtyper).Subtype(string(class))))
		if r.subtypes == nil {
			r.subtypes = make(map[kind]bool)
		}
		r.subtypes[kind{t, string(class)}] = has
	}
	return has
}

// note keeps an entry.
func (r *reading) note(path, class []byte) {
	if r.classes == nil {
		r.classes, r.names = make(map[string]string), make(map[string]string)
	}
	name, ok := r.names[string(class)]
	if !ok {
		name = string(class)
		r.names[name] = name
	}
	r.classes[string(path)] = name
}

// isKept reports whether a path leads into what was kept: to or into a whole value, or into
// the members of an object that only a subtype has.
func (r *reading) isKept(path []byte, onlySubtype bool) bool {
	if r.notes.IsEmpty() {
		return false
	}
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '.' && path[i] != '[' {
			continue
		}
		if kept, ok := r.notes.Kept(path[:i]); ok && kept.OnlySubtype == onlySubtype {
			return true
		}
	}
	return false
}

// apply gives the values their types: those that are inside others first, which share them.
func (r *reading) apply(d *wire.Decoder) error {
	if r.notes.Classes = r.classes; r.classes == nil {
		r.notes.Classes = map[string]string{}
	}
	paths := append(r.structs, r.notes.Open()...)
	slices.SortStableFunc(paths, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, path := range paths {
		fixed := true
		err := walk(r.result, r.notes.Namer, []byte(path), &fixed, func(v reflect.Value, scope wire.Namer) error {
			kept, ok := r.notes.Kept([]byte(path))
			if ok && !kept.OnlySubtype {
				return d.Reread(kept.JSON, v.Addr(), path, &r.notes, scope)
			}
			return d.Extend(v.Addr(), r.classes[path], path, kept.JSON, &r.notes)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A kind is a class of values of a type.
type kind struct {
	base  reflect.Type
	class string
}

// mostPatterns bounds what an entry is compared with.
const mostPatterns = 64

// A pattern is a path without the indices in it, and a class.
type pattern struct {
	parts [][]byte // of the path, each up to an index
	class []byte
}

func newPattern(path, class []byte) pattern {
	p := pattern{class: bytes.Clone(class)}
	for rest := bytes.Clone(path); ; {
		end := bytes.IndexByte(rest, '[') + 1
		if end == 0 {
			p.parts = append(p.parts, rest)
			return p
		}
		p.parts, rest = append(p.parts, rest[:end]), rest[end:]
		for len(rest) > 0 && rest[0]-'0' <= 9 {
			rest = rest[1:]
		}
	}
}

// fits reports whether a path and a class are the pattern's.
func (p *pattern) fits(path, class []byte) bool {
	if !bytes.Equal(class, p.class) {
		return false
	}
	for i, part := range p.parts {
		if i > 0 {
			for len(path) > 0 && path[0]-'0' <= 9 {
				path = path[1:]
			}
		}
		if !bytes.HasPrefix(path, part) {
			return false
		}
		path = path[len(part):]
	}
	return len(path) == 0
}

// isIrrelevant reports whether an entry is like one that made no difference. Those of one
// row come in the same order as those of the row before.
func (r *reading) isIrrelevant(path, class []byte) bool {
	for n := range r.irrelevant {
		i := r.guess + n
		if i >= len(r.irrelevant) {
			i -= len(r.irrelevant)
		}
		if r.irrelevant[i].fits(path, class) {
			if r.guess = i + 1; r.guess == len(r.irrelevant) {
				r.guess = 0
			}
			return true
		}
	}
	return false
}
