package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// kindsPiece writes the table of the kinds of resources for the simulated node: every
// inventory of the catalogue, in the form that the node's own table has. An inventory that
// extends another is a row with no more than the name of that.
func (g *api) kindsPiece(c *catalog.Catalogue) *piece {
	k := kinds{api: g, joins: make(map[string]*catalog.QueryFields), subtypes: make(map[string][]*catalog.Type)}
	for _, row := range c.QueryFields {
		k.joins[row.Inventory] = row
	}
	var all []*catalog.Type
	for _, t := range g.types {
		if t.Kind == "class" && strings.HasSuffix(t.Name, inventorySuffix) {
			all = append(all, t)
			if root := k.root(t); root != t {
				k.subtypes[root.Name] = append(k.subtypes[root.Name], t)
			}
		}
	}
	slices.SortFunc(all, func(a, b *catalog.Type) int { return cmp.Compare(kindName(a.Name), kindName(b.Name)) })
	p := newPiece("catalogue")
	p.printf("// catalogue has the kinds as the catalogue describes them, sorted by name.\nvar catalogue = [...]kindRow{\n")
	for _, t := range all {
		base, fields := "", ""
		if root := k.root(t); root != t {
			base = kindName(root.Name)
		} else {
			fields = strings.Join(k.fields(t), " ")
		}
		class := t.JavaPackage + "." + t.Name
		if len(t.ServerClasses) > 0 {
			class = t.ServerClasses[0]
		}
		p.printf("\t{%q, %q, %q, %q},\n", kindName(t.Name), class, base, fields)
	}
	p.printf("}\n")
	return p
}

const inventorySuffix = "Inventory"

// kindName is what the simulated node calls the records of an inventory.
func kindName(inventory string) string { return strings.TrimSuffix(inventory, inventorySuffix) }

// kinds has what the rows of the table are made from.
type kinds struct {
	*api
	joins map[string]*catalog.QueryFields
	// subtypes are the types below one that extends nothing.
	subtypes map[string][]*catalog.Type
}

// root is the type that a type extends in the end.
func (k *kinds) root(t *catalog.Type) *catalog.Type {
	for parent := k.parent(t); parent != nil; parent = k.parent(t) {
		t = parent
	}
	return t
}

// fields describes the fields of a type and of its subtypes.
func (k *kinds) fields(t *catalog.Type) []string {
	var list []string
	known := make(map[string]bool)
	for i, from := range append([]*catalog.Type{t}, k.subtypes[t.Name]...) {
		for _, f := range from.Fields {
			if !known[f.Name] {
				known[f.Name] = true
				list = append(list, k.field(t, f, i > 0))
			}
		}
	}
	return list
}

// field describes a field as the node's own table does. One that only a subtype has gets no
// value by itself.
func (k *kinds) field(t *catalog.Type, f *catalog.Field, ofSubtype bool) string {
	typ, values := f.Type, f.KnownValues
	if enum := k.typeNamed[typ]; enum != nil && enum.Kind == "enum" {
		typ, values = "string", enum.Values
	}
	switch typ {
	case "string":
		spec := f.Name + k.ref(t, f.Name)
		if value := preset(f.Name, values); value != "" && !ofSubtype {
			spec += "=" + value
		}
		return spec
	case "int32", "int64":
		if f.Nullable || ofSubtype {
			return f.Name + ":int"
		}
		return f.Name + ":int=0"
	case "bool":
		if f.Nullable || ofSubtype {
			return f.Name + ":bool"
		}
		return f.Name + ":bool=false"
	case "float32", "float64":
		return f.Name + ":float"
	case "timestamp":
		return f.Name + ":time"
	}
	element, isList := strings.CutPrefix(typ, "list<")
	if !isList {
		return f.Name + ":raw"
	}
	element = strings.TrimSuffix(element, ">")
	if enum := k.typeNamed[element]; element == "string" || enum != nil && enum.Kind == "enum" {
		return f.Name + ":list" + k.listRef(t, f.Name)
	}
	if by := k.childField(t, f); by != "" && !ofSubtype {
		return f.Name + "[]" + kindName(k.root(k.typeNamed[element]).Name) + "." + by
	}
	return f.Name + ":raw"
}

func (k *kinds) nested(t *catalog.Type) map[string]catalog.Nested {
	if row := k.joins[t.Name]; row != nil {
		return row.Nested
	}
	return nil
}

// has reports whether a type has a field.
func (k *kinds) has(name, field string) bool {
	t := k.typeNamed[name]
	return t != nil && slices.ContainsFunc(k.root(t).Fields, func(f *catalog.Field) bool { return f.Name == field })
}

