package prose

import (
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// typeEndings are the words at the end of a type's name that say what the type
// is for the program, and nothing about the thing.
var typeEndings = []string{"Inventory", "Struct", "Property", "AO", "TO", "VO", "View"}

// typeNoun is what a value of a type is.
func (w *Writer) typeNoun(t *catalog.Type) noun {
	if text, ok := w.typeNouns[t.Name]; ok {
		one, many, ok := strings.Cut(text, " | ")
		if !ok {
			many = plural(one)
		}
		return noun{one: one, many: many}
	}
	name := t.Name
	for _, end := range typeEndings {
		if short, ok := strings.CutSuffix(name, end); ok && short != "" {
			name = short
			break
		}
	}
	if n, ok := w.words.link(name); ok {
		return n
	}
	n := w.words.phrase(name)
	n.plural = false
	return n
}

// link reads the name of a relation: XYRef links an X to a Y.
func (l *lexicon) link(name string) (noun, bool) {
	name, ok := strings.CutSuffix(name, "Ref")
	if _, known := l.entries[name+"Ref"]; !ok || known {
		return noun{}, false
	}
	ts := l.tokens(name)
	if len(ts) < 2 {
		return noun{}, false
	}
	left, right := join(ts[:len(ts)-1]), join(ts[len(ts)-1:])
	return noun{
		one:  "link between " + left.a() + " and " + right.a(),
		many: "links between " + left.many + " and " + right.many,
	}, true
}

// Type is the doc comment of a data type.
func (w *Writer) Type(t *catalog.Type) string {
	n := w.typeNoun(t)
	var s []string
	switch {
	case w.typeSentences[t.Name] != "":
		s = append(s, t.Name+" "+w.typeSentences[t.Name])
	case t.Kind == "enum":
		s = append(s, w.enumType(t))
	case t.Input:
		s = append(s, t.Name+" is "+n.a()+" as requests carry it.")
	case strings.HasSuffix(t.Name, "Inventory"):
		s = append(s, t.Name+" is "+n.a()+" as the server reports it.")
	default:
		s = append(s, t.Name+" is "+n.a()+" in the server's replies.")
	}
	if t.Extends != "" {
		s = append(s, w.extends(t))
	}
	if o := t.OneOf; o != nil {
		s = append(s, oneOf(o))
	}
	return strings.Join(append(s, w.typeRelease(t)...), " ")
}

// extends says what a subtype adds to its parent.
func (w *Writer) extends(t *catalog.Type) string {
	if len(t.Fields) == 0 {
		return "It extends [" + t.Extends + "] and adds nothing."
	}
	return "It extends [" + t.Extends + "] with what is particular to its kind."
}

func (w *Writer) typeRelease(t *catalog.Type) []string {
	if t.Since == "" && len(t.Products) == 2 {
		return nil
	}
	return []string{release("It", t.Since, "", t.Products)}
}

// oneOf says which fields exclude each other.
func oneOf(o *catalog.OneOf) string {
	text := "Exactly one of " + list(o.Fields, "and") + " is set"
	if o.Unless != "" {
		text += ", unless " + o.Unless + " is true"
	}
	return text + "."
}

// enumType introduces an enumeration.
func (w *Writer) enumType(t *catalog.Type) string {
	ts := w.words.tokens(t.Name)
	last := ts[len(ts)-1]
	if len(ts) > 1 && (last.key == "State" || last.key == "Status" || last.key == "Type" || last.key == "Role" || last.key == "Level") {
		thing := join(ts[:len(ts)-1])
		word := last.one
		if word == "type" {
			word = "kind"
		}
		return t.Name + " is the " + word + " of " + thing.a() + "."
	}
	return t.Name + " is " + join(ts).a() + ", one of a fixed set."
}

// Result is the doc comment of a result type. users are the actions that
// return it.
func (w *Writer) Result(t *catalog.Type, users []*catalog.Action) string {
	links := make([]string, len(users))
	for i, a := range users {
		links[i] = "[" + a.Name + "]"
	}
	verb := " returns"
	if len(users) > 1 {
		verb = " return"
	}
	if len(links) == 0 {
		return t.Name + " is what an action returns."
	}
	text := t.Name + " is what " + list(links, "and") + verb
	if len(t.Fields) == 0 {
		text += ": nothing but the success of the call"
	}
	text += "."
	settled := slices.ContainsFunc(users, func(a *catalog.Action) bool {
		return a.Behaviour != nil && a.Behaviour.Creates != nil && a.Behaviour.Creates.SettledBy != ""
	})
	if settled && len(t.Fields) > 1 {
		text += " Where the job could not tell and the resource was read instead, Inventory alone is set."
	}
	return text
}

// list joins words as English does.
func list(words []string, and string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + and + " " + words[n-1]
	}
}
