package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// A member is a [registry.Field] as its file has it.
type member struct {
	Name           string          `json:"name"`
	Type           string          `json:"type"`
	Description    string          `json:"description,omitempty"`
	Required       bool            `json:"required,omitempty"`
	RequiredOn     []string        `json:"requiredOn,omitempty"`
	RequiredBefore string          `json:"requiredBefore,omitempty"`
	Values         []string        `json:"values,omitempty"`
	KnownValues    []string        `json:"knownValues,omitempty"`
	Pattern        string          `json:"pattern,omitempty"`
	PatternOn      string          `json:"patternOn,omitempty"`
	MinLength      int             `json:"minLength,omitempty"`
	MaxLength      int             `json:"maxLength,omitempty"`
	Min            *int64          `json:"min,omitempty"`
	Max            *int64          `json:"max,omitempty"`
	NonEmpty       bool            `json:"nonEmpty,omitempty"`
	NoEmptyString  bool            `json:"noEmptyString,omitempty"`
	Default        json.RawMessage `json:"default,omitempty"`
	ServerDefault  json.RawMessage `json:"serverDefault,omitempty"`
	Secret         bool            `json:"secret,omitempty"`
	Since          string          `json:"since,omitempty"`
	SinceZSphere   string          `json:"sinceZSphere,omitempty"`
	Products       []string        `json:"products,omitempty"`
	RefersTo       []string        `json:"refersTo,omitempty"`
	Inferred       bool            `json:"inferred,omitempty"`
	Keys           []member        `json:"keys,omitempty"`
}

// limit sets the bounds of a number, without those that its type has anyway.
func (m *member) limit(bounds []int64) {
	if len(bounds) != 2 {
		return
	}
	m.Min = &bounds[0]
	if high := bounds[1]; high != math.MaxInt64 && (high != math.MaxInt32 || !strings.HasSuffix(m.Type, "int32")) {
		m.Max = &bounds[1]
	}
}

// An effect is a [registry.Effect] as its file has it.
type effect struct {
	Inventory   string `json:"inventory,omitempty"`
	Param       string `json:"param,omitempty"`
	Recoverable bool   `json:"recoverable,omitempty"`
}

// descriptions writes the files of the registry that describe actions, types and
// inventories: a JSON object a line, sorted by name.
func (g *api) descriptions(c *catalog.Catalogue) map[string][]byte {
	var actions, types, inventories []any
	for _, a := range g.actions {
		actions = append(actions, g.describeAction(a))
	}
	byName := slices.SortedFunc(slices.Values(g.types), func(a, b *catalog.Type) int { return strings.Compare(a.Name, b.Name) })
	for _, t := range byName {
		types = append(types, g.describeType(t))
	}
	for _, i := range g.inventories(c) {
		inventories = append(inventories, i)
	}
	return map[string][]byte{
		"internal/apidata/actions.jsonl":     g.lines(actions),
		"internal/apidata/types.jsonl":       g.lines(types),
		"internal/apidata/inventories.jsonl": g.lines(inventories),
	}
}

// lines writes each value on a line of its own.
func (g *api) lines(values []any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, v := range values {
		if err := e.Encode(v); err != nil {
			g.add("a description cannot be written: %w", err)
		}
	}
	return b.Bytes()
}

func (g *api) describeAction(a *catalog.Action) any {
	d := struct {
		Name             string   `json:"name"`
		Params           []member `json:"params,omitempty"`
		Result           string   `json:"result"`
		Row              string   `json:"row,omitempty"`
		Creates          *effect  `json:"creates,omitempty"`
		Updates          *effect  `json:"updates,omitempty"`
		Deletes          *effect  `json:"deletes,omitempty"`
		SuccessIfMissing bool     `json:"successIfMissing,omitempty"`
	}{Name: a.Name, Result: a.Result, Row: strings.TrimPrefix(g.element(a), "types.")}
	for _, p := range a.Params {
		d.Params = append(d.Params, g.describeParam(a, p))
	}
	if b := a.Behaviour; b != nil {
		if b.Creates != nil {
			d.Creates = &effect{Inventory: b.Creates.Inventory, Param: b.Creates.UUID}
		}
		d.Updates, d.Deletes, d.SuccessIfMissing = change(b.Updates), change(b.Deletes), b.SuccessIfMissing
	}
	return d
}

