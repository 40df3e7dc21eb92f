package catdiff

import "github.com/zstack-go/zstack-go/internal/catalog"

// An edition is one of the two catalogues with what has to be found in it.
type edition struct {
	*catalog.Catalogue
	Language
	typeNamed map[string]*catalog.Type
	// results are the types that some action returns.
	results map[string]bool
}

func newEdition(c *catalog.Catalogue, l Language) *edition {
	e := &edition{Catalogue: c, Language: l, typeNamed: make(map[string]*catalog.Type), results: make(map[string]bool)}
	for _, a := range c.Actions {
		e.results[a.Result] = true
	}
	for _, t := range c.Types {
		e.typeNamed[t.Name] = t
	}
	return e
}

// A comparison is the work on two editions: it collects what changed.
type comparison struct {
	before, after *edition
	report        report
}

// compare compares two editions.
func compare(before, after *edition) *report {
	c := &comparison{before: before, after: after}
	c.actions()
	c.types()
	c.errorCodes()
	c.behaviour()
	c.report.sort()
	return &c.report
}

// add notes a change.
func (c *comparison) add(s section, k sign, subject, text string, v verdict) {
	c.report.changes = append(c.report.changes, change{section: s, sign: k, subject: subject, text: text, verdict: v})
}

// pair tells the rows of two lists apart by their names: those in both, those in
// the first only and those in the second only.
func pair[T any](before, after []T, name func(T) string) (both [][2]T, removed, added []T) {
	index := make(map[string]T, len(after))
	for _, row := range after {
		index[name(row)] = row
	}
	old := make(map[string]bool, len(before))
	for _, row := range before {
		old[name(row)] = true
		if now, ok := index[name(row)]; ok {
			both = append(both, [2]T{row, now})
		} else {
			removed = append(removed, row)
		}
	}
	for _, row := range after {
		if !old[name(row)] {
			added = append(added, row)
		}
	}
	return both, removed, added
}
