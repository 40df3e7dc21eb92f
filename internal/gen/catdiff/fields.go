package catdiff

import (
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A field is a field of a type.
type field struct {
	*catalog.Field
	of dataType
}

func (f field) goType() string { return f.of.in.FieldType(f.of.Type, f.Field) }

var fieldRules = []rule[field]{
	{"type", field.goType, breaks[field](otherType)},
	{"nullable", func(f field) string { return yesNo(f.Nullable) }, informs[field](information)},
	{"required", func(f field) string { return yesNo(f.Required) }, on(func(f field) bool { return f.Required })},
	{"range", func(f field) string { return interval(f.Range) }, limits(func(before, after field) bool {
		return isStricterRange(before.Range, after.Range)
	})},
	{"sensitive", func(f field) string { return orNone(string(f.Sensitive)) }, informs[field](printsDiffer)},
	{"knownValues", func(f field) string { return counted(f.KnownValues) }, known(func(f field) []string { return f.KnownValues })},
	{"refersTo", func(f field) string { return orNone(f.RefersTo) }, informs[field](information)},
	{"typeOn", func(f field) string { return pairs(f.TypeOn, same) }, informs[field](information)},
	{"products", func(f field) string { return set(f.Products) }, informs[field](information)},
	{"since", func(f field) string { return orNone(f.Since) }, informs[field](information)},
	{"sinceZsphere", func(f field) string { return orNone(f.SinceZSphere) }, informs[field](information)},
	{"source", func(f field) string { return orNone(f.Source) }, informs[field](information)},
	{"typeConfidence", func(f field) string { return orNone(f.TypeConfidence) }, informs[field](information)},
}

// fields compares the fields that the structs of a type declare.
func (c *comparison) fields(before, after dataType) {
	both, gone, more := pair(before.own(), after.own(), func(f *catalog.Field) string { return f.Name })
	for _, f := range gone {
		if parent := after.inherits(f.Name); parent != "" {
			c.add(fields, changed, after.Name+"."+f.Name, "moved to "+parent, verdict{true, "composite literals name the parent"})
			continue
		}
		c.add(fields, removed, after.Name+"."+f.Name, "", verdict{true, "the field is gone"})
	}
	for _, f := range more {
		if parent := before.inherits(f.Name); parent != "" {
			c.add(fields, changed, after.Name+"."+f.Name, "moved from "+parent, verdict{true, "composite literals named the parent"})
			continue
		}
		f := field{f, after}
		c.add(fields, added, after.Name+"."+f.Name, f.goType(), judgeNewField(f))
	}
	for _, f := range both {
		subject := after.Name + "." + f[1].Name
		compareRows(c, fields, subject, fieldRules, field{f[0], before}, field{f[1], after})
		c.allowed(subject, f[0].Values, f[1].Values)
	}
}

// judgeNewField judges a field that a known type did not have.
func judgeNewField(f field) verdict {
	switch {
	case f.Required:
		return verdict{true, "requests without it are refused"}
	case f.of.Input && f.isAlwaysSent():
		return verdict{true, "compiles, but is sent where it is unset"}
	default:
		return verdict{}
	}
}

// isAlwaysSent reports whether a field of a type that requests carry has a Go type
// without a nil, so that it travels whether a caller set it or not.
func (f field) isAlwaysSent() bool {
	typ := f.goType()
	return typ != "any" && !strings.HasPrefix(typ, "*") && !strings.HasPrefix(typ, "[]") && !strings.HasPrefix(typ, "map[")
}

// own are the fields that a type does not have from a parent already: the
// catalogue repeats some of a parent's, and Go embeds the parent.
func (t dataType) own() []*catalog.Field {
	var list []*catalog.Field
	for _, f := range t.Fields {
		if t.inherits(f.Name) == "" {
			list = append(list, f)
		}
	}
	return list
}

// inherits is the nearest ancestor with a field; it is empty when none has it.
func (t dataType) inherits(name string) string {
	seen := map[string]bool{t.Name: true}
	for up := t.in.typeNamed[t.Extends]; up != nil && !seen[up.Name]; up = t.in.typeNamed[up.Extends] {
		for _, f := range up.Fields {
			if f.Name == name {
				return up.Name
			}
		}
		seen[up.Name] = true
	}
	return ""
}
