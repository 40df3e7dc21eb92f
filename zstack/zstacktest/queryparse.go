package zstacktest

import (
	"net/http"
	"strconv"
	"strings"
)

// defaultLimit is how many records a query returns that has no limit.
const defaultLimit = 1000

// A query is what the query string of a query says.
type query struct {
	conditions     []condition
	limit, start   int
	count          bool
	replyWithCount bool
	sortBy         string
	descending     bool
	fields         []string
	groupBy        []string
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
		"Invalid query parameter. The '%s' in the parameter[q] doesn't contain any query operator. Valid query operators are [[%s]]",
		s, strings.Join(operators, ", "))
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
			q.fields = splitNames(first)
		case "groupBy":
			q.groupBy = splitNames(first)
		case "filterName":
			q.filterName = first
		}
		if err != nil {
			return nil, refusef(http.StatusBadRequest, "Invalid query parameter. '%s' must be an integer", name)
		}
	}
	return q, nil
}

// splitNames returns the names in a list with commas.
func splitNames(s string) []string {
	if s == "" {
		return nil
	}
	names := strings.Split(s, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	return names
}

// comparison returns a condition in the form that it has in common with ZQL.
func (c condition) comparison() comparison {
	values := []string{c.value}
	if c.op == "?=" || c.op == "!?=" {
		values = strings.Split(c.value, ",")
	}
	return comparison{field: c.field, op: c.op, values: values}
}

// selection returns what the query wants of the records.
func (q *query) selection() *selection {
	sel := &selection{start: q.start, limit: q.limit, total: q.count || q.replyWithCount}
	var all allOf
	for _, c := range q.conditions {
		all = append(all, c.comparison())
	}
	sel.where = all
	if q.sortBy != "" {
		sel.orderBy = []ordering{{q.sortBy, q.descending}}
	}
	if q.count {
		sel.start, sel.limit, sel.orderBy = 0, 0, nil
	}
	return sel
}
