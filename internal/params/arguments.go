package params

import (
	"reflect"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/redact"
)

// Arguments are the values of its parameters that one action sends.
type Arguments struct {
	Plan *Plan
	// Set are the parameters that something is sent for, as indices into the plan's.
	Set []int
	// Secrets are those in the values, in the forms in which they can be quoted.
	Secrets []string
	// HasCredentials says that one of the action's own credentials is set.
	HasCredentials bool

	values []reflect.Value // for each parameter; invalid for nothing
}

// Read reads and checks every parameter of an action, whose plan it is, by the rules of a
// product. seen, unless it is nil, is called for each that is all right so far, and may
// refuse it; what it is given is invalid where nothing is sent.
func (a *Arguments) Read(p *Plan, action reflect.Value, product string, seen func(p *Param, v reflect.Value) *Violation) *Violation {
	a.Plan, a.values, a.Set = p, make([]reflect.Value, len(p.Params)), make([]int, 0, 16)
	var read Given
	given := &read
	if !p.readGiven(action, given) {
		given = nil
	}
	for i := range p.Params {
		param := &p.Params[i]
		value := param.value(action, given, product)
		constraint, reason := param.check(value, product)
		if constraint == Required && !value.IsValid() && p.isEncrypted(action) {
			constraint = ""
		}
		if constraint != "" {
			return &Violation{param.Wire, constraint, reason}
		}
		a.values[i] = value
		if seen != nil {
			if refused := seen(param, value); refused != nil {
				return refused
			}
		}
		if value.IsValid() {
			a.Set = append(a.Set, i)
			a.HasCredentials = a.HasCredentials || param.Credential
			a.Secrets = param.appendSecrets(a.Secrets, value)
		}
	}
	return nil
}

// encryptedTag begins the system tag in which parameters travel encrypted, so that
// required ones can be absent: the server finds them there.
const encryptedTag = "encryptionParam::"

// isEncrypted reports whether the action's parameters travel in a system tag.
func (p *Plan) isEncrypted(action reflect.Value) bool {
	field := p.Field(action, "systemTags")
	if !field.IsValid() {
		return false
	}
	tags, _ := field.Interface().([]string)
	return slices.ContainsFunc(tags, func(tag string) bool { return strings.HasPrefix(tag, encryptedTag) })
}

// At returns what is sent for the parameter at an index; the zero Value for nothing.
func (a *Arguments) At(i int) reflect.Value { return a.values[i] }

// Of returns what is sent for a parameter; the zero Value for nothing.
func (a *Arguments) Of(name string) reflect.Value {
	if i, ok := a.Plan.byWire[name]; ok {
		return a.values[i]
	}
	return reflect.Value{}
}

// Put sets a parameter that has not been set.
func (a *Arguments) Put(i int, value reflect.Value) {
	a.values[i] = value
	a.Set = append(a.Set, i)
}

// String returns a parameter that is a string; empty when it is not set.
func (a *Arguments) String(name string) string {
	if value := a.Of(name); value.IsValid() && value.Kind() == reflect.String {
		return value.String()
	}
	return ""
}

// Strings returns a parameter that is a list of strings; nil when it is not set.
func (a *Arguments) Strings(name string) []string {
	if value := a.Of(name); value.IsValid() {
		list, _ := value.Interface().([]string)
		return list
	}
	return nil
}

// appendSecrets collects the secrets in a value of the parameter, those inside it
// included, so that each can be masked.
func (p *Param) appendSecrets(list []string, v reflect.Value) []string {
	switch {
	case p.sensitive != redact.None:
		return appendSecrets(list, p.sensitive, v)
	case p.inner != nil && p.inner.secret:
		p.inner.find(v, func(inner reflect.Value) bool {
			for i := range p.inner.fields {
				f := &p.inner.fields[i]
				if f.sensitive == redact.None && (f.inner == nil || !f.inner.secret) {
					continue
				}
				if value := f.value(inner, nil, ""); value.IsValid() {
					list = f.appendSecrets(list, value)
				}
			}
			return false
		})
	}
	return list
}

// appendSecrets collects what is secret in the strings in a value.
func appendSecrets(list []string, kind redact.Kind, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return append(list, redact.Secrets(kind, v.String())...)
	case reflect.Slice:
		for i := range v.Len() {
			list = appendSecrets(list, kind, v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			list = appendSecrets(list, kind, it.Value())
		}
	case reflect.Interface, reflect.Pointer:
		return appendSecrets(list, kind, v.Elem())
	}
	return list
}
