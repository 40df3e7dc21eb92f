package queries

import (
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A test tells whether a record meets a condition.
type test func(*store.Row) bool

// An Expr is a condition on the records of a kind as it was written: a comparison,
// a restriction, or an allOf or anyOf of others.
type Expr interface {
	// test returns the condition's test for records of the kind.
	test(m *Matcher, k *store.Kind) (test, *apierr.Error)
}

// allOf holds where all of its conditions do, and anyOf where one does.
type (
	AllOf []Expr
	AnyOf []Expr
)

// A Comparison compares a field with values that are written down or that a
// sub-query yields. Its operators are those of a condition of a query.
type Comparison struct {
	// field can lead into other records: "vmNics.ip", "zone.name".
	Field, Op string
	// values are several for the operators "?=" and "!?=" only.
	Values   []string
	Subquery *Subquery
}

// A Subquery yields what the records of a kind that meet a condition have in a
// field.
type Subquery struct {
	Entity, Field string
	Where         Expr
}

// A Matcher turns conditions into tests. It holds what they depend on.
type Matcher struct {
	Store *store.Store
	// location is the zone of times in conditions.
	Location *time.Location
	// visible tells which records there are for who asks; nil for all.
	Visible test
}

func (all AllOf) test(m *Matcher, k *store.Kind) (test, *apierr.Error) {
	tests, err := m.tests(k, all)
	if err != nil {
		return nil, err
	}
	return func(r *store.Row) bool {
		for _, holds := range tests {
			if !holds(r) {
				return false
			}
		}
		return true
	}, nil
}

func (anyone AnyOf) test(m *Matcher, k *store.Kind) (test, *apierr.Error) {
	tests, err := m.tests(k, anyone)
	if err != nil {
		return nil, err
	}
	return func(r *store.Row) bool {
		return slices.ContainsFunc(tests, func(holds test) bool { return holds(r) })
	}, nil
}

func (m *Matcher) tests(k *store.Kind, list []Expr) ([]test, *apierr.Error) {
	tests := make([]test, len(list))
	for i, e := range list {
		var err *apierr.Error
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
func (c Comparison) test(m *Matcher, k *store.Kind) (test, *apierr.Error) {
	head, rest, nested := strings.Cut(c.Field, ".")
	if !nested {
		return m.compare(k, c)
	}
	next, follow := step(m.Store, k, head)
	if next == nil {
		return nil, UnknownField(k, c.Field)
	}
	c.Field = rest
	holds, err := c.test(m, next)
	if err != nil {
		return nil, err
	}
	return func(r *store.Row) bool { return slices.ContainsFunc(follow(r), holds) }, nil
}

// step returns the kind that the first part of a path leads to, and how to get
// there.
func step(s *store.Store, k *store.Kind, head string) (*store.Kind, func(*store.Row) []*store.Row) {
	if f := k.ByName[head]; f != nil && f.Typ == store.TypeChildren {
		return store.KindNamed(f.Child), func(r *store.Row) []*store.Row { return s.By(f.Child, f.By, r.Key) }
	}
	if f := k.ByName[head+"Uuid"]; f != nil && f.Ref != "" {
		return store.KindNamed(f.Ref), func(r *store.Row) []*store.Row {
			if other := s.Get(f.Ref, r.Str(f.Name)); other != nil {
				return []*store.Row{other}
			}
			return nil
		}
	}
	return join(s, k, head)
}

// compare returns the test of a comparison with a field of the kind itself. As in
// SQL, a field without a value meets none but "is null". A list meets it when one
// of its elements does.
func (m *Matcher) compare(k *store.Kind, c Comparison) (test, *apierr.Error) {
	if tags := store.TagFields[c.Field]; tags != "" {
		return m.compareTags(tags, c)
	}
	f := k.ByName[c.Field]
	if f == nil || f.Typ == store.TypeChildren {
		return nil, UnknownField(k, c.Field)
	}
	switch c.Op {
	case "is null":
		return func(r *store.Row) bool { return !r.HasValue(f.Name, anything) }, nil
	case "not null":
		return func(r *store.Row) bool { return r.HasValue(f.Name, anything) }, nil
	}
	holds, err := m.onValue(f, c)
	if err != nil {
		return nil, err
	}
	return func(r *store.Row) bool { return r.HasValue(f.Name, holds) }, nil
}

func anything(any) bool { return true }

// onValue returns what a comparison asks of a value of a field.
func (m *Matcher) onValue(f *store.Field, c Comparison) (func(any) bool, *apierr.Error) {
	if c.Op == "?=" || c.Op == "!?=" {
		return m.inSet(f, c)
	}
	value, ok, err := m.single(c)
	if err != nil {
		return nil, err
	}
	if !ok {
		return func(any) bool { return false }, nil
	}
	if c.Op == "~=" || c.Op == "!~=" {
		pattern := []rune(strings.ToLower(value))
		return func(v any) bool {
			return like([]rune(strings.ToLower(m.text(v))), pattern) == (c.Op == "~=")
		}, nil
	}
	operand, err := m.operand(f, value)
	if err != nil {
		return nil, err
	}
	if operand == (noValue{}) {
		return func(any) bool { return false }, nil
	}
	holds := comparisons[c.Op]
	return func(v any) bool { return holds(store.Compare(v, operand)) }, nil
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
func (m *Matcher) inSet(f *store.Field, c Comparison) (func(any) bool, *apierr.Error) {
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
			set[string(store.AppendKey(nil, operand))] = true
		}
	}
	if c.Op == "!?=" && null {
		// In SQL nothing is known to differ from null.
		return func(any) bool { return false }, nil
	}
	var key []byte
	return func(v any) bool {
		key = store.AppendKey(key[:0], v)
		return set[string(key)] == (c.Op == "?=")
	}, nil
}
