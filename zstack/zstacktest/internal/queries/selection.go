// Package queries chooses records by conditions, as queries and ZQL do.
package queries

import (
	"iter"
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// NoLimit is the limit of a selection that takes all records.
const NoLimit = -1

// A Selection says which records of a kind are wanted, and in which order. It is
// what queries and ZQL have in common.
type Selection struct {
	Where   Expr
	OrderBy []Ordering
	// unique holds lists of fields: of the records that have the same values in
	// all fields of a list, only the first is wanted.
	Unique       [][]string
	Start, Limit int
	// total says that the number of all records matters, beyond the limit.
	Total bool
}

// An Ordering is a field to sort records by.
type Ordering struct {
	Field      string
	Descending bool
}

// Choose returns the records of a selection and, if that is asked for, how many
// there are without start and limit. The caller may keep the list.
func (m *Matcher) Choose(k *store.Kind, sel *Selection) ([]*store.Row, int, *apierr.Error) {
	holds, err := m.where(k, sel.Where)
	if err != nil {
		return nil, 0, err
	}
	order, err := orderOf(k, sel.OrderBy)
	if err != nil {
		return nil, 0, err
	}
	for _, name := range slices.Concat(sel.Unique...) {
		if f := k.ByName[name]; f == nil || f.Typ == store.TypeChildren {
			return nil, 0, UnknownField(k, name)
		}
	}
	rows, sorted := candidates(m.Store, k, sel)
	if m.Visible != nil {
		rows = filter(rows, m.Visible)
	}
	rows = filter(rows, holds)
	if !sorted {
		found := slices.Collect(rows)
		slices.SortStableFunc(found, order)
		rows = slices.Values(found)
	}
	for _, fields := range sel.Unique {
		rows = firstOfEach(rows, fields)
	}
	chosen, total := cut(rows, sel)
	return chosen, total, nil
}

func (m *Matcher) where(k *store.Kind, e Expr) (test, *apierr.Error) {
	if e == nil {
		e = AllOf(nil)
	}
	return e.test(m, k)
}

// orderOf returns a function that orders records of the kind.
func orderOf(k *store.Kind, orderBy []Ordering) (func(a, b *store.Row) int, *apierr.Error) {
	for _, o := range orderBy {
		if f := k.ByName[o.Field]; f == nil || f.Typ == store.TypeChildren || f.Typ == store.TypeList {
			return nil, UnknownField(k, o.Field)
		}
	}
	return func(a, b *store.Row) int {
		for _, o := range orderBy {
			order := store.CompareNullable(a.Fields[o.Field], b.Fields[o.Field])
			if o.Descending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	}, nil
}

func filter(rows iter.Seq[*store.Row], holds test) iter.Seq[*store.Row] {
	return func(yield func(*store.Row) bool) {
		for r := range rows {
			if holds(r) && !yield(r) {
				return
			}
		}
	}
}

// firstOfEach yields of the records that have the same values in the fields the
// first. Null is a value here, as it is in SQL's GROUP BY.
func firstOfEach(rows iter.Seq[*store.Row], fields []string) iter.Seq[*store.Row] {
	return func(yield func(*store.Row) bool) {
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
func appendKeys(buf []byte, r *store.Row, fields []string) []byte {
	for _, name := range fields {
		buf = store.AppendKey(buf, r.Fields[name])
	}
	return buf
}

// cut returns the rows between a selection's start and its limit, and the number of
// all if it wants that. Otherwise it reads no more of them than it returns.
func cut(rows iter.Seq[*store.Row], sel *Selection) (chosen []*store.Row, total int) {
	if sel.Limit == 0 && !sel.Total {
		return nil, 0
	}
	for r := range rows {
		if total++; total > sel.Start && (sel.Limit == NoLimit || len(chosen) < sel.Limit) {
			chosen = append(chosen, r)
		}
		if !sel.Total && len(chosen) == sel.Limit {
			break
		}
	}
	return chosen, total
}
