package schema

import (
	"bytes"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A node is one step of the paths in a reply's schema: the class of the
// value there, and what is said about those inside it.
type node struct {
	class    string
	members  map[string]*node
	elements map[int]*node
}

// inner returns the node of a step further; nil when there is none.
func (n *node) inner(at step) *node {
	if at.index >= 0 {
		return n.elements[at.index]
	}
	return n.members[string(at.name)]
}

// at returns the node at the end of a path and makes those that are missing.
func (n *node) at(path []step) *node {
	for _, s := range path {
		next := n.inner(s)
		if next == nil {
			next = new(node)
			switch {
			case s.index >= 0 && n.elements == nil:
				n.elements = map[int]*node{s.index: next}
			case s.index >= 0:
				n.elements[s.index] = next
			case n.members == nil:
				n.members = map[string]*node{string(s.name): next}
			default:
				n.members[string(s.name)] = next
			}
		}
		n = next
	}
	return n
}

// isLeaf reports whether nothing is said about the values inside.
func (n *node) isLeaf() bool { return len(n.members)+len(n.elements) == 0 }

// A reader reads the schema of a reply whose result is decoded already. It keeps
// what makes a difference, which for most replies is nothing: a list of ten
// thousand machines comes with forty thousand paths. Each is followed through
// the result, so that one which changes nothing costs no memory.
type reader struct {
	result reflect.Value
	root   node
	// types are those of the structs on the paths so far: few, and much faster to find
	// here than where all are kept.
	types []*structType
	// pending are entries for members that only a subtype may have.
	pending []entry
	steps   [deepestPath]step
	// irrelevant are the paths without their indices, each with a class, that make no
	// difference whatever the indices are: nearly all that a long list comes with.
	irrelevant map[string]bool
	key        []byte
}

// A structType is a struct type on a path, and the classes that were looked up
// for it: for an any in it, and for the struct itself.
type structType struct {
	*Struct
	typ             reflect.Type
	named, subtypes classes
}

// typeOf returns what is known of a struct type.
func (r *reader) typeOf(t reflect.Type) *structType {
	for _, seen := range r.types {
		if seen.typ == t {
			return seen
		}
	}
	v := &structType{Struct: StructOf(t), typ: t}
	if v.namer != nil {
		v.named.make = v.namer.Named
	}
	if v.extensible {
		v.subtypes.make = reflect.New(t).Interface().(subtyper).Subtype
	}
	r.types = append(r.types, v)
	return v
}

// A classes looks up each class once.
type classes struct {
	// make makes a value of a class; it is nil where no class has any.
	make func(class string) any
	// found are the classes so far; those that make gave nothing for are "".
	found map[string]string
}

// find returns a class that there is a type for; "" for all others.
func (c *classes) find(class []byte) string {
	name, ok := c.found[string(class)]
	if ok || c.make == nil {
		return name
	}
	if c.found == nil {
		c.found = make(map[string]string)
	}
	if c.make(string(class)) != nil {
		name = string(class)
	}
	c.found[string(class)] = name
	return name
}

// A entry is one member of a schema.
type entry struct{ path, class []byte }

// readSchema returns what a schema says about the values of a result. A schema
// that is not an object says nothing.
func readSchema(schema wire.Text, result reflect.Value) *node {
	r := &reader{result: result}
	schema.Texts(func(path, class []byte) { r.add(entry{path, class}) })
	r.addPending()
	return &r.root
}

// add keeps an entry if it makes a difference.
func (r *reader) add(e entry) {
	r.key = appendClass(r.key[:0], e)
	if r.irrelevant[string(r.key)] {
		return
	}
	position, ok := r.follow(e.path)
	if !ok {
		return
	}
	if position.subtypeAt > 0 {
		r.pending = append(r.pending, e)
		return
	}
	switch class := r.relevant(&position, e.class); {
	case class != "":
		r.root.at(position.steps).class = class
	case position.isFixed:
		if r.irrelevant == nil {
			r.irrelevant = make(map[string]bool)
		}
		r.irrelevant[string(r.key)] = true
	}
}

// changes adds an entry, and reports whether any so far makes a difference. It
// keeps none: what is inside a subtype makes one only together with the subtype.
func (r *reader) changes(e entry) bool {
	r.add(e)
	r.pending = r.pending[:0]
	return !r.root.isLeaf()
}

// appendClass appends the path of an entry without its indices, and its class.
func appendClass(key []byte, e entry) []byte {
	path := e.path
	for {
		open := bytes.IndexByte(path, '[')
		if open < 0 {
			break
		}
		key, path = append(key, path[:open+1]...), path[open+1:]
		for len(path) > 0 && path[0]-'0' <= 9 {
			path = path[1:]
		}
	}
	key = append(key, path...)
	key = append(key, 0)
	return append(key, e.class...)
}

// addPending keeps those of the pending entries that are inside a value which the
// schema calls a subtype. That has to wait for the end: the server names what is
// inside before what is around it.
func (r *reader) addPending() {
	for _, e := range r.pending {
		position, _ := r.follow(e.path)
		around := &r.root
		for _, step := range position.steps[:position.subtypeAt] {
			if around = around.inner(step); around == nil {
				break
			}
		}
		if around != nil && around.class != "" {
			around.at(position.steps[position.subtypeAt:]).class = string(e.class)
		}
	}
}

// relevant returns a class that makes a difference at a position; "" for all others.
func (r *reader) relevant(p *position, class []byte) string {
	switch {
	case p.isAny && p.scope != nil:
		return p.scope.named.find(class)
	case !p.isAny && p.value.Kind() == reflect.Struct:
		return r.typeOf(p.value.Type()).subtypes.find(class)
	default:
		return ""
	}
}

// A Watcher reads a schema that comes before or after what it is about, while the result
// arrives, to tell whether it makes a difference.
type Watcher struct{ reader reader }

// NewWatcher returns a watcher for a result, which is a struct.
func NewWatcher(result reflect.Value) *Watcher { return &Watcher{reader{result: result}} }

// Changes notes an entry of the schema, and reports whether any so far makes a difference.
func (w *Watcher) Changes(path, class []byte) bool { return w.reader.changes(entry{path, class}) }
