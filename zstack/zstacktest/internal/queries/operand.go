package queries

import (
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// single returns the one value that a comparison is with, and false for null.
func (m *Matcher) single(c Comparison) (string, bool, *apierr.Error) {
	values, null, err := m.values(c)
	switch {
	case err != nil:
		return "", false, err
	case len(values) > 1 || null && len(values) > 0:
		return "", false, apierr.Failf(apierr.CodeInvalidArgument, "the sub-query for field[%s] returns more than one row", c.Field)
	case len(values) == 0:
		return "", false, nil
	}
	return values[0], true, nil
}

// values returns the values that a comparison is with, and whether null is among
// them.
func (m *Matcher) values(c Comparison) (values []string, null bool, err *apierr.Error) {
	q := c.Subquery
	if q == nil {
		return c.Values, false, nil
	}
	k, err := KindOf(q.Entity)
	if err != nil {
		return nil, false, err
	}
	f := k.ByName[q.Field]
	if f == nil || f.Typ == store.TypeChildren {
		return nil, false, UnknownField(k, q.Field)
	}
	rows, _, err := m.Choose(k, &Selection{Where: q.Where, Limit: NoLimit})
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		has := r.HasValue(f.Name, func(v any) bool {
			values = append(values, m.text(v))
			return f.Typ != store.TypeList // An element of a list is not to end it.
		})
		null = null || !has && f.Typ != store.TypeList
	}
	return values, null, nil
}

// operand reads a value in a condition as one that can be in the field.
func (m *Matcher) operand(f *store.Field, s string) (any, *apierr.Error) {
	var value any
	ok := true
	switch f.Typ {
	case store.TypeInt, store.TypeFloat:
		if value, ok = store.ToInt(s); !ok {
			value, ok = store.Convert(s, store.TypeFloat)
		}
	case store.TypeBool:
		value, ok = store.Convert(s, store.TypeBool)
	case store.TypeTime:
		if value, ok = store.ToTime(s, m.Location); ok {
			value = store.Instant(value.(time.Time))
		}
	default:
		value = s
	}
	switch {
	case ok:
		return value, nil
	case f.Typ == store.TypeBool:
		return nil, apierr.Failf(apierr.CodeInternal, "the value[%s] is not one for field[%s]", s, f.Name)
	case f.Typ != store.TypeTime && m.Store.Release.NewErrors:
		return int64(0), nil // as the database reads a word for a number
	}
	return noValue{}, nil
}

// A noValue is what nothing is equal to, less or greater.
type noValue struct{}

// text returns a value as the database writes it.
func (m *Matcher) text(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.In(m.Location).Format(time.DateTime)
	}
	return store.Text(v)
}
