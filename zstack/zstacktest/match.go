package zstacktest

import (
	"slices"
	"strings"
	"time"
)

// A test tells whether a record meets a condition.
type test func(*row) bool

// An expr is a condition on the records of a kind as it was written: a comparison,
// a restriction, or an allOf or anyOf of others.
type expr interface {
	// test returns the condition's test for records of the kind.
	test(m *matcher, k *kind) (test, *apiError)
}

// allOf holds where all of its conditions do, and anyOf where one does.
type (
	allOf []expr
	anyOf []expr
)

// A comparison compares a field with values that are written down or that a
// sub-query yields. Its operators are those of a condition of a query.
type comparison struct {
	// field can lead into other records: "vmNics.ip", "zone.name".
	field, op string
	// values are several for the operators "?=" and "!?=" only.
	values   []string
	subquery *subquery
}

// A subquery yields what the records of a kind that meet a condition have in a
// field.
type subquery struct {
	entity, field string
	where         expr
}

// A matcher turns conditions into tests. It holds what they depend on.
type matcher struct {
	store *store
	// location is the zone of times in conditions.
	location *time.Location
	// visible tells which records there are for who asks; nil for all.
	visible test
}

func (all allOf) test(m *matcher, k *kind) (test, *apiError) {
	tests, err := m.tests(k, all)
	if err != nil {
		return nil, err
	}
	return func(r *row) bool {
		for _, holds := range tests {
			if !holds(r) {
				return false
			}
		}
		return true
	}, nil
}

func (anyone anyOf) test(m *matcher, k *kind) (test, *apiError) {
	tests, err := m.tests(k, anyone)
	if err != nil {
		return nil, err
	}
	return func(r *row) bool {
		return slices.ContainsFunc(tests, func(holds test) bool { return holds(r) })
	}, nil
}

func (m *matcher) tests(k *kind, list []expr) ([]test, *apiError) {
	tests := make([]test, len(list))
	for i, e := range list {
		var err *apiError
		if tests[i], err = e.test(m, k); err != nil {
			return nil, err
		}
	}
	return tests, nil
}

// test follows the field to the records that it leads to. As the server turns it
// into "key IN (SELECT ... WHERE field op value)", the condition holds for a
// record when it holds for one of those: for none that leads nowhere, not even
// with "is null".
func (c comparison) test(m *matcher, k *kind) (test, *apiError) {
	head, rest, nested := strings.Cut(c.field, ".")
	if !nested {
		return m.compare(k, c)
	}
	next, follow := step(m.store, k, head)
	if next == nil {
		return nil, unknownField(k, c.field)
	}
	c.field = rest
	holds, err := c.test(m, next)
	if err != nil {
		return nil, err
	}
	return func(r *row) bool { return slices.ContainsFunc(follow(r), holds) }, nil
}

// step returns the kind that the first part of a path leads to, and how to get
// there.
func step(s *store, k *kind, head string) (*kind, func(*row) []*row) {
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
	return join(s, k, head)
}

// compare returns the test of a comparison with a field of the kind itself. As in
// SQL, a field without a value meets none but "is null". A list meets it when one
// of its elements does.
func (m *matcher) compare(k *kind, c comparison) (test, *apiError) {
	if tags := tagFields[c.field]; tags != "" {
		return m.compareTags(tags, c)
	}
	f := k.byName[c.field]
	if f == nil || f.typ == typeChildren {
		return nil, unknownField(k, c.field)
	}
	switch c.op {
	case "is null":
		return func(r *row) bool { return !r.hasValue(f.name, anything) }, nil
	case "not null":
		return func(r *row) bool { return r.hasValue(f.name, anything) }, nil
	}
	holds, err := m.onValue(f, c)
	if err != nil {
		return nil, err
	}
	return func(r *row) bool { return r.hasValue(f.name, holds) }, nil
}

func anything(any) bool { return true }

// hasValue reports whether a record has a value in a field that something holds
// for, or in a list an element.
func (r *row) hasValue(name string, holds func(any) bool) bool {
	switch v := r.fields[name].(type) {
	case nil:
		return false
	case []string:
		return slices.ContainsFunc(v, func(e string) bool { return holds(e) })
	default:
		return holds(v)
	}
}

// onValue returns what a comparison asks of a value of a field.
func (m *matcher) onValue(f *field, c comparison) (func(any) bool, *apiError) {
	if c.op == "?=" || c.op == "!?=" {
		return m.inSet(f, c)
	}
	value, ok, err := m.single(c)
	if err != nil {
		return nil, err
	}
	if !ok {
		return func(any) bool { return false }, nil
	}
	if c.op == "~=" || c.op == "!~=" {
		pattern := []rune(strings.ToLower(value))
		return func(v any) bool {
			return like([]rune(strings.ToLower(m.text(v))), pattern) == (c.op == "~=")
		}, nil
	}
	operand, err := m.operand(f, value)
	if err != nil {
		return nil, err
	}
	if operand == (noValue{}) {
		return func(any) bool { return false }, nil
	}
	holds := comparisons[c.op]
	return func(v any) bool { return holds(compare(v, operand)) }, nil
}

var comparisons = map[string]func(order int) bool{
	"=":  func(order int) bool { return order == 0 },
	"!=": func(order int) bool { return order != 0 },
	">":  func(order int) bool { return order > 0 },
	">=": func(order int) bool { return order >= 0 },
	"<":  func(order int) bool { return order < 0 },
	"<=": func(order int) bool { return order <= 0 },
}

// inSet is onValue for the operators that take several values.
func (m *matcher) inSet(f *field, c comparison) (func(any) bool, *apiError) {
	values, null, err := m.values(c)
	if err != nil {
		return nil, err
	}
	set := make(map[string]bool, len(values))
	for _, value := range values {
		operand, err := m.operand(f, value)
		if err != nil {
			return nil, err
		}
		if operand != (noValue{}) {
			set[string(appendKey(nil, operand))] = true
		}
	}
	if c.op == "!?=" && null {
		// In SQL nothing is known to differ from null.
		return func(any) bool { return false }, nil
	}
	var key []byte
	return func(v any) bool {
		key = appendKey(key[:0], v)
		return set[string(key)] == (c.op == "?=")
	}, nil
}