// ref is what a field holds the UUID of, as conditions on the inventory join by it: "@Kind",
// or "^Kind" where the other's type lists the records that hold its UUID, and where the
// record does nothing but link two.
func (k *kinds) ref(t *catalog.Type, field string) string {
	var to string
	nested := k.nested(t)
	for _, name := range slices.Sorted(maps.Keys(nested)) {
		n := nested[name]
		other := k.typeNamed[n.To]
		if n.Key != field || n.Match != "uuid" || other == nil || field == "uuid" || field == "resourceUuid" || !k.has(n.To, "uuid") {
			continue
		}
		root := k.root(other)
		if k.lists(root, t, field) || strings.HasSuffix(t.Name, "Ref"+inventorySuffix) {
			return "^" + kindName(root.Name)
		}
		to = "@" + kindName(root.Name)
	}
	if to == "" {
		to = k.named(t, field)
	}
	return to
}

// named is ref for a field that nothing joins by, but whose name says what it refers to.
func (k *kinds) named(t *catalog.Type, field string) string {
	name, ok := strings.CutSuffix(field, "Uuid")
	if !ok || name == "" || name == "resource" {
		return ""
	}
	for _, parent := range k.types {
		if parent.Kind == "class" && k.lists(parent, t, field) {
			return "^" + kindName(k.root(parent).Name)
		}
	}
	other := k.typeNamed[strings.ToUpper(name[:1])+name[1:]+inventorySuffix]
	if other == nil || !k.has(other.Name, "uuid") {
		return ""
	}
	if strings.HasSuffix(t.Name, "Ref"+inventorySuffix) {
		return "^" + kindName(k.root(other).Name)
	}
	return "@" + kindName(k.root(other).Name)
}

// lists reports whether a type has the records of another whose field is its UUID.
func (k *kinds) lists(parent, child *catalog.Type, field string) bool {
	return slices.ContainsFunc(parent.Fields, func(f *catalog.Field) bool {
		return f.Type == "list<"+child.Name+">" && k.childField(parent, f) == field
	})
}

// childField is, for a field with a list of other records, the field of those that has the
// UUID of the record that they belong to: the one that conditions join by, or else the only
// one that can be it by its name. It is empty where there is none.
func (k *kinds) childField(t *catalog.Type, f *catalog.Field) string {
	element, isList := strings.CutPrefix(f.Type, "list<")
	child := k.typeNamed[strings.TrimSuffix(element, ">")]
	if !isList || child == nil || !strings.HasSuffix(child.Name, inventorySuffix) || !k.has(t.Name, "uuid") {
		return ""
	}
	if n, ok := k.nested(t)[f.Name]; ok && n.Key == "uuid" && n.To == child.Name && k.has(child.Name, n.Match) {
		return n.Match
	}
	var found []string
	for _, g := range k.root(child).Fields {
		name, ok := strings.CutSuffix(g.Name, "Uuid")
		if ok && name != "" && strings.HasSuffix(kindName(t.Name), strings.ToUpper(name[:1])+name[1:]) {
			found = append(found, g.Name)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// listRef is what a list of UUIDs holds those of, by its name: "attachedClusterUuids".
func (k *kinds) listRef(t *catalog.Type, field string) string {
	name, ok := strings.CutSuffix(field, "Uuids")
	if !ok {
		return ""
	}
	name = strings.TrimPrefix(name, "attached")
	if name == "" {
		return ""
	}
	other := k.typeNamed[strings.ToUpper(name[:1])+name[1:]+inventorySuffix]
	if other == nil || !k.has(other.Name, "uuid") {
		return ""
	}
	return "@" + kindName(k.root(other).Name)
}

// settled are the values that the state of a resource comes to rest at, the likeliest first.
var settled = map[string][]string{
	"state":  {"Enabled", "Running", "Ready", "Active", "Completed", "enable"},
	"status": {"Ready", "Connected", "Running", "Enabled", "Normal", "Active", "Available", "Completed", "Succeeded"},
}

// preset is the value of a field of a new record that is given none, of those that servers
// are known to send.
func preset(field string, values []string) string {
	for _, value := range settled[field] {
		if slices.Contains(values, value) {
			return value
		}
	}
	switch {
	case field == "hypervisorType" && slices.Contains(values, "KVM"):
		return "KVM"
	case (field == "type" || settled[field] != nil) && len(values) > 0 && !strings.Contains(values[0], " "):
		return values[0]
	case field == "state":
		return "Enabled"
	}
	return ""
}
