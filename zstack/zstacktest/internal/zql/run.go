// Package zql runs ZQL, the query language of the server, on the records of a simulated node.
package zql

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
)

// Run answers each statement of a ZQL text with a result of its own.
func Run(m *queries.Matcher, text string) (*javajson.Object, *apierr.Error) {
	statements, err := parse(text)
	if err != nil {
		return nil, err
	}
	results := make([]*javajson.Object, len(statements))
	for i, s := range statements {
		if results[i], err = runStatement(m, s); err != nil {
			return nil, err
		}
	}
	o := &javajson.Object{}
	o.Add("results", results)
	return o, nil
}

func runStatement(m *queries.Matcher, s *statement) (*javajson.Object, *apierr.Error) {
	k, err := queries.KindOf(s.entity)
	if err != nil {
		return nil, err
	}
	only, err := queries.OnlyFields(k, s.fields)
	if err != nil {
		return nil, err
	}
	result := &javajson.Object{Class: javajson.ZQLResult}
	switch s.verb {
	case "query":
		rows, total, err := m.Choose(k, &s.Selection)
		if err != nil {
			return nil, err
		}
		result.Add("inventories", m.Store.Inventories(rows, only))
		if s.Total {
			result.Add("total", int64(total))
		}
	case "count":
		s.Start, s.Limit, s.Total = 0, 0, true
		_, total, err := m.Choose(k, &s.Selection)
		if err != nil {
			return nil, err
		}
		result.Add("total", int64(total))
	case "sum":
		sums, err := sum(m, k, s)
		if err != nil {
			return nil, err
		}
		result.Add("inventories", sums)
	}
	result.Add("name", s.name)
	return result, nil
}
