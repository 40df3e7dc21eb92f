package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A structTag collects the key:"value" pairs of a field's tag.
type structTag struct{ pairs []string }

// set adds a pair; an empty value is left away.
func (t *structTag) set(key, value string) {
	if value != "" {
		t.pairs = append(t.pairs, key+":"+strconv.Quote(value))
	}
}

// literal is the tag as a Go literal.
func (t *structTag) literal() string {
	text := strings.Join(t.pairs, " ")
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "`"):
		return strconv.Quote(text)
	default:
		return "`" + text + "`"
	}
}

// jsonName is the json tag's value.
func jsonName(wire string, omitZero bool) string {
	if omitZero {
		return wire + ",omitzero"
	}
	return wire
}

// paramTag writes a parameter's constraints: short ones as options of the zstack
// key, free text under keys of its own.
func (g *api) paramTag(where string, p *catalog.Param) string {
	var tag structTag
	tag.set("json", jsonName(p.Name, !p.Required))
	tag.set("zstack", g.paramOptions(where, p))
	tag.set("values", g.valuesTag(where, p.Values))
	tag.set("keys", g.keysTag(where, p))
	if len(p.Default) > 0 {
		text, err := defaultText(p.Default)
		if err != nil {
			g.add("%s: %w", where, err)
		}
		tag.set("default", text)
	}
	if regex, _ := pattern(p); regex != "" {
		translated, err := translateRegex(regex)
		if err != nil {
			g.add("%s: cannot use the regular expression %w", where, err)
		}
		tag.set("regex", translated)
	}
	return tag.literal()
}

// pattern is a parameter's regular expression, and the product that alone checks
// it; "" for all.
func pattern(p *catalog.Param) (regex, product string) {
	for _, product := range slices.Sorted(maps.Keys(p.ConstraintOn)) {
		if limits := p.ConstraintOn[product]; limits.Regex != "" {
			return limits.Regex, product
		}
	}
	return p.Regex, ""
}

// valuesTag lists allowed values.
func (g *api) valuesTag(where string, values []string) string {
	for _, v := range values {
		if strings.Contains(v, "|") {
			g.add("%s: the allowed value %q holds the sign that separates values", where, v)
		}
	}
	return strings.Join(values, "|")
}

// keysTag writes the constraints on the keys of a map: "uuid,required;weight,range=0:100".
func (g *api) keysTag(where string, p *catalog.Param) string {
	var list []string
	for _, k := range p.Keys {
		option := k.Name
		if k.Required {
			option += ",required"
		}
		if limits := g.rangeOption(where+", key "+k.Name, k.Range); limits != "" {
			option += "," + limits
		}
		if k.Name == "*" && option != "*" {
			g.add("%s: a constraint on every key is not understood", where)
		}
		if option != k.Name {
			list = append(list, option)
		}
	}
	return strings.Join(list, ";")
}

// rangeOption writes a range.
func (g *api) rangeOption(where string, limits []int64) string {
	switch len(limits) {
	case 0:
		return ""
	case 2:
		return fmt.Sprintf("range=%d:%d", limits[0], limits[1])
	default:
		g.add("%s: the range %v has not two ends", where, limits)
		return ""
	}
}

// fieldOptions writes the constraints of a field of a data type that requests carry.
func (g *api) fieldOptions(where string, t *catalog.Type, f *catalog.Field, e typeExpr) string {
	var list []string
	option := func(text string) {
		if text != "" {
			list = append(list, text)
		}
	}
	constrained := f.Required || len(f.Values) > 0 || len(f.Range) > 0
	if constrained && !t.Input {
		g.add("%s: it has constraints, but no request carries the type", where)
	}
	if len(f.Range) > 0 && !isInteger(e) {
		g.add("%s: got a %s, want an integer for a range", where, f.Type)
	}
	if f.Required {
		option("required")
	}
	option(g.rangeOption(where, f.Range))
	if o := t.OneOf; o != nil {
		if slices.Contains(o.Fields, f.Name) {
			option("oneof")
		}
		if o.Unless == f.Name {
			option("oneofunless")
		}
	}
	return strings.Join(list, ",")
}

// isInteger reports whether a type is an integer or a list of some.
func isInteger(e typeExpr) bool {
	root := e.root()
	return (root == "int32" || root == "int64") && (e.elem == nil || e.name == "list" && e.elem.elem == nil)
}

func (g *api) paramOptions(where string, p *catalog.Param) string {
	var list []string
	option := func(on bool, text string) {
		if on {
			list = append(list, text)
		}
	}
	option(p.Required, "required")
	option(len(p.RequiredOn) > 0, "requiredon="+strings.Join(p.RequiredOn, "|"))
	option(p.MinLength > 0, fmt.Sprintf("min=%d", p.MinLength))
	option(p.MaxLength > 0, fmt.Sprintf("max=%d", p.MaxLength))
	limits := g.rangeOption(where, p.Range)
	option(limits != "", limits)
	if e, err := parseType(p.Type); limits != "" && err == nil && !isInteger(e) {
		g.add("%s: got a %s, want an integer for a range", where, p.Type)
	}
	if n := len(p.RangeUnit); n > 0 {
		option(true, "unit="+p.RangeUnit[n-1])
	}
	option(p.NonEmpty, "nonempty")
	option(p.NoNullElements, "nonulls")
	option(p.NoEmptyString, "noempty")
	option(p.NoTrim, "notrim")
	_, product := pattern(p)
	option(product != "", "regexon="+product)
	option(len(p.Products) > 0, "on="+strings.Join(p.Products, "|"))
	for _, product := range append(p.RequiredOn, p.Products...) {
		if products[product] == "" {
			g.add("%s: the product %q is unknown", where, product)
		}
	}
	return strings.Join(list, ",")
}

// defaultText is a default as it stands in a tag.
func defaultText(raw json.RawMessage) (string, error) {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", fmt.Errorf("the default %s: %w", raw, err)
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case bool, float64:
		return string(raw), nil
	default:
		return "", fmt.Errorf("the default %s is neither a string nor a number nor a bool", raw)
	}
}
