package prose

import (
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// Param is the doc comment of a parameter's field: what it takes and what it
// may hold.
func (w *Writer) Param(a *catalog.Action, p *catalog.Param, goName string) string {
	text := goName + " " + w.takes(a, p)
	s, pattern := constraints(a, p)
	if pattern == "" {
		return strings.Join(append([]string{text}, s...), " ")
	}
	on := ""
	for name := range p.ConstraintOn {
		on = " on " + product(name)
	}
	return text + " All of it must match this pattern" + on + ":\n\n\t" + pattern + "\n\n" +
		strings.Join(append(s, "The pattern is checked before anything is sent."), " ")
}

// takes is what a parameter is, as a predicate with its period.
func (w *Writer) takes(a *catalog.Action, p *catalog.Param) string {
	short := strings.TrimSuffix(a.Name, "Action")
	r := w.words.read(short)
	for _, key := range []string{short + "." + p.Name, r.head + "*." + p.Name, p.Name} {
		if a.Query && key == p.Name {
			key = "Query*." + p.Name
		}
		if text, ok := w.params[key]; ok {
			text = strings.ReplaceAll(text, "{chooser}", chooser(a, p))
			return widen(w.fill(text, a, r), p.Name, w.subject(a, r))
		}
	}
	return w.named(p.Name, p.Type, w.subject(a, r), w.context(short)) + "."
}

// chooser is who chooses the UUID of what an action creates when the caller does not:
// the client where the parameter is known to set it.
func chooser(a *catalog.Action, p *catalog.Param) string {
	if b := a.Behaviour; b != nil && b.Creates != nil && b.Creates.UUID == p.Name {
		return "client"
	}
	return "server"
}

// fill puts the things that an action speaks of into a template: {it} is what
// is acted on, {a} the same with the indefinite article, {do} the verb.
func (w *Writer) fill(text string, a *catalog.Action, r reading) string {
	it := w.subject(a, r)
	it.plural = false
	what, kind := it.the(), it.one
	if makes(r) {
		what, kind = "the new "+r.thing().one, r.thing().one
	}
	do := ""
	if r.acts() {
		do = " to " + r.verb.base
	}
	return strings.NewReplacer("{it}", what, "{one}", kind, "{many}", it.many, "{ to do}", do).Replace(text)
}

// widen says whose thing it is where a string would say nothing: "Port is the
// port." becomes "Port is the port of the SMTP server."
func widen(text, name string, of noun) string {
	for _, verb := range []string{"is", "holds"} {
		rest, ok := strings.CutPrefix(text, verb+" the ")
		if !ok || !strings.EqualFold(strings.ReplaceAll(rest, " ", ""), name+".") {
			continue
		}
		rest = strings.TrimSuffix(rest, ".")
		switch that := it(of); {
		case of.one == "":
			return verb + " the " + rest + " that the server returns."
		case that == "it":
			return verb + " its " + rest + "."
		default:
			return verb + " the " + rest + " of " + that + "."
		}
	}
	return text
}

// makes says whether an action brings something new about.
func makes(r reading) bool {
	switch r.head {
	case "Create", "Generate", "Clone":
		return true
	case "Add":
		return r.prep == "" || r.place != "" || r.prep == "by"
	}
	return false
}

// acts says whether "to" and the verb can follow the object: the VM instance to
// recover. It cannot where the verb is about a property or a part of it.
func (r reading) acts() bool {
	switch r.head {
	case "", "Get", "Query", "Set", "Check", "List", "Create", "Generate", "Add", "Calculate", "Subscribe", "Unsubscribe":
		return false
	}
	if n := len(r.what); n > 1 && r.what[n-1].key == "State" {
		return false
	}
	return r.prep == "" && r.attr == nil
}

// thing is the object without the property that the verb is about.
func (r reading) thing() noun {
	switch {
	case r.attr != nil:
		return *r.owner
	case len(r.what) > 1 && (r.head == "Change") && r.what[len(r.what)-1].key == "State":
		return join(r.what[:len(r.what)-1])
	}
	return r.obj
}

// subject is what the parameter uuid of an action means, and what a parameter
// like "name" belongs to.
func (w *Writer) subject(_ *catalog.Action, r reading) noun {
	n := r.thing()
	switch {
	case r.head == "":
		n = noun{one: "resource", many: "resources"}
	case r.prep == "to" || r.prep == "from" && r.head != "Create" && r.head != "Convert" && r.place == "" || r.prep == "on" || r.prep == "in":
		n = r.to
	}
	n.plural = false
	return n
}

// context are the nouns that an action's name or a type's name speaks of, the
// longest first: what a short name such as groupUuid means there.
func (w *Writer) context(name string) []noun {
	var out []noun
	for i := range len(name) {
		if !isUpper(name[i]) || i > 0 && !boundary(name, i) {
			continue
		}
		if t, _ := w.words.next(name[i:]); strings.Contains(t.one, " ") && !strings.Contains(t.one, " of ") {
			out = append(out, noun{one: t.one, many: t.many})
		}
	}
	return out
}

// named is what the name of a parameter or a field says, when no table knows
// it. of is the thing that it belongs to.
func (w *Writer) named(name, typ string, of noun, context []noun) string {
	name = strings.ToUpper(name[:1]) + name[1:]
	many := strings.HasPrefix(typ, "list<")
	if base, ok := strings.CutSuffix(name, "Uuids"); ok && base != "" {
		return "holds the UUIDs of the " + w.specific(base, context).many
	}
	for _, end := range []string{"Uuid", "UUid"} {
		if base, ok := strings.CutSuffix(name, end); ok && base != "" {
			n := w.specific(base, context)
			if many {
				return "holds the UUIDs of the " + n.many
			}
			return "is the UUID of the " + n.one
		}
	}
	if inner := w.types[element(typ)]; inner != nil && inner.Kind != "enum" {
		n := w.typeNoun(inner)
		if many {
			return "holds the " + n.many
		}
		return "is the " + n.one + " in full"
	}
	n := w.words.phrase(name)
	if typ == "bool" {
		return w.yesNo(name, n, of)
	}
	the, tail := "the ", " of "+it(of)
	switch {
	case of.one == "":
		tail = " that the server returns"
	case it(of) == "it":
		the, tail = "its ", ""
	}
	switch {
	case typ == "timestamp" && !strings.HasSuffix(n.one, "date") && !strings.HasSuffix(n.one, "time"):
		return "is " + the + n.one + " time" + tail
	case many:
		return "holds " + the + n.many + tail
	case strings.HasPrefix(typ, "map<"):
		return "maps " + the + n.many + tail
	}
	return "is " + the + n.String() + tail
}

// yesNo is what the name of a bool says.
func (w *Writer) yesNo(name string, n noun, of noun) string {
	that := it(of)
	if base, ok := strings.CutPrefix(name, "Is"); ok && base != "" && isUpper(base[0]) {
		return "says whether " + that + " is " + adjective(w.words.phrase(base))
	}
	for _, end := range []string{"ed", "able", "ible", "ready", "only"} {
		if strings.HasSuffix(n.one, end) {
			return "says whether " + that + " is " + n.one
		}
	}
	return "switches " + n.one + " on or off"
}

func adjective(n noun) string {
	if strings.HasSuffix(n.one, "ed") || strings.HasSuffix(n.one, "able") || strings.HasSuffix(n.one, "ible") {
		return n.one
	}
	return n.a()
}

// specific is the noun of name, made as exact as the context allows: the group
// of groupUuid is the monitor group in an action on monitor groups.
func (w *Writer) specific(name string, context []noun) noun {
	n := w.words.phrase(name)
	n.plural = false
	for _, c := range context {
		if strings.HasSuffix(c.one, " "+n.one) {
			return c
		}
	}
	return n
}
