package zstacktest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// test returns a function that tells whether a record meets a condition. As in
// SQL, a field without a value meets none but "is null", and strings are compared
// without regard to case, as the server's database does.
func (s *store) test(k *kind, c condition, loc *time.Location) (func(*row) bool, *apiError) {
	values, f, err := s.path(k, c.field)
	if err != nil {
		return nil, err
	}
	var matches func(any) bool
	switch c.op {
	case "is null":
		return func(r *row) bool { return len(values(r)) == 0 }, nil
	case "not null":
		return func(r *row) bool { return len(values(r)) > 0 }, nil
	case "~=", "!~=":
		pattern := []rune(strings.ToLower(c.value))
		matches = func(v any) bool { return like([]rune(strings.ToLower(text(v))), pattern) == (c.op == "~=") }
	case "?=", "!?=":
		var set []any
		for element := range strings.SplitSeq(c.value, ",") {
			v, err := parseOperand(f, element, loc)
			if err != nil {
				return nil, err
			}
			set = append(set, v)
		}
		matches = func(v any) bool {
			return slices.ContainsFunc(set, func(e any) bool { return compare(v, e) == 0 }) == (c.op == "?=")
		}
	default:
		operand, err := parseOperand(f, c.value, loc)
		if err != nil {
			return nil, err
		}
		holds := comparisons[c.op]
		matches = func(v any) bool { return holds(compare(v, operand)) }
	}
	return func(r *row) bool { return slices.ContainsFunc(values(r), matches) }, nil
}

var comparisons = map[string]func(order int) bool{
	"=":  func(order int) bool { return order == 0 },
	"!=": func(order int) bool { return order != 0 },
	">":  func(order int) bool { return order > 0 },
	">=": func(order int) bool { return order >= 0 },
	"<":  func(order int) bool { return order < 0 },
	"<=": func(order int) bool { return order <= 0 },
}

// path returns a function that gives the values that a record has for a field,
// and the field. The name of a field can lead into the records inside of one
// ("vmNics.ip") or to the record that a UUID names ("zone.name").
func (s *store) path(k *kind, name string) (func(*row) []any, *field, *apiError) {
	head, rest, nested := strings.Cut(name, ".")
	if !nested {
		f := k.byName[name]
		if f == nil || f.typ == typeChildren {
			return nil, nil, unknownField(k, name)
		}
		return func(r *row) []any { return r.values(f) }, f, nil
	}
	next, follow := s.step(k, head)
	if next == nil {
		return nil, nil, unknownField(k, name)
	}
	values, f, err := s.path(next, rest)
	if err != nil {
		return nil, nil, err
	}
	return func(r *row) []any {
		var all []any
		for _, other := range follow(r) {
			all = append(all, values(other)...)
		}
		return all
	}, f, nil
}

// step returns the kind that the first part of a path leads to, and how to get
// there.
func (s *store) step(k *kind, head string) (*kind, func(*row) []*row) {
	if f := k.byName[head]; f != nil && f.typ == typeChildren {
		return kinds()[f.child], func(r *row) []*row { return s.by(f.child, f.by, r.key) }
	}
	if f := k.byName[head+"Uuid"]; f != nil && f.ref != "" {
		return kinds()[f.ref], func(r *row) []*row {
			if other := s.get(f.ref, r.str(f.name)); other != nil {
				return []*row{other}
			}
			return nil
		}
	}
	return nil, nil
}

// values returns what a record has in a field: nothing, a value, or the elements
// of a list.
func (r *row) values(f *field) []any {
	switch v := r.fields[f.name].(type) {
	case nil:
		return nil
	case []string:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = e
		}
		return list
	default:
		return []any{v}
	}
}

// parseOperand reads the value of a condition as one that can be in the field.
func parseOperand(f *field, s string, loc *time.Location) (any, *apiError) {
	var value any
	ok := true
	switch f.typ {
	case typeInt, typeFloat:
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			value = i
		} else {
			value, ok = convert(s, typeFloat)
		}
	case typeBool:
		value, ok = convert(s, typeBool)
	case typeTime:
		value, ok = toTime(s, loc)
	default:
		value = s
	}
	if !ok {
		return nil, failf(codeInvalidArgument, "the value[%s] is not one for field[%s]", s, f.name)
	}
	return value, nil
}

// compare orders two values of a field.
func compare(a, b any) int {
	switch a := a.(type) {
	case int64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, b)
		case float64:
			return cmp.Compare(float64(a), b)
		}
	case float64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, float64(b))
		case float64:
			return cmp.Compare(a, b)
		}
	case bool:
		if b, ok := b.(bool); ok {
			return cmp.Compare(btoi(a), btoi(b))
		}
	case time.Time:
		if b, ok := b.(time.Time); ok {
			// The database keeps whole seconds.
			return cmp.Compare(a.Unix(), b.Unix())
		}
	}
	return compareFold(text(a), text(b))
}

// compareNullable is compare for fields that may have no value, which comes
// first.
func compareNullable(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return compare(a, b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareFold orders two strings without regard to case.
func compareFold(a, b string) int {
	if a == b {
		return 0
	}
	if isASCII(a) && isASCII(b) {
		for i := range min(len(a), len(b)) {
			if x, y := lowerASCII(a[i]), lowerASCII(b[i]); x != y {
				return int(x) - int(y)
			}
		}
		return len(a) - len(b)
	}
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lowerASCII(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// like reports whether s fits a SQL LIKE pattern: "%" stands for anything, "_"
// for one character, and a backslash takes the meaning from the one after it.
func like(s, pattern []rune) bool {
	// After the last "%", which is at star, s has been matched from mark on.
	i, p, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '%':
			star, mark = p, i
			p++
			continue
		case p < len(pattern) && pattern[p] == '\\' && p+1 < len(pattern):
			if pattern[p+1] == s[i] {
				i++
				p += 2
				continue
			}
		case p < len(pattern) && (pattern[p] == '_' || pattern[p] == s[i]):
			i++
			p++
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		i, p = mark, star+1
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}
