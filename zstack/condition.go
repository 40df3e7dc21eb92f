package zstack

import "github.com/zstack-go/zstack-go/internal/condition"

// A Condition is one condition of a query action, made by [Eq] and its kin and
// collected by [Where]. All conditions of a query must hold.
//
// A field is named as on the wire: "state", or "vmNics.ip" for one of an inner
// resource, any of which may match. __systemTag__ and __userTag__ stand for the
// resource's tags. A value is a string, a number, a boolean or a [time.Time], not a
// pointer to one; the server compares it with the field as its database does, strings
// without regard to case.
//
// The server keeps whole seconds, in its own zone. A time is written in the zone that
// the client which makes the call takes the server to be in once it has logged in (see
// [Client.Location]); a fraction of a second is
// minded in comparisons of order, and refused in those of equality. Where clocks are
// set back, the hour that comes twice is the same to the server.
type Condition struct {
	made condition.Condition
}

// Eq asks for rows whose field equals value.
func Eq(field string, value any) Condition { return Condition{condition.Compare(field, "=", value)} }

// NotEq asks for rows whose field differs from value. As in SQL a field without a
// value does not, and neither does it match any other comparison: [IsNull] finds it.
// For a field of inner resources, some of them has to differ.
func NotEq(field string, value any) Condition {
	return Condition{condition.Compare(field, "!=", value)}
}

// Gt asks for rows whose field is greater than value.
func Gt(field string, value any) Condition { return Condition{condition.Compare(field, ">", value)} }

// Gte asks for rows whose field is value or greater.
func Gte(field string, value any) Condition { return Condition{condition.Compare(field, ">=", value)} }

// Lt asks for rows whose field is less than value.
func Lt(field string, value any) Condition { return Condition{condition.Compare(field, "<", value)} }

// Lte asks for rows whose field is value or less.
func Lte(field string, value any) Condition { return Condition{condition.Compare(field, "<=", value)} }

// Like asks for rows whose field matches a pattern, in which % stands for any
// string and _ for any character.
func Like(field, pattern string) Condition { return Condition{condition.Compare(field, "~=", pattern)} }

// NotLike asks for rows whose field does not match a pattern; see [Like].
func NotLike(field, pattern string) Condition {
	return Condition{condition.Compare(field, "!~=", pattern)}
}

// In asks for rows whose field is one of the values: one or more, none with a
// comma in it. A list that takes more than 4,096 bytes of the URL, some 116 uuids, is
// read in parts by All, Pages, Count, First and One (see [Pager]), and refused by Call,
// Start and [Do].
func In[T any](field string, values ...T) Condition {
	return Condition{condition.List(field, "?=", values)}
}

// NotIn asks for rows whose field is none of the values; see [In]. A list that is
// too long there is refused by every call.
func NotIn[T any](field string, values ...T) Condition {
	return Condition{condition.List(field, "!?=", values)}
}

// IsNull asks for rows whose field has no value.
func IsNull(field string) Condition { return Condition{condition.Compare(field, " is null", "")} }

// NotNull asks for rows whose field has a value.
func NotNull(field string) Condition { return Condition{condition.Compare(field, " not null", "")} }

// Where makes the Conditions of a query action; without conditions it selects
// every row.
//
// The server finds the operator of a condition by searching the whole string, the
// value included, so that some values change its meaning; and it fails (SYS.1000) on
// a value that holds a single quote, which it escapes wrongly. A condition that it
// would not read as it is meant is refused when the action is called or validated, with
// a [*ValidationError] that names the field and, where there is one, the way to ask
// in ZQL, which has quotes: see [QuoteZQL]. So is one with a value of a kind that has
// no form in a condition. A time is noted as a moment and written for the server
// when the call is sent.
func Where(conditions ...Condition) []string {
	carried := make([]string, len(conditions))
	for i, c := range conditions {
		carried[i] = string(c.made.Carry())
	}
	return carried
}
