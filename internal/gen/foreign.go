package main

import (
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// writeForeign writes the method by which the result of a change is told from another
// action's. It is for the types that such a result holds, by themselves or in a list,
// if their own class is known.
func (g *api) writeForeign(p *piece, t *catalog.Type) {
	if len(t.ServerClasses) == 0 || !g.isReturned(t) {
		return
	}
	own := slices.Clone(t.ServerClasses)
	for up := g.parent(t); up != nil; up = g.parent(up) {
		own = append(own, up.ServerClasses...)
	}
	for _, down := range g.concretes(t) {
		own = append(own, down.ServerClasses...)
	}
	for i, class := range own {
		own[i] = strconv.Quote(class)
	}
	p.printf("\n")
	p.comment(0, "Foreign is for the client's decoder: it reports whether a class of the server is known and is none "+
		"that a value of the type can be of: not its own, a parent's, nor that of what it can turn out to be.")
	p.printf("func (*%s) Foreign(class string) bool {\n\treturn isForeign(class, %s)\n}\n", t.Name, strings.Join(own, ", "))
}

// isReturned reports whether the result of an action that changes something holds a
// type.
func (g *api) isReturned(t *catalog.Type) bool {
	for _, result := range g.types {
		if !slices.ContainsFunc(g.users[result.Name], func(a *catalog.Action) bool { return a.Method != "GET" }) {
			continue
		}
		for _, f := range result.Fields {
			if e, err := parseType(f.Type); err == nil && e.root() == t.Name {
				return true
			}
		}
	}
	return false
}

// writeKnownClasses writes the table by which isForeign knows a class. It holds
// hashes, which link no types and take eight bytes each.
func (g *api) writeKnownClasses(p *piece, classes []string) {
	byHash := make(map[uint64]string)
	for _, class := range classes {
		h := fnv.New64a()
		_, _ = h.Write([]byte(class)) // never fails
		if other, ok := byHash[h.Sum64()]; ok {
			g.add("the server classes %s and %s have the same hash", other, class)
		}
		byHash[h.Sum64()] = class
	}
	p.printf("\n")
	p.comment(0, "knownClasses are the FNV-1a hashes of the classes that New knows, in ascending order.")
	p.printf("var knownClasses = [...]uint64{\n")
	for _, h := range slices.Sorted(maps.Keys(byHash)) {
		p.printf("\t%#016x,\n", h)
	}
	p.printf("}\n")
}