func change(c *catalog.Changes) *effect {
	if c == nil {
		return nil
	}
	return &effect{Inventory: c.Inventory, Param: c.UUID, Recoverable: c.Recoverable}
}

func (g *api) describeParam(a *catalog.Action, p *catalog.Param) member {
	m := member{
		Name: p.Name, Type: p.Type, Description: inWireNames(g.prose.Meaning(a, p), a),
		Required: p.Required || !a.Query && strings.Contains(a.Path, "{"+p.Name+"}"), RequiredOn: p.RequiredOn, RequiredBefore: p.RequiredBefore,
		Values: p.Values, KnownValues: p.KnownValues,
		MinLength: p.MinLength, MaxLength: p.MaxLength,
		NonEmpty: p.NonEmpty, NoEmptyString: p.NoEmptyString, ServerDefault: p.ServerDefault,
		Secret: p.Sensitive != catalog.Public, Since: p.Since, SinceZSphere: p.SinceZSphere,
	}
	if !slices.Equal(p.Products, a.Products) {
		m.Products = p.Products
	}
	if string(p.Default) != "null" {
		m.Default = p.Default
	}
	m.limit(p.Range)
	if regex, product := pattern(p); regex != "" {
		translated, err := translateRegex(regex)
		if err != nil {
			g.add("action %s, parameter %s: %w", a.Name, p.Name, err)
		}
		m.Pattern, m.PatternOn = portable(translated), product
	}
	if a.Behaviour != nil {
		meaning := a.Behaviour.Params[p.Name]
		m.RefersTo, m.Inferred = meaning.RefersTo, meaning.By != ""
	}
	for _, k := range p.Keys {
		key := member{Name: k.Name, Type: k.Type, Required: k.Required, KnownValues: k.KnownValues, RefersTo: nonEmpty(k.RefersTo, k.KeyRefersTo)}
		key.limit(k.Range)
		m.Keys = append(m.Keys, key)
	}
	return m
}

// nonEmpty are the strings that are not empty.
func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

var codePoint = regexp.MustCompile(`\\x\{([0-9A-Fa-f]+)\}`)

// portable writes a regular expression of Go's in a form that JavaScript reads alike.
func portable(regex string) string {
	regex = strings.TrimSuffix(strings.TrimPrefix(regex, `\A`), `\z`)
	return "^" + codePoint.ReplaceAllStringFunc(regex, func(s string) string {
		var r rune
		_, _ = fmt.Sscanf(s, `\x{%x}`, &r)
		return regexp.QuoteMeta(string(r))
	}) + "$"
}

// inWireNames replaces the names of an action's fields in Go by those of its parameters.
func inWireNames(text string, a *catalog.Action) string {
	for _, p := range a.Params {
		if own := goNameOf(p.Name, p.GoName); len(words(own)) > 1 && own != "UUID" {
			text = regexp.MustCompile(`\b`+own+`\b`).ReplaceAllLiteralString(text, p.Name)
		}
	}
	return text
}

func (g *api) describeType(t *catalog.Type) any {
	d := struct {
		Name        string         `json:"name"`
		Description string         `json:"description,omitempty"`
		Extends     string         `json:"extends,omitempty"`
		Fields      []member       `json:"fields,omitempty"`
		Values      []string       `json:"values,omitempty"`
		OneOf       *catalog.OneOf `json:"oneOf,omitempty"`
	}{Name: t.Name, Values: t.Values, OneOf: t.OneOf}
	if !g.isResult(t) {
		d.Description = g.prose.TypeMeaning(t)
	}
	for up := t; up != nil; up = g.parent(up) {
		var own []member
		for _, f := range up.Fields {
			if up == t || !slices.ContainsFunc(t.Fields, func(over *catalog.Field) bool { return over.Name == f.Name }) {
				own = append(own, g.describeField(up, f))
			}
		}
		d.Fields = append(own, d.Fields...)
	}
	if p := g.parent(t); p != nil {
		d.Extends = p.Name
	}
	return d
}

