// Package javajson writes JSON as the server does: members in an order, dates in words,
// numbers as Java prints them, and a schema of the classes in a reply.
package javajson

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// TimestampLayout is how the server writes a time. It gives no zone.
const TimestampLayout = "Jan 2, 2006 3:04:05 PM"

// zqlResult is the class of what a ZQL statement gives, of which a schema says no more.
const ZQLResult = "org.zstack.zql.ZQLQueryReturn"

// An Object is a JSON object whose members have an order and which may have a
// Java class, for the schema of the reply it is in.
type Object struct {
	Class   string
	Members []Member
}

type Member struct {
	Name  string
	Value any
}

// Add appends a member. Members without a value are left out, as the server
// does.
func (o *Object) Add(name string, value any) {
	if value != nil {
		o.Members = append(o.Members, Member{name, value})
	}
}

// Set replaces the value of a member.
func (o *Object) Set(name string, value any) {
	for i := range o.Members {
		if o.Members[i].Name == name {
			o.Members[i].Value = value
		}
	}
}

// Schema returns an object that maps the path of every object with a class to
// that class.
func (o *Object) Schema() *Object {
	s := &Object{}
	for _, m := range o.Members {
		s.collect(m.Name, m.Value)
	}
	return s
}

func (o *Object) collect(path string, value any) {
	switch v := value.(type) {
	case *Object:
		if v.Class != "" {
			o.Add(path, v.Class)
		}
		if v.Class == ZQLResult {
			return // What it holds, the server does not say.
		}
		for _, m := range v.Members {
			if isNested(m.Value) {
				o.collect(path+"."+m.Name, m.Value)
			}
		}
	case []*Object:
		for i, e := range v {
			o.collect(path+"["+strconv.Itoa(i)+"]", e)
		}
	}
}

func isNested(value any) bool {
	switch value.(type) {
	case *Object, []*Object:
		return true
	}
	return false
}

// An Encoder writes values as the server does.
type Encoder struct {
	Buf []byte
	// location is the zone of timestamps.
	Location *time.Location
	Layout   string
	// doubles says that every number is written as Java writes a double. The
	// server stores the result of a job as JSON and reads it back into a map,
	// where numbers become doubles.
	Doubles bool

	// lastTime and lastText spare formatting a time twice: many records were
	// changed last when they were made.
	lastTime time.Time
	lastText string
}

func (e *Encoder) value(v any) {
	switch v := v.(type) {
	case nil:
		e.Buf = append(e.Buf, "null"...)
	case string:
		e.Buf = appendString(e.Buf, v)
	case bool:
		e.Buf = strconv.AppendBool(e.Buf, v)
	case int64:
		if e.Doubles {
			e.Buf = appendDouble(e.Buf, float64(v))
		} else {
			e.Buf = strconv.AppendInt(e.Buf, v, 10)
		}
	case float64:
		e.Buf = appendDouble(e.Buf, v)
	case time.Time:
		if e.lastText == "" || !v.Equal(e.lastTime) {
			e.lastTime, e.lastText = v, v.In(e.Location).Format(e.Layout)
		}
		e.Buf = appendString(e.Buf, e.lastText)
	case *Object:
		e.Object(v)
	case []*Object:
		list(e, v)
	case []string:
		list(e, v)
	case []any:
		list(e, v)
	case map[string]any:
		o := &Object{}
		for _, name := range SortedKeys(v) {
			o.Add(name, v[name])
		}
		e.Object(o)
	default:
		e.Buf = appendString(e.Buf, fmt.Sprint(v))
	}
}

func (e *Encoder) Object(o *Object) {
	e.Buf = append(e.Buf, '{')
	for i, m := range o.Members {
		if i > 0 {
			e.Buf = append(e.Buf, ',')
		}
		e.Buf = appendString(e.Buf, m.Name)
		e.Buf = append(e.Buf, ':')
		e.value(m.Value)
	}
	e.Buf = append(e.Buf, '}')
}

func list[T any](e *Encoder, elements []T) {
	e.Buf = append(e.Buf, '[')
	for i, v := range elements {
		if i > 0 {
			e.Buf = append(e.Buf, ',')
		}
		e.value(v)
	}
	e.Buf = append(e.Buf, ']')
}

// appendDouble appends a number as Java's Double.toString writes it: always with
// a fraction, and with an exponent outside of 0.001 to 10,000,000.
func appendDouble(buf []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(buf, "null"...)
	}
	if size := math.Abs(f); f == 0 || size >= 1e-3 && size < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return append(buf, s...)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	power, _ := strconv.Atoi(exponent)
	buf = append(buf, mantissa...)
	buf = append(buf, 'E')
	return strconv.AppendInt(buf, int64(power), 10)
}

// appendString appends a JSON string as the server's library writes it, which escapes what
// HTML would read.
func appendString(buf []byte, s string) []byte {
	const hex = "0123456789abcdef"
	buf = append(buf, '"')
	if isPlain(s) {
		return append(append(buf, s...), '"')
	}
	start := 0
	for i, r := range s {
		var escaped string
		switch {
		case strings.ContainsRune(`'<>=&`, r):
			escaped = `\u00` + string(hex[r>>4]) + string(hex[r&15])
		case r == '"':
			escaped = `\"`
		case r == '\\':
			escaped = `\\`
		case r == '\n':
			escaped = `\n`
		case r == '\r':
			escaped = `\r`
		case r == '\t':
			escaped = `\t`
		case r < 0x20:
			escaped = `\u00` + string(hex[r>>4]) + string(hex[r&15])
		case r == '\u2028' || r == '\u2029':
			escaped = `\u202` + string(hex[r&15])
		case r == utf8.RuneError:
			// A byte that is not UTF-8 is replaced, as Java does on reading it.
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				buf = append(buf, s[start:i]...)
				buf = append(buf, "\ufffd"...)
				start = i + 1
			}
			continue
		default:
			continue
		}
		buf = append(buf, s[start:i]...)
		buf = append(buf, escaped...)
		start = i + utf8.RuneLen(r)
	}
	buf = append(buf, s[start:]...)
	return append(buf, '"')
}

// isPlain reports whether a string stands in JSON as it is.
func isPlain(s string) bool {
	for i := range len(s) {
		if !plain[s[i]] {
			return false
		}
	}
	return true
}

// plain are the bytes that stand in JSON as they are.
var plain = func() (plain [256]bool) {
	for c := byte(0x20); c < utf8.RuneSelf; c++ {
		plain[c] = strings.IndexByte("\"\\'<>=&", c) < 0
	}
	return plain
}()

func SortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
