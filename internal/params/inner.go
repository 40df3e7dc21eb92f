package params

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// An innerPlan is what is known of the structs in a parameter: the fields with
// constraints, with secrets, or with such structs inside.
type innerPlan struct {
	fields []Param
	secret bool // there are secrets in them
}

// innerPlans holds the plan of every struct type that parameters have, nil for the
// many without any constraint.
var innerPlans sync.Map // of reflect.Type to innerOrError

type innerOrError struct {
	plan *innerPlan
	err  error
}

// innerPlanOf returns the plan for the structs in a parameter of a type; nil where
// there are none, or nothing is known of them.
func innerPlanOf(t reflect.Type) (*innerPlan, error) {
	return findInnerPlan(t, nil)
}

// findInnerPlan is innerPlanOf for a type inside others. A type inside itself has
// no plan there: none of the catalogue is.
func findInnerPlan(t reflect.Type, around []reflect.Type) (*innerPlan, error) {
	var passed []reflect.Type
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		if slices.Contains(passed, t) {
			return nil, nil // a list of itself, without an end
		}
		passed = append(passed, t)
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil, nil
	}
	if slices.Contains(around, t) {
		return nil, nil
	}
	if known, ok := innerPlans.Load(t); ok {
		made := known.(innerOrError)
		return made.plan, made.err
	}
	plan, err := makeInnerPlan(t, append(around, t))
	if len(around) == 0 {
		innerPlans.Store(t, innerOrError{plan, err})
	}
	return plan, err
}

func makeInnerPlan(t reflect.Type, around []reflect.Type) (*innerPlan, error) {
	plan := new(innerPlan)
	for i := range t.NumField() {
		f := t.Field(i)
		name := wire.TagName(f)
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		made := Param{Wire: name, Field: i, bit: maxGiven, noTrim: true} // what is inside travels as it is
		if err := made.read(f); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t, f.Name, err)
		}
		var err error
		if made.inner, err = findInnerPlan(f.Type, around); err != nil {
			return nil, err
		}
		if made.sensitive != redact.None || made.inner != nil && made.inner.secret {
			plan.secret = true
		}
		if made.isConstrained() {
			plan.fields = append(plan.fields, made)
		}
	}
	if plan.fields == nil {
		return nil, nil
	}
	return plan, nil
}

// isConstrained reports whether anything is known of a struct's field.
func (p *Param) isConstrained() bool {
	return p.required || p.hasRange || p.values != nil || p.oneOf || p.unless ||
		p.inner != nil || p.sensitive != redact.None
}

// find looks for the first struct in a value that is what is wanted, and returns
// where it is there.
func (n *innerPlan) find(v reflect.Value, wanted func(reflect.Value) bool) (position string, found bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return n.find(v.Elem(), wanted)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if position, found := n.find(v.Index(i), wanted); found {
				return join("element "+strconv.Itoa(i), position), true
			}
		}
	case reflect.Map:
		for _, key := range sortedKeys(v) {
			if position, found := n.find(v.MapIndex(key), wanted); found {
				return join("key "+strconv.Quote(key.String()), position), true
			}
		}
	case reflect.Struct:
		return "", wanted(v)
	}
	return "", false
}

// check tests the structs in a value, and returns the first constraint that does
// not hold and how.
func (n *innerPlan) check(v reflect.Value, product string) (constraint, reason string) {
	position, _ := n.find(v, func(inner reflect.Value) bool {
		constraint, reason = n.checkStruct(inner, product)
		return constraint != ""
	})
	return constraint, join(position, reason)
}

func (n *innerPlan) checkStruct(v reflect.Value, product string) (constraint, reason string) {
	some, set, except := 0, 0, false
	for i := range n.fields {
		f := &n.fields[i]
		value := f.value(v, nil, product)
		if constraint, reason := f.check(value, product); constraint != "" {
			return constraint, f.Wire + " " + reason
		}
		if f.unless {
			except = except || value.IsValid() && value.Kind() == reflect.Bool && value.Bool()
		}
		if f.oneOf {
			some++
			if value.IsValid() {
				set++
			}
		}
	}
	switch {
	case some == 0 || except || set == 1:
		return "", ""
	case set == 0:
		return Required, "exactly one of " + strings.Join(n.alternatives(reflect.Value{}), ", ") + " has to be set, and none is"
	default:
		return Conflict, "exactly one of " + strings.Join(n.alternatives(reflect.Value{}), ", ") +
			" has to be set, not " + strings.Join(n.alternatives(v), " and ")
	}
}

// alternatives are the fields of which one is to be set; of a struct, those that are.
func (n *innerPlan) alternatives(v reflect.Value) []string {
	var list []string
	for i := range n.fields {
		if f := &n.fields[i]; f.oneOf && (!v.IsValid() || f.value(v, nil, "").IsValid()) {
			list = append(list, f.Wire)
		}
	}
	return list
}

// checkKeys tests the maps in a value.
func (p *Param) checkKeys(v reflect.Value) (constraint, reason string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			if constraint, reason := p.checkKeys(v.Index(i)); constraint != "" {
				return constraint, fmt.Sprintf("element %d: %s", i, reason)
			}
		}
	case reflect.Map:
		for i := range p.keys {
			key := &p.keys[i]
			value := v.MapIndex(reflect.ValueOf(key.Wire).Convert(v.Type().Key()))
			if value.Kind() == reflect.Interface {
				value = value.Elem() // nothing is sent for a nil
			}
			switch {
			case value.IsValid():
				if constraint, reason := key.checkEntry(value); constraint != "" {
					return constraint, fmt.Sprintf("key %q %s", key.Wire, reason)
				}
			case key.required:
				return Required, fmt.Sprintf("key %q is required and not set", key.Wire)
			}
		}
	}
	return "", ""
}

// checkEntry tests the value of a key, which is or holds an integer where there is a
// range.
func (p *Param) checkEntry(v reflect.Value) (constraint, reason string) {
	if !p.hasRange {
		return "", ""
	}
	n, ok := integerIn(v)
	switch {
	case !ok && p.high == math.MaxInt64:
		return Range, fmt.Sprintf("is not an integer of at least %d", p.low)
	case !ok:
		return Range, fmt.Sprintf("is not an integer between %d and %d", p.low, p.high)
	case n < p.low || n > p.high:
		return Range, p.outOfRange()
	}
	return "", ""
}

// integerIn returns the integer that a string or number stands for; false where it
// stands for none.
func integerIn(v reflect.Value) (n int64, ok bool) {
	switch {
	case v.Kind() == reflect.String:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return n, err == nil
	case v.CanInt():
		return v.Int(), true
	case v.CanUint():
		return int64(v.Uint()), v.Uint() <= math.MaxInt64
	case v.CanFloat():
		f := v.Float()
		return int64(f), f == math.Trunc(f) && math.Abs(f) < 1<<63
	default:
		return 0, false
	}
}

// join puts a colon between the parts that are not empty.
func join(position, reason string) string {
	if position == "" || reason == "" {
		return position + reason
	}
	return position + ": " + reason
}
