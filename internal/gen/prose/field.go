package prose

import (
	"regexp"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// Field is the doc comment of a field of a data type or of a result.
func (w *Writer) Field(t *catalog.Type, f *catalog.Field, goName string) string {
	s := []string{goName + " " + w.holds(t, f)}
	if f.TypeConfidence != "" {
		s = append(s, "Its type is not known: it is whatever the server sends.")
	}
	if f.Required {
		s = append(s, "It is required.")
	}
	many := strings.HasPrefix(f.Type, "list<")
	if len(f.Values) > 0 {
		s = append(s, values(f.Type, f.Values, many))
	}
	if text := known(f.KnownValues, "send"); text != "" {
		s = append(s, text)
	}
	if len(f.Range) == 2 {
		s = append(s, limits(f.Type, f.Range, nil, many))
	}
	if text := secret(f.Sensitive, "logs"); text != "" {
		s = append(s, text)
	}
	s = append(s, elsewhere(f.TypeOn)...)
	switch {
	case f.SinceZSphere != "":
		s = append(s, "It came with "+product("zsphere")+" "+f.SinceZSphere+".")
	case f.Since != "" && f.Since != t.Since:
		s = append(s, "It came with ZStack Cloud "+f.Since+".")
	case len(f.Products) == 1 && len(t.Products) != 1:
		s = append(s, "Only "+product(f.Products[0])+" has it.")
	}
	return strings.Join(s, " ")
}

// holds is what a field is, as a predicate with its period.
func (w *Writer) holds(t *catalog.Type, f *catalog.Field) string {
	thing := w.owner(t)
	if text, ok := w.fields[t.Name+"."+f.Name]; ok {
		return fillField(text, thing)
	}
	text, ok := w.ofType(t, f, thing)
	if ok {
		text += "."
	} else if text, ok = w.fields[f.Name]; ok {
		text = fillField(text, thing)
	} else if text, ok = w.params[f.Name]; ok && fitsField(text) {
		text = fillField(text, thing)
	} else {
		text = w.named(f.Name, f.Type, thing, w.context(t.Name)) + "."
	}
	return widen(text, f.Name, thing)
}

// fitsField says whether what a parameter takes can be said of a field, too:
// a field says what is, a parameter often what is to be done.
func fitsField(text string) bool {
	for _, wrong := range []string{"{ to do}", "unset", " new ", " to ", "chooses", "asked for", "are meant", "is meant", "at once", "at most", "first."} {
		if strings.Contains(text, wrong) {
			return false
		}
	}
	for _, begin := range []string{"is the ", "is how ", "is after ", "is for ", "is when ", "is a ", "holds ", "says ", "maps ", "describes "} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// owner is what a type's fields belong to.
func (w *Writer) owner(t *catalog.Type) noun {
	if !w.results[t.Name] {
		return w.typeNoun(t)
	}
	r := w.words.read(strings.TrimSuffix(t.Name, "Result"))
	if r.attr == nil {
		return noun{}
	}
	return *r.owner
}

// ofIt is "the name of it", which is better said as "its name".
var ofIt = regexp.MustCompile(`\bthe ([a-z ]+) of it\b`)

func fillField(text string, thing noun) string {
	text = strings.NewReplacer("{it}", it(thing), "{one}", thing.one, "{many}", thing.many).Replace(text)
	return ofIt.ReplaceAllString(text, "its $1")
}

// it names a thing, or points to it where the name is long.
func it(thing noun) string {
	if thing.one == "" || strings.Contains(thing.one, " of ") || strings.Contains(thing.one, " between ") || strings.Count(thing.one, " ") > 3 {
		return "it"
	}
	return thing.the()
}

// ofType is what the type of a field tells better than its name.
func (w *Writer) ofType(t *catalog.Type, f *catalog.Field, thing noun) (string, bool) {
	inner := w.types[element(f.Type)]
	if inner == nil || inner.Kind == "enum" || inner.Name == t.Name || f.Name == "error" || inner.Name == "ErrorCode" {
		return "", false
	}
	n := w.typeNoun(inner)
	switch {
	case f.Name == "inventory":
		return "is " + n.the(), true
	case f.Name == "inventories":
		return "holds the " + n.many, true
	case inner.Name != f.Type && it(thing) != "it":
		return "holds the " + n.many + " of " + thing.the(), true
	case inner.Name != f.Type:
		return "holds the " + n.many, true
	}
	return "", false
}
