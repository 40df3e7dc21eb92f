package condition

import (
	"strings"
	"time"
)

// A Carried is a condition in the form in which a list of strings carries it from the
// caller to the request: as the server reads it, but that its times are moments yet, or as
// the reason why it cannot be sent. What the caller has written is carried as it is.
type Carried string

// A mark tells what a condition does not say to the server from what it does. What a
// caller writes has no reason to hold one.
type mark string

const (
	refusal mark = "\x00" // begins the reason why a condition cannot be sent
	moment  mark = "\x01" // begins a time, which ends with the value
)

// Carry returns the condition as it is carried.
func (c Condition) Carry() Carried {
	if c.Field == "" && c.Reason == "" {
		c.Reason = "an empty condition asks for nothing"
	}
	if c.Reason != "" {
		return Carried(string(refusal) + strings.TrimSpace(c.Field+" "+c.Reason))
	}
	return Carried(c.Field + c.Op + c.Value)
}

// Refusal returns why the condition cannot be sent; false when it can.
func (c Carried) Refusal() (reason string, refused bool) {
	return strings.CutPrefix(string(c), string(refusal))
}

// HasTime reports whether the condition holds a moment.
func (c Carried) HasTime() bool { return string(c) != c.In(time.UTC) }

// In writes the condition with its moments as the database of a server in a time zone reads
// them.
func (c Carried) In(location *time.Location) string {
	written := string(c)
	for {
		before, rest, found := strings.Cut(written, string(moment))
		if !found {
			return written
		}
		value, after, comma := strings.Cut(rest, ",")
		t, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return written // the caller's own
		}
		if comma {
			after = "," + after
		}
		written = before + t.In(location).Format(time.DateTime) + after
	}
}

// momentOf writes a time for [Carried.In] to find. The server keeps whole seconds.
func momentOf(op string, t time.Time) (value, reason string) {
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
	return string(moment) + whole.UTC().Format(time.RFC3339), ""
}
