package zql

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// sum returns a list for each value of the field that a sum is grouped by: the
// value and the sums of the other fields.
func sum(m *queries.Matcher, k *store.Kind, s *statement) ([]any, *apierr.Error) {
	for _, name := range s.fields {
		if f := k.ByName[name]; f.Typ != store.TypeInt && f.Typ != store.TypeFloat {
			return nil, apierr.Failf(apierr.CodeInternal, "field[%s] of inventory class[%s] is not a number", name, k.Class)
		}
	}
	if f := k.ByName[s.by]; f == nil || f.Typ == store.TypeChildren || f.Typ == store.TypeList {
		return nil, queries.UnknownField(k, s.by)
	}
	rows, _, err := m.Choose(k, &queries.Selection{Where: s.Where, OrderBy: s.OrderBy, Limit: queries.NoLimit})
	if err != nil {
		return nil, err
	}
	groups := []any{}
	known := make(map[string][]any)
	for _, r := range rows {
		key := string(store.AppendKey(nil, r.Fields[s.by]))
		group := known[key]
		if group == nil {
			group = make([]any, 1+len(s.fields))
			group[0] = r.Fields[s.by]
			known[key] = group
			groups = append(groups, group)
		}
		for i, name := range s.fields {
			group[1+i] = plus(group[1+i], r.Fields[name])
		}
	}
	groups = groups[min(s.Start, len(groups)):]
	if s.Limit != queries.NoLimit {
		groups = groups[:min(s.Limit, len(groups))]
	}
	return groups, nil
}

// plus adds two numbers, of which null is none, as in SQL.
func plus(a, b any) any {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	x, isInt := a.(int64)
	y, both := b.(int64)
	if isInt && both {
		return x + y
	}
	return toFloat(a) + toFloat(b)
}

func toFloat(v any) float64 {
	f, _ := store.Convert(v, store.TypeFloat)
	return f.(float64)
}
