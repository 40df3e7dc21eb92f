package zstacktest

import (
	"iter"
	"slices"
)

// candidates yields records among which are all that a selection wants, and
// whether they come in the order that it wants them in. It reads no more of a
// large table than conditions on the UUID leave.
func candidates(s *store, k *kind, sel *selection) (rows iter.Seq[*row], sorted bool) {
	t := s.tables[k.name]
	if !t.hasUUIDs() {
		return t.added.all(), len(sel.orderBy) == 0
	}
	var least string
	for _, c := range comparisonsOf(sel.where, "uuid") {
		switch c.op {
		case "=", "?=":
			found := withUUIDs(t, c.values)
			return slices.Values(found), len(found) < 2 || len(sel.orderBy) == 0
		case ">", ">=":
			if least == "" || compareFold(c.values[0], least) > 0 {
				least = c.values[0]
			}
		}
	}
	if len(sel.orderBy) == 1 && sel.orderBy[0] == (ordering{field: "uuid"}) {
		return t.byUUID.from(func(r *row) bool { return compareFold(r.key, least) < 0 }), true
	}
	if len(sel.orderBy) == 0 && s.release.byKey {
		// The database reads what nobody orders by its primary key.
		return t.byUUID.from(func(r *row) bool { return compareFold(r.key, least) < 0 }), true
	}
	return t.added.all(), len(sel.orderBy) == 0
}

// withUUIDs returns the records that have one of the UUIDs, in the order they
// were added.
func withUUIDs(t *table, uuids []string) []*row {
	var found []*row
	for _, uuid := range uuids {
		for r := range t.byUUID.from(func(r *row) bool { return compareFold(r.key, uuid) < 0 }) {
			if compareFold(r.key, uuid) != 0 {
				break
			}
			found = append(found, r)
		}
	}
	slices.SortFunc(found, bySeq)
	return slices.Compact(found)
}

// comparisonsOf returns the comparisons of a field with values that are written
// down, of those that must all hold for a condition to hold.
func comparisonsOf(e expr, field string) []comparison {
	switch e := e.(type) {
	case comparison:
		if e.field == field && e.subquery == nil {
			return []comparison{e}
		}
	case allOf:
		var list []comparison
		for _, part := range e {
			list = append(list, comparisonsOf(part, field)...)
		}
		return list
	}
	return nil
}
