package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// polymorphic are the methods of a type that has or is a subtype.
var polymorphic = []string{"Concrete", "Subtype"}

// typePieces writes every data type, and the constants for known values.
func (g *api) typePieces() (map[*catalog.Type]*piece, *piece) {
	names := g.newNameSpace("package types")
	names.reserve("the hand-written type of error codes", "Code")
	names.reserve("a hand-written type of strings that hide themselves", "Secret", "SecretURL", "SystemTag")
	names.reserve("the function that knows the server's classes", "New")
	names.reserve("the function that tells classes apart and its table", "isForeign", "knownClasses")
	pieces := make(map[*catalog.Type]*piece)
	for _, t := range g.types {
		if g.isResult(t) {
			continue
		}
		names.claim(t.Name, "type "+t.Name)
		p := newPiece(t.Name)
		if t.Kind == "enum" {
			g.writeEnum(p, t, names)
		} else {
			g.writeClass(p, t)
		}
		if p.lines() > 0 {
			pieces[t] = p
		}
	}
	g.claimCodes(names)
	return pieces, g.wordsPiece(names)
}

// writeEnum writes an enumeration and its constants.
func (g *api) writeEnum(p *piece, t *catalog.Type, names *nameSpace) {
	p.comment(0, g.prose.Type(t))
	p.printf("type %s string\n", t.Name)
	if len(t.Values) == 0 {
		g.add("type %s is an enumeration without values", t.Name)
		return
	}
	p.printf("\n// The values of %s.\nconst (\n", t.Name)
	for _, value := range t.Values {
		name := constantName(t.Name, value)
		names.claim(name, "value "+value+" of "+t.Name)
		p.comment(1, g.prose.EnumValue(t, value, name))
		p.printf("\t%s %s = %q\n", name, t.Name, value)
	}
	p.printf(")\n")
}

// writeClass writes a class and its methods. Of a hand-written one only the
// methods that follow from the catalogue.
func (g *api) writeClass(p *piece, t *catalog.Type) {
	isParent, isChild := len(g.concretes(t)) > 0, g.parent(t) != nil
	var methods []string
	if isParent || isChild {
		methods = append(methods, polymorphic...)
	}
	if g.hasTypedAny(t) {
		methods = append(methods, named)
	}
	if g.deletionOf(t) != nil {
		methods = append(methods, deleted)
	}
	if !t.HandWritten {
		p.comment(0, g.prose.Type(t))
		fields := g.typeFields(t, "", methods)
		if len(fields) == 0 && !isParent {
			p.printf("type %s struct{}\n", t.Name)
		} else {
			p.printf("type %s struct {\n", t.Name)
			for _, f := range fields {
				f.write(p)
			}
			if isParent {
				p.printf("\n\tconcrete any\n")
			}
			p.printf("}\n")
		}
	}
	g.writeNamed(p, t, "")
	g.writeForeign(p, t)
	g.writeDeleted(p, t)
	switch {
	case isParent:
		g.writeSubtypes(p, t)
	case isChild:
		p.printf(`
// Concrete returns v: the type has no subtypes.
func (v *%[1]s) Concrete() any { return v }

// Subtype returns nil: the type has no subtypes.
func (v *%[1]s) Subtype(string) any { return nil }
`, t.Name)
	}
}

// writeSubtypes writes the methods by which a value is the subtype that the
// server said it is.
func (g *api) writeSubtypes(p *piece, t *catalog.Type) {
	byClass := make(map[string]string)
	var pointers []string
	for _, child := range g.concretes(t) {
		pointers = append(pointers, "*"+child.Name)
		if len(child.ServerClasses) == 0 {
			g.add("type %s can stand where %s does, but no server class tells it from others", child.Name, t.Name)
		}
		for _, class := range child.ServerClasses {
			if other, ok := byClass[class]; ok {
				g.add("type %s: the server class %s is both %s and %s", t.Name, class, other, child.Name)
			}
			byClass[class] = child.Name
		}
	}
	slices.SortFunc(pointers, func(a, b string) int { return cmp.Compare(a, b) })
	p.printf("\n")
	kind := "subtype"
	if len(g.others[t.Name]) > 0 {
		kind = "type"
	}
	p.comment(0, "Concrete returns v as the "+kind+" that the server said it is: "+either(pointers)+
		". It returns v itself where the server named none of them.")
	p.printf(`func (v *%s) Concrete() any {
	if v.concrete != nil {
		return v.concrete
	}
	return v
}

`, t.Name)
	p.comment(0, "Subtype is for the client's decoder: it makes an empty value of the "+kind+" with the given server class, "+
		"keeps it for Concrete and returns a pointer to it. It returns nil where there is no such "+kind+".")
	p.printf("func (v *%s) Subtype(class string) any {\n\tswitch class {\n", t.Name)
	for _, class := range slices.Sorted(maps.Keys(byClass)) {
		p.printf("\tcase %q:\n\t\tv.concrete = new(%s)\n", class, byClass[class])
	}
	p.printf("\tdefault:\n\t\treturn nil\n\t}\n\treturn v.concrete\n}\n")
}

// either lists alternatives: "a", "a or b", "a, b or c".
func either(list []string) string { return listed(list, "or") }

// listed lists strings with a word in front of the last.
func listed(list []string, word string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " " + word + " " + list[last]
}
