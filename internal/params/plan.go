package params

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Plan is what the engine knows about one action type: its parameters, read
// off the struct tags once.
type Plan struct {
	Params []Param
	byWire map[string]int // index into Params
	given  []int          // where the action keeps its Given; nil when it has none
}

// A Param is one parameter of an action, and one field of its struct.
type Param struct {
	Wire       string // the parameter's wire name
	Field      int    // the struct field's index
	bit        int    // the parameter's bit in a Given
	Credential bool   // one of sessionId, accessKeyId, accessKeySecret, requestIp
	sensitive  redact.Kind
	noTrim     bool

	required   bool
	requiredOn []string
	on         []string // the products that know the parameter; nil means all
	regexOn    string   // the only one that checks the pattern; empty means all

	min, max      int // of a string, in UTF-16 units; 0 means no limit
	low, high     int64
	hasRange      bool
	unit          string // of the range, for messages
	values        []string
	regex         *regexp.Regexp
	nonEmpty      bool
	noEmptyString bool
	fallback      reflect.Value // the default; invalid when there is none

	inner  *innerPlan // of the structs in the value; nil where nothing is known of them
	keys   []Param    // of the maps in the value
	oneOf  bool       // exactly one of such fields of a struct is set,
	unless bool       // except where this one is true
}

// credentials are the parameters that travel in headers.
var credentials = []string{"sessionId", "accessKeyId", "accessKeySecret", "requestIp"}

// plans holds a plan for every action type that was used. Like the other caches of
// the package it holds what the types themselves say, and so outlives a client.
var plans sync.Map // of reflect.Type to planOrError

type planOrError struct {
	plan *Plan
	err  error
}

var givenType = reflect.TypeFor[Given]()

// Of returns the plan for an action's struct type.
func Of(t reflect.Type) (*Plan, error) {
	if p, ok := plans.Load(t); ok {
		made := p.(planOrError)
		return made.plan, made.err
	}
	p, err := makePlan(t)
	made, _ := plans.LoadOrStore(t, planOrError{p, err})
	return made.(planOrError).plan, made.(planOrError).err
}

func makePlan(t reflect.Type) (*Plan, error) {
	p := &Plan{byWire: make(map[string]int)}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type == givenType {
			p.given = f.Index
			continue
		}
		name := wire.TagName(f)
		if f.Anonymous && name == "" {
			return nil, fmt.Errorf("the type %s embeds %s, whose fields would not be sent", t, f.Type)
		}
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		made := Param{Wire: name, Field: i, bit: len(p.Params)}
		made.Credential = slices.Contains(credentials, name)
		if name == "sessionId" || name == "accessKeySecret" {
			made.sensitive = redact.All
		}
		if err := made.read(f); err != nil {
			return nil, fmt.Errorf("the field %s.%s: %w", t, f.Name, err)
		}
		var err error
		if made.inner, err = innerPlanOf(f.Type); err != nil {
			return nil, fmt.Errorf("the field %s.%s: %w", t, f.Name, err)
		}
		if _, twice := p.byWire[name]; twice {
			return nil, fmt.Errorf("the type %s has two fields for the parameter %s", t, name)
		}
		p.byWire[name] = len(p.Params)
		p.Params = append(p.Params, made)
	}
	return p, nil
}

// read takes the constraints from the field's tags.
func (p *Param) read(f reflect.StructField) error {
	if kind := redact.KindOf(f); kind != redact.None {
		p.sensitive = kind
	}
	if err := p.readOptions(f.Tag.Get("zstack")); err != nil {
		return err
	}
	if p.hasRange && !isInteger(f.Type) {
		return fmt.Errorf("got a %s, want an integer for a range", f.Type)
	}
	if values, ok := f.Tag.Lookup("values"); ok {
		p.values = strings.Split(values, "|")
	}
	if pattern, ok := f.Tag.Lookup("regex"); ok {
		var err error
		if p.regex, err = regexp.Compile(pattern); err != nil {
			return err
		}
	}
	if err := p.readKeys(f.Type, f.Tag.Get("keys")); err != nil {
		return err
	}
	if fallback, ok := f.Tag.Lookup("default"); ok {
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		p.fallback = reflect.New(t).Elem()
		return setScalar(p.fallback, fallback)
	}
	return nil
}

// isInteger reports whether a type is an integer, a pointer to one or a list of some.
func isInteger(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Int || t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64
}

// readOptions reads what is separated by commas in a zstack tag.
func (p *Param) readOptions(options string) error {
	for option := range strings.SplitSeq(options, ",") {
		name, value, _ := strings.Cut(option, "=")
		var err error
		switch name {
		case "", "nonulls": // a Go list holds no nulls; UnmarshalAction sees to it
		case "credential": // says to readers what the wire name says to us
		case "sensitive": // read by package redact
		case "notrim":
			p.noTrim = true
		case "required":
			p.required = true
		case "requiredon":
			p.requiredOn = products(value)
		case "on":
			p.on = products(value)
		case "regexon":
			p.regexOn = value
		case "min":
			p.min, err = strconv.Atoi(value)
		case "max":
			p.max, err = strconv.Atoi(value)
		case "range":
			low, high, _ := strings.Cut(value, ":")
			p.hasRange = true
			if p.low, err = strconv.ParseInt(low, 10, 64); err == nil {
				p.high, err = strconv.ParseInt(high, 10, 64)
			}
		case "unit":
			p.unit = value
		case "nonempty":
			p.nonEmpty = true
		case "noempty":
			p.noEmptyString = true
		case "oneof":
			p.oneOf = true
		case "oneofunless":
			p.unless = true
		default:
			return fmt.Errorf("unknown option %q in its zstack tag", name)
		}
		if err != nil {
			return fmt.Errorf("%s in its zstack tag: %w", option, err)
		}
	}
	return nil
}

