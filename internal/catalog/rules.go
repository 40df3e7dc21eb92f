package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// doubt makes a field of a reply any JSON where its type is a guess or unknown, and
// where one product has a type there that the other's cannot hold: a reply that is
// not as it was guessed must not fail the call, nor lose anything.
func (c *Catalogue) doubt() {
	classes := make(map[string]bool)
	enums := make(map[string]bool)
	for _, t := range c.Types {
		classes[t.Name], enums[t.Name] = t.Kind == "class", t.Kind == "enum"
	}
	for _, t := range c.Types {
		for _, f := range t.Fields {
			if f.TypeConfidence != "" {
				f.Type = "any"
				continue
			}
			for _, other := range f.TypeOn {
				shape, inner := split(f.Type)
				otherShape, otherInner := split(other)
				switch {
				case shape != otherShape:
					f.Type = "any"
				case classes[inner] && classes[otherInner], enums[inner] && enums[otherInner]:
					// The schema tells classes apart, and an enumeration holds any string.
				default:
					f.Type = shape + "any" + strings.Repeat(">", strings.Count(shape, "<"))
				}
			}
		}
	}
}

// split takes a type apart into what is around its innermost part and that part:
// "list<map<string," and "VmNicInventory".
func split(typ string) (shape, inner string) {
	i := strings.LastIndexAny(typ, "<,") + 1
	return typ[:i], strings.TrimRight(typ[i:], ">")
}

// divideResults gives each query whose rows are a subtype of what its result says
// a result of its own.
func (c *Catalogue) divideResults() error {
	types := make(map[string]*Type, len(c.Types))
	for _, t := range c.Types {
		types[t.Name] = t
	}
	for _, a := range c.Actions {
		if a.Row == "" {
			continue
		}
		shared := types[a.Result]
		name := strings.TrimSuffix(a.Name, "Action") + "Result"
		switch {
		case shared == nil:
			return fmt.Errorf("action %s returns %q, which is not in the catalogue", a.Name, a.Result)
		case types[a.Row] == nil:
			return fmt.Errorf("action %s has rows of the type %q, which is not in the catalogue", a.Name, a.Row)
		case types[name] != nil:
			return fmt.Errorf("action %s has rows of the type %s, but returns %s and not its own %s", a.Name, a.Row, a.Result, name)
		}
		own := *shared
		own.Name, own.Products, own.Since = name, a.Products, a.Since
		own.Fields = slices.Clone(shared.Fields)
		for i, f := range own.Fields {
			if f.Name == "inventories" {
				row := *f
				row.Type = "list<" + a.Row + ">"
				own.Fields[i] = &row
			}
		}
		a.Result, types[name] = name, &own
		c.Types = append(c.Types, &own)
	}
	return nil
}
