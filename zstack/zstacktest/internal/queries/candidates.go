package queries

import (
	"iter"
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// candidates yields records among which are all that a selection wants, and
// whether they come in the order that it wants them in. It reads no more of a
// large table than conditions on the UUID leave.
func candidates(s *store.Store, k *store.Kind, sel *Selection) (rows iter.Seq[*store.Row], sorted bool) {
	t := s.Table(k.Name)
	if !t.HasUUIDs() {
		return t.Added.All(), len(sel.OrderBy) == 0
	}
	var least string
	for _, c := range comparisonsOf(sel.Where, "uuid") {
		switch c.Op {
		case "=", "?=":
			found := WithUUIDs(t, c.Values)
			return slices.Values(found), len(found) < 2 || len(sel.OrderBy) == 0
		case ">", ">=":
			if least == "" || store.CompareFold(c.Values[0], least) > 0 {
				least = c.Values[0]
			}
		}
	}
	if found, ok := equalTo(t, k, sel.Where); ok && !s.Release.ByKey {
		return slices.Values(found), len(sel.OrderBy) == 0
	}
	if len(sel.OrderBy) == 1 && sel.OrderBy[0] == (Ordering{Field: "uuid"}) {
		return t.ByUUID.From(func(r *store.Row) bool { return store.CompareFold(r.Key, least) < 0 }), true
	}
	if len(sel.OrderBy) == 0 && s.Release.ByKey {
		// The database reads what nobody orders by its primary key.
		return t.ByUUID.From(func(r *store.Row) bool { return store.CompareFold(r.Key, least) < 0 }), true
	}
	return t.Added.All(), len(sel.OrderBy) == 0
}

// fewRows is how many rows are read faster than an index of them is made.
const fewRows = 100

// equalTo returns the fewest records that a condition leaves which wants a field of strings
// to be equal to a value, in the order they were added.
func equalTo(t *store.Table, k *store.Kind, where Expr) (rows []*store.Row, ok bool) {
	if t.Len() < fewRows {
		return nil, false
	}
	for _, f := range k.Fields {
		if f.Typ != store.TypeString {
			continue
		}
		for _, c := range comparisonsOf(where, f.Name) {
			if c.Op != "=" || len(c.Values) != 1 || c.Values[0] == "" {
				continue
			}
			if found := t.Equal(f.Name, c.Values[0]); !ok || len(found) < len(rows) {
				rows, ok = found, true
			}
		}
	}
	return rows, ok
}

// WithUUIDs returns the records that have one of the UUIDs, in the order they
// were added.
func WithUUIDs(t *store.Table, uuids []string) []*store.Row {
	var found []*store.Row
	for _, uuid := range uuids {
		for r := range t.ByUUID.From(func(r *store.Row) bool { return store.CompareFold(r.Key, uuid) < 0 }) {
			if store.CompareFold(r.Key, uuid) != 0 {
				break
			}
			found = append(found, r)
		}
	}
	slices.SortFunc(found, store.BySeq)
	return slices.Compact(found)
}

// comparisonsOf returns the comparisons of a field with values that are written
// down, of those that must all hold for a condition to hold.
func comparisonsOf(e Expr, field string) []Comparison {
	switch e := e.(type) {
	case Comparison:
		if e.Field == field && e.Subquery == nil {
			return []Comparison{e}
		}
	case AllOf:
		var list []Comparison
		for _, part := range e {
			list = append(list, comparisonsOf(part, field)...)
		}
		return list
	}
	return nil
}
