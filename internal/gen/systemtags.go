package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A tagToken is one token of a system tag as a parameter of what builds the tag.
type tagToken struct{ wire, name, typ, expr string }

// encodings are what is done with a token, by how the server wants it written: its Go
// type, and what writes and names it.
var encodings = map[string]struct{ typ, expr, about string }{
	"":            {"string", "%s", ""},
	"ipv6-dashes": {"netip.Addr", "dashed(%s)", "an IP address, whose \"::\" is written as the server wants it"},
	"base64":      {"[]byte", "base64.StdEncoding.EncodeToString(%s)", "written in base 64"},
}

// systemTagPieces writes a function for each system tag, and the table of their patterns.
func (g *api) systemTagPieces(tags []*catalog.SystemTag) (builders, table *piece) {
	names := g.newNameSpace("package systemtags")
	names.reserve("a hand-written name", "All", "IsSensitive", "Parse", "Pattern", "Set", "Tag", "Token")
	builders, table = newPiece("builders"), newPiece("patterns")
	byPattern := make(map[string][]*catalog.SystemTag)
	for _, tag := range tags {
		byPattern[tag.Pattern] = append(byPattern[tag.Pattern], tag)
	}
	functions := make(map[string]*catalog.SystemTag)
	for _, tag := range tags {
		name := tagFunction(tag)
		if functions[name] != nil {
			name = tagStem(tag) + pascal(placeholder.ReplaceAllString(tag.Pattern, ""))
		}
		names.claim(name, "the system tag "+tag.Pattern)
		functions[name] = tag
	}
	for i, name := range slices.Sorted(maps.Keys(functions)) {
		if i > 0 {
			builders.printf("\n")
		}
		g.writeTagBuilder(builders, name, functions[name])
	}
	table.printf("// patterns are all system tags, sorted by pattern.\nvar patterns = [...]Pattern{\n")
	for _, pattern := range slices.Sorted(maps.Keys(byPattern)) {
		writePattern(table, byPattern[pattern])
	}
	table.printf("}\n")
	return builders, table
}

// tagFunction is the name of what builds a tag: what it is put on, and the server's own name.
func tagFunction(tag *catalog.SystemTag) string {
	stem := tagStem(tag)
	if tag.GoName != "" {
		return stem + tag.GoName
	}
	_, name, _ := strings.Cut(tag.Names[0], ".")
	own := pascal(strings.ToLower(name))
	for _, said := range []string{stem, "Vm"} {
		if len(own) > len(said) && strings.EqualFold(own[:len(said)], said) && strings.HasPrefix(stem, said[:1]) && own[len(said)] <= 'Z' {
			own = own[len(said):]
			break
		}
	}
	if strings.HasPrefix(tag.Pattern, "ephemeral::") {
		stem = "Ephemeral" + stem
	}
	return stem + own
}

// tagStem is what the name of what builds a tag begins with: the resource it is put on, or
// that of the server's class with such tags.
func tagStem(tag *catalog.SystemTag) string {
	if tag.Resource != "" {
		return stem(strings.TrimSuffix(tag.Resource, "VO"))
	}
	class, _, _ := strings.Cut(tag.Names[0], ".")
	return strings.TrimSuffix(class, "SystemTags")
}

var nameParts = regexp.MustCompile(`[A-Za-z0-9]+`)

// pascal is a Go name of the words in a string.
func pascal(s string) string {
	var b strings.Builder
	for _, part := range nameParts.FindAllString(s, -1) {
		b.WriteString(goWord(part))
	}
	return b.String()
}

