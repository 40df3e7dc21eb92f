package zstacktest

import (
	"time"
)

// single returns the one value that a comparison is with, and false for null.
func (m *matcher) single(c comparison) (string, bool, *apiError) {
	values, null, err := m.values(c)
	switch {
	case err != nil:
		return "", false, err
	case len(values) > 1 || null && len(values) > 0:
		return "", false, failf(codeInvalidArgument, "the sub-query for field[%s] returns more than one row", c.field)
	case len(values) == 0:
		return "", false, nil
	}
	return values[0], true, nil
}

// values returns the values that a comparison is with, and whether null is among
// them.
func (m *matcher) values(c comparison) (values []string, null bool, err *apiError) {
	q := c.subquery
	if q == nil {
		return c.values, false, nil
	}
	k, err := kindOf(q.entity)
	if err != nil {
		return nil, false, err
	}
	f := k.byName[q.field]
	if f == nil || f.typ == typeChildren {
		return nil, false, unknownField(k, q.field)
	}
	rows, _, err := m.choose(k, &selection{where: q.where, limit: noLimit})
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		has := r.hasValue(f.name, func(v any) bool {
			values = append(values, m.text(v))
			return f.typ != typeList // An element of a list is not to end it.
		})
		null = null || !has && f.typ != typeList
	}
	return values, null, nil
}

// operand reads a value in a condition as one that can be in the field.
func (m *matcher) operand(f *field, s string) (any, *apiError) {
	var value any
	ok := true
	switch f.typ {
	case typeInt, typeFloat:
		if value, ok = toInt(s); !ok {
			value, ok = convert(s, typeFloat)
		}
	case typeBool:
		value, ok = convert(s, typeBool)
	case typeTime:
		if value, ok = toTime(s, m.location); ok {
			value = instant(value.(time.Time))
		}
	default:
		value = s
	}
	switch {
	case ok:
		return value, nil
	case f.typ == typeBool:
		return nil, failf(codeInternal, "the value[%s] is not one for field[%s]", s, f.name)
	case f.typ != typeTime && m.store.release.newErrors:
		return int64(0), nil // as the database reads a word for a number
	}
	return noValue{}, nil
}

// A noValue is what nothing is equal to, less or greater.
type noValue struct{}

// text returns a value as the database writes it.
func (m *matcher) text(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.In(m.location).Format(time.DateTime)
	}
	return text(v)
}
