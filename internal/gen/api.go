package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A commenter writes the doc comments: plain text without comment signs, paragraphs
// separated by blank lines. internal/gen/prose has the real one.
type commenter interface {
	Action(a *catalog.Action) string
	Param(a *catalog.Action, p *catalog.Param, goName string) string
	Type(t *catalog.Type) string
	Field(t *catalog.Type, f *catalog.Field, goName string) string
	Result(t *catalog.Type, users []*catalog.Action) string
	EnumValue(t *catalog.Type, value, goName string) string
	ErrorCode(e *catalog.ErrorCode, goName string) string

	// What follows says the same to people who may not write Go.
	Summary(a *catalog.Action) string
	Meaning(a *catalog.Action, p *catalog.Param) string
	TypeMeaning(t *catalog.Type) string
	FieldMeaning(t *catalog.Type, f *catalog.Field) string
}

// An api is a catalogue with what the generator needs to find in it.
type api struct {
	problems
	prose commenter

	actions []*catalog.Action
	errors  []*catalog.ErrorCode
	types   []*catalog.Type // in the catalogue's order

	typeNamed map[string]*catalog.Type
	// children are the direct subtypes of a type.
	children map[string][]*catalog.Type
	// others are the types that a reply can have in place of a type without being
	// its subtypes: another product's, as the schema says.
	others map[string][]*catalog.Type
	// users are the actions that return a type, by name. A type that has some is
	// a result and lives in package actions, any other in package types.
	users map[string][]*catalog.Action
	// words are the groups of values that are known of strings, by their names, and
	// wordsOf those of a parameter or a field.
	words   map[string]*wordGroup
	wordsOf map[any]*wordGroup
}

// newAPI indexes a catalogue. It notes a problem for every duplicate, unknown
// kind and impossible parent, and drops such parents so that what follows can
// walk up the types.
func newAPI(c *catalog.Catalogue, p commenter) *api {
	g := &api{
		prose:     p,
		actions:   slices.Clone(c.Actions),
		errors:    c.Errors,
		typeNamed: make(map[string]*catalog.Type),
		children:  make(map[string][]*catalog.Type),
		users:     make(map[string][]*catalog.Action),
	}
	slices.SortFunc(g.actions, func(a, b *catalog.Action) int { return cmp.Compare(a.Name, b.Name) })
	for i, a := range g.actions {
		if i > 0 && g.actions[i-1].Name == a.Name {
			g.add("action %s is in the catalogue twice", a.Name)
		}
		g.users[a.Result] = append(g.users[a.Result], a)
	}
	for _, t := range c.Types {
		if g.typeNamed[t.Name] != nil {
			g.add("type %s is in the catalogue twice", t.Name)
			continue
		}
		if t.Kind != "class" && t.Kind != "enum" {
			g.add("type %s is of the unknown kind %q", t.Name, t.Kind)
			continue
		}
		g.typeNamed[t.Name] = t
		g.types = append(g.types, t)
	}
	for _, t := range g.types {
		if g.checkParent(t) {
			g.children[t.Extends] = append(g.children[t.Extends], t)
		}
	}
	g.findOthers()
	g.findWords()
	return g
}

// checkParent reports whether a type has a parent that the generator can work
// with.
func (g *api) checkParent(t *catalog.Type) bool {
	if t.Extends == "" {
		return false
	}
	parent := g.typeNamed[t.Extends]
	switch {
	case parent == nil:
		g.add("type %s extends %s, which is not in the catalogue", t.Name, t.Extends)
		return false
	case t.Kind != "class" || parent.Kind != "class":
		g.add("type %s extends %s, but only a class can extend a class", t.Name, t.Extends)
		return false
	case g.isResult(t) || g.isResult(parent):
		g.add("type %s extends %s, but an action's result stands alone", t.Name, t.Extends)
		return false
	}
	seen := map[*catalog.Type]bool{t: true}
	for up := parent; up != nil; up = g.typeNamed[up.Extends] {
		if seen[up] {
			g.add("type %s extends itself, by way of %s", t.Name, t.Extends)
			return false
		}
		seen[up] = true
	}
	return true
}

// isResult reports whether some action returns the type.
func (g *api) isResult(t *catalog.Type) bool { return len(g.users[t.Name]) > 0 }

// parent is the type that another extends; nil when there is none, or none that
// the generator can work with.
func (g *api) parent(t *catalog.Type) *catalog.Type {
	if p := g.typeNamed[t.Extends]; p != nil && slices.Contains(g.children[t.Extends], t) {
		return p
	}
	return nil
}

// descendants are the subtypes of a type and theirs, at any depth.
func (g *api) descendants(t *catalog.Type) []*catalog.Type {
	var list []*catalog.Type
	for _, child := range g.children[t.Name] {
		list = append(append(list, child), g.descendants(child)...)
	}
	return list
}

// findOthers collects the types that other products have in place of one.
func (g *api) findOthers() {
	g.others = make(map[string][]*catalog.Type)
	for _, t := range g.types {
		for _, f := range t.Fields {
			here, err := parseType(f.Type)
			static := g.typeNamed[here.root()]
			if err != nil || static == nil || static.Kind != "class" {
				continue
			}
			for _, where := range slices.Sorted(maps.Keys(f.TypeOn)) {
				e, err := parseType(f.TypeOn[where])
				other := g.typeNamed[e.root()]
				if err != nil || other == nil || other.Kind != "class" {
					g.add("type %s, field %s: on %s it is a %s, which is no class of the catalogue", t.Name, f.Name, where, f.TypeOn[where])
					continue
				}
				if other != static && !slices.Contains(g.others[static.Name], other) {
					g.others[static.Name] = append(g.others[static.Name], other)
				}
			}
		}
	}
}

// concretes are the types that a value of a type can turn out to be: its subtypes
// and those that other products have in its place, with theirs.
func (g *api) concretes(t *catalog.Type) []*catalog.Type {
	list := g.descendants(t)
	for _, other := range g.others[t.Name] {
		list = append(append(list, other), g.descendants(other)...)
	}
	return list
}

// resolve parses a type and makes sure that Go code can name it.
func (g *api) resolve(where, text string) (typeExpr, bool) {
	e, err := parseType(text)
	if err != nil {
		g.add("%s: %w", where, err)
		return e, false
	}
	root := e.root()
	if scalars[root] != "" {
		return e, true
	}
	t := g.typeNamed[root]
	switch {
	case t == nil:
		g.add("%s: the type %s is not in the catalogue", where, root)
	case g.isResult(t):
		g.add("%s: the type %s is what %s returns and lives in package actions", where, root, g.users[root][0].Name)
	default:
		return e, true
	}
	return e, false
}

// isClass reports whether a type expression names a class, as opposed to a
// scalar, an enumeration or a collection.
func (g *api) isClass(e typeExpr) bool {
	t := g.typeNamed[e.name]
	return e.elem == nil && t != nil && t.Kind == "class"
}

// isEnum reports whether a type expression names an enumeration.
func (g *api) isEnum(e typeExpr) bool {
	t := g.typeNamed[e.name]
	return e.elem == nil && t != nil && t.Kind == "enum"
}
