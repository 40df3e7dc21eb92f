package prose

import (
	"encoding/json"
	"maps"
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
	if p.RequiredBefore != "" {
		s = append(s, "Servers before "+server(p.RequiredBefore)+" require it.")
	}
	if len(p.Values) > 0 {
		s = append(s, values(p.Type, p.Values, many))
	}
	if text := known(p.KnownValues, "take"); text != "" {
		s = append(s, text)
	}
	s = append(s, keys(p, many)...)
	if !many && (p.MinLength > 0 || p.MaxLength > 0) {
		s = append(s, length(p))
	}
	if len(p.Range) == 2 {
		s = append(s, limits(p.Type, p.Range, p.RangeUnit, many))
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
	if len(p.ServerDefault) > 0 {
		s = append(s, "Where it is unset, the server takes "+string(p.ServerDefault)+".")
	}
	if p.NoTrim {
		s = append(s, "It is sent as it is, with any white space at its ends.")
	}
	if text := secret(p.Sensitive, "errors or logs"); text != "" {
		s = append(s, text)
	}
	s = append(s, elsewhere(p.TypeOn)...)
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
	newer := p.Since != "" && p.Since != a.Since
	newerSphere := p.SinceZSphere != "" && p.SinceZSphere != a.SinceZSphere
	only := ""
	if len(p.Products) == 1 && !slices.Equal(p.Products, a.Products) {
		only = p.Products[0]
	}
	switch {
	case newer && newerSphere:
		s = append(s, "It came with "+product("cloud")+" "+p.Since+" and "+product("zsphere")+" "+p.SinceZSphere+".")
	case newer && only == "cloud":
		s = append(s, "It came with "+product("cloud")+" "+p.Since+"; "+product("zsphere")+" does not take it.")
	case newer:
		s = append(s, "It came with "+product("cloud")+" "+p.Since+".")
	case newerSphere && only == "zsphere":
		s = append(s, "Only "+product("zsphere")+" takes it, since "+p.SinceZSphere+".")
	case newerSphere:
		s = append(s, "It came with "+product("zsphere")+" "+p.SinceZSphere+".")
	case only != "":
		s = append(s, "Only "+product(only)+" takes it.")
	}
	regex := p.Regex
	for _, on := range p.ConstraintOn {
		regex = on.Regex
	}
	return s, regex
}

// secret says how much of a value is kept out of something.
func secret(s catalog.Sensitivity, out string) string {
	switch s {
	case catalog.Secret:
		return "It never appears in " + out + "."
	case catalog.SecretInURI:
		return "A password in it never appears in " + out + "."
	case catalog.SecretInTag:
		return "A console password, user data or root password in it never appears in " + out + "."
	}
	return ""
}

// known lists values that are not all that there are.
func known(values []string, verb string) string {
	if len(values) == 0 {
		return ""
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	if len(quoted) == 1 {
		return "A known value is " + quoted[0] + "; servers may " + verb + " others."
	}
	return "Known values are " + list(quoted, "and") + "; servers may " + verb + " others."
}

// keys says what a map may hold.
func keys(p *catalog.Param, many bool) []string {
	var s, names []string
	for _, k := range p.Keys {
		if k.Name == "*" {
			if k.KeyRefersTo != "" {
				s = append(s, "Its keys are the UUIDs of "+resource(k.KeyRefersTo)+".")
			}
			if text := known(k.KnownValues, "take"); text != "" {
				s = append(s, text)
			}
			continue
		}
		name := strconv.Quote(k.Name)
		switch {
		case k.Required && len(k.Range) == 2:
			name += " (required, " + number(k.Range[0]) + " to " + number(k.Range[1]) + ")"
		case k.Required:
			name += " (required)"
		case len(k.Range) == 2:
			name += " (" + number(k.Range[0]) + " to " + number(k.Range[1]) + ")"
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		of := "It has the keys "
		if many {
			of = "Each has the keys "
		}
		s = append(s, of+list(names, "and")+".")
	}
	return s
}

// resource is how a comment names the resources of a kind such as VmNicVO.
func resource(vo string) string {
	switch vo {
	case "SchedulerJobVO":
		return "scheduler jobs"
	case "NetworkServiceProviderVO":
		return "network service providers"
	}
	return vo + " rows"
}

// elsewhere says of which type something is on another product or release.
func elsewhere(typeOn map[string]string) []string {
	var s []string
	for _, on := range slices.Sorted(maps.Keys(typeOn)) {
		inner, many := strings.CutPrefix(typeOn[on], "list<")
		inner = strings.TrimSuffix(inner, ">")
		switch {
		case many && inner == "string":
			inner = "a list of strings"
		case many:
			inner = "a list of " + inner
		case inner == "string":
			inner = "a string"
		}
		s = append(s, "On "+server(on)+" it is "+inner+".")
	}
	return s
}

// server names a product or a release as the catalogue writes it.
func server(name string) string {
	switch {
	case name == "cloud", name == "zsphere":
		return product(name)
	case strings.HasPrefix(name, "zsvirt-"):
		return "ZSvirt " + strings.TrimPrefix(name, "zsvirt-")
	default:
		return product("cloud") + " " + name
	}
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
func values(typ string, allowed []string, many bool) string {
	var quoted []string
	letters := false
	seen := make(map[string]bool)
	for _, v := range allowed {
		low := strings.ToLower(v)
		if seen[low] {
			continue
		}
		seen[low] = true
		letters = letters || low != strings.ToUpper(v)
		if strings.HasPrefix(typ, "int") || strings.HasPrefix(typ, "list<int") {
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
func limits(typ string, bounds []int64, units []string, many bool) string {
	it := "It is "
	if many {
		it = "Each element is "
	}
	low, high := bounds[0], bounds[1]
	open := high == math.MaxInt64 || high == math.MaxInt32 && strings.HasSuffix(typ, "int32")
	if open {
		return it + "at least " + number(low) + unit(units, low) + "."
	}
	return it + number(low) + " to " + number(high) + unit(units, high) + "."
}

// unit is the unit of a range's bound, after a space.
func unit(units []string, n int64) string {
	if len(units) == 0 {
		return ""
	}
	switch strings.ToLower(units[len(units)-1]) {
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
