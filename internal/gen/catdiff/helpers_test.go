package catdiff

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// plain is a language for tests, which says no more than the catalogue does: what
// is optional is a pointer, as are the fields of types that requests carry.
type plain struct{ c *catalog.Catalogue }

func plainly(c *catalog.Catalogue) Language { return plain{c} }

func (plain) ParamType(_ *catalog.Action, p *catalog.Param) string {
	return pointer(p.Type, !p.Required)
}

func (plain) FieldType(t *catalog.Type, f *catalog.Field) string {
	return pointer(f.Type, t.Input && f.Nullable)
}

func (l plain) RowType(a *catalog.Action) string {
	for _, t := range l.c.Types {
		if a.Query && t.Name == a.Result {
			return t.Fields[0].Type
		}
	}
	return ""
}

func (plain) ValueName(t *catalog.Type, value string) string {
	return t.Name + strings.ToUpper(value)
}

func (plain) CodeName(e *catalog.ErrorCode) string { return e.Prefix + "_" + e.Name }

func pointer(typ string, optional bool) string {
	switch {
	case !optional:
		return typ
	case strings.HasPrefix(typ, "list<"):
		return "[]" + typ
	default:
		return "*" + typ
	}
}

// tiny is a small catalogue with a row of every kind.
func tiny() *catalog.Catalogue {
	both := []string{"cloud", "zsphere"}
	return &catalog.Catalogue{
		Actions: []*catalog.Action{
			{Name: "StartPumpAction", Method: "PUT", Path: "/pumps/{uuid}", Body: new("startPump"), Session: true, Products: both, Result: "StartPumpResult",
				Params: []*catalog.Param{
					{Name: "uuid", Type: "string", Required: true},
					{Name: "speed", Type: "int32", Range: []int64{1, 9}},
					{Name: "pipes", Type: "list<Pipe>"},
				}},
			{Name: "QueryPumpAction", Method: "GET", Path: "/pumps", Session: true, Query: true, Products: both, Result: "QueryPumpResult"},
		},
		Types: []*catalog.Type{
			{Name: "StartPumpResult", Kind: "class", Fields: []*catalog.Field{{Name: "inventory", Type: "Pump"}}},
			{Name: "QueryPumpResult", Kind: "class", Fields: []*catalog.Field{{Name: "inventories", Type: "list<Pump>"}}},
			{Name: "Pump", Kind: "class", ServerClasses: []string{"org.zstack.Pump"}, Fields: []*catalog.Field{{Name: "uuid", Type: "string"}}},
			{Name: "HandPump", Kind: "class", Extends: "Pump", Fields: []*catalog.Field{{Name: "uuid", Type: "string"}, {Name: "arm", Type: "string"}}},
			{Name: "Pipe", Kind: "class", Input: true, Fields: []*catalog.Field{{Name: "width", Type: "int32", Nullable: true}}},
			{Name: "PumpState", Kind: "enum", Values: []string{"on", "off"}},
		},
		Errors: []*catalog.ErrorCode{{Code: "SYS.1003", Prefix: "SYS", Name: "NOT_FOUND", Named: "reference"}},
	}
}

// A step is one kind of change: what is done to the old and the new edition of a
// tiny catalogue, and the lines that the report has for it.
type step struct {
	name   string
	before func(*catalog.Catalogue)
	after  func(*catalog.Catalogue)
	want   []string
}

func runSteps(t *testing.T, steps []step) {
	t.Helper()
	for _, tt := range steps {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before, after := tiny(), tiny()
			if tt.before != nil {
				tt.before(before)
			}
			if tt.after != nil {
				tt.after(after)
			}
			var lines []string
			for _, c := range reportOn(before, after).changes {
				lines = append(lines, c.line())
			}
			require.Equal(t, tt.want, lines)
		})
	}
}

func reportOn(before, after *catalog.Catalogue) *report {
	return compare(newEdition(before, plain{before}), newEdition(after, plain{after}))
}

func written(t *testing.T, r *report, onlyBreaking bool) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.write(&b, onlyBreaking))
	return b.String()
}

// start, query and so on are the rows of a tiny catalogue.
func start(c *catalog.Catalogue) *catalog.Action { return c.Actions[0] }
func query(c *catalog.Catalogue) *catalog.Action { return c.Actions[1] }
func speed(c *catalog.Catalogue) *catalog.Param  { return c.Actions[0].Params[1] }
func pipes(c *catalog.Catalogue) *catalog.Param  { return c.Actions[0].Params[2] }
func result(c *catalog.Catalogue) *catalog.Type  { return c.Types[0] }
func pump(c *catalog.Catalogue) *catalog.Type    { return c.Types[2] }
func hand(c *catalog.Catalogue) *catalog.Type    { return c.Types[3] }
func pipe(c *catalog.Catalogue) *catalog.Type    { return c.Types[4] }
func state(c *catalog.Catalogue) *catalog.Type   { return c.Types[5] }
func width(c *catalog.Catalogue) *catalog.Field  { return c.Types[4].Fields[0] }

// toSpeed, toPump and so on change such a row.
func toStart(f func(*catalog.Action)) func(*catalog.Catalogue) {
	return func(c *catalog.Catalogue) { f(start(c)) }
}
func toSpeed(f func(*catalog.Param)) func(*catalog.Catalogue) {
	return func(c *catalog.Catalogue) { f(speed(c)) }
}
func toWidth(f func(*catalog.Field)) func(*catalog.Catalogue) {
	return func(c *catalog.Catalogue) { f(width(c)) }
}
func toPump(f func(*catalog.Type)) func(*catalog.Catalogue) {
	return func(c *catalog.Catalogue) { f(pump(c)) }
}
func toCode(f func(*catalog.ErrorCode)) func(*catalog.Catalogue) {
	return func(c *catalog.Catalogue) { f(c.Errors[0]) }
}
