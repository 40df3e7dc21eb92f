package params

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/redact"
)

// A Path is a resource's path with parameters in it.
type Path struct {
	Escaped string   // each value as one segment
	Plain   string   // as it is
	Shown   string   // with secrets masked, for people
	Names   []string // of the parameters
}

// Path fills a template, in which names of parameters stand in braces. other returns the
// value for a name that is not a parameter's.
func (a *Arguments) Path(template string, other func(name string) (string, *Violation)) (Path, *Violation) {
	if !strings.Contains(template, "{") {
		return Path{Escaped: template, Plain: template, Shown: template}, nil
	}
	var names []string
	var escaped, plain, shown strings.Builder
	for rest := template; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		for _, s := range []*strings.Builder{&escaped, &plain, &shown} {
			s.WriteString(literal)
		}
		if !found {
			break
		}
		var name string
		if name, rest, found = strings.Cut(after, "}"); !found {
			return Path{}, &Violation{"", PathConstraint, "its path has a brace without an end"}
		}
		value, sensitive, refused := a.segment(name, other)
		if refused != nil {
			return Path{}, refused
		}
		names = append(names, name)
		escaped.WriteString(EscapeSegment(value))
		plain.WriteString(value)
		if sensitive {
			value = redact.Mask
		}
		shown.WriteString(value)
	}
	return Path{escaped.String(), plain.String(), shown.String(), names}, nil
}

// segment returns the value for one name in a path.
func (a *Arguments) segment(name string, other func(string) (string, *Violation)) (value string, sensitive bool, refused *Violation) {
	if i, ok := a.Plan.Index(name); !ok {
		value, refused = other(name)
	} else if v := a.At(i); v.IsValid() {
		value, sensitive = plain(v), a.Plan.Params[i].sensitive != redact.None
	} else {
		refused = &Violation{name, Required, "is part of the path and not set"}
	}
	if refused == nil && BadSegment(value) != "" {
		refused = &Violation{name, PathConstraint, BadSegment(value) + " and cannot stand in a path"}
	}
	return value, sensitive, refused
}

// plain is a value as it stands in a path: a secret is asked for its value, since it
// prints as something else.
func plain(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return fmt.Sprint(v.Interface())
}

// EscapeSegment escapes a value so that it stays one segment of a path. The
// server may decode a plus as a space, so it is escaped as well.
func EscapeSegment(s string) string { return strings.ReplaceAll(url.PathEscape(s), "+", "%2B") }
