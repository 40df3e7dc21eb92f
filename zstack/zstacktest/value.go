package zstacktest

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// convert returns a value from a request or from a test as the Go type that
// stands for the type on the wire.
func convert(value any, typ fieldType) (any, bool) {
	switch typ {
	case typeInt:
		return toInt(value)
	case typeFloat:
		f, err := strconv.ParseFloat(text(value), 64)
		return f, err == nil
	case typeBool:
		if b, ok := value.(bool); ok {
			return b, true
		}
		b, err := strconv.ParseBool(strings.ToLower(text(value)))
		return b, err == nil
	case typeTime:
		return toTime(value, time.UTC)
	case typeList:
		return toList(value)
	case typeRaw:
		return value, true
	default:
		s, ok := scalar(value)
		return s, ok
	}
}

func toInt(value any) (any, bool) {
	s := text(value)
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int64(f)) {
		return nil, false
	}
	return int64(f), true
}

func toTime(value any, loc *time.Location) (any, bool) {
	if t, ok := value.(time.Time); ok {
		return t, true
	}
	for _, layout := range []string{timestampLayout, "Jan 2, 2006, 3:04:05 PM", time.DateTime, time.RFC3339, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text(value), loc); err == nil {
			return t, true
		}
	}
	return nil, false
}

func toList(value any) (any, bool) {
	switch v := value.(type) {
	case []string:
		return slices.Clone(v), true
	case []any:
		list := make([]string, len(v))
		for i, e := range v {
			s, ok := scalar(e)
			if !ok {
				return nil, false
			}
			list[i] = s
		}
		return list, true
	default:
		// A list of one in a query string looks like a scalar.
		s, ok := scalar(v)
		return []string{s}, ok
	}
}

// text returns a scalar as it stands in a query string, and nothing for other
// values.
func text(value any) string {
	s, _ := scalar(value)
	return s
}

func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(v, 10), true
	}
	switch v := reflect.ValueOf(value); v.Kind() {
	case reflect.String:
		return v.String(), true
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), true
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), true
	}
	return "", false
}
