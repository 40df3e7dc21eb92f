package catdiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A dataType is a type in its edition.
type dataType struct {
	*catalog.Type
	in *edition
}

var typeRules = []rule[dataType]{
	{"kind", func(t dataType) string { return t.Kind }, breaks[dataType](otherType)},
	{"package", dataType.goPackage, breaks[dataType]("another import")},
	{"extends", func(t dataType) string { return orNone(t.Extends) }, breaks[dataType]("the struct embeds something else")},
	{"serverClasses", func(t dataType) string { return set(t.ServerClasses) }, func(before, after dataType) verdict {
		if isSubset(before.ServerClasses, after.ServerClasses) {
			return verdict{false, "more replies are known"}
		}
		return verdict{true, "compiles, but replies of the old class no longer become this type"}
	}},
	{"input", func(t dataType) string { return yesNo(t.Input) }, informs[dataType]("its fields say what follows from it")},
	{"oneOf", func(t dataType) string { return oneOf(t.OneOf) }, on(func(t dataType) bool { return t.OneOf != nil })},
	{"coined", func(t dataType) string { return yesNo(t.Coined) }, informs[dataType](information)},
	{"products", func(t dataType) string { return set(t.Products) }, informs[dataType](information)},
	{"since", func(t dataType) string { return orNone(t.Since) }, informs[dataType](information)},
	{"source", func(t dataType) string { return orNone(t.Source) }, informs[dataType](information)},
	{"javaPackage", func(t dataType) string { return orNone(t.JavaPackage) }, informs[dataType](information)},
}

// goPackage is the Go package of a type: what actions return stands beside them.
func (t dataType) goPackage() string {
	if t.in.results[t.Name] {
		return "actions"
	}
	return "types"
}

// oneOf prints which fields exclude each other.
func oneOf(o *catalog.OneOf) string {
	if o == nil {
		return none
	}
	text := fmt.Sprintf("%d of %s", o.Exactly, set(o.Fields))
	if o.Unless != "" {
		text += " unless " + o.Unless
	}
	return text
}

// types compares the data types and results, their fields and their values.
func (c *comparison) types() {
	both, gone, more := pair(c.before.Types, c.after.Types, func(t *catalog.Type) string { return t.Name })
	for _, t := range gone {
		c.add(types, removed, t.Name, heir(t, more), verdict{true, "the type is gone"})
	}
	for _, t := range more {
		c.add(types, added, t.Name, t.Kind, verdict{})
	}
	for _, t := range both {
		before, after := dataType{t[0], c.before}, dataType{t[1], c.after}
		compareRows(c, types, after.Name, typeRules, before, after)
		if before.Kind != after.Kind {
			continue // one has fields and the other values
		}
		c.fields(before, after)
		c.constants(before, after)
	}
}

// heir names the new type that has a server class of an old one, as a renamed one
// does; it is empty when there is none.
func heir(old *catalog.Type, list []*catalog.Type) string {
	for _, t := range list {
		for _, class := range t.ServerClasses {
			if slices.Contains(old.ServerClasses, class) {
				return t.Name + " is " + class[strings.LastIndexByte(class, '.')+1:]
			}
		}
	}
	return ""
}
