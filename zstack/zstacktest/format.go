package zstacktest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// timestampLayout is how the server writes a time. It gives no zone.
const timestampLayout = "Jan 2, 2006 3:04:05 PM"

// An object is a JSON object whose members have an order and which may have a
// Java class, for the schema of the reply it is in.
type object struct {
	class   string
	members []member
}

type member struct {
	name  string
	value any
}

// add appends a member. Members without a value are left out, as the server
// does.
func (o *object) add(name string, value any) {
	if value != nil {
		o.members = append(o.members, member{name, value})
	}
}

// set replaces the value of a member.
func (o *object) set(name string, value any) {
	for i := range o.members {
		if o.members[i].name == name {
			o.members[i].value = value
		}
	}
}

// schema returns an object that maps the path of every object with a class to
// that class.
func (o *object) schema() *object {
	s := &object{}
	for _, m := range o.members {
		s.collect(m.name, m.value)
	}
	return s
}

func (o *object) collect(path string, value any) {
	switch v := value.(type) {
	case *object:
		if v.class != "" {
			o.add(path, v.class)
		}
		if v.class == zqlResult {
			return // What it holds, the server does not say.
		}
		for _, m := range v.members {
			if isNested(m.value) {
				o.collect(path+"."+m.name, m.value)
			}
		}
	case []*object:
		for i, e := range v {
			o.collect(path+"["+strconv.Itoa(i)+"]", e)
		}
	}
}

func isNested(value any) bool {
	switch value.(type) {
	case *object, []*object:
		return true
	}
	return false
}

// An encoder writes values as the server does.
type encoder struct {
	buf []byte
	// location is the zone of timestamps.
	location *time.Location
	layout   string
	// doubles says that every number is written as Java writes a double. The
	// server stores the result of a job as JSON and reads it back into a map,
	// where numbers become doubles.
	doubles bool

	// lastTime and lastText spare formatting a time twice: many records were
	// changed last when they were made.
	lastTime time.Time
	lastText string
}

func (e *encoder) value(v any) {
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case string:
		e.buf = appendString(e.buf, v)
	case bool:
		e.buf = strconv.AppendBool(e.buf, v)
	case int64:
		if e.doubles {
			e.buf = appendDouble(e.buf, float64(v))
		} else {
			e.buf = strconv.AppendInt(e.buf, v, 10)
		}
	case float64:
		e.buf = appendDouble(e.buf, v)
	case time.Time:
		if e.lastText == "" || !v.Equal(e.lastTime) {
			e.lastTime, e.lastText = v, v.In(e.location).Format(e.layout)
		}
		e.buf = appendString(e.buf, e.lastText)
	case *object:
		e.object(v)
	case []*object:
		list(e, v)
	case []string:
		list(e, v)
	case []any:
		list(e, v)
	case map[string]any:
		o := &object{}
		for _, name := range sortedKeys(v) {
			o.add(name, v[name])
		}
		e.object(o)
	default:
		e.buf = appendString(e.buf, fmt.Sprint(v))
	}
}

func (e *encoder) object(o *object) {
	e.buf = append(e.buf, '{')
	for i, m := range o.members {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.buf = appendString(e.buf, m.name)
		e.buf = append(e.buf, ':')
		e.value(m.value)
	}
	e.buf = append(e.buf, '}')
}

func list[T any](e *encoder, elements []T) {
	e.buf = append(e.buf, '[')
	for i, v := range elements {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.value(v)
	}
	e.buf = append(e.buf, ']')
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
		if c := s[i]; c < 0x20 || c >= utf8.RuneSelf || strings.IndexByte("\"\\'<>=&", c) >= 0 {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
