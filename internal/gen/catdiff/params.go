package catdiff

import (
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A param is a parameter in its action.
type param struct {
	*catalog.Param
	of action
}

func (p param) goType() string { return p.of.in.ParamType(p.of.Action, p.Param) }

var paramRules = []rule[param]{
	{"type", param.goType, breaks[param](otherType)},
	{"nullable", func(p param) string { return yesNo(p.Nullable) }, informs[param](information)},
	{"required", func(p param) string { return requirement(p.Param) }, limits(func(before, after param) bool {
		return isMoreRequired(before.Param, after.Param)
	})},
	{"regex", func(p param) string { return orNone(p.Regex) }, judgeRegex},
	{"minLength", func(p param) string { return number(p.MinLength) }, limits(func(before, after param) bool {
		return after.MinLength > before.MinLength
	})},
	{"maxLength", func(p param) string { return number(p.MaxLength) }, limits(func(before, after param) bool {
		return after.MaxLength > 0 && (before.MaxLength == 0 || after.MaxLength < before.MaxLength)
	})},
	{"range", func(p param) string { return interval(p.Range) }, limits(func(before, after param) bool {
		return isStricterRange(before.Range, after.Range)
	})},
	{"rangeUnit", func(p param) string { return orNone(strings.Join(p.RangeUnit, ", ")) }, informs[param]("messages differ")},
	{"nonEmpty", func(p param) string { return yesNo(p.NonEmpty) }, on(func(p param) bool { return p.NonEmpty })},
	{"noNullElements", func(p param) string { return yesNo(p.NoNullElements) }, informs[param]("no list takes a null anyway")},
	{"noEmptyString", func(p param) string { return yesNo(p.NoEmptyString) }, on(func(p param) bool { return p.NoEmptyString })},
	{"noTrim", func(p param) string { return yesNo(p.NoTrim) }, breaks[param]("compiles, but white space at the ends counts otherwise")},
	{"default", func(p param) string { return orNone(string(p.Default)) }, breaks[param]("compiles, but other calls are sent where it is unset")},
	{"sensitive", func(p param) string { return orNone(string(p.Sensitive)) }, informs[param](printsDiffer)},
	{"knownValues", func(p param) string { return counted(p.KnownValues) }, known(func(p param) []string { return p.KnownValues })},
	{"serverDefault", func(p param) string { return orNone(string(p.ServerDefault)) }, informs[param](information)},
	{"typeOn", func(p param) string { return pairs(p.TypeOn, same) }, informs[param](information)},
	{"constraintOn", func(p param) string {
		return pairs(p.ConstraintOn, func(l catalog.Limits) string { return "regex " + l.Regex })
	}, limits(isStricterOn)},
	{"requiredBefore", func(p param) string { return orNone(p.RequiredBefore) }, informs[param](information)},
	{"products", func(p param) string { return set(p.Products) }, informs[param](information)},
	{"since", func(p param) string { return orNone(p.Since) }, informs[param](information)},
	{"sinceZsphere", func(p param) string { return orNone(p.SinceZSphere) }, informs[param](information)},
	{"source", func(p param) string { return orNone(p.Source) }, informs[param](information)},
	{"typeConfidence", func(p param) string { return orNone(p.TypeConfidence) }, informs[param](information)},
}

const printsDiffer = "prints differ"

// judgeRegex judges another pattern. Whether it matches all that the old one did
// cannot be told in general.
func judgeRegex(before, after param) verdict {
	switch {
	case after.Regex == "":
		return verdict{false, relaxed}
	case before.Regex == "":
		return verdict{true, refuses}
	default:
		return verdict{true, "may refuse what was accepted"}
	}
}

// isStricterOn reports whether a product checks a pattern that it did not.
func isStricterOn(before, after param) bool {
	for product, l := range after.ConstraintOn {
		if l.Regex != "" && l.Regex != before.Regex && l.Regex != before.ConstraintOn[product].Regex {
			return true
		}
	}
	return false
}

// products are all the products that there are.
var products = []string{"cloud", "zsphere"}

// requiredOn are the products on which a parameter is required.
func requiredOn(p *catalog.Param) []string {
	switch {
	case !p.Required:
		return p.RequiredOn
	case len(p.Products) == 0:
		return products
	default:
		return append(p.RequiredOn[:len(p.RequiredOn):len(p.RequiredOn)], p.Products...)
	}
}

// requirement prints where a parameter is required.
func requirement(p *catalog.Param) string {
	switch list := requiredOn(p); {
	case len(list) == 0:
		return "no"
	case isSubset(products, list):
		return "always"
	default:
		return "on " + set(list)
	}
}

// isMoreRequired reports whether a product requires a parameter that did not.
func isMoreRequired(before, after *catalog.Param) bool {
	return !isSubset(requiredOn(after), requiredOn(before))
}

// params compares the parameters of an action and their allowed values.
func (c *comparison) params(before, after action) {
	both, gone, more := pair(before.Params, after.Params, func(p *catalog.Param) string { return p.Name })
	for _, p := range gone {
		c.add(parameters, removed, after.Name+"."+p.Name, "", verdict{true, "its field is gone"})
	}
	for _, p := range more {
		text := param{p, after}.goType()
		if need := requirement(p); need != "no" {
			text += ", required " + need
		}
		c.add(parameters, added, after.Name+"."+p.Name, text, judgeNewParam(p))
	}
	for _, p := range both {
		subject := after.Name + "." + p[1].Name
		compareRows(c, parameters, subject, paramRules, param{p[0], before}, param{p[1], after})
		c.allowed(subject, p[0].Values, p[1].Values)
		c.keys(after.Action, p[0], p[1])
	}
}

// judgeNewParam judges a parameter that a known action did not have.
func judgeNewParam(p *catalog.Param) verdict {
	switch {
	case requirement(p) != "no":
		return verdict{true, "calls without it are refused"}
	case len(p.Default) > 0:
		return verdict{true, "compiles, but is sent where it is unset: " + cut([]rune(string(p.Default)), 0)}
	default:
		return verdict{}
	}
}
