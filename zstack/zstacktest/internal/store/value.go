package store

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

// Convert returns a value from a request or from a test as the Go type that
// stands for the type on the wire.
func Convert(value any, typ FieldType) (any, bool) {
	switch typ {
	case TypeInt:
		return ToInt(value)
	case TypeFloat:
		f, err := strconv.ParseFloat(Text(value), 64)
		return f, err == nil
	case TypeBool:
		if b, ok := value.(bool); ok {
			return b, true
		}
		b, err := strconv.ParseBool(strings.ToLower(Text(value)))
		return b, err == nil
	case TypeTime:
		return ToTime(value, time.UTC)
	case TypeList:
		return ToList(value)
	case TypeRaw:
		return value, true
	default:
		s, ok := scalar(value)
		return s, ok
	}
}

func ToInt(value any) (any, bool) {
	s := Text(value)
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return i, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int64(f)) {
		return nil, false
	}
	return int64(f), true
}

func ToTime(value any, loc *time.Location) (any, bool) {
	if t, ok := value.(time.Time); ok {
		return t, true
	}
	for _, layout := range []string{javajson.TimestampLayout, "Jan 2, 2006, 3:04:05 PM", time.DateTime, time.RFC3339, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, Text(value), loc); err == nil {
			return t, true
		}
	}
	return nil, false
}

func ToList(value any) (any, bool) {
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

// Text returns a scalar as it stands in a query string, and nothing for other
// values.
func Text(value any) string {
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
