package prose

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// constraints are the sentences on what a parameter may hold. pattern is its
// regular expression, which stands on a line of its own.
func constraints(a *catalog.Action, p *catalog.Param) (s []string, pattern string) {
	many := strings.HasPrefix(p.Type, "list<")
	switch {
	case p.Required && preset(p) == "":
		s = append(s, "It is required.")
	case p.Required: // and has a default, which comes below
	case strings.Contains(a.Path, "{"+p.Name+"}"):
		s = append(s, "It is part of the path: the call cannot be made without it.")
	}
	for _, on := range p.RequiredOn {
		s = append(s, product(on)+" requires it.")
	}
	if len(p.Values) > 0 {
		s = append(s, values(p, many))
	}
	if !many && (p.MinLength > 0 || p.MaxLength > 0) {
		s = append(s, length(p))
	}
	if len(p.Range) == 2 {
		s = append(s, limits(p, many))
	}
	switch {
	case many && p.NonEmpty && p.NoEmptyString:
		s = append(s, must(p)+" hold at least one element, and none may be empty.")
	case many && p.NonEmpty:
		s = append(s, must(p)+" hold at least one element.")
	case many && p.NoEmptyString:
		s = append(s, "No element may be empty.")
	case p.NoEmptyString && p.MinLength == 0:
		s = append(s, "It must not be empty.")
	}
	if text := preset(p); text != "" {
		s = append(s, text)
	}
	if p.NoTrim {
		s = append(s, "It is sent as it is, with any white space at its ends.")
	}
	if p.Sensitive {
		s = append(s, "It never appears in errors or logs.")
	}
	kind := "type"
	if many {
		kind = "element type"
	}
	switch p.TypeConfidence {
	case "guess":
		s = append(s, "Its "+kind+" is inferred.")
	case "unknown":
		s = append(s, "Its "+kind+" is not known.")
	}
	switch {
	case p.Since != "" && p.Since != a.Since && len(p.Products) == 1 && p.Products[0] == "cloud" && len(a.Products) != 1:
		s = append(s, "It came with ZStack Cloud "+p.Since+"; ZStack ZSphere does not take it.")
	case p.Since != "" && p.Since != a.Since:
		s = append(s, "It came with ZStack Cloud "+p.Since+".")
	case len(p.Products) == 1 && !slices.Equal(p.Products, a.Products):
		s = append(s, "Only "+product(p.Products[0])+" takes it.")
	}
	return s, p.Regex
}

// must begins a sentence about a value that an optional parameter need not have.
func must(p *catalog.Param) string {
	if p.Required {
		return "It must"
	}
	return "When set, it must"
}

func product(name string) string {
	if name == "zsphere" {
		return "ZStack ZSphere"
	}
	return "ZStack Cloud"
}

// values lists what is allowed. Values that differ by case alone are one.
func values(p *catalog.Param, many bool) string {
	var quoted []string
	letters := false
	seen := make(map[string]bool)
	for _, v := range p.Values {
		low := strings.ToLower(v)
		if seen[low] {
			continue
		}
		seen[low] = true
		letters = letters || low != strings.ToUpper(v)
		if strings.HasPrefix(p.Type, "int") || strings.HasPrefix(p.Type, "list<int") {
			quoted = append(quoted, v)
		} else {
			quoted = append(quoted, strconv.Quote(v))
		}
	}
	it := "It is "
	if many {
		it = "Each element is "
	}
	if len(quoted) == 1 {
		it = strings.Replace(it, " is ", " can only be ", 1)
	}
	text := it + list(quoted, "or")
	if letters {
		text += ", without regard to case"
	}
	return text + "."
}

func length(p *catalog.Param) string {
	switch {
	case p.MinLength > 0 && p.MaxLength == p.MinLength:
		return "It has exactly " + number(int64(p.MaxLength)) + " characters (UTF-16 units)."
	case p.MinLength > 0 && p.MaxLength > 0:
		return "It has " + number(int64(p.MinLength)) + " to " + number(int64(p.MaxLength)) + " characters (UTF-16 units)."
	case p.MaxLength > 0:
		return "It has at most " + number(int64(p.MaxLength)) + " characters (UTF-16 units)."
	}
	return "It has at least " + number(int64(p.MinLength)) + " characters (UTF-16 units)."
}

// limits gives a range. A bound that the type itself has is left out.
func limits(p *catalog.Param, many bool) string {
	it := "It is "
	if many {
		it = "Each element is "
	}
	low, high := p.Range[0], p.Range[1]
	open := high == math.MaxInt64 || high == math.MaxInt32 && strings.HasSuffix(p.Type, "int32")
	if open {
		return it + "at least " + number(low) + unit(p, low) + "."
	}
	return it + number(low) + " to " + number(high) + unit(p, high) + "."
}

// unit is the unit of a range's bound, after a space.
func unit(p *catalog.Param, n int64) string {
	if len(p.RangeUnit) == 0 {
		return ""
	}
	switch strings.ToLower(p.RangeUnit[len(p.RangeUnit)-1]) {
	case "byte", "bytes":
		if n == 1 {
			return " byte"
		}
		return " bytes"
	case "bps":
		return " bytes a second"
	}
	return ""
}

// number writes n with a comma at every third digit.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// preset says what is sent for a parameter that is not set. A zero outside of
// the allowed range is an accident of the server's language, not a default.
func preset(p *catalog.Param) string {
	text := string(p.Default)
	if text == "" || text == "null" || p.Required && (text == "0" || text == "false") {
		return "" // Java's zero values are no defaults that anybody chose
	}
	if len(p.Range) == 2 {
		if n, err := strconv.ParseFloat(text, 64); err == nil && (n < float64(p.Range[0]) || n > float64(p.Range[1])) {
			return ""
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		text = number(n)
	}
	var elements []json.RawMessage
	if json.Unmarshal(p.Default, &elements) == nil {
		if len(elements) == 0 {
			return "The default is an empty list, sent when it is unset."
		}
		parts := make([]string, len(elements))
		for i, e := range elements {
			parts[i] = string(e)
		}
		text = list(parts, "and")
	}
	return "The default is " + text + ", sent when it is unset."
}
