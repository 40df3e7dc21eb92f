package catdiff

import (
	"encoding/json"
	"testing"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestParams(t *testing.T) {
	t.Parallel()
	with := func(p catalog.Param) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) { start(c).Params = append(start(c).Params, &p) }
	}
	runSteps(t, []step{
		{"added", nil, with(catalog.Param{Name: "label", Type: "string"}), []string{"  + StartPumpAction.label: *string"}},
		{"added and required", nil, with(catalog.Param{Name: "label", Type: "string", Required: true}), []string{"! + StartPumpAction.label: string, required always (calls without it are refused)"}},
		{"added and required on a product", nil, with(catalog.Param{Name: "label", Type: "string", RequiredOn: []string{"cloud"}}), []string{"! + StartPumpAction.label: *string, required on cloud (calls without it are refused)"}},
		{"added with a default", nil, with(catalog.Param{Name: "label", Type: "string", Default: json.RawMessage(`"x"`)}), []string{`! + StartPumpAction.label: *string (compiles, but is sent where it is unset: "x")`}},
		{"added with a server's default", nil, with(catalog.Param{Name: "label", Type: "string", ServerDefault: json.RawMessage(`"x"`)}), []string{"  + StartPumpAction.label: *string"}},
		{"removed", nil, toStart(func(a *catalog.Action) { a.Params = a.Params[:2] }), []string{"! - StartPumpAction.pipes (its field is gone)"}},
		{"renamed", nil, toSpeed(func(p *catalog.Param) { p.Name = "pace" }), []string{"! - StartPumpAction.speed (its field is gone)", "  + StartPumpAction.pace: *int32"}},
		{"another order", nil, toStart(func(a *catalog.Action) { a.Params[0], a.Params[1] = a.Params[1], a.Params[0] }), nil},
		{"type", nil, toSpeed(func(p *catalog.Param) { p.Type = "int64" }), []string{"! ~ StartPumpAction.speed: type: *int32 → *int64 (another Go type)"}},
		{"element", nil, func(c *catalog.Catalogue) { pipes(c).Type = "list<Pump>" }, []string{"! ~ StartPumpAction.pipes: type: []list<Pipe> → []list<Pump> (another Go type)"}},
		{"nullable", nil, toSpeed(func(p *catalog.Param) { p.Nullable = true }), []string{"  ~ StartPumpAction.speed: nullable: no → yes (information)"}},
		{"since", nil, toSpeed(func(p *catalog.Param) { p.Since = "5.0.0" }), []string{"  ~ StartPumpAction.speed: since: none → 5.0.0 (information)"}},
		{"products", nil, toSpeed(func(p *catalog.Param) { p.Products = []string{"cloud"} }), []string{"  ~ StartPumpAction.speed: products: none → cloud (information)"}},
		{"sensitive", nil, toSpeed(func(p *catalog.Param) { p.Sensitive = catalog.Secret }), []string{"  ~ StartPumpAction.speed: sensitive: none → true (prints differ)"}},
		{"default", nil, toSpeed(func(p *catalog.Param) { p.Default = json.RawMessage("3") }), []string{"! ~ StartPumpAction.speed: default: none → 3 (compiles, but other calls are sent where it is unset)"}},
		{"server's default", nil, toSpeed(func(p *catalog.Param) { p.ServerDefault = json.RawMessage("3") }), []string{"  ~ StartPumpAction.speed: serverDefault: none → 3 (information)"}},
		{"not trimmed", nil, toSpeed(func(p *catalog.Param) { p.NoTrim = true }), []string{"! ~ StartPumpAction.speed: noTrim: no → yes (compiles, but white space at the ends counts otherwise)"}},
		{"type on a product", nil, toSpeed(func(p *catalog.Param) { p.TypeOn = map[string]string{"zsphere": "string", "5.5": "any"} }), []string{"  ~ StartPumpAction.speed: typeOn: none → 5.5 any, zsphere string (information)"}},
		{"known values", nil, toSpeed(func(p *catalog.Param) { p.KnownValues = []string{"2", "1"} }), []string{"  ~ StartPumpAction.speed: knownValues: none → 2 (1, 2) (refuses nothing)"}},
		{"a known value is gone", toSpeed(func(p *catalog.Param) { p.KnownValues = []string{"1", "2"} }), toSpeed(func(p *catalog.Param) { p.KnownValues = []string{"2", "3"} }),
			[]string{"! ~ StartPumpAction.speed: knownValues: 2 (1, 2) → 2 (2, 3) (a constant for a known value is gone)"}},
	})
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	on := func(required bool, requiredOn, products []string) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) {
			pipes(c).Required, pipes(c).RequiredOn, pipes(c).Products = required, requiredOn, products
		}
	}
	cloud, zsphere, both := []string{"cloud"}, []string{"zsphere"}, []string{"cloud", "zsphere"}
	const subject, otherType = " ~ StartPumpAction.pipes: required: ", "! ~ StartPumpAction.pipes: type: "
	runSteps(t, []step{
		{"required", nil, on(true, nil, nil), []string{"!" + subject + "no → always (refuses what was accepted)", otherType + "[]list<Pipe> → list<Pipe> (another Go type)"}},
		{"optional", on(true, nil, nil), nil, []string{otherType + "list<Pipe> → []list<Pipe> (another Go type)", " " + subject + "always → no (relaxed)"}},
		{"required on a product", nil, on(false, zsphere, nil), []string{"!" + subject + "no → on zsphere (refuses what was accepted)"}},
		{"required on another product", on(false, cloud, nil), on(false, zsphere, nil), []string{"!" + subject + "on cloud → on zsphere (refuses what was accepted)"}},
		{"required on fewer products", on(false, both, nil), on(false, zsphere, nil), []string{" " + subject + "always → on zsphere (relaxed)"}},
		{"required on a product that gets it", on(true, nil, cloud), on(true, nil, both),
			[]string{"!" + subject + "on cloud → always (refuses what was accepted)", "  ~ StartPumpAction.pipes: products: cloud → cloud, zsphere (information)"}},
		{"required on all by their names", on(true, both, cloud), on(true, nil, nil), []string{"  ~ StartPumpAction.pipes: products: cloud → none (information)"}},
	})
}

