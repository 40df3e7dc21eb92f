package main

import (
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// deleted is the method of the types whose values can be of a deleted resource.
const deleted = "Deleted"

// deletionOf says how a type, or the nearest parent that knows, tells a deleted
// resource; nil where none does.
func (g *api) deletionOf(t *catalog.Type) *catalog.Deletion {
	for ; t != nil; t = g.parent(t) {
		if t.Deleted != nil {
			return t.Deleted
		}
	}
	return nil
}

// writeDeleted writes the method by which a value says that its resource was deleted.
// Subtypes have it from their parent.
func (g *api) writeDeleted(p *piece, t *catalog.Type) {
	d := t.Deleted
	if d == nil {
		return
	}
	i := slices.IndexFunc(t.Fields, func(f *catalog.Field) bool { return f.Name == d.Field })
	if i < 0 {
		g.add("type %s: no field %s says that it was deleted", t.Name, d.Field)
		return
	}
	f := t.Fields[i]
	known, field := f.KnownValues, "v."+goNameOf(f.Name, f.GoName)
	e, err := parseType(f.Type)
	switch {
	case err == nil && g.isEnum(e):
		known = g.typeNamed[e.name].Values
	case f.Type != "string":
		g.add("type %s: the field %s, which says that it was deleted, is no string", t.Name, d.Field)
		return
	}
	if typ, _ := g.fieldType(t, f, e, ""); strings.HasPrefix(typ, "*") {
		g.add("type %s: the field %s, which says that it was deleted, is a pointer", t.Name, d.Field)
		return
	}
	if len(d.Values) == 0 {
		g.add("type %s: no value of %s says that it was deleted", t.Name, d.Field)
		return
	}
	var tests []string
	for _, value := range d.Values {
		if !slices.Contains(known, value) {
			g.add("type %s: %q is no value of %s that is known", t.Name, value, d.Field)
		}
		tests = append(tests, field+` == "`+value+`"`)
	}
	if g.actionNamed(d.RecoveredBy) == nil {
		g.add("type %s: no action %s brings it back", t.Name, d.RecoveredBy)
	}
	p.printf("\n")
	p.comment(0, "Deleted reports whether the resource was deleted and is only kept for a while, until the server expunges it: its "+
		d.Field+" is "+either(slices.Clone(d.Values))+" then. Until the server begins to expunge it, "+d.RecoveredBy+" brings it back.")
	p.printf("func (v *%s) Deleted() bool { return %s }\n", t.Name, strings.Join(tests, " || "))
}
