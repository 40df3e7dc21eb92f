package params

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The constraints that a parameter can violate.
const (
	Required       = "required"
	MinLength      = "minLength"
	MaxLength      = "maxLength"
	Values         = "values"
	Regex          = "regex"
	Range          = "range"
	NonEmpty       = "nonEmpty"
	NoEmptyString  = "noEmptyString"
	NoNullElements = "noNullElements"
	PathConstraint = "path"
	Type           = "type"
	Unknown        = "unknown"
	Condition      = "condition"
	ReadOnly       = "readOnly"
	Conflict       = "conflict"
)

// A Violation is a parameter whose value does not hold what is known of it. It never
// holds the value, which can be a secret.
type Violation struct {
	Field      string // the parameter's wire name
	Constraint string
	Reason     string // in English
}

func (v *Violation) Error() string { return v.Field + " " + v.Reason }

// check tests one value against the parameter's constraints. v is invalid when
// the parameter is not set. It returns the constraint that does not hold, and
// how; empty when all do. The reason never quotes the value.
func (p *Param) check(v reflect.Value, product string) (constraint, reason string) {
	if !v.IsValid() {
		if p.required && p.KnownTo(product) || slices.Contains(p.requiredOn, product) {
			return Required, "is required and not set"
		}
		return "", ""
	}
	switch v.Kind() {
	case reflect.String:
		constraint, reason = p.checkString(v.String(), product)
	case reflect.Int, reflect.Int32, reflect.Int64:
		constraint, reason = p.checkNumber(v)
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return Type, "is not a finite number"
		}
	case reflect.Slice:
		constraint, reason = p.checkList(v)
	}
	switch {
	case constraint != "":
		return constraint, reason
	case p.inner != nil:
		return p.inner.check(v, product)
	case p.keys != nil:
		return p.checkKeys(v)
	default:
		return "", ""
	}
}

func (p *Param) checkString(s string, product string) (constraint, reason string) {
	if bad := BadString(s); bad != "" {
		return Type, bad
	}
	if p.noEmptyString && s == "" {
		return NoEmptyString, "is an empty string"
	}
	if p.min > 0 || p.max > 0 {
		switch n := utf16Length(s); {
		case p.max > 0 && n > p.max:
			return MaxLength, fmt.Sprintf("is %d characters long, and at most %d are allowed", n, p.max)
		case n < p.min:
			return MinLength, fmt.Sprintf("is %d characters long, and at least %d are needed", n, p.min)
		}
	}
	if !p.allows(s) {
		return Values, p.notAllowed()
	}
	if p.regex != nil && (p.regexOn == "" || p.regexOn == product) && !p.regex.MatchString(s) {
		return Regex, "does not match " + strings.TrimSuffix(strings.TrimPrefix(p.regex.String(), `\A(?:`), `)\z`)
	}
	return "", ""
}

func (p *Param) checkNumber(v reflect.Value) (constraint, reason string) {
	n := v.Int()
	if p.hasRange && (n < p.low || n > p.high) {
		return Range, p.outOfRange()
	}
	if !p.allows(strconv.FormatInt(n, 10)) {
		return Values, p.notAllowed()
	}
	return "", ""
}

func (p *Param) checkList(v reflect.Value) (constraint, reason string) {
	if p.nonEmpty && v.Len() == 0 {
		return NonEmpty, "is an empty list"
	}
	for i := range v.Len() {
		switch e := v.Index(i); e.Kind() {
		case reflect.String:
			if bad := BadString(e.String()); bad != "" {
				return Type, fmt.Sprintf("element %d %s", i, bad)
			}
			if p.noEmptyString && e.String() == "" {
				return NoEmptyString, fmt.Sprintf("element %d is an empty string", i)
			}
			if !p.allows(e.String()) {
				return Values, fmt.Sprintf("element %d %s", i, p.notAllowed())
			}
		case reflect.Int, reflect.Int32, reflect.Int64:
			if constraint, reason := p.checkNumber(e); constraint != "" {
				return constraint, fmt.Sprintf("element %d %s", i, reason)
			}
		case reflect.Interface, reflect.Pointer, reflect.Map:
			if e.IsNil() {
				return NoNullElements, fmt.Sprintf("element %d is null", i)
			}
		}
	}
	return "", ""
}

func (p *Param) allows(s string) bool {
	return p.values == nil || slices.ContainsFunc(p.values, func(v string) bool { return strings.EqualFold(v, s) })
}

func (p *Param) notAllowed() string {
	return "is not one of " + strings.Join(p.values, ", ")
}

func (p *Param) outOfRange() string {
	unit := p.unit
	if unit != "" {
		unit = " " + unit
	}
	if p.high == math.MaxInt64 {
		return fmt.Sprintf("is less than %d%s", p.low, unit)
	}
	return fmt.Sprintf("is not between %d and %d%s", p.low, p.high, unit)
}
