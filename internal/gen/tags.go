package main

import (
	"encoding/json"
	"fmt"
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
	for _, v := range p.Values {
		if strings.Contains(v, "|") {
			g.add("%s: the allowed value %q holds the sign that separates values", where, v)
		}
	}
	tag.set("values", strings.Join(p.Values, "|"))
	if len(p.Default) > 0 {
		text, err := defaultText(p.Default)
		if err != nil {
			g.add("%s: %w", where, err)
		}
		tag.set("default", text)
	}
	if p.Regex != "" {
		translated, err := translateRegex(p.Regex)
		if err != nil {
			g.add("%s: cannot use the regular expression %w", where, err)
		}
		tag.set("regex", translated)
	}
	return tag.literal()
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
	switch len(p.Range) {
	case 0:
	case 2:
		option(true, fmt.Sprintf("range=%d:%d", p.Range[0], p.Range[1]))
	default:
		g.add("%s: the range %v has not two ends", where, p.Range)
	}
	if n := len(p.RangeUnit); n > 0 {
		option(true, "unit="+p.RangeUnit[n-1])
	}
	option(p.NonEmpty, "nonempty")
	option(p.NoNullElements, "nonulls")
	option(p.NoEmptyString, "noempty")
	option(p.NoTrim, "notrim")
	option(p.Sensitive, "sensitive")
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