// writeTagBuilder writes the function that builds a tag.
func (g *api) writeTagBuilder(p *piece, name string, tag *catalog.SystemTag) {
	where := "system tag " + tag.Pattern
	var tokens []tagToken
	for _, wire := range tag.Tokens {
		encoding, ok := encodings[tag.Encoding[wire]]
		if !ok {
			g.add("%s: the encoding %q of %s is unknown", where, tag.Encoding[wire], wire)
		}
		t := tagToken{wire: wire, name: parameterName(wire), typ: encoding.typ}
		if slices.Contains(tag.Sensitive, wire) && t.typ == "string" {
			t.typ = "types.Secret"
			p.use(modulePath + "/types")
		}
		value := t.name
		if t.typ == "types.Secret" {
			value = "string(" + value + ")"
		}
		t.expr = fmt.Sprintf(encoding.expr, value)
		switch t.typ {
		case "netip.Addr":
			p.use("net/netip")
		case "[]byte":
			p.use("encoding/base64")
		}
		tokens = append(tokens, t)
	}
	p.comment(0, g.tagDoc(name, tag, tokens))
	var params, parts []string
	for _, t := range tokens {
		params = append(params, t.name+" "+t.typ)
	}
	rest := tag.Pattern
	for _, t := range tokens {
		literal, after, found := strings.Cut(rest, "{"+t.wire+"}")
		if !found {
			// A pattern can have a blank within its braces.
			literal, after, found = strings.Cut(rest, "{"+t.wire+" }")
		}
		if !found {
			g.add("%s: the token %s is not in it", where, t.wire)
		}
		if literal != "" {
			parts = append(parts, strconv.Quote(literal))
		}
		parts = append(parts, t.expr)
		rest = after
	}
	if rest != "" {
		parts = append(parts, strconv.Quote(rest))
	}
	p.printf("func %s(%s) string {\n\treturn %s\n}\n", name, strings.Join(params, ", "), strings.Join(parts, " + "))
}

// parameterName is a token's name as that of a Go parameter.
func parameterName(token string) string {
	parts := words(token)
	name := strings.ToLower(parts[0])
	for _, part := range parts[1:] {
		name += goWord(part)
	}
	switch name {
	case "type", "func", "range", "map", "string", "len", "types", "base64", "netip":
		return name + "_"
	}
	return name
}

// tagDoc is the doc comment of what builds a tag.
func (g *api) tagDoc(name string, tag *catalog.SystemTag, tokens []tagToken) string {
	on := "any resource"
	if tag.Resource != "" {
		on = tag.Resource
	}
	s := []string{name + " returns the system tag " + tag.Pattern + " of " + on + "."}
	for _, t := range tokens {
		if refers := tag.RefersTo[t.wire]; refers != "" {
			s = append(s, t.name+" is the UUID of a "+refers+".")
		}
		if about := encodings[tag.Encoding[t.wire]].about; about != "" {
			s = append(s, t.name+" is "+about+".")
		}
		if values := tag.Values[t.wire]; len(values) > 0 {
			quoted := make([]string, len(values))
			for i, v := range values {
				quoted[i] = strconv.Quote(v)
			}
			s = append(s, "Known values of "+t.name+" are "+either(quoted)+".")
		}
		if slices.Contains(tag.Sensitive, t.wire) {
			s = append(s, t.name+" is secret: errors and logs of the client hide it, and what prints the tag itself does not.")
		}
	}
	if tag.Ephemeral {
		s = append(s, "It steers one call and is not kept.")
	}
	if tag.Admin {
		s = append(s, "It is for administrators alone.")
	}
	if tag.NotCloned {
		s = append(s, "A clone of its resource does not have it.")
	}
	text := strings.Join(s, " ")
	if tag.Deprecated {
		text += "\n\nDeprecated: the server keeps the tag for its past and has another way for what it says."
	}
	return text
}

// writePattern writes the row of all tags with one pattern.
func writePattern(p *piece, tags []*catalog.SystemTag) {
	first := tags[0]
	p.printf("\t{Format: %q", first.Pattern)
	var resources []string
	for _, tag := range tags {
		if tag.Resource != "" {
			resources = append(resources, tag.Resource)
		}
	}
	list := func(name string, values []string) {
		if len(values) > 0 {
			p.printf(", %s: %#v", name, values)
		}
	}
	list("Resources", resources)
	list("Tokens", first.Tokens)
	list("Sensitive", first.Sensitive)
	list("References", slices.Sorted(maps.Keys(first.RefersTo)))
	for _, flag := range []struct {
		name string
		on   bool
	}{{"Ephemeral", first.Ephemeral}, {"Admin", first.Admin}, {"Deprecated", first.Deprecated}} {
		if flag.on {
			p.printf(", %s: true", flag.name)
		}
	}
	encoded := make(map[string]string)
	for _, tag := range tags {
		maps.Copy(encoded, tag.Encoding) // one row can know what another does not
	}
	if len(encoded) > 0 {
		p.printf(", encodings: []encoding{")
		for _, token := range slices.Sorted(maps.Keys(encoded)) {
			p.printf("{%q, %q},", token, encoded[token])
		}
		p.printf("}")
	}
	p.printf("},\n")
}
