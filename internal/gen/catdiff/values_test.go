package catdiff

import (
	"testing"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestValues(t *testing.T) {
	t.Parallel()
	enum := func(list ...string) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) { state(c).Values = list }
	}
	allowed := func(list ...string) func(*catalog.Catalogue) {
		return toSpeed(func(p *catalog.Param) { p.Values = list })
	}
	inField := func(list ...string) func(*catalog.Catalogue) {
		return toWidth(func(f *catalog.Field) { f.Values = list })
	}
	const subject = "StartPumpAction.speed: "
	runSteps(t, []step{
		{"an enumeration's added", nil, enum("on", "off", "idle"), []string{"  + PumpState: idle"}},
		{"an enumeration's removed", nil, enum("on"), []string{"! - PumpState: off (the constant PumpStateOFF is gone)"}},
		{"an enumeration's in other letters", nil, enum("on", "Off"), []string{"! - PumpState: off (compiles, but PumpStateOFF is Off)", "  + PumpState: Off"}},
		{"an enumeration's in another order", nil, enum("off", "on"), nil},
		{"a parameter's added", allowed("1"), allowed("1", "2"), []string{"  + " + subject + "2"}},
		{"a parameter's removed", allowed("1", "2"), allowed("2"), []string{"! - " + subject + "1 (refuses what was accepted)"}},
		{"a parameter's first", nil, allowed("2", "1"), []string{"! ~ " + subject + "any → 1, 2 (refuses what was accepted)"}},
		{"a parameter's last", allowed("1", "2"), nil, []string{"  ~ " + subject + "1, 2 → any (relaxed)"}},
		{"a parameter's in other letters", allowed("a", "b"), allowed("A", "b"), []string{"  ~ " + subject + "a → A (case does not matter)"}},
		{"a field's removed", inField("1", "2"), inField("1"), []string{"! - Pipe.width: 2 (refuses what was accepted)"}},
		{"a field's first", nil, inField("1"), []string{"! ~ Pipe.width: any → 1 (refuses what was accepted)"}},
	})
}

func TestErrorCodes(t *testing.T) {
	t.Parallel()
	with := func(e catalog.ErrorCode) func(*catalog.Catalogue) {
		return func(c *catalog.Catalogue) { c.Errors = append(c.Errors, &e) }
	}
	runSteps(t, []step{
		{"added", nil, with(catalog.ErrorCode{Code: "SYS.1004", Prefix: "SYS", Name: "BUSY"}), []string{"  + SYS.1004: SYS_BUSY"}},
		{"removed", nil, func(c *catalog.Catalogue) { c.Errors = nil }, []string{"! - SYS.1003 (the constant SYS_NOT_FOUND is gone)"}},
		{"renamed", nil, toCode(func(e *catalog.ErrorCode) { e.Name = "MISSING" }), []string{
			"! ~ SYS.1003: constant: SYS_NOT_FOUND → SYS_MISSING (the constant SYS_NOT_FOUND is gone)",
			"  ~ SYS.1003: name: NOT_FOUND → MISSING (information)"}},
		{"another code of the same name", nil, toCode(func(e *catalog.ErrorCode) { e.Code = "SYS.9" }), []string{
			"! - SYS.1003 (compiles, but SYS_NOT_FOUND is SYS.9)",
			"  + SYS.9: SYS_NOT_FOUND"}},
		{"another prefix for the same constant", nil, toCode(func(e *catalog.ErrorCode) { e.Prefix, e.Name = "SYS_NOT", "FOUND" }), []string{
			"  ~ SYS.1003: name: NOT_FOUND → FOUND (information)",
			"  ~ SYS.1003: prefix: SYS → SYS_NOT (information)"}},
		{"named by another", nil, toCode(func(e *catalog.ErrorCode) { e.Named = "coined" }), []string{"  ~ SYS.1003: named: reference → coined (information)"}},
	})
}
