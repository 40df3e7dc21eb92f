package zstacktest

import (
	"slices"
	"strings"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
)

// queryAPIs returns the APIs that read the records of a kind: all that meet
// conditions, or one by its UUID.
func queryAPIs() []*api {
	var list []*api
	for _, row := range kindTable {
		k := kinds()[row.name]
		if k.path == "" {
			continue
		}
		groups, row := calls.Match(k.path)
		if row != "" {
			panic("zstacktest: no query is at " + k.path)
		}
		for _, c := range groups[0].Calls {
			if c.Query {
				list = append(list, &api{Call: c, name: strings.TrimSuffix(c.Name, "Action"), run: runQuery, query: k})
			}
		}
	}
	return list
}

// runQuery reads the records that the call asks for.
func runQuery(c *call) (*object, *apiError) {
	q := c.parsed
	if c.oneRow != "" {
		q = &query{limit: defaultLimit, conditions: []condition{{"uuid", "=", c.oneRow}}}
	}
	switch {
	case q.limit < 0 || q.start < 0:
		return nil, failf(codeInternal, "limit[%d] and start[%d] cannot be negative", q.limit, q.start)
	case q.filterName != "":
		return nil, failf(codeUnimplemented, "the simulated node does not have the filter[%s]", q.filterName)
	}
	for _, condition := range q.conditions {
		if strings.Contains(condition.value, "'") {
			return nil, failf(codeInternal, "error token recognition error, %s %s '%s'",
				condition.field, condition.op, strings.ReplaceAll(condition.value, "'", `\'`))
		}
	}
	only, err := onlyFields(c.api.query, q.fields)
	if err != nil {
		return nil, err
	}
	rows, total, err := c.matcher().choose(c.api.query, q.selection())
	if err != nil {
		return nil, err
	}
	result := &object{}
	if q.count || q.replyWithCount {
		result.add("total", int64(total))
	}
	if !q.count {
		list := c.store().inventories(rows, only)
		if c.api.query.name == "VmInstance" {
			list = withoutNumbers(list)
		}
		result.add("inventories", list)
	}
	return result, nil
}

// withoutNumbers leaves out the numbers of VM instances, which only the results of jobs have.
func withoutNumbers(list []*object) []*object {
	for _, o := range list {
		o.members = slices.DeleteFunc(o.members, func(m member) bool { return m.name == "internalId" })
	}
	return list
}

// matcher returns what turns the conditions of a call into tests.
func (c *call) matcher() *matcher {
	m := &matcher{store: c.store(), location: c.node.config.location}
	if !c.isAdmin() {
		m.visible = c.sees
	}
	return m
}
