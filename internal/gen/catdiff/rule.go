package catdiff

import "slices"

// A rule compares one key of a row, such as a parameter's range.
type rule[T any] struct {
	key string
	// text is the key's value as it is printed. Two rows differ in the key when
	// their strings do.
	text func(T) string
	// judge says of a row that differs in the key what that means.
	judge judge[T]
}

// A judge says whether a change from one row to another breaks callers.
type judge[T any] func(before, after T) verdict

// compareRows applies rules to a row that is in both editions.
func compareRows[T any](c *comparison, s section, subject string, rules []rule[T], before, after T) {
	for _, r := range rules {
		if was, is := r.text(before), r.text(after); was != is {
			c.add(s, changed, subject, r.key+": "+arrow(was, is), r.judge(before, after))
		}
	}
}

// The reasons that many rules share.
const (
	refuses     = "refuses what was accepted"
	relaxed     = "relaxed"
	information = "information"
	otherType   = "another Go type"
)

// breaks is the judge of what always breaks callers.
func breaks[T any](why string) judge[T] {
	return func(T, T) verdict { return verdict{true, why} }
}

// informs is the judge of what never breaks callers.
func informs[T any](why string) judge[T] {
	return func(T, T) verdict { return verdict{false, why} }
}

// limits is the judge of a limit: it breaks callers where it got stricter.
func limits[T any](stricter func(before, after T) bool) judge[T] {
	return func(before, after T) verdict {
		if stricter(before, after) {
			return verdict{true, refuses}
		}
		return verdict{false, relaxed}
	}
}

// on is the judge of a check that is there or not: it breaks callers where it is
// there now.
func on[T any](has func(T) bool) judge[T] {
	return limits(func(_, after T) bool { return has(after) })
}

// known is the judge of known values: those that are no longer known may have had
// constants.
func known[T any](list func(T) []string) judge[T] {
	return func(before, after T) verdict {
		if isSubset(list(before), list(after)) {
			return verdict{false, "refuses nothing"}
		}
		return verdict{true, "a constant for a known value is gone"}
	}
}

// isStricterRange reports whether numbers that were in range no longer are.
func isStricterRange(before, after []int64) bool {
	switch {
	case len(after) != 2:
		return false
	case len(before) != 2:
		return true
	default:
		return after[0] > before[0] || after[1] < before[1]
	}
}

// isSubset reports whether list has every element of part.
func isSubset(part, list []string) bool {
	return !slices.ContainsFunc(part, func(s string) bool { return !slices.Contains(list, s) })
}
