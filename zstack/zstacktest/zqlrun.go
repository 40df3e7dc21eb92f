package zstacktest

// zqlResult is the class of what a statement gives.
const zqlResult = "org.zstack.zql.ZQLQueryReturn"

// runZQL answers each statement of a ZQL text with a result of its own.
func runZQL(m *matcher, text string) (*object, *apiError) {
	statements, err := parseZQL(text)
	if err != nil {
		return nil, err
	}
	results := make([]*object, len(statements))
	for i, s := range statements {
		if results[i], err = runStatement(m, s); err != nil {
			return nil, err
		}
	}
	o := &object{}
	o.add("results", results)
	return o, nil
}

func runStatement(m *matcher, s *zqlStatement) (*object, *apiError) {
	k, err := kindOf(s.entity)
	if err != nil {
		return nil, err
	}
	only, err := onlyFields(k, s.fields)
	if err != nil {
		return nil, err
	}
	result := &object{class: zqlResult}
	switch s.verb {
	case "query":
		rows, total, err := m.choose(k, &s.selection)
		if err != nil {
			return nil, err
		}
		result.add("inventories", m.store.inventories(rows, only))
		if s.total {
			result.add("total", int64(total))
		}
	case "count":
		s.start, s.limit, s.total = 0, 0, true
		_, total, err := m.choose(k, &s.selection)
		if err != nil {
			return nil, err
		}
		result.add("total", int64(total))
	case "sum":
		sums, err := sum(m, k, s)
		if err != nil {
			return nil, err
		}
		result.add("inventories", sums)
	}
	result.add("name", s.name)
	return result, nil
}
