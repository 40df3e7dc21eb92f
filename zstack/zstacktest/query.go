package zstacktest

import (
	"slices"
	"strings"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// queryOf returns a query: it reads the records of a kind, all that meet conditions or one by
// its UUID.
func queryOf(c *calls.Call) *api {
	a := &api{Call: c, name: shortName(c), run: runQuery}
	a.query, a.class = store.Base(inventoryName(c.Describe().RowType()))
	if a.query == nil {
		a.run = genericRead
	}
	return a
}

// inventoryName is the name of a kind, by that of its type; empty for other types.
func inventoryName(typ string) string {
	if name, ok := strings.CutSuffix(typ, "Inventory"); ok {
		return name
	}
	return ""
}

// runQuery reads the records that the call asks for.
func runQuery(c *call) (*javajson.Object, *apierr.Error) {
	q := c.parsed
	if c.oneRow != "" {
		q = &queries.Query{Limit: queries.DefaultLimit, Conditions: []queries.Condition{{Field: "uuid", Op: "=", Value: c.oneRow}}}
	}
	switch {
	case q.Limit < 0 || q.Start < 0:
		return nil, apierr.Failf(apierr.CodeInternal, "limit[%d] and start[%d] cannot be negative", q.Limit, q.Start)
	case q.FilterName != "":
		return nil, apierr.Failf(apierr.CodeUnimplemented, "the simulated node does not have the filter[%s]", q.FilterName)
	}
	for _, condition := range q.Conditions {
		if strings.Contains(condition.Value, "'") {
			return nil, apierr.Failf(apierr.CodeInternal, "error token recognition error, %s %s '%s'",
				condition.Field, condition.Op, strings.ReplaceAll(condition.Value, "'", `\'`))
		}
	}
	only, err := queries.OnlyFields(c.api.query, q.Fields)
	if err != nil {
		return nil, err
	}
	m := c.matcher()
	if c.api.class != "" {
		m.Visible = func(r *store.Row) bool { return r.Class() == c.api.class && c.sees(r) }
	}
	rows, total, err := m.Choose(c.api.query, q.Selection())
	if err != nil {
		return nil, err
	}
	result := &javajson.Object{}
	if q.Count || q.ReplyWithCount {
		result.Add("total", int64(total))
	}
	if !q.Count {
		list := c.store().Inventories(rows, only)
		if c.api.query.Name == "VmInstance" {
			list = withoutNumbers(list)
		}
		result.Add("inventories", list)
	}
	return result, nil
}

// withoutNumbers leaves out the numbers of VM instances, which only the results of jobs have.
func withoutNumbers(list []*javajson.Object) []*javajson.Object {
	for _, o := range list {
		o.Members = slices.DeleteFunc(o.Members, func(m javajson.Member) bool { return m.Name == "internalId" })
	}
	return list
}

// matcher returns what turns the conditions of a call into tests.
func (c *call) matcher() *queries.Matcher {
	m := &queries.Matcher{Store: c.store(), Location: c.node.config.location}
	if !c.isAdmin() {
		m.Visible = c.sees
	}
	return m
}
