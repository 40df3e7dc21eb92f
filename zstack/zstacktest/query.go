package zstacktest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// defaultLimit is how many records a query returns that has no limit.
const defaultLimit = 1000

// queryAPIs returns the APIs that read the records of a kind: all that meet
// conditions, and one by its UUID.
func queryAPIs() []*api {
	var list []*api
	for _, row := range kindTable {
		k := kinds()[row.name]
		if k.path == "" {
			continue
		}
		for _, where := range []string{"GET " + k.path, "GET " + k.path + "/{uuid}"} {
			a := on("Query"+k.name, where, "", runQuery)
			a.query = k
			list = append(list, a)
		}
	}
	return list
}

// A query is what the query string of a query says.
type query struct {
	conditions     []condition
	limit, start   int
	count          bool
	replyWithCount bool
	sortBy         string
	descending     bool
	fields         []string
	groupBy        string
	filterName     string
}

// A condition compares a field with a value.
type condition struct{ field, op, value string }

// operators are those of a condition, in the order that the server looks for
// them. It takes the first of them that occurs anywhere in the condition, so that
// a value can change what a condition means.
var operators = []string{"!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null"}

// parseCondition reads a condition as the server does.
func parseCondition(s string) (condition, *refusal) {
	for _, op := range operators {
		name, value, ok := splitOnce(s, op)
		if !ok {
			continue
		}
		c := condition{field: strings.TrimSpace(name), op: op, value: value}
		if name == "" {
			return c, refusef(http.StatusBadRequest,
				"Invalid query parameter. The '%s' in parameter[q] is not a key-value pair split by %s", s, op)
		}
		if op == "is null" || op == "not null" {
			c.value = ""
		}
		return c, nil
	}
	return condition{}, refusef(http.StatusBadRequest,
		"Invalid query parameter. The '%s' in the parameter[q] doesn't contain any query operator. Valid query operators are %v",
		s, operators)
}

// splitOnce splits a condition around an operator. Java's splitByWholeSeparator,
// which the server uses, takes several operators in a row for one: a value cannot
// begin with the operator.
func splitOnce(s, op string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(s, op)
	for strings.HasPrefix(value, op) {
		value = value[len(op):]
	}
	return name, value, ok
}

// parseQuery reads a query string. Names that the server does not know are
// ignored.
func parseQuery(values map[string][]string) (*query, *refusal) {
	q := &query{limit: defaultLimit}
	for name, list := range values {
		first := strings.TrimSpace(list[0])
		var err error
		switch name {
		case "q":
			for _, s := range list {
				c, refused := parseCondition(s)
				if refused != nil {
					return nil, refused
				}
				q.conditions = append(q.conditions, c)
			}
		case "limit":
			q.limit, err = strconv.Atoi(first)
		case "start":
			q.start, err = strconv.Atoi(first)
		case "count":
			q.count = strings.EqualFold(first, "true")
		case "replyWithCount":
			q.replyWithCount = strings.EqualFold(first, "true")
		case "sort":
			q.descending = strings.HasPrefix(first, "-")
			q.sortBy = strings.TrimLeft(first, "+-")
		case "fields":
			for f := range strings.SplitSeq(first, ",") {
				q.fields = append(q.fields, strings.TrimSpace(f))
			}
		case "groupBy":
			q.groupBy = first
		case "filterName":
			q.filterName = first
		}
		if err != nil {
			return nil, refusef(http.StatusBadRequest, "Invalid query parameter. '%s' must be an integer", name)
		}
	}
	return q, nil
}

// runQuery reads the records that the call asks for.
func runQuery(c *call) (*object, *apiError) {
	q := c.parsed
	if c.api.isReadOfOne() {
		q = &query{limit: defaultLimit, conditions: []condition{{"uuid", "=", c.raw["uuid"].(string)}}}
	}
	switch {
	case q.limit < 0 || q.start < 0:
		return nil, failf(codeInvalidArgument, "limit[%d] and start[%d] cannot be negative", q.limit, q.start)
	case q.groupBy != "" || q.filterName != "":
		return nil, failf(codeUnimplemented, "the simulated node does not group or filter")
	}
	rows, err := c.store().find(c.api.query, q, c.node.config.location)
	if err != nil {
		return nil, err
	}
	result := &object{}
	if q.count {
		result.add("total", int64(len(rows)))
		return result, nil
	}
	total := len(rows)
	rows = rows[min(q.start, total):]
	rows = rows[:min(q.limit, len(rows))]
	only, err := q.only(c.api.query)
	if err != nil {
		return nil, err
	}
	inventories := make([]*object, len(rows))
	for i, r := range rows {
		inventories[i] = c.store().inventory(r, only)
	}
	result.add("inventories", inventories)
	if q.replyWithCount {
		result.add("total", int64(total))
	}
	return result, nil
}

// only returns the fields that the query wants of each record; nil stands for all.
func (q *query) only(k *kind) (map[string]bool, *apiError) {
	if len(q.fields) == 0 {
		return nil, nil
	}
	only := make(map[string]bool, len(q.fields))
	for _, f := range q.fields {
		if k.byName[f] == nil {
			return nil, unknownField(k, f)
		}
		only[f] = true
	}
	return only, nil
}

func unknownField(k *kind, name string) *apiError {
	return failf(codeInvalidArgument, "inventory class[%s] doesn't have field[%s]", k.class, name)
}

// find returns the records that meet the conditions of a query, in its order or
// in that in which they were added. The caller may keep the list.
func (s *store) find(k *kind, q *query, loc *time.Location) ([]*row, *apiError) {
	var tests []func(*row) bool
	for _, c := range q.conditions {
		test, err := s.test(k, c, loc)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	sortField := k.byName[q.sortBy]
	if q.sortBy != "" && (sortField == nil || sortField.typ == typeChildren || sortField.typ == typeList) {
		return nil, unknownField(k, q.sortBy)
	}
	var found []*row
rows:
	for _, r := range s.candidates(k, q) {
		for _, test := range tests {
			if !test(r) {
				continue rows
			}
		}
		found = append(found, r)
	}
	if sortField != nil {
		slices.SortStableFunc(found, func(a, b *row) int {
			order := compareNullable(a.fields[q.sortBy], b.fields[q.sortBy])
			if q.descending {
				return -order
			}
			return order
		})
	}
	return found, nil
}

// candidates returns records among which are all that meet the conditions, and
// only one where a condition names it.
func (s *store) candidates(k *kind, q *query) []*row {
	for _, c := range q.conditions {
		if c.field == "uuid" && c.op == "=" && isUUID(c.value) {
			if r := s.get(k.name, c.value); r != nil {
				return []*row{r}
			}
			return nil
		}
	}
	return s.all(k.name)
}