func (g *api) describeField(t *catalog.Type, f *catalog.Field) member {
	m := member{
		Name: f.Name, Type: f.Type, Required: f.Required, Values: f.Values, KnownValues: f.KnownValues,
		Secret: f.Sensitive != catalog.Public, Since: f.Since, SinceZSphere: f.SinceZSphere, RefersTo: nonEmpty(f.RefersTo),
	}
	if !slices.Equal(f.Products, t.Products) {
		m.Products = f.Products
	}
	m.limit(f.Range)
	name := goNameOf(f.Name, f.GoName)
	if meaning := g.prose.FieldMeaning(t, f); telling(name, t.Name, name+" is "+meaning) != "" {
		m.Description = meaning
	}
	return m
}

// An inventory is a [registry.Inventory] as its file has it.
type inventory struct {
	Name     string       `json:"name"`
	Resource string       `json:"resource,omitempty"`
	Queries  []string     `json:"queries,omitempty"`
	Fields   []queryField `json:"fields,omitempty"`
}

// A queryField is a [registry.QueryField] as its file has it.
type queryField struct {
	Name      string `json:"name"`
	Type      string `json:"type,omitempty"`
	Sortable  bool   `json:"sortable,omitempty"`
	Inventory string `json:"inventory,omitempty"`
	Key       string `json:"key,omitempty"`
	Match     string `json:"match,omitempty"`
	Path      string `json:"path,omitempty"`
}

// inventories are what queries return and what their conditions reach, sorted by name.
func (g *api) inventories(c *catalog.Catalogue) []inventory {
	rows, kept := c.QueryFields, make(map[string]string) // what the server keeps an inventory as
	for _, r := range c.Resources {
		if kept[r.Inventory] == "" {
			kept[r.Inventory] = r.Resource
		}
	}
	list := make(map[string]inventory)
	for _, row := range rows {
		i := inventory{Name: row.Inventory, Resource: cmp.Or(row.Resource, kept[row.Inventory]), Queries: row.Actions, Fields: g.queryFields(row)}
		list[i.Name] = i
	}
	for _, row := range rows {
		for _, nested := range row.Nested {
			if _, known := list[nested.To]; !known {
				list[nested.To] = inventory{Name: nested.To, Fields: g.queryFields(&catalog.QueryFields{Inventory: nested.To, Queryable: nested.Names})}
			}
		}
	}
	return slices.SortedFunc(maps.Values(list), func(a, b inventory) int { return strings.Compare(a.Name, b.Name) })
}

// queryFields are the names that conditions on an inventory can have: its own by name, the
// nested inventories, and the aliases.
func (g *api) queryFields(row *catalog.QueryFields) []queryField {
	own := make(map[string]string) // the types of the fields
	for t := g.typeNamed[row.Inventory]; t != nil; t = g.parent(t) {
		for _, f := range t.Fields {
			own[f.Name] = f.Type
		}
	}
	names := slices.Clone(row.Queryable)
	if len(names) == 0 {
		for name, typ := range own {
			if scalars[typ] != "" && typ != "any" || g.typeNamed[typ] != nil && g.typeNamed[typ].Kind == "enum" {
				names = append(names, name)
			}
		}
		names = append(names, row.OnlyInQueries...)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(row.NotQueryable, name) || row.Nested[name].To != "" })
	slices.Sort(names)
	var fields []queryField
	for _, name := range slices.Compact(names) {
		list := slices.Contains(row.Lists, name) || strings.HasPrefix(own[name], "list<")
		fields = append(fields, queryField{Name: name, Type: own[name], Sortable: !list})
	}
	for _, name := range slices.Sorted(maps.Keys(row.Nested)) {
		if nested := row.Nested[name]; !nested.Hidden {
			fields = append(fields, queryField{Name: name, Inventory: nested.To, Key: nested.Key, Match: nested.Match})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(row.Aliases)) {
		fields = append(fields, queryField{Name: name, Path: row.Aliases[name]})
	}
	return fields
}
