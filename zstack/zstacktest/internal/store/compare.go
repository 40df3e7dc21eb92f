package store

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// An Instant is a time that a condition names. It can be between two seconds,
// which the time in a record cannot.
type Instant time.Time

// Compare orders two values of a field.
func Compare(a, b any) int {
	switch a := a.(type) {
	case int64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, b)
		case float64:
			return cmp.Compare(float64(a), b)
		}
	case float64:
		switch b := b.(type) {
		case int64:
			return cmp.Compare(a, float64(b))
		case float64:
			return cmp.Compare(a, b)
		}
	case bool:
		if b, ok := b.(bool); ok {
			return cmp.Compare(btoi(a), btoi(b))
		}
	case time.Time:
		// The database keeps whole seconds.
		switch b := b.(type) {
		case time.Time:
			return cmp.Compare(a.Unix(), b.Unix())
		case Instant:
			order := cmp.Compare(a.Unix(), time.Time(b).Unix())
			if order == 0 && time.Time(b).Nanosecond() > 0 {
				order = -1
			}
			return order
		}
	}
	return CompareFold(Text(a), Text(b))
}

// CompareNullable is compare for fields that may have no value, which comes
// first.
func CompareNullable(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return Compare(a, b)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// CompareFold orders two strings without regard to case.
func CompareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		if x >= utf8.RuneSelf || y >= utf8.RuneSelf {
			return strings.Compare(strings.ToLower(a), strings.ToLower(b))
		}
		if x, y = lowerASCII(x), lowerASCII(y); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lowerASCII(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// AppendKey appends what two values of a field have in common just when they
// compare as equal. No key is the beginning of another.
func AppendKey(buf []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(buf, 'n')
	case bool:
		return append(buf, 'b', byte('0'+btoi(v)))
	case int64:
		buf = strconv.AppendInt(append(buf, '#'), v, 10)
	case float64:
		if whole := math.Trunc(v); whole == v && math.Abs(v) < 1<<63 {
			buf = strconv.AppendInt(append(buf, '#'), int64(v), 10)
		} else {
			buf = strconv.AppendFloat(append(buf, '#'), v, 'g', -1, 64)
		}
	case time.Time:
		buf = strconv.AppendInt(append(buf, 't'), v.Unix(), 10)
	case Instant:
		buf = strconv.AppendInt(append(buf, 't'), time.Time(v).Unix(), 10)
		if fraction := time.Time(v).Nanosecond(); fraction > 0 {
			buf = strconv.AppendInt(append(buf, '.'), int64(fraction), 10)
		}
	case []string:
		buf = strconv.AppendInt(append(buf, 'l'), int64(len(v)), 10)
		for _, e := range v {
			buf = AppendKey(append(buf, ','), e)
		}
	default:
		s := strings.ToLower(Text(v))
		buf = strconv.AppendInt(append(buf, 's'), int64(len(s)), 10)
		buf = append(append(buf, ':'), s...)
	}
	return append(buf, ';')
}
