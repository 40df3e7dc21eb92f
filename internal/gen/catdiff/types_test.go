package catdiff

import (
	"testing"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestTypes(t *testing.T) {
	t.Parallel()
	runSteps(t, []step{
		{"added", nil, func(c *catalog.Catalogue) {
			c.Types = append(c.Types, &catalog.Type{Name: "Tank", Kind: "class", Fields: []*catalog.Field{{Name: "uuid", Type: "string"}}})
		}, []string{"  + Tank: class"}},
		{"removed", nil, func(c *catalog.Catalogue) { c.Types = c.Types[:5] }, []string{"! - PumpState (the type is gone)"}},
		{"renamed", nil, func(c *catalog.Catalogue) { pump(c).Name, hand(c).Extends = "Engine", "Engine" }, []string{
			"! - Pump: Engine is Pump (the type is gone)",
			"! ~ HandPump: extends: Pump → Engine (the struct embeds something else)",
			"  + Engine: class"}},
		{"kind", nil, func(c *catalog.Catalogue) { pipe(c).Kind, pipe(c).Fields, pipe(c).Values = "enum", nil, []string{"a"} },
			[]string{"! ~ Pipe: kind: class → enum (another Go type)"}},
		{"another package", nil, func(c *catalog.Catalogue) {
			c.Actions = append(c.Actions, &catalog.Action{Name: "GetPipeAction", Method: "GET", Path: "/pipe", Result: "Pipe"})
		}, []string{"  + GetPipeAction: GET /pipe", "! ~ Pipe: package: types → actions (another import)"}},
		{"a parent", func(c *catalog.Catalogue) { hand(c).Extends, hand(c).Fields = "", hand(c).Fields[1:] }, nil,
			[]string{"! ~ HandPump: extends: none → Pump (the struct embeds something else)"}},
		{"another server class", nil, toPump(func(p *catalog.Type) { p.ServerClasses = []string{"org.zstack.Pump2"} }),
			[]string{"! ~ Pump: serverClasses: org.zstack.Pump → org.zstack.Pump2 (compiles, but replies of the old class no longer become this type)"}},
		{"a further server class", nil, toPump(func(p *catalog.Type) { p.ServerClasses = []string{"b", "org.zstack.Pump"} }),
			[]string{"  ~ Pump: serverClasses: org.zstack.Pump → b, org.zstack.Pump (more replies are known)"}},
		{"input", nil, toPump(func(p *catalog.Type) { p.Input = true }), []string{"  ~ Pump: input: no → yes (its fields say what follows from it)"}},
		{"fields that exclude each other", nil, toPump(func(p *catalog.Type) { p.OneOf = &catalog.OneOf{Fields: []string{"b", "a"}, Exactly: 1, Unless: "c"} }),
			[]string{"! ~ Pump: oneOf: none → 1 of a, b unless c (refuses what was accepted)"}},
		{"fields that no longer exclude each other", toPump(func(p *catalog.Type) { p.OneOf = &catalog.OneOf{Fields: []string{"a", "b"}, Exactly: 1} }), nil,
			[]string{"  ~ Pump: oneOf: 1 of a, b → none (relaxed)"}},
		{"products", nil, toPump(func(p *catalog.Type) { p.Products = []string{"cloud"} }), []string{"  ~ Pump: products: none → cloud (information)"}},
		{"source", nil, toPump(func(p *catalog.Type) { p.Source = "manual" }), []string{"  ~ Pump: source: none → manual (information)"}},
	})
}

func TestFields(t *testing.T) {
	t.Parallel()
	with := func(row func(*catalog.Catalogue) *catalog.Type, f catalog.Field) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) { row(c).Fields = append(row(c).Fields, &f) }
	}
	runSteps(t, []step{
		{"added", nil, with(pump, catalog.Field{Name: "name", Type: "string"}), []string{"  + Pump.name: string"}},
		{"added to a result", nil, with(result, catalog.Field{Name: "name", Type: "string"}), []string{"  + StartPumpResult.name: string"}},
		{"added to an input type", nil, with(pipe, catalog.Field{Name: "depth", Type: "int32", Nullable: true}), []string{"  + Pipe.depth: *int32"}},
		{"added to an input type and always sent", nil, with(pipe, catalog.Field{Name: "depth", Type: "int32"}), []string{"! + Pipe.depth: int32 (compiles, but is sent where it is unset)"}},
		{"added to an input type and required", nil, with(pipe, catalog.Field{Name: "depth", Type: "int32", Nullable: true, Required: true}), []string{"! + Pipe.depth: *int32 (requests without it are refused)"}},
		{"removed", nil, toPump(func(p *catalog.Type) { p.Fields = nil }), []string{"! - Pump.uuid (the field is gone)", "! ~ HandPump.uuid: moved from Pump (composite literals named the parent)"}},
		{"renamed", nil, toWidth(func(f *catalog.Field) { f.Name = "size" }), []string{"! - Pipe.width (the field is gone)", "  + Pipe.size: *int32"}},
		{"repeated from the parent", nil, func(c *catalog.Catalogue) { hand(c).Fields = hand(c).Fields[1:] }, nil},
		{"moved to the parent", nil, with(pump, catalog.Field{Name: "arm", Type: "string"}),
			[]string{"! ~ HandPump.arm: moved to Pump (composite literals name the parent)", "  + Pump.arm: string"}},
		{"moved from the parent", with(pump, catalog.Field{Name: "arm", Type: "string"}), nil,
			[]string{"! - Pump.arm (the field is gone)", "! ~ HandPump.arm: moved from Pump (composite literals named the parent)"}},
		{"type", nil, toWidth(func(f *catalog.Field) { f.Type = "int64" }), []string{"! ~ Pipe.width: type: *int32 → *int64 (another Go type)"}},
		{"no longer nullable", nil, toWidth(func(f *catalog.Field) { f.Nullable = false }),
			[]string{"! ~ Pipe.width: type: *int32 → int32 (another Go type)", "  ~ Pipe.width: nullable: yes → no (information)"}},
		{"nullable in a reply", nil, func(c *catalog.Catalogue) { pump(c).Fields[0].Nullable = true }, []string{"  ~ Pump.uuid: nullable: no → yes (information)"}},
		{"required", nil, toWidth(func(f *catalog.Field) { f.Required = true }), []string{"! ~ Pipe.width: required: no → yes (refuses what was accepted)"}},
		{"optional", toWidth(func(f *catalog.Field) { f.Required = true }), nil, []string{"  ~ Pipe.width: required: yes → no (relaxed)"}},
		{"range", nil, toWidth(func(f *catalog.Field) { f.Range = []int64{1, 2} }), []string{"! ~ Pipe.width: range: none → 1 to 2 (refuses what was accepted)"}},
		{"a wider range", toWidth(func(f *catalog.Field) { f.Range = []int64{1, 2} }), toWidth(func(f *catalog.Field) { f.Range = []int64{1, 3} }), []string{"  ~ Pipe.width: range: 1 to 2 → 1 to 3 (relaxed)"}},
		{"sensitive", nil, toWidth(func(f *catalog.Field) { f.Sensitive = catalog.SecretInURI }), []string{"  ~ Pipe.width: sensitive: none → uri (prints differ)"}},
		{"known values", nil, toWidth(func(f *catalog.Field) { f.KnownValues = []string{"1"} }), []string{"  ~ Pipe.width: knownValues: none → 1 (1) (refuses nothing)"}},
		{"a known value is gone", toWidth(func(f *catalog.Field) { f.KnownValues = []string{"1"} }), nil, []string{"! ~ Pipe.width: knownValues: 1 (1) → none (a constant for a known value is gone)"}},
		{"what a uuid names", nil, toWidth(func(f *catalog.Field) { f.RefersTo = "PumpVO" }), []string{"  ~ Pipe.width: refersTo: none → PumpVO (information)"}},
		{"since", nil, toWidth(func(f *catalog.Field) { f.Since = "5.0.0" }), []string{"  ~ Pipe.width: since: none → 5.0.0 (information)"}},
		{"a type that extends itself", func(c *catalog.Catalogue) { pump(c).Extends = "HandPump" }, func(c *catalog.Catalogue) { pump(c).Extends = "HandPump" }, nil},
	})
}
