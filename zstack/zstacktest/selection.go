package zstacktest

import (
	"iter"
	"slices"
)

// noLimit is the limit of a selection that takes all records.
const noLimit = -1

// A selection says which records of a kind are wanted, and in which order. It is
// what queries and ZQL have in common.
type selection struct {
	where   expr
	orderBy []ordering
	// unique holds lists of fields: of the records that have the same values in
	// all fields of a list, only the first is wanted.
	unique       [][]string
	start, limit int
	// total says that the number of all records matters, beyond the limit.
	total bool
}

// An ordering is a field to sort records by.
type ordering struct {
	field      string
	descending bool
}

// choose returns the records of a selection and, if that is asked for, how many
// there are without start and limit. The caller may keep the list.
func (m *matcher) choose(k *kind, sel *selection) ([]*row, int, *apiError) {
	holds, err := m.where(k, sel.where)
	if err != nil {
		return nil, 0, err
	}
	order, err := orderOf(k, sel.orderBy)
	if err != nil {
		return nil, 0, err
	}
	for _, name := range slices.Concat(sel.unique...) {
		if f := k.byName[name]; f == nil || f.typ == typeChildren {
			return nil, 0, unknownField(k, name)
		}
	}
	rows, sorted := candidates(m.store, k, sel)
	if m.visible != nil {
		rows = filter(rows, m.visible)
	}
	rows = filter(rows, holds)
	if !sorted {
		found := slices.Collect(rows)
		slices.SortStableFunc(found, order)
		rows = slices.Values(found)
	}
	for _, fields := range sel.unique {
		rows = firstOfEach(rows, fields)
	}
	chosen, total := cut(rows, sel)
	return chosen, total, nil
}

func (m *matcher) where(k *kind, e expr) (test, *apiError) {
	if e == nil {
		e = allOf(nil)
	}
	return e.test(m, k)
}

// orderOf returns a function that orders records of the kind.
func orderOf(k *kind, orderBy []ordering) (func(a, b *row) int, *apiError) {
	for _, o := range orderBy {
		if f := k.byName[o.field]; f == nil || f.typ == typeChildren || f.typ == typeList {
			return nil, unknownField(k, o.field)
		}
	}
	return func(a, b *row) int {
		for _, o := range orderBy {
			order := compareNullable(a.fields[o.field], b.fields[o.field])
			if o.descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	}, nil
}

func filter(rows iter.Seq[*row], holds test) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for r := range rows {
			if holds(r) && !yield(r) {
				return
			}
		}
	}
}

// firstOfEach yields of the records that have the same values in the fields the
// first. Null is a value here, as it is in SQL's GROUP BY.
func firstOfEach(rows iter.Seq[*row], fields []string) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		seen := make(map[string]bool)
		var key []byte
		for r := range rows {
			key = appendKeys(key[:0], r, fields)
			if seen[string(key)] {
				continue
			}
			seen[string(key)] = true
			if !yield(r) {
				return
			}
		}
	}
}

// appendKey appends what records have in common that have the same values in the
// fields.
func appendKeys(buf []byte, r *row, fields []string) []byte {
	for _, name := range fields {
		buf = appendKey(buf, r.fields[name])
	}
	return buf
}

// cut returns the rows between a selection's start and its limit, and the number of
// all if it wants that. Otherwise it reads no more of them than it returns.
func cut(rows iter.Seq[*row], sel *selection) (chosen []*row, total int) {
	if sel.limit == 0 && !sel.total {
		return nil, 0
	}
	for r := range rows {
		if total++; total > sel.start && (sel.limit == noLimit || len(chosen) < sel.limit) {
			chosen = append(chosen, r)
		}
		if !sel.total && len(chosen) == sel.limit {
			break
		}
	}
	return chosen, total
}
