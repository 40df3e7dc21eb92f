// Package condition writes the conditions of queries as the server reads them, which has no
// quotes for values: it says which values the server would misread, keeps times until the
// server's zone is known, and divides lists that are too long for a URL.
package condition

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Condition is one condition of a query.
type Condition struct {
	Field, Op, Value string
	Reason           string // why it cannot be sent; empty when it can
}

// operators are the server's, in the order in which it looks for them.
var operators = [...]string{"!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null"}

// Compare compares a field with a value by one of the server's operators.
func Compare(field, op string, value any) Condition {
	c := Condition{Field: field, Op: op}
	c.Value, c.Reason = valueOf(op, value)
	return c.check()
}

// List compares a field with a list of values.
func List[T any](field, op string, values []T) Condition {
	c := Condition{Field: field, Op: op}
	if len(values) == 0 {
		c.Reason = "is compared with an empty list"
	}
	written := make([]string, len(values))
	for i, v := range values {
		if written[i], c.Reason = valueOf(op, v); c.Reason != "" {
			break
		}
		if strings.Contains(written[i], ",") {
			c.Reason = fmt.Sprintf("is compared with a list whose element %d contains a comma, which the server would read as two elements", i) + zqlHint(field, op)
			break
		}
	}
	c.Value = strings.Join(written, ",")
	return c.check()
}

// check refuses what the server would read differently.
func (c Condition) check() Condition {
	switch {
	case !IsFieldPath(c.Field):
		c.Field, c.Reason = strconv.Quote(c.Field), "is not the name of a field"
	case c.Reason == "":
		if c.Reason = misread(c); c.Reason != "" {
			c.Reason += zqlHint(c.Field, c.Op)
		}
	}
	return c
}

// valueOf writes a value as conditions hold it, or says why it cannot.
func valueOf(op string, value any) (written, reason string) {
	if t, ok := value.(time.Time); ok {
		return momentOf(op, t)
	}
	written, ok := scalar(value)
	switch {
	case value == nil:
		return "", "is compared with nil; IsNull finds rows without a value"
	case reflect.ValueOf(value).Kind() == reflect.Pointer:
		return "", fmt.Sprintf("is compared with a %T; compare it with what that points to", value)
	case !ok:
		return "", fmt.Sprintf("is compared with a %T, which has no form in a condition", value)
	case !utf8.ValidString(written):
		return "", "is compared with a string that is not valid UTF-8"
	}
	return written, ""
}

// scalar writes a value as conditions hold it.
func scalar(value any) (string, bool) {
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.String:
		return v.String(), true
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case v.CanInt():
		if _, hasUnit := value.(fmt.Stringer); hasUnit {
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
	if strings.Contains(c.Value, "'") {
		return "is compared with a value that contains a single quote, on which the server fails"
	}
	whole := c.Field + c.Op + c.Value
	meant := strings.TrimSpace(c.Op)
	for _, op := range operators {
		at := strings.Index(whole, op)
		switch {
		case at < 0:
			continue
		case op != meant || strings.TrimSpace(whole[:at]) != c.Field:
			return fmt.Sprintf("is compared with a value that contains %q, where the server would divide the condition", op)
		case strings.HasPrefix(c.Value, op):
			// The server takes repeated operators for one.
			return fmt.Sprintf("is compared with a value that begins with %q, which the server would lose", op)
		}
		return ""
	}
	return ""
}

// IsFieldPath reports whether a string can name a field, of an inner resource perhaps.
func IsFieldPath(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") == ""
}