func TestLimits(t *testing.T) {
	t.Parallel()
	type edit = func(*catalog.Param)
	length := func(low, high int) edit { return func(p *catalog.Param) { p.MinLength, p.MaxLength = low, high } }
	between := func(low, high int64) edit { return func(p *catalog.Param) { p.Range = []int64{low, high} } }
	regex := func(s string) edit { return func(p *catalog.Param) { p.Regex = s } }
	var steps []step
	for _, tt := range []struct {
		name          string
		before, after edit
		mark, want    string
	}{
		{"a least length", nil, length(2, 0), "!", "minLength: none → 2 (refuses what was accepted)"},
		{"a greater least length", length(2, 0), length(3, 0), "!", "minLength: 2 → 3 (refuses what was accepted)"},
		{"a smaller least length", length(3, 0), length(2, 0), " ", "minLength: 3 → 2 (relaxed)"},
		{"a greatest length", nil, length(0, 4), "!", "maxLength: none → 4 (refuses what was accepted)"},
		{"a smaller greatest length", length(0, 4), length(0, 3), "!", "maxLength: 4 → 3 (refuses what was accepted)"},
		{"a larger greatest length", length(0, 3), length(0, 4), " ", "maxLength: 3 → 4 (relaxed)"},
		{"no greatest length", length(0, 4), nil, " ", "maxLength: 4 → none (relaxed)"},
		{"a range", func(p *catalog.Param) { p.Range = nil }, nil, "!", "range: none → 1 to 9 (refuses what was accepted)"},
		{"a higher low end", nil, between(2, 9), "!", "range: 1 to 9 → 2 to 9 (refuses what was accepted)"},
		{"a lower high end", nil, between(0, 8), "!", "range: 1 to 9 → 0 to 8 (refuses what was accepted)"},
		{"a wider range", nil, between(0, 10), " ", "range: 1 to 9 → 0 to 10 (relaxed)"},
		{"no range", nil, func(p *catalog.Param) { p.Range = nil }, " ", "range: 1 to 9 → none (relaxed)"},
		{"a range that is none", nil, func(p *catalog.Param) { p.Range = []int64{3} }, " ", "range: 1 to 9 → [3] (relaxed)"},
		{"a range's unit", nil, func(p *catalog.Param) { p.RangeUnit = []string{"turn", "turns"} }, " ", "rangeUnit: none → turn, turns (messages differ)"},
		{"a pattern", nil, regex("a+"), "!", "regex: none → a+ (refuses what was accepted)"},
		{"another pattern", regex("a+"), regex("a*"), "!", "regex: a+ → a* (may refuse what was accepted)"},
		{"no pattern", regex("a+"), nil, " ", "regex: a+ → none (relaxed)"},
		{"a pattern on a product", nil, func(p *catalog.Param) { p.ConstraintOn = map[string]catalog.Limits{"cloud": {Regex: "a+"}} }, "!", "constraintOn: none → cloud regex a+ (refuses what was accepted)"},
		{"no pattern on a product", func(p *catalog.Param) { p.ConstraintOn = map[string]catalog.Limits{"cloud": {Regex: "a+"}} }, nil, " ", "constraintOn: cloud regex a+ → none (relaxed)"},
		{"a pattern on another product", func(p *catalog.Param) { p.ConstraintOn = map[string]catalog.Limits{"cloud": {Regex: "a+"}} },
			func(p *catalog.Param) { p.ConstraintOn = map[string]catalog.Limits{"zsphere": {Regex: "a+"}} }, "!", "constraintOn: cloud regex a+ → zsphere regex a+ (refuses what was accepted)"},
		{"no empty list", nil, func(p *catalog.Param) { p.NonEmpty = true }, "!", "nonEmpty: no → yes (refuses what was accepted)"},
		{"empty lists", func(p *catalog.Param) { p.NonEmpty = true }, nil, " ", "nonEmpty: yes → no (relaxed)"},
		{"no empty string", nil, func(p *catalog.Param) { p.NoEmptyString = true }, "!", "noEmptyString: no → yes (refuses what was accepted)"},
		{"empty strings", func(p *catalog.Param) { p.NoEmptyString = true }, nil, " ", "noEmptyString: yes → no (relaxed)"},
		{"no null", nil, func(p *catalog.Param) { p.NoNullElements = true }, " ", "noNullElements: no → yes (no list takes a null anyway)"},
	} {
		s := step{name: tt.name, want: []string{tt.mark + " ~ StartPumpAction.speed: " + tt.want}}
		if tt.before != nil {
			s.before = toSpeed(tt.before)
		}
		if tt.after != nil {
			s.after = toSpeed(tt.after)
		}
		steps = append(steps, s)
	}
	runSteps(t, steps)
}

