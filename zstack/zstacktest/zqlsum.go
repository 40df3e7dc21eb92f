package zstacktest

// sum returns a list for each value of the field that a sum is grouped by: the
// value and the sums of the other fields.
func sum(m *matcher, k *kind, s *zqlStatement) ([]any, *apiError) {
	for _, name := range s.fields {
		if f := k.byName[name]; f.typ != typeInt && f.typ != typeFloat {
			return nil, failf(codeInternal, "field[%s] of inventory class[%s] is not a number", name, k.class)
		}
	}
	if f := k.byName[s.by]; f == nil || f.typ == typeChildren || f.typ == typeList {
		return nil, unknownField(k, s.by)
	}
	rows, _, err := m.choose(k, &selection{where: s.where, orderBy: s.orderBy, limit: noLimit})
	if err != nil {
		return nil, err
	}
	groups := []any{}
	known := make(map[string][]any)
	for _, r := range rows {
		key := string(appendKey(nil, r.fields[s.by]))
		group := known[key]
		if group == nil {
			group = make([]any, 1+len(s.fields))
			group[0] = r.fields[s.by]
			known[key] = group
			groups = append(groups, group)
		}
		for i, name := range s.fields {
			group[1+i] = plus(group[1+i], r.fields[name])
		}
	}
	groups = groups[min(s.start, len(groups)):]
	if s.limit != noLimit {
		groups = groups[:min(s.limit, len(groups))]
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
	f, _ := convert(v, typeFloat)
	return f.(float64)
}
