package zstack

import (
	"bytes"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A schemaNode is one step of the paths in a reply's schema: the class of the
// value there, and what is said about those inside it.
type schemaNode struct {
	class    string
	members  map[string]*schemaNode
	elements map[int]*schemaNode
}

// inner returns the node of a step further; nil when there is none.
func (n *schemaNode) inner(s schemaStep) *schemaNode {
	if s.index >= 0 {
		return n.elements[s.index]
	}
	return n.members[string(s.name)]
}

// at returns the node at the end of a path and makes those that are missing.
func (n *schemaNode) at(path []schemaStep) *schemaNode {
	for _, s := range path {
		next := n.inner(s)
		if next == nil {
			next = new(schemaNode)
			switch {
			case s.index >= 0 && n.elements == nil:
				n.elements = map[int]*schemaNode{s.index: next}
			case s.index >= 0:
				n.elements[s.index] = next
			case n.members == nil:
				n.members = map[string]*schemaNode{string(s.name): next}
			default:
				n.members[string(s.name)] = next
			}
		}
		n = next
	}
	return n
}

// isLeaf reports whether nothing is said about the values inside.
func (n *schemaNode) isLeaf() bool { return len(n.members)+len(n.elements) == 0 }

// A survey reads the schema of a reply whose result is decoded already. It keeps
// what makes a difference, which for most replies is nothing: a list of ten
// thousand machines comes with forty thousand paths. Each is followed through
// the result, so that one which changes nothing costs no memory.
type survey struct {
	result reflect.Value
	root   schemaNode
	// visited are the types on the paths so far: few, and much faster to find
	// here than where all are kept.
	visited []*visitedType
	// loose are entries for members that only a subtype may have.
	loose []schemaEntry
	steps [deepestPath]schemaStep
	// idle are the paths without their indices, each with a class, that make no
	// difference whatever the indices are: nearly all that a long list comes with.
	idle map[string]bool
	key  []byte
}

// A visitedType is a struct type on a path, and the classes that were looked up
// for it: for an any in it, and for the struct itself.
type visitedType struct {
	*shape
	typ             reflect.Type
	named, subtypes classes
}

// visit returns what is known of a struct type.
func (s *survey) visit(t reflect.Type) *visitedType {
	for _, known := range s.visited {
		if known.typ == t {
			return known
		}
	}
	v := &visitedType{shape: shapeOf(t), typ: t}
	if v.namer != nil {
		v.named.make = v.namer.Named
	}
	if v.extensible {
		v.subtypes.make = reflect.New(t).Interface().(subtyper).Subtype
	}
	s.visited = append(s.visited, v)
	return v
}

// A classes looks up each class once.
type classes struct {
	// make makes a value of a class; it is nil where no class has any.
	make func(class string) any
	// known are the classes so far; those that make gave nothing for are "".
	known map[string]string
}

// find returns a class that there is a type for; "" for all others.
func (c *classes) find(class []byte) string {
	name, ok := c.known[string(class)]
	if ok || c.make == nil {
		return name
	}
	if c.known == nil {
		c.known = make(map[string]string)
	}
	if c.make(string(class)) != nil {
		name = string(class)
	}
	c.known[string(class)] = name
	return name
}

// A schemaEntry is one member of a schema.
type schemaEntry struct{ path, class []byte }

// readSchema returns what a schema says about the values of a result. A schema
// that is no object says nothing.
func readSchema(schema wire.Text, result reflect.Value) *schemaNode {
	s := &survey{result: result}
	schema.Texts(func(path, class []byte) { s.add(schemaEntry{path, class}) })
	s.addLoose()
	return &s.root
}

// add keeps an entry if it makes a difference.
func (s *survey) add(e schemaEntry) {
	s.key = appendClass(s.key[:0], e)
	if s.idle[string(s.key)] {
		return
	}
	place, ok := s.follow(e.path)
	if !ok {
		return
	}
	if place.loose > 0 {
		s.loose = append(s.loose, e)
		return
	}
	switch class := s.known(&place, e.class); {
	case class != "":
		s.root.at(place.steps).class = class
	case place.isFixed:
		if s.idle == nil {
			s.idle = make(map[string]bool)
		}
		s.idle[string(s.key)] = true
	}
}

// changes adds an entry, and reports whether any so far makes a difference. It
// keeps none: what is inside a subtype makes one only together with the subtype.
func (s *survey) changes(e schemaEntry) bool {
	s.add(e)
	s.loose = s.loose[:0]
	return !s.root.isLeaf()
}

// appendClass appends the path of an entry without its indices, and its class.
func appendClass(key []byte, e schemaEntry) []byte {
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

// addLoose keeps those of the loose entries that are inside a value which the
// schema calls a subtype. That has to wait for the end: the server names what is
// inside before what is around it.
func (s *survey) addLoose() {
	for _, e := range s.loose {
		place, _ := s.follow(e.path)
		around := &s.root
		for _, step := range place.steps[:place.loose] {
			if around = around.inner(step); around == nil {
				break
			}
		}
		if around != nil && around.class != "" {
			around.at(place.steps[place.loose:]).class = string(e.class)
		}
	}
}

// known returns a class that makes a difference at a place; "" for all others.
func (s *survey) known(p *place, class []byte) string {
	switch {
	case p.isAny && p.scope != nil:
		return p.scope.named.find(class)
	case !p.isAny && p.value.Kind() == reflect.Struct:
		return s.visit(p.value.Type()).subtypes.find(class)
	default:
		return ""
	}
}
