package main

import (
	"maps"
	"slices"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// named is the method by which a type with an any in it says what that can be.
const named = "Named"

// hasTypedAny reports whether a type has an any that can be a value of a data
// type. What a subtype inherits is its parent's.
func (g *api) hasTypedAny(t *catalog.Type) bool {
	return slices.ContainsFunc(t.Fields, isTypedAny)
}

// isTypedAny reports whether a field is or holds an any that can be a value of a
// data type.
func isTypedAny(f *catalog.Field) bool { return !f.Free && holdsAny(f) }

// holdsAny reports whether a field is an any, or a list or a map of some.
func holdsAny(f *catalog.Field) bool {
	e, err := parseType(f.Type)
	return err == nil && e.root() == "any"
}

// writeNamed writes the method of a type that has a typed any. Its qualifier is
// what package types is called where the type is.
func (g *api) writeNamed(p *piece, t *catalog.Type, qualifier string) {
	for _, f := range t.Fields {
		if f.Free && !holdsAny(f) {
			g.add("type %s, field %s: an override says that its any is free JSON, but it is a %s", t.Name, f.Name, f.Type)
		}
	}
	if !g.hasTypedAny(t) {
		return
	}
	if qualifier != "" {
		p.use(modulePath + "/types")
	}
	p.printf(`
// Named is for the client's decoder: it makes an empty value of the data type with the
// given server class, for what stands in the type's fields of any type.
func (v *%s) Named(class string) any { return %sNew(class) }
`, t.Name, qualifier)
}

// classesPiece writes the function that knows the data type of every server
// class. An enumeration is none of them: its value in an any is a string, and
// stays one.
func (g *api) classesPiece() *piece {
	byClass := make(map[string]string)
	for _, t := range g.types {
		if t.Kind != "class" || g.isResult(t) {
			continue
		}
		for _, class := range t.ServerClasses {
			if other, ok := byClass[class]; ok {
				g.add("the server class %s is both %s and %s", class, other, t.Name)
			}
			byClass[class] = t.Name
		}
	}
	p := newPiece("classes")
	p.comment(0, `New makes an empty value of the data type that a class of the server is, such as *VmInstanceInventory for "org.zstack.header.vm.VmInstanceInventory", and returns a pointer to it. It returns nil for a class that is unknown, and for the classes of enumerations, whose values are texts.

The schema of a reply names such classes. The client's decoder looks them up where a reply can hold a value of any type; a program that uses no such reply does not link the types that it does not use.`)
	p.printf("func New(class string) any {\n\tswitch class {\n")
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		p.printf("\tcase %q:\n\t\treturn new(%s)\n", class, byClass[class])
	}
	p.printf("\tdefault:\n\t\treturn nil\n\t}\n}\n")
	g.writeKnownClasses(p, slices.Sorted(maps.Keys(byClass)))
	return p
}
