package params

import (
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Query is a query string, built in the order in which its pairs are added.
type Query struct{ strings.Builder }

// Add adds a pair.
func (q *Query) Add(key, value string) {
	if q.Len() > 0 {
		q.WriteByte('&')
	}
	q.WriteString(url.QueryEscape(key))
	q.WriteByte('=')
	q.WriteString(url.QueryEscape(value))
}

// AddValue adds a value as the server reads it from a GET or DELETE: a list repeats its
// key, a map becomes name.key=value.
func (q *Query) AddValue(key string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		q.Add(key, v.String())
	case reflect.Bool:
		q.Add(key, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		q.Add(key, strconv.FormatInt(v.Int(), 10))
	case reflect.Float32, reflect.Float64:
		q.Add(key, strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits()))
	case reflect.Slice:
		for i := range v.Len() {
			if err := q.AddValue(key, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if err := q.AddValue(key+"."+k.String(), v.MapIndex(k)); err != nil {
				return err
			}
		}
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return q.AddValue(key, v.Elem())
	default:
		written, err := wire.Encode(v.Interface())
		if err != nil {
			return err
		}
		q.Add(key, string(written))
	}
	return nil
}

// sortedKeys returns the keys of a map, which are strings, in order.
func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	return keys
}
