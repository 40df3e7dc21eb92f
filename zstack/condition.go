package zstack

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Condition is one condition of a query action, made by [Eq] and its kin and
// collected by [Where]. All conditions of a query must hold.
//
// A field is named as on the wire: "state", or "vmNics.ip" for one of an inner
// resource, any of which may match. __systemTag__ and __userTag__ stand for the
// resource's tags. A value is a text, a number, a boolean or a [time.Time], not a
// pointer to one; the server compares it with the field as its database does, texts
// without regard to case.
//
// The server keeps whole seconds, in its own zone. A time is written in the zone that
// the client which makes the call takes the server to be in once it has logged in (see
// [Client.Location]); a fraction of a second is
// minded in comparisons of order, and refused in those of equality. Where clocks are
// set back, the hour that comes twice is the same to the server.
type Condition struct {
	field, op, value string
	reason           string // why it cannot be sent; empty when it can
}

// Eq asks for rows whose field equals value.
func Eq(field string, value any) Condition { return compare(field, "=", value) }

// NotEq asks for rows whose field differs from value. As in SQL a field without a
// value does not, and neither does it match any other comparison: [IsNull] finds it.
// For a field of inner resources, some of them has to differ.
func NotEq(field string, value any) Condition { return compare(field, "!=", value) }

// Gt asks for rows whose field is greater than value.
func Gt(field string, value any) Condition { return compare(field, ">", value) }

// Gte asks for rows whose field is value or greater.
func Gte(field string, value any) Condition { return compare(field, ">=", value) }

// Lt asks for rows whose field is less than value.
func Lt(field string, value any) Condition { return compare(field, "<", value) }

// Lte asks for rows whose field is value or less.
func Lte(field string, value any) Condition { return compare(field, "<=", value) }

// Like asks for rows whose field matches a pattern, in which % stands for any
// text and _ for any character.
func Like(field, pattern string) Condition { return compare(field, "~=", pattern) }

// NotLike asks for rows whose field does not match a pattern; see [Like].
func NotLike(field, pattern string) Condition { return compare(field, "!~=", pattern) }

// In asks for rows whose field is one of the values: one or more, none with a
// comma in it. A list that takes more than 4,096 bytes of the URL, some 116 uuids, is
// read in parts by All, Pages, Count, First and One (see [Pager]), and refused by Call,
// Start and [Do].
func In[T any](field string, values ...T) Condition { return list(field, "?=", values) }

// NotIn asks for rows whose field is none of the values; see [In]. A list that is
// too long there is refused by every call.
func NotIn[T any](field string, values ...T) Condition { return list(field, "!?=", values) }

// IsNull asks for rows whose field has no value.
func IsNull(field string) Condition { return compare(field, " is null", "") }

// NotNull asks for rows whose field has a value.
func NotNull(field string) Condition { return compare(field, " not null", "") }

// Where makes the Conditions of a query action; without conditions it selects
// every row.
//
// The server finds the operator of a condition by searching the whole text, the
// value included, so that some values change its meaning; and it fails (SYS.1000) on
// a value that holds a single quote, which it escapes wrongly. A condition that it
// would not read as it is meant is refused when the action is called or validated, with
// a [*ValidationError] that names the field and, where there is one, the way to ask
// in ZQL, which has quotes: see [QuoteZQL]. So is one with a value of a kind that has
// no form in a condition. A time is noted as a moment and written for the server
// when the call is sent.
func Where(conditions ...Condition) []string {
	texts := make([]string, len(conditions))
	for i, c := range conditions {
		if c.field == "" && c.reason == "" {
			c.reason = "an empty condition asks for nothing"
		}
		if texts[i] = c.field + c.op + c.value; c.reason != "" {
			texts[i] = refusedCondition + strings.TrimSpace(c.field+" "+c.reason)
		}
	}
	return texts
}

// refusedCondition begins the text of a condition that must not be sent. A
// caller's own text has no reason to begin with it.
const refusedCondition = "\x00"

// operators are the server's, in the order in which it looks for them.
var operators = [...]string{"!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null"}

func compare(field, op string, value any) Condition {
	c := Condition{field: field, op: op}
	c.value, c.reason = valueText(op, value)
	return c.check()
}

