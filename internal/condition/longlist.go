package condition

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

// A ValueList is a condition with a list, taken apart as the server does it.
type ValueList struct {
	at        int // its index among the conditions
	Field, Op string
	values    []string
	size      int // in a URL
}

// listIn reads a condition; false when it has no list.
func listIn(condition string) (ValueList, bool) {
	for _, op := range operators {
		field, values, found := strings.Cut(condition, op)
		if !found {
			continue
		}
		field = strings.TrimSpace(field)
		return ValueList{Field: field, Op: op, values: strings.Split(values, ",")}, strings.HasSuffix(op, "?=") && IsFieldPath(field)
	}
	return ValueList{}, false
}

// sizeOf is how many bytes of a URL a condition, or a part of one, takes. Times take as many in
// every zone.
func sizeOf(s string) int {
	return len(url.QueryEscape(Carried(s).In(time.UTC)))
}

// LongLists returns the lists that are too long to be sent, and how many bytes the
// conditions take altogether. Of lists that are so only together, the longest In is.
func LongLists(conditions []string) (long []ValueList, total int) {
	raw := 0
	for _, c := range conditions {
		raw += len(c)
	}
	if 3*raw <= longList {
		return nil, 0 // even if each byte is escaped
	}
	var longest ValueList
	for i, c := range conditions {
		size := sizeOf(c)
		total += size + len("&q=")
		list, ok := listIn(c)
		if !ok {
			continue
		}
		list.at, list.size = i, size
		if size > longList {
			long = append(long, list)
		} else if isIn, wasIn := list.Op == "?=", longest.Op == "?="; isIn && !wasIn || isIn == wasIn && size > longest.size {
			longest = list // which can be read in parts, if one can
		}
	}
	if len(long) == 0 && total > longQuery && longest.size > leastPart {
		long = append(long, longest)
	}
	return long, total
}

// Describe says which list is too long, without its values.
func (l ValueList) Describe() string {
	return fmt.Sprintf("contain a list, %s%s..., that takes %d bytes of the URL, more than servers can be relied on to take (%d)", l.Field, l.Op, l.size, longList)
}

// A Partition is a long list of a query in parts, each for a query of its own.
type Partition struct {
	List       ValueList
	conditions []string   // of the query
	Parts      [][]string // of the list's values
}

// Divide divides the one list among a query's conditions that is too long, in the order
// that compare says, or else as it is; nil when none is. The refusal says why that cannot
// be; empty when it can.
func Divide(conditions []string, compare func(a, b string) int) (p *Partition, refusal string) {
	p = &Partition{conditions: conditions}
	long, total := LongLists(conditions)
	if len(long) == 0 {
		return nil, ""
	}
	p.List = long[0]
	rest := total - p.List.size
	switch {
	case len(long) > 1:
		return nil, p.List.Describe() + "; only one of them could be read in parts"
	case p.List.Op != "?=":
		return nil, p.List.Describe() + "; only In can be read in parts"
	case rest+leastPart > longQuery:
		return nil, p.List.Describe() + ", as do the other conditions"
	}
	if compare != nil {
		slices.SortStableFunc(p.List.values, compare)
	}
	if !p.divide(max(longList-rest, leastPart)) {
		return nil, p.List.Describe() + "; one of its values alone does"
	}
	return p, ""
}

// divide divides the values into parts of a size in a URL, leaving out those that the
// database takes for another. It is false when one value alone is too long.
func (p *Partition) divide(size int) bool {
	seen := make(map[string]bool)
	var part []string
	room := size - sizeOf(p.List.Field+p.List.Op)
	left := room
	for _, v := range p.List.values {
		same := v
		if isAnyUUID(v) {
			same = Fold(v)
		}
		if seen[same] {
			continue
		}
		seen[same] = true
		taken := sizeOf(v) + len("%2C")
		switch {
		case taken > longList:
			return false
		case taken > left && len(part) > 0:
			p.Parts = append(p.Parts, part)
			part, left = nil, room
		}
		part, left = append(part, v), left-taken
	}
	p.Parts = append(p.Parts, part)
	return true
}

// ConditionsOf returns the conditions for a part.
func (p *Partition) ConditionsOf(part []string) []string {
	conditions := slices.Clone(p.conditions)
	conditions[p.List.at] = p.List.Field + p.List.Op + strings.Join(part, ",")
	return conditions
}

// IsDisjoint reports whether no row can be in two parts. One with several inner rows
// or tags can, and so can one with a value that the database takes for two of them,
// which of uuids and of whole numbers are one.
func (p *Partition) IsDisjoint() bool {
	if strings.Contains(p.List.Field, ".") || strings.HasPrefix(p.List.Field, "__") {
		return false
	}
	return !slices.ContainsFunc(p.List.values, func(v string) bool { return !isAnyUUID(v) && !isNumber(v) })
}

// isNumber reports whether a value is a whole number, written as it usually is.
func isNumber(v string) bool {
	n, err := strconv.ParseInt(v, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == v
}

// isAnyUUID reports whether a value is a uuid in letters of either case.
func isAnyUUID(v string) bool { return creation.IsUUID(strings.ToLower(v)) }

// Fold returns the same for values that the server's database does not tell apart: it
// takes no notice of case, and of spaces at the end.
func Fold(v string) string { return strings.ToUpper(strings.TrimRight(v, " ")) }
