package zstack

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
)

const (
	// longList is how many bytes of a URL a list in a condition can take, without
	// being read in parts.
	longList = 4096
	// longQuery is how many all conditions can take together. Servers were seen to
	// take a URL of 7,061 bytes and to refuse one of 9,917 (414).
	longQuery = 7000
	// leastPart is how many a part of a list gets, whatever else is asked.
	leastPart = 1024
)

// A valueList is a condition with a list, taken apart as the server does it.
type valueList struct {
	at        int // its index among the conditions
	field, op string
	values    []string
	size      int // in a URL
}

// valueListIn reads a condition; false when it has no list.
func valueListIn(condition string) (valueList, bool) {
	for _, op := range operators {
		field, values, found := strings.Cut(condition, op)
		if !found {
			continue
		}
		field = strings.TrimSpace(field)
		return valueList{field: field, op: op, values: strings.Split(values, ",")}, strings.HasSuffix(op, "?=") && isFieldPath(field)
	}
	return valueList{}, false
}

// sizeOf is how many bytes of a URL a text of a condition takes. Times take as many in
// every zone.
func sizeOf(text string) int {
	return len(url.QueryEscape(serverTimes(text, time.UTC)))
}

// longLists returns the lists that are too long to be sent, and how many bytes the
// conditions take altogether. Of lists that are so only together, the longest In is.
func longLists(conditions []string) (long []valueList, total int) {
	raw := 0
	for _, c := range conditions {
		raw += len(c)
	}
	if 3*raw <= longList {
		return nil, 0 // even if each byte is escaped
	}
	var longest valueList
	for i, c := range conditions {
		size := sizeOf(c)
		total += size + len("&q=")
		list, ok := valueListIn(c)
		if !ok {
			continue
		}
		list.at, list.size = i, size
		if size > longList {
			long = append(long, list)
		} else if isIn, wasIn := list.op == "?=", longest.op == "?="; isIn && !wasIn || isIn == wasIn && size > longest.size {
			longest = list // which can be read in parts, if one can
		}
	}
	if len(long) == 0 && total > longQuery && longest.size > leastPart {
		long = append(long, longest)
	}
	return long, total
}

// describe says which list is too long, without its values.
func (l valueList) describe() string {
	return fmt.Sprintf("hold a list, %s%s..., that takes %d bytes of the URL, more than servers can be relied on to take (%d)", l.field, l.op, l.size, longList)
}

// refuseLongLists refuses a list that can only be read in parts.
func (b *builder) refuseLongLists() error {
	if !b.info.Query {
		return nil
	}
	long, _ := longLists(b.Strings("conditions"))
	if len(long) == 0 {
		return nil
	}
	return b.refuse("conditions", ConstraintMaxLength, long[0].describe()+"; All, Pages, Count, First and One can read one In in parts")
}

// A partition is a long list of a query in parts, each for a query of its own.
type partition struct {
	list       valueList
	conditions []string   // of the query
	parts      [][]string // of the list's values
}

// partitionOf divides the one list among a query's conditions that is too long, in
// the order that compare says, or else as it is; nil when none is.
func partitionOf(q *query, compare func(a, b string) int) (*partition, error) {
	p := &partition{conditions: q.texts("conditions")}
	long, total := longLists(p.conditions)
	if len(long) == 0 {
		return nil, nil
	}
	p.list = long[0]
	refuse := func(reason string) error {
		return q.refuse("conditions", ConstraintMaxLength, p.list.describe()+reason)
	}
	rest := total - p.list.size
	switch {
	case len(long) > 1:
		return nil, refuse("; only one of them could be read in parts")
	case p.list.op != "?=":
		return nil, refuse("; only In can be read in parts")
	case rest+leastPart > longQuery:
		return nil, refuse(", as do the other conditions")
	}
	if compare != nil {
		slices.SortStableFunc(p.list.values, compare)
	}
	seen := make(map[string]bool)
	var part []string
	room := max(longList-rest, leastPart) - sizeOf(p.list.field+p.list.op)
	left := room
	for _, v := range p.list.values {
		same := v
		if isAnyUUID(v) {
			same = foldValue(v)
		}
		if seen[same] {
			continue
		}
		seen[same] = true
		size := sizeOf(v) + len("%2C")
		switch {
		case size > longList:
			return nil, refuse("; one of its values alone does")
		case size > left && len(part) > 0:
			p.parts = append(p.parts, part)
			part, left = nil, room
		}
		part, left = append(part, v), left-size
	}
	p.parts = append(p.parts, part)
	return p, nil
}

// queryOf returns the conditions for a part.
func (p *partition) queryOf(part []string) []string {
	conditions := slices.Clone(p.conditions)
	conditions[p.list.at] = p.list.field + p.list.op + strings.Join(part, ",")
	return conditions
}

// isDisjoint reports whether no row can be in two parts. One with several inner rows
// or tags can, and so can one with a value that the database takes for two of them,
// which of uuids and of whole numbers are one.
func (p *partition) isDisjoint() bool {
	if strings.Contains(p.list.field, ".") || strings.HasPrefix(p.list.field, "__") {
		return false
	}
	return !slices.ContainsFunc(p.list.values, func(v string) bool { return !isAnyUUID(v) && !isNumber(v) })
}

// isNumber reports whether a value is a whole number, written as it usually is.
func isNumber(v string) bool {
	n, err := strconv.ParseInt(v, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == v
}

// isAnyUUID reports whether a value is a uuid in letters of either case.
func isAnyUUID(v string) bool { return creation.IsUUID(strings.ToLower(v)) }

// foldValue is the same for values that the server's database does not tell apart: it
// takes no notice of case, and of spaces at the end.
func foldValue(v string) string { return strings.ToUpper(strings.TrimRight(v, " ")) }
