package zstacktest

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A call is one call of an API.
type call struct {
	node *Node
	api  *api
	// now is when the API runs.
	now time.Time
	// began is when the call was taken, which of a job is before it runs.
	began time.Time
	// jobUUID is the UUID of the job that the call becomes, if it does.
	jobUUID string
	// account is the UUID of the account that calls.
	account string
	// raw holds the parameters as they came, and args those that the API knows,
	// each in the Go type of its wire type.
	raw  map[string]any
	args map[string]any
	// parsed is what a query asks for; nil for other APIs. oneRow is the UUID of the row
	// that is read in place of a query.
	parsed *query
	oneRow string
	// fault is what goes wrong with the call; nil when nothing does.
	fault *fault
	// handled and failed are what a test's own handler has said.
	handled *object
	failed  *apiError
	// missing says that what is to be deleted is gone already, which is fine.
	missing bool
}

func (c *call) store() *store { return c.node.store }

func (c *call) has(name string) bool { return c.args[name] != nil }

func (c *call) str(name string) string {
	s, _ := c.args[name].(string)
	return s
}

func (c *call) int(name string) int64 {
	i, _ := c.args[name].(int64)
	return i
}

func (c *call) list(name string) []string {
	l, _ := c.args[name].([]string)
	return l
}

// row returns the record that a parameter names. The parameter has been checked,
// so it is nil only when the parameter was not given.
func (c *call) row(name string) *row {
	k := refOf(c.api.param(name))
	if k == nil {
		return nil
	}
	return c.store().get(k.name, c.str(name))
}

// rows returns the records that a list parameter names.
func (c *call) rows(name, kind string) []*row {
	var rows []*row
	for _, uuid := range c.list(name) {
		rows = append(rows, c.store().get(kind, uuid))
	}
	return rows
}

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