func list[T any](field, op string, values []T) Condition {
	c := Condition{field: field, op: op}
	if len(values) == 0 {
		c.reason = "is compared with an empty list"
	}
	texts := make([]string, len(values))
	for i, v := range values {
		if texts[i], c.reason = valueText(op, v); c.reason != "" {
			break
		}
		if strings.Contains(texts[i], ",") {
			c.reason = fmt.Sprintf("is compared with a list whose element %d holds a comma, which the server would read as two elements", i) + zqlHint(field, op)
			break
		}
	}
	c.value = strings.Join(texts, ",")
	return c.check()
}

// check refuses what the server would read differently.
func (c Condition) check() Condition {
	switch {
	case !isFieldPath(c.field):
		c.field, c.reason = strconv.Quote(c.field), "is not the name of a field"
	case c.reason == "":
		if c.reason = misread(c); c.reason != "" {
			c.reason += zqlHint(c.field, c.op)
		}
	}
	return c
}

// valueText writes a value as conditions hold it, or says why it cannot.
func valueText(op string, value any) (text, reason string) {
	if t, ok := value.(time.Time); ok {
		return timeValue(op, t)
	}
	text, ok := conditionValue(value)
	switch {
	case value == nil:
		return "", "is compared with nil; IsNull finds rows without a value"
	case reflect.ValueOf(value).Kind() == reflect.Pointer:
		return "", fmt.Sprintf("is compared with a %T; compare it with what that points to", value)
	case !ok:
		return "", fmt.Sprintf("is compared with a %T, which has no form in a condition", value)
	case !utf8.ValidString(text):
		return "", "is compared with a text that is not valid UTF-8"
	}
	return text, ""
}

// conditionValue writes a value as conditions hold it.
func conditionValue(value any) (string, bool) {
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.String:
		return v.String(), true
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		if _, isText := value.(fmt.Stringer); isText {
			return "", false // a time.Duration, say: the unit would be a guess
		}
		return strconv.FormatInt(v.Int(), 10), true
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), true
	case v.CanFloat() && (math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)):
		return "", false
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits()), true
	}
	return "", false
}

// misread says how the server would read a condition differently; empty when it
// reads it as it is meant.
func misread(c Condition) string {
	if strings.Contains(c.value, "'") {
		return "is compared with a value that holds a single quote, on which the server fails"
	}
	text := c.field + c.op + c.value
	meant := strings.TrimSpace(c.op)
	for _, op := range operators {
		at := strings.Index(text, op)
		switch {
		case at < 0:
			continue
		case op != meant || strings.TrimSpace(text[:at]) != c.field:
			return fmt.Sprintf("is compared with a value that holds %q, where the server would divide the condition", op)
		case strings.HasPrefix(c.value, op):
			// The server takes repeated operators for one.
			return fmt.Sprintf("is compared with a value that begins with %q, which the server would lose", op)
		}
		return ""
	}
	return ""
}

// aTime begins a time in a condition, which is not written for the server before
// its zone is known. A caller's own text has no reason to hold it.
const aTime = "\x01"

// timeValue writes a time for serverTimes to find. The server keeps whole seconds.
func timeValue(op string, t time.Time) (value, reason string) {
	whole := t.Truncate(time.Second)
	switch {
	case t.IsZero():
		return "", "is compared with the zero time; IsNull finds rows without one"
	case op == "~=" || op == "!~=":
		return "", "is a pattern, and cannot be a time"
	case whole.Equal(t) || op == ">" || op == "<=":
	case op == ">=" || op == "<":
		whole = whole.Add(time.Second)
	default:
		return "", "is compared with a time that has a fraction of a second, which the server does not keep"
	}
	if year := t.UTC().Year(); year < 1000 || year > 9998 {
		return "", "is compared with a time that the server's database cannot hold"
	}
	return aTime + whole.UTC().Format(time.RFC3339), ""
}

// serverTimes writes the times in a condition as the server's database reads them.
func serverTimes(condition string, location *time.Location) string {
	for {
		before, rest, found := strings.Cut(condition, aTime)
		if !found {
			return condition
		}
		text, after, comma := strings.Cut(rest, ",")
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return condition // the caller's own text
		}
		if comma {
			after = "," + after
		}
		condition = before + t.In(location).Format(time.DateTime) + after
	}
}

func isFieldPath(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == ""
}
