package zstack

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/redact"
)

// fillPath puts parameters into the path.
func (b *builder) fillPath(template string) error {
	if !strings.Contains(template, "{") {
		b.request.path, b.request.plain, b.request.shown = template, template, template
		return nil
	}
	var path, plain, shown strings.Builder
	for rest := template; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		for _, s := range []*strings.Builder{&path, &plain, &shown} {
			s.WriteString(literal)
		}
		if !found {
			break
		}
		var name string
		if name, rest, found = strings.Cut(after, "}"); !found {
			return b.refuse("", ConstraintPath, "its path has a brace without an end")
		}
		value, sensitive, err := b.segment(name)
		if err != nil {
			return err
		}
		b.inPath = append(b.inPath, name)
		path.WriteString(escapeSegment(value))
		plain.WriteString(value)
		if sensitive {
			value = redact.Mask
		}
		shown.WriteString(value)
	}
	b.request.path, b.request.plain, b.request.shown = path.String(), plain.String(), shown.String()
	return nil
}

// escapeSegment escapes a value so that it stays one segment of a path. The
// server may decode a plus as a space, so it is escaped as well.
func escapeSegment(s string) string { return strings.ReplaceAll(url.PathEscape(s), "+", "%2B") }

// segment returns the value for one name in the path.
func (b *builder) segment(name string) (value string, sensitive bool, err error) {
	i, ok := b.Plan.Index(name)
	switch {
	case ok:
		v := b.At(i)
		if !v.IsValid() {
			return "", false, b.refuse(name, ConstraintRequired, "is part of the path and not set")
		}
		value, sensitive = fmt.Sprint(v.Interface()), b.Plan.Params[i].IsSensitive()
	case b.info.Query:
		// Two query actions have a name in their path that is no parameter;
		// what it stands for can only be said in a condition.
		if value, ok = b.condition(name); !ok {
			return "", false, b.refuse("conditions", ConstraintRequired, "needs the condition "+name+"=..., which is part of the path")
		}
	default:
		return "", false, b.refuse(name, ConstraintUnknown, "is part of the path, but no parameter of the action")
	}
	if reason := badSegment(value); reason != "" {
		return "", false, b.refuse(name, ConstraintPath, reason+" and cannot stand in a path")
	}
	return value, sensitive, nil
}

// condition finds the value that a condition name=value asks for.
func (b *builder) condition(name string) (string, bool) {
	for _, c := range b.Strings(conditions) {
		if value, ok := strings.CutPrefix(c, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// badSegment says why s cannot stand in a path as one segment; empty when it
// can. The server decodes a path before it routes, so these would address
// something else.
func badSegment(s string) string {
	switch {
	case s == "":
		return "is empty"
	case s == "." || s == "..":
		return "is a relative path"
	case strings.ContainsAny(s, `/\`):
		return "holds a slash or backslash"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "holds a control character"
	case params.BadString(s) != "":
		return params.BadString(s)
	}
	return ""
}
