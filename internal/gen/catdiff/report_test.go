package catdiff

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

const emptyTable = `                added  removed  changed   breaking
Actions             0        0        0          0
Parameters          0        0        0          0
Types               0        0        0          0
Fields              0        0        0          0
Values              0        0        0          0
Error codes         0        0        0          0
Behaviour           0        0        0          0
Total               0        0        0          0
`

// mixed is what a tiny catalogue becomes when a little of everything changes.
func mixed() *catalog.Catalogue {
	c := tiny()
	start(c).Since = "5.0.0"
	start(c).Async = true
	start(c).Params = append(start(c).Params, &catalog.Param{Name: "label", Type: "string"})
	speed(c).Range = []int64{1, 5}
	speed(c).MaxLength = 4
	pipes(c).Sensitive = catalog.Secret
	c.Actions = append(c.Actions, &catalog.Action{Name: "AddPumpAction", Method: "POST", Path: "/pumps", Result: "StartPumpResult"})
	hand(c).Fields = hand(c).Fields[:1]
	pump(c).Fields = append(pump(c).Fields, &catalog.Field{Name: "name", Type: "string"})
	state(c).Values = []string{"on", "idle"}
	c.Errors[0].Name = "MISSING"
	return c
}

func TestReport(t *testing.T) {
	t.Parallel()
	r := reportOn(tiny(), mixed())
	const table = `                added  removed  changed   breaking
Actions             1        0        2          1
Parameters          1        0        3          2
Types               0        0        0          0
Fields              1        1        0          1
Values              1        1        0          1
Error codes         0        0        2          1
Behaviour           0        0        0          0
Total               4        2        7          6
`
	require.Equal(t, table+`
! breaks callers, - removed, + added, ~ changed

Actions
! ~ StartPumpAction: async: no → yes (compiles, but Start no longer waits for the end)
  + AddPumpAction: POST /pumps
  ~ StartPumpAction: since: none → 5.0.0 (information)

Parameters
! ~ StartPumpAction.speed: maxLength: none → 4 (refuses what was accepted)
! ~ StartPumpAction.speed: range: 1 to 9 → 1 to 5 (refuses what was accepted)
  + StartPumpAction.label: *string
  ~ StartPumpAction.pipes: sensitive: none → true (prints differ)

Fields
! - HandPump.arm (the field is gone)
  + Pump.name: string

Values
! - PumpState: off (the constant PumpStateOFF is gone)
  + PumpState: idle

Error codes
! ~ SYS.1003: constant: SYS_NOT_FOUND → SYS_MISSING (the constant SYS_NOT_FOUND is gone)
  ~ SYS.1003: name: NOT_FOUND → MISSING (information)
`, written(t, r, false))
	require.Equal(t, table+`
! breaks callers, - removed, + added, ~ changed

Actions
! ~ StartPumpAction: async: no → yes (compiles, but Start no longer waits for the end)

Parameters
! ~ StartPumpAction.speed: maxLength: none → 4 (refuses what was accepted)
! ~ StartPumpAction.speed: range: 1 to 9 → 1 to 5 (refuses what was accepted)

Fields
! - HandPump.arm (the field is gone)

Values
! - PumpState: off (the constant PumpStateOFF is gone)

Error codes
! ~ SYS.1003: constant: SYS_NOT_FOUND → SYS_MISSING (the constant SYS_NOT_FOUND is gone)
`, written(t, r, true))
}

func TestReportOfTheSame(t *testing.T) {
	t.Parallel()
	require.Equal(t, emptyTable, written(t, reportOn(mixed(), mixed()), false))
}

func TestReportWithoutBreaks(t *testing.T) {
	t.Parallel()
	after := tiny()
	start(after).Since = "5.0.0"
	require.NotContains(t, written(t, reportOn(tiny(), after), true), "!")
}

func TestReportWhateverTheOrder(t *testing.T) {
	t.Parallel()
	before, after := tiny(), mixed()
	want := written(t, reportOn(before, after), false)
	for _, c := range []*catalog.Catalogue{before, after} {
		slices.Reverse(c.Actions)
		slices.Reverse(c.Types)
		slices.Reverse(c.Errors)
		for _, a := range c.Actions {
			slices.Reverse(a.Params)
		}
		for _, typ := range c.Types {
			slices.Reverse(typ.Fields)
			slices.Reverse(typ.Values)
		}
	}
	require.Equal(t, want, written(t, reportOn(before, after), false))
}

func TestArrow(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 100)
	head := "…" + strings.Repeat("é", lead)
	for _, tt := range []struct{ name, was, is, want string }{
		{"short", "a", "b", "a → b"},
		{"as long as may be", long[:2*maxRunes], "b", long[:2*maxRunes] + " → b"},
		{"too long", long, "b", long[:2*maxRunes] + "… → b"},
		{"a late difference", long + "a", long + "b", head + "a → " + head + "b"},
		{"a late difference, and more", long + "a" + long, long, head + "a" + long[:2*(maxRunes-lead-1)] + "… → " + head},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, arrow(tt.was, tt.is))
		})
	}
}
