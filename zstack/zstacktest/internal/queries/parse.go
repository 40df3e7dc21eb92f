package queries

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// DefaultLimit is how many records a query returns that has no limit.
const DefaultLimit = 1000

// A Query is what the query string of a query says.
type Query struct {
	Conditions     []Condition
	Limit, Start   int
	Count          bool
	ReplyWithCount bool
	sortBy         string
	descending     bool
	Fields         []string
	groupBy        []string
	FilterName     string
}

// A Condition compares a field with a value.
type Condition struct{ Field, Op, Value string }

// operators are those of a condition, in the order that the server looks for
// them. It takes the first of them that occurs anywhere in the condition, so that
// a value can change what a condition means.
var operators = []string{"!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null"}

// ParseCondition reads a condition as the server does.
func ParseCondition(s string) (Condition, *apierr.Refusal) {
	for _, op := range operators {
		name, value, ok := splitOnce(s, op)
		if !ok {
			continue
		}
		c := Condition{Field: strings.TrimSpace(name), Op: op, Value: value}
		if name == "" {
			return c, apierr.Refusef(http.StatusBadRequest,
				"Invalid query parameter. The '%s' in parameter[q] is not a key-value pair split by %s", s, op)
		}
		if op == "is null" || op == "not null" {
			c.Value = ""
		}
		return c, nil
	}
	return Condition{}, apierr.Refusef(http.StatusBadRequest,
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

// ParseQuery reads a query string. Names that the server does not know are
// ignored.
func ParseQuery(values map[string][]string) (*Query, *apierr.Refusal) {
	q := &Query{Limit: DefaultLimit}
	for name, list := range values {
		first := strings.TrimSpace(list[0])
		var err error
		switch name {
		case "q":
			for _, s := range list {
				c, refused := ParseCondition(s)
				if refused != nil {
					return nil, refused
				}
				q.Conditions = append(q.Conditions, c)
			}
		case "limit":
			q.Limit, err = strconv.Atoi(first)
		case "start":
			q.Start, err = strconv.Atoi(first)
		case "count":
			q.Count = strings.EqualFold(first, "true")
		case "replyWithCount":
			q.ReplyWithCount = strings.EqualFold(first, "true")
		case "sort":
			q.descending = strings.HasPrefix(first, "-")
			q.sortBy = strings.TrimLeft(first, "+-")
		case "fields":
			q.Fields = splitNames(first)
		case "groupBy":
			q.groupBy = splitNames(first)
		case "filterName":
			q.FilterName = first
		}
		if err != nil {
			return nil, apierr.Refusef(http.StatusBadRequest, "Invalid query parameter. '%s' must be an integer", name)
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
func (c Condition) comparison() Comparison {
	values := []string{c.Value}
	if c.Op == "?=" || c.Op == "!?=" {
		values = strings.Split(c.Value, ",")
	}
	return Comparison{Field: c.Field, Op: c.Op, Values: values}
}

// Selection returns what the query wants of the records.
func (q *Query) Selection() *Selection {
	sel := &Selection{Start: q.Start, Limit: q.Limit, Total: q.Count || q.ReplyWithCount}
	var all AllOf
	for _, c := range q.Conditions {
		all = append(all, c.comparison())
	}
	sel.Where = all
	if q.sortBy != "" {
		sel.OrderBy = []Ordering{{q.sortBy, q.descending}}
	}
	if q.Count {
		sel.Start, sel.Limit, sel.OrderBy = 0, 0, nil
	}
	return sel
}