// readKeys reads the keys tag of a map, or of a list of maps: a name and its
// options for each key that something is known of.
func (p *Param) readKeys(t reflect.Type, tag string) error {
	if tag == "" {
		return nil
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Map || t.Key().Kind() != reflect.String {
		return fmt.Errorf("got a %s, want a map with string keys", t)
	}
	for rule := range strings.SplitSeq(tag, ";") {
		name, options, _ := strings.Cut(rule, ",")
		key := Param{Wire: name}
		if err := key.readOptions(options); err != nil {
			return fmt.Errorf("key %s: %w", name, err)
		}
		p.keys = append(p.keys, key)
	}
	return nil
}

func products(list string) []string {
	var found []string
	for name := range strings.SplitSeq(list, "|") {
		found = append(found, name)
	}
	return found
}

// setScalar sets a scalar as it stands in a tag.
func setScalar(v reflect.Value, s string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		v.SetBool(b)
		return err
	case reflect.Int32, reflect.Int64, reflect.Int:
		n, err := strconv.ParseInt(s, 10, v.Type().Bits())
		v.SetInt(n)
		return err
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(s, v.Type().Bits())
		v.SetFloat(f)
		return err
	default:
		return fmt.Errorf("a %s cannot have a default", v.Type())
	}
	return nil
}

// value returns what is sent for the parameter: what the caller set, else the
// default, else the zero Value. Strings come trimmed.
func (p *Param) value(action reflect.Value, given *Given, product string) reflect.Value {
	v := action.Field(p.Field)
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			v = reflect.Value{}
		} else if v.Kind() == reflect.Pointer && v.Elem().Kind() != reflect.Struct {
			v = v.Elem()
		}
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			v = reflect.Value{}
		}
	default:
		// Zero in a plain field is what nobody set, unless it came from JSON. Where
		// zero can be meant, the field is a pointer.
		if v.IsZero() && !given.has(p.bit) {
			v = reflect.Value{}
		}
	}
	if !v.IsValid() && p.fallback.IsValid() && p.KnownTo(product) {
		v = p.fallback
	}
	if v.IsValid() && v.Kind() == reflect.String && !p.noTrim && !p.Credential {
		if trimmed := Trim(v.String()); trimmed != v.String() {
			v = reflect.ValueOf(trimmed)
		}
	}
	return v
}

// KnownTo reports whether the product has the parameter.
func (p *Param) KnownTo(product string) bool {
	return p.on == nil || slices.Contains(p.on, product)
}

// Trim removes what the reference SDK takes for white space at both ends: every
// character up to and including the space.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}

// maxGiven is how many parameters a Given can remember.
const maxGiven = 128

func (g *Given) has(bit int) bool {
	return g != nil && bit < maxGiven && g.bits[bit/64]&(1<<(bit%64)) != 0
}

func (g *Given) set(bit int, yes bool) {
	if g == nil || bit >= maxGiven {
		return
	}
	if g.bits[bit/64] &^= 1 << (bit % 64); yes {
		g.bits[bit/64] |= 1 << (bit % 64)
	}
}

// readGiven reads the action's unexported Given; false when it has none.
// Reflection lets numbers in such a field be read, which is all it takes.
func (p *Plan) readGiven(action reflect.Value, given *Given) bool {
	if p.given == nil {
		return false
	}
	v := action.FieldByIndex(p.given)
	bits := v.Field(0)
	given.bits = [2]uint64{bits.Index(0).Uint(), bits.Index(1).Uint()}
	return true
}

// utf16Length is the length of s as the server counts it.
func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > math.MaxUint16 {
			n++
		}
	}
	return n
}

// BadString says what makes s unfit for any request; empty when nothing does.
func BadString(s string) string {
	if !utf8.ValidString(s) {
		return "is not valid UTF-8"
	}
	return ""
}

// Index returns where in Params a parameter is; false when the action has none of that
// name.
func (p *Plan) Index(name string) (int, bool) {
	i, ok := p.byWire[name]
	return i, ok
}

// Field returns the field of an action that holds a parameter; the zero Value when the
// action has none of that name.
func (p *Plan) Field(action reflect.Value, name string) reflect.Value {
	i, ok := p.byWire[name]
	if !ok {
		return reflect.Value{}
	}
	return action.Field(p.Params[i].Field)
}

// A Given remembers which parameters of an action were set on purpose.
type Given struct {
	bits [2]uint64 // by parameter, in the order of the fields
}
