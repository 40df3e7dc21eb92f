package zstack

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The constraints that a [ValidationError] names.
const (
	ConstraintRequired       = "required"       // the parameter has to be set
	ConstraintMinLength      = "minLength"      // a text is too short
	ConstraintMaxLength      = "maxLength"      // a text is too long, or a list in a condition
	ConstraintValues         = "values"         // not one of the allowed values
	ConstraintRegex          = "regex"          // a text does not match the pattern
	ConstraintRange          = "range"          // a number is too small or too large
	ConstraintNonEmpty       = "nonEmpty"       // a list has to hold something
	ConstraintNoEmptyString  = "noEmptyString"  // an empty text, alone or in a list
	ConstraintNoNullElements = "noNullElements" // a null in a list
	ConstraintPath           = "path"           // a value that cannot stand in a path
	ConstraintType           = "type"           // a value of the wrong kind, or none that JSON has
	ConstraintUnknown        = "unknown"        // the action has no such parameter
	ConstraintCondition      = "condition"      // a condition that the server would read differently
	ConstraintReadOnly       = "readOnly"       // a change, of a client with WithReadOnly
	ConstraintConflict       = "conflict"       // two parameters that exclude each other
)

// Validate checks an action against every constraint of the catalogue, as a
// call does before it sends anything, and returns the first violation as a
// [*ValidationError]. It applies the rules of ZStack Cloud; [Client.Validate]
// applies those of the client's product. A call refuses some more: values that
// cannot stand in its path, such as an empty uuid in an action that was filled from
// JSON, which the catalogue allows, and lists that are too long for a URL (see [In]).
//
// The constraints are read from the fields' struct tags. The json tag gives the
// wire name. The zstack tag holds options, divided by commas: required,
// requiredon=cloud (or zsphere), on=cloud (the products that know the
// parameter), min and max (length of a text in UTF-16 units), range=low:high,
// unit (of the range, for messages), nonempty (a list), noempty (no empty
// text, nor one in a list), notrim (a text keeps white space at its ends),
// sensitive (the value is never shown), sensitive=uri (nor is a password in it) and
// sensitive=tag (nor are a system tag's secrets, which holds for systemTags anyway),
// regexon=cloud (the product that alone checks the pattern), and nonulls and
// credential, which say what holds anyway: no list takes a null, and the names of
// credentials are fixed. The tags values:"a|b", regex:"..." and default:"..." stand
// beside it. Values are compared without regard to case. The tag
// keys:"uuid,required;weight,range=0:100" has the constraints on keys of a map, or of
// each map in a list.
//
// Structs in parameters are checked by the same tags of their fields, whose options
// oneof and oneofunless say that exactly one of some fields is set, unless a boolean
// one is true. What is wrong inside a parameter is reported as the parameter's, with
// the place in the reason.
func Validate(a Action) error {
	_, err := newBuilder(a, Cloud)
	return err
}

// Validate does what the function [Validate] does, for the client's product.
func (c *Client) Validate(a Action) error {
	if c == nil {
		return &ValidationError{Action: nameOf(a), Field: "client", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	_, err := newBuilder(a, c.product)
	return err
}

// check tests one value against the parameter's constraints. v is invalid when
// the parameter is not set. It returns the constraint that does not hold, and
// how; empty when all do. The reason never quotes the value.
func (p *param) check(v reflect.Value, product Product) (constraint, reason string) {
	if !v.IsValid() {
		if p.required && p.knownTo(product) || slices.Contains(p.requiredOn, product) {
			return ConstraintRequired, "is required and not set"
		}
		return "", ""
	}
	switch v.Kind() {
	case reflect.String:
		constraint, reason = p.checkText(v.String(), product)
	case reflect.Int, reflect.Int32, reflect.Int64:
		constraint, reason = p.checkNumber(v)
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return ConstraintType, "is not a finite number"
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

func (p *param) checkText(s string, product Product) (constraint, reason string) {
	if bad := badText(s); bad != "" {
		return ConstraintType, bad
	}
	if p.noEmptyString && s == "" {
		return ConstraintNoEmptyString, "is an empty text"
	}
	if p.min > 0 || p.max > 0 {
		switch n := utf16Length(s); {
		case p.max > 0 && n > p.max:
			return ConstraintMaxLength, fmt.Sprintf("is %d characters long, and at most %d are allowed", n, p.max)
		case n < p.min:
			return ConstraintMinLength, fmt.Sprintf("is %d characters long, and at least %d are needed", n, p.min)
		}
	}
	if !p.allows(s) {
		return ConstraintValues, p.valuesText()
	}
	if p.regex != nil && (p.regexOn == "" || p.regexOn == product) && !p.regex.MatchString(s) {
		return ConstraintRegex, "does not match " + strings.TrimSuffix(strings.TrimPrefix(p.regex.String(), `\A(?:`), `)\z`)
	}
	return "", ""
}

func (p *param) checkNumber(v reflect.Value) (constraint, reason string) {
	n := v.Int()
	if p.hasRange && (n < p.low || n > p.high) {
		return ConstraintRange, p.rangeText()
	}
	if !p.allows(strconv.FormatInt(n, 10)) {
		return ConstraintValues, p.valuesText()
	}
	return "", ""
}

func (p *param) checkList(v reflect.Value) (constraint, reason string) {
	if p.nonEmpty && v.Len() == 0 {
		return ConstraintNonEmpty, "is an empty list"
	}
	for i := range v.Len() {
		switch e := v.Index(i); e.Kind() {
		case reflect.String:
			if bad := badText(e.String()); bad != "" {
				return ConstraintType, fmt.Sprintf("element %d %s", i, bad)
			}
			if p.noEmptyString && e.String() == "" {
				return ConstraintNoEmptyString, fmt.Sprintf("element %d is an empty text", i)
			}
			if !p.allows(e.String()) {
				return ConstraintValues, fmt.Sprintf("element %d %s", i, p.valuesText())
			}
		case reflect.Int, reflect.Int32, reflect.Int64:
			if constraint, reason := p.checkNumber(e); constraint != "" {
				return constraint, fmt.Sprintf("element %d %s", i, reason)
			}
		case reflect.Interface, reflect.Pointer, reflect.Map:
			if e.IsNil() {
				return ConstraintNoNullElements, fmt.Sprintf("element %d is null", i)
			}
		}
	}
	return "", ""
}

func (p *param) allows(s string) bool {
	return p.values == nil || slices.ContainsFunc(p.values, func(v string) bool { return strings.EqualFold(v, s) })
}

func (p *param) valuesText() string {
	return "is none of " + strings.Join(p.values, ", ")
}

func (p *param) rangeText() string {
	unit := p.unit
	if unit != "" {
		unit = " " + unit
	}
	if p.high == math.MaxInt64 {
		return fmt.Sprintf("is less than %d%s", p.low, unit)
	}
	return fmt.Sprintf("is not between %d and %d%s", p.low, p.high, unit)
}
