package prose

import (
	"regexp"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// Summary says in one sentence what an action does, for people who may not write Go.
func (w *Writer) Summary(a *catalog.Action) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(w.does(a), a.Name+" "), ". ")
	return sentence(first)
}

// Meaning says what a parameter is, for people who may not write Go: without what it may
// hold, and without the names of this library.
func (w *Writer) Meaning(a *catalog.Action, p *catalog.Param) string {
	return phrase(w.takes(a, p))
}

// TypeMeaning says what a value of a data type is.
func (w *Writer) TypeMeaning(t *catalog.Type) string {
	return phrase(strings.TrimPrefix(w.Type(t), t.Name+" "))
}

// FieldMeaning says what a field of a data type is.
func (w *Writer) FieldMeaning(t *catalog.Type, f *catalog.Field) string {
	return phrase(w.holds(t, f))
}

// ofGo are sentences that speak of this library.
var ofGo = regexp.MustCompile(`\[|\b(Call|All|Start|nil)\b`)

// phrase makes a noun phrase of a predicate: "is the UUID." becomes "The UUID."
func phrase(predicate string) string {
	var kept []string
	for _, s := range strings.SplitAfter(predicate, ". ") {
		if !ofGo.MatchString(s) {
			kept = append(kept, strings.TrimSpace(s))
		}
	}
	text := strings.Join(kept, " ")
	for _, verb := range []string{"is ", "holds "} {
		if rest, ok := strings.CutPrefix(text, verb); ok {
			return sentence(rest)
		}
	}
	return sentence(text)
}

// sentence begins with a capital letter and ends with a period.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}
