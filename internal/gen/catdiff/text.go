package catdiff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// none is how an absent value is printed.
const none = "none"

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// number prints a number for which zero means none.
func number[N int | int64](n N) string {
	if n == 0 {
		return none
	}
	return fmt.Sprint(n)
}

// interval prints a range.
func interval(r []int64) string {
	switch len(r) {
	case 0:
		return none
	case 2:
		return fmt.Sprintf("%d to %d", r[0], r[1])
	default:
		return fmt.Sprint(r)
	}
}

// set prints a list whose order has no meaning.
func set(list []string) string {
	return orNone(strings.Join(slices.Sorted(slices.Values(list)), ", "))
}

// counted prints a list that is too long for a line as a rule.
func counted(list []string) string {
	if len(list) == 0 {
		return none
	}
	return fmt.Sprintf("%d (%s)", len(list), set(list))
}

// pairs prints a map.
func pairs[V any](m map[string]V, text func(V) string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, key+" "+text(m[key]))
	}
	return orNone(strings.Join(list, ", "))
}

// same prints a string as it is.
func same(s string) string { return s }

// maxRunes is how long a value may be in a line, and lead how much of what two
// long values have in common stands before the first difference.
const (
	maxRunes = 80
	lead     = 10
)

// arrow prints two different values, cut so that the first difference is seen.
func arrow(was, is string) string {
	a, b := []rune(was), []rune(is)
	common := 0
	for common < min(len(a), len(b)) && a[common] == b[common] {
		common++
	}
	return cut(a, common) + " → " + cut(b, common)
}

// cut shortens a value that is too long: what comes long before the first
// difference, and what comes long after it.
func cut(s []rune, difference int) string {
	if len(s) <= maxRunes {
		return string(s)
	}
	head, tail := "", ""
	if difference >= maxRunes {
		head, s = "…", s[difference-lead:]
	}
	if len(s) > maxRunes {
		s, tail = s[:maxRunes], "…"
	}
	return head + string(s) + tail
}