// A pattern that one product keeps refuses nothing new.
func TestPatternThatIsLeftToOneProduct(t *testing.T) {
	t.Parallel()
	runSteps(t, []step{{"the same", toSpeed(func(p *catalog.Param) { p.Regex = "a+" }),
		toSpeed(func(p *catalog.Param) { p.ConstraintOn = map[string]catalog.Limits{"cloud": {Regex: "a+"}} }),
		[]string{"  ~ StartPumpAction.speed: constraintOn: none → cloud regex a+ (relaxed)", "  ~ StartPumpAction.speed: regex: a+ → none (relaxed)"}}})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	key := func(k catalog.Key) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) { pipes(c).Keys = []*catalog.Key{&k} }
	}
	plain := key(catalog.Key{Name: "uuid", Type: "string"})
	const subject = "StartPumpAction.pipes[uuid]"
	runSteps(t, []step{
		{"added", nil, plain, []string{"  + " + subject + ": string"}},
		{"added and required", nil, key(catalog.Key{Name: "uuid", Type: "string", Required: true, Range: []int64{1, 2}}), []string{"! + " + subject + ": string, 1 to 2, required (maps without it are refused)"}},
		{"added with a range", nil, key(catalog.Key{Name: "uuid", Type: "string", Range: []int64{1, 2}}), []string{"! + " + subject + ": string, 1 to 2 (refuses what was accepted)"}},
		{"removed", plain, nil, []string{"! - " + subject + " (maps with it may be refused)"}},
		{"required", plain, key(catalog.Key{Name: "uuid", Type: "string", Required: true}), []string{"! ~ " + subject + ": required: no → yes (refuses what was accepted)"}},
		{"range", plain, key(catalog.Key{Name: "uuid", Type: "string", Range: []int64{1, 2}}), []string{"! ~ " + subject + ": range: none → 1 to 2 (refuses what was accepted)"}},
		{"type", plain, key(catalog.Key{Name: "uuid", Type: "int32"}), []string{"! ~ " + subject + ": type: string → int32 (refuses what was accepted)"}},
		{"known values", plain, key(catalog.Key{Name: "uuid", Type: "string", KnownValues: []string{"x"}}), []string{"  ~ " + subject + ": knownValues: none → 1 (x) (refuses nothing)"}},
	})
}
