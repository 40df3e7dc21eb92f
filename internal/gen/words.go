package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A word group is the values that are known of one thing, such as the state of a VM
// instance: constants with a common beginning.
type wordGroup struct {
	name   string
	values []string
	places []string // of the fields with such values, for people
}

// add adds values and a place that has them.
func (w *wordGroup) add(place string, values []string) {
	for _, value := range values {
		if !slices.Contains(w.values, value) {
			w.values = append(w.values, value)
		}
	}
	if !slices.Contains(w.places, place) {
		w.places = append(w.places, place)
	}
}

// first is the name of the group's first constant.
func (w *wordGroup) first() string { return wordName(w.name, w.values[0]) }

// findWords collects the values that are known of strings. A field's group is called like
// its type and itself. A parameter's is that of the field of the same name in what the action returns, or else
// called like the parameter where all actions take the same values, and like the action
// and the parameter where they do not.
func (g *api) findWords() {
	g.words, g.wordsOf = make(map[string]*wordGroup), make(map[any]*wordGroup)
	put := func(key any, name, place string, values []string) {
		group := g.words[name]
		if group == nil {
			group = &wordGroup{name: name}
			g.words[name] = group
		}
		group.add(place, values)
		g.wordsOf[key] = group
	}
	for _, t := range g.types {
		for _, f := range t.Fields {
			if values := slices.Concat(f.Values, f.KnownValues); len(values) > 0 && isWord(f.Type) {
				put(f, cmp.Or(f.Group, joined(stem(t.Name), goNameOf(f.Name, f.GoName))), t.Name+"."+goNameOf(f.Name, f.GoName), values)
			}
		}
	}
	common := g.commonWords()
	for _, a := range g.actions {
		for _, p := range a.Params {
			values := slices.Concat(p.Values, p.KnownValues)
			if len(values) == 0 || !isWord(p.Type) {
				continue
			}
			own := goNameOf(p.Name, p.GoName)
			name := joined(g.subject(a), own)
			if common[p.Name] && g.words[name] == nil {
				name = own
			}
			put(p, cmp.Or(p.Group, name), a.Name+"."+own, values)
		}
	}
	for name, group := range g.words {
		if g.typeNamed[name] == nil {
			continue
		}
		// The constants of an enumeration have its type, and these none.
		delete(g.words, name)
		group.name += "Value"
		g.words[group.name] = group
	}
}

// commonWords are the names of parameters that take the same values in all of several
// actions, or some of those that one of them takes.
func (g *api) commonWords() map[string]bool {
	sets := make(map[string][][]string)
	for _, a := range g.actions {
		for _, p := range a.Params {
			if values := slices.Concat(p.Values, p.KnownValues); len(values) > 0 {
				sets[p.Name] = append(sets[p.Name], values)
			}
		}
	}
	common := make(map[string]bool)
	for name, list := range sets {
		const several = 3
		most := slices.MaxFunc(list, func(a, b []string) int { return cmp.Compare(len(a), len(b)) })
		common[name] = len(list) >= several && !generic[name] && !slices.ContainsFunc(list, func(values []string) bool {
			return slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(most, v) })
		})
	}
	return common
}

// generic are names that say nothing without what they belong to.
var generic = map[string]bool{"type": true, "state": true, "status": true, "mode": true, "action": true, "name": true, "protocol": true}

// subject is what an action is about, as the beginning of a name: what it returns, or else
// what its own name says without its verb.
func (g *api) subject(a *catalog.Action) string {
	if result := g.typeNamed[a.Result]; result != nil {
		for _, f := range result.Fields {
			e, err := parseType(f.Type)
			if err == nil && (f.Name == "inventory" || f.Name == "inventories") && strings.HasSuffix(e.root(), "Inventory") {
				return stem(e.root())
			}
		}
	}
	parts := words(strings.TrimSuffix(a.Name, "Action"))
	if len(parts) > 1 {
		parts = parts[1:]
	}
	return stem(strings.Join(parts, ""))
}

// stem is a type's name as the beginning of another: VmInstanceInventory is a Vm.
func stem(name string) string {
	name = strings.TrimSuffix(name, "Inventory")
	if rest, ok := strings.CutPrefix(name, "VmInstance"); ok {
		return "Vm" + rest
	}
	return name
}

// joined joins two names, without the word in the middle twice.
func joined(subject, own string) string {
	parts := words(subject)
	if rest, ok := strings.CutPrefix(own, parts[len(parts)-1]); ok && rest != "" && rest == upperFirst(rest) {
		return subject + rest
	}
	return subject + own
}

// isWord reports whether a type is that of a string or of several.
func isWord(t string) bool { return t == "string" || t == "list<string>" }

// wordName is the name of the constant for a value.
func wordName(group, value string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune("-.+ :/", r) }) {
		b.WriteString(upperFirst(part))
	}
	return constantName(group, b.String())
}

// wordsPiece writes the constants, after everything else of the package has its name.
func (g *api) wordsPiece(names *nameSpace) *piece {
	p := newPiece("words")
	for _, name := range slices.Sorted(maps.Keys(g.words)) {
		group := g.words[name]
		slices.Sort(group.places)
		about := group.places
		const most = 3
		if len(about) > most {
			about = append(slices.Clone(about[:most]), "others")
		}
		p.printf("\n")
		p.comment(0, "Values of "+listed(about, "and")+".")
		p.printf("const (\n")
		taken := make(map[string]string, len(group.values))
		for _, value := range group.values {
			constant := wordName(name, value)
			if other, twice := taken[constant]; twice && strings.EqualFold(other, value) {
				continue // servers compare without case
			} else if twice {
				g.add("values %q and %q of %s are both called %s in Go", other, value, name, constant)
			}
			taken[constant] = value
			names.claim(constant, "value "+value+" of "+name)
			p.printf("\t%s = %q\n", constant, value)
		}
		p.printf(")\n")
	}
	return p
}

// wordsNote says of a parameter or a field which constants name its values; empty where
// none do.
func (g *api) wordsNote(key any, qualifier string) string {
	group := g.wordsOf[key]
	switch {
	case group == nil:
		return ""
	case len(group.values) == 1:
		return " [" + qualifier + group.first() + "] names it."
	default:
		return " [" + qualifier + group.first() + "] and so on name them."
	}
}
