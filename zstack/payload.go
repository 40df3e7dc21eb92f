package zstack

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// fillPayload puts what does not travel in the path into the query string or,
// under the given key, into the body.
func (b *builder) fillPayload(key string) (err error) {
	if b.request.method == http.MethodPost || b.request.method == http.MethodPut {
		b.request.body, err = b.bodyUnder(key)
		return err
	}
	var q queryString
	if b.info.Query {
		err = b.conditionQuery(&q)
	} else {
		err = b.plainQuery(&q)
	}
	if err == nil {
		err = b.extraQuery(&q)
	}
	b.request.query = q.String()
	return err
}

// sent calls each with every parameter that is set and has no other place.
func (b *builder) sent(each func(p *param, v reflect.Value) error) error {
	for _, i := range b.set {
		p := &b.plan.params[i]
		if p.credential || slices.Contains(b.inPath, p.wire) {
			continue
		}
		if err := each(p, b.values[i]); err != nil {
			return err
		}
	}
	return nil
}

// isTags says which parameters stand beside the others in a body, not among
// them.
func isTags(wire string) bool { return wire == "systemTags" || wire == "userTags" }

func (b *builder) bodyUnder(key string) ([]byte, error) {
	object := wire.NewObject()
	member := func(p *param, v reflect.Value) error {
		if err := object.Member(p.wire, v); err != nil {
			return b.refuse(p.wire, ConstraintType, "cannot be written as JSON: "+err.Error())
		}
		return nil
	}
	object.Begin(key)
	err := b.sent(func(p *param, v reflect.Value) error {
		if isTags(p.wire) {
			return nil
		}
		return member(p, v)
	})
	if err == nil {
		err = b.extraMembers(object, false)
	}
	if err != nil {
		return nil, err
	}
	object.End()
	err = b.sent(func(p *param, v reflect.Value) error {
		if !isTags(p.wire) {
			return nil
		}
		return member(p, v)
	})
	if err == nil {
		err = b.extraMembers(object, true)
	}
	return object.Bytes(), err
}

// A queryString is built in the order in which its pairs are added.
type queryString struct{ strings.Builder }

func (q *queryString) add(key, value string) {
	if q.Len() > 0 {
		q.WriteByte('&')
	}
	q.WriteString(url.QueryEscape(key))
	q.WriteByte('=')
	q.WriteString(url.QueryEscape(value))
}

// plainQuery writes parameters as the server reads them from a GET or DELETE: a
// list repeats its key, a map becomes name.key=value.
func (b *builder) plainQuery(q *queryString) error {
	return b.sent(func(p *param, v reflect.Value) error {
		if err := q.addValue(p.wire, v); err != nil {
			return b.refuse(p.wire, ConstraintType, "cannot be written into a query: "+err.Error())
		}
		return nil
	})
}

func (q *queryString) addValue(key string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		q.add(key, v.String())
	case reflect.Bool:
		q.add(key, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		q.add(key, strconv.FormatInt(v.Int(), 10))
	case reflect.Float32, reflect.Float64:
		q.add(key, strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits()))
	case reflect.Slice:
		for i := range v.Len() {
			if err := q.addValue(key, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range sortedKeys(v) {
			if err := q.addValue(key+"."+k.String(), v.MapIndex(k)); err != nil {
				return err
			}
		}
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return q.addValue(key, v.Elem())
	default:
		text, err := wire.Encode(v.Interface())
		if err != nil {
			return err
		}
		q.add(key, string(text))
	}
	return nil
}

// sortedKeys returns the keys of a map, which are strings, in order.
func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	return keys
}

// queryIn returns the query of a request to a server in a time zone, which is known
// for sure only once the client has logged in.
func (r *request) queryIn(location *time.Location) string {
	if r.timed == nil {
		return r.query
	}
	var q queryString
	for _, c := range r.timed {
		q.add("q", serverTimes(c, location))
	}
	if r.query != "" {
		q.WriteByte('&')
		q.WriteString(r.query)
	}
	return q.String()
}

// conditionQuery writes the parameters that query actions share, in the order
// that the server documents. Conditions with times are left to queryIn.
func (b *builder) conditionQuery(q *queryString) error {
	conditions := b.texts("conditions")
	if slices.ContainsFunc(conditions, func(c string) bool { return strings.Contains(c, aTime) }) {
		b.request.timed = conditions
	} else {
		for _, c := range conditions {
			q.add("q", c)
		}
	}
	for _, name := range sharedValues {
		if i, ok := b.plan.byWire[name]; ok && b.values[i].IsValid() {
			if err := q.addValue(name, b.values[i]); err != nil {
				return b.refuse(name, ConstraintType, "cannot be written into a query: "+err.Error())
			}
		}
	}
	by, direction := b.text("sortBy"), b.text("sortDirection")
	switch {
	case by == "" && direction != "":
		return b.refuse("sortDirection", ConstraintConflict, "is set, but sortBy is not")
	case by != "" && strings.EqualFold(direction, "desc"):
		q.add("sort", "-"+by)
	case by != "":
		q.add("sort", "+"+by)
	}
	if fields := b.texts("fields"); len(fields) > 0 {
		for _, f := range fields {
			if strings.Contains(f, ",") {
				return b.refuse("fields", ConstraintType, "has a name with a comma, which the server would read as two")
			}
		}
		q.add("fields", strings.Join(fields, ","))
	}
	return b.sent(func(p *param, v reflect.Value) error {
		if slices.Contains(sharedValues, p.wire) || slices.Contains(sharedWords, p.wire) {
			return nil
		}
		if err := q.addValue(p.wire, v); err != nil { // of a caller's own query
			return b.refuse(p.wire, ConstraintType, "cannot be written into a query: "+err.Error())
		}
		return nil
	})
}

// The parameters that query actions share: those that are written as they are, and
// those that have a form of their own.
var (
	sharedValues = []string{"limit", "start", "count", "groupBy", "replyWithCount", "filterName"}
	sharedWords  = []string{"conditions", "sortBy", "sortDirection", "fields"}
)
