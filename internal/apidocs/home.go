package main

import (
	"regexp"
	"slices"

	"github.com/zstack-go/zstack-go/actions/registry"
)

// A home is how well a data type belongs to a group of resources.
type home struct {
	group string
	query bool // the group has a query for the type
	depth int  // how few types lie between it and an action of the group
	uses  int  // how many actions of the group lead to it
}

// before orders homes, the best first.
func (h home) before(other home) bool {
	switch {
	case h.query != other.query:
		return h.query
	case h.depth != other.depth:
		return h.depth < other.depth
	case h.uses != other.uses:
		return h.uses > other.uses
	}
	return h.group < other.group
}

var word = regexp.MustCompile(`\w+`)

// typesIn returns the names of the data types that a type on the wire is made of.
func typesIn(wire string) []string {
	var names []string
	for _, name := range word.FindAllString(wire, -1) {
		if _, found := registry.LookupType(name); found {
			names = append(names, name)
		}
	}
	return names
}

// fieldTypes returns the names of the data types of fields, and of what is in maps.
func fieldTypes(fields []registry.Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, typesIn(f.Type)...)
		names = append(names, fieldTypes(f.Keys)...)
	}
	return names
}

// homes returns the group on whose page each data type is that an action can lead to.
// Results of actions are on no page of their own: they stand with their action.
func homes() map[string]string {
	all := make(map[string]map[string]*home) // by type and group
	for e := range registry.All() {
		d := e.Describe()
		first := fieldTypes(d.Params)
		if result, found := registry.LookupType(d.Result); found {
			first = append(first, fieldTypes(result.Fields)...)
		}
		if d.Row != "" {
			first = append(first, d.Row)
		}
		spread(all, e.Group(), first)
	}
	groups := make(map[string]string, len(all))
	for name, homes := range all {
		var best *home
		for _, h := range homes {
			if best == nil || h.before(*best) {
				best = h
			}
		}
		groups[name] = best.group
	}
	return groups
}

// spread notes for the types, and for all that they lead to, that an action of the group does.
func spread(all map[string]map[string]*home, group string, names []string) {
	seen := make(map[string]bool)
	for depth := 0; len(names) > 0; depth++ {
		var next []string
		for _, name := range names {
			if seen[name] {
				continue
			}
			seen[name] = true
			if all[name] == nil {
				all[name] = make(map[string]*home)
			}
			h := all[name][group]
			if h == nil {
				h = &home{group: group, query: queries(group, name), depth: depth}
				all[name][group] = h
			}
			h.depth = min(h.depth, depth)
			h.uses++
			t, _ := registry.LookupType(name)
			next = append(next, fieldTypes(t.Fields)...)
			if t.Extends != "" {
				next = append(next, t.Extends)
			}
		}
		names = next
	}
}

// queries says whether the group has a query for a data type.
func queries(group, name string) bool {
	inventory, found := registry.LookupInventory(name)
	return found && slices.ContainsFunc(inventory.Queries, func(action string) bool {
		e, found := registry.Lookup(action)
		return found && e.Group() == group
	})
}
