package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestGenerate(t *testing.T) {
	t.Parallel()
	files, err := generate(tiny(), plain{}, new(grouping))
	require.NoError(t, err)
	require.Len(t, files, 14)

	action := string(files["actions/pumps.go"])
	for _, line := range []string{
		header,
		"type StartPumpAction struct {",
		"\tUUID string `json:\"uuid\" zstack:\"required,max=32\"`",
		"\tSpeed *int32 `json:\"speed,omitzero\" zstack:\"range=1:9,unit=turns\" default:\"3\"`",
		"\tMode *string `json:\"mode,omitzero\" zstack:\"requiredon=zsphere\" values:\"soft|hard\" default:\"soft\"`",
		"\tPipe *types.Pipe `json:\"pipe\" zstack:\"required\"`",
		"\tState types.PumpState `json:\"state\" zstack:\"required\"`",
		"\tLabel *types.Secret \"json:\\\"label,omitzero\\\" zstack:\\\"notrim\\\" regex:\\\"\\\\\\\\A(?:^[a-z\\\\\\\\t-\\\\\\\\r `]+$)\\\\\\\\z\\\"\"",
		"\tValves []string `json:\"valves,omitzero\" zstack:\"nonempty,nonulls,noempty,on=cloud\"`",
		"\tSessionID       types.Secret `json:\"sessionId,omitzero\" zstack:\"credential\"`",
		"var startPumpInfo = zstack.ActionInfo{",
		"\tMethod: \"PUT\", Path: \"/pumps/{uuid}/actions\", Body: \"startPump\",\n\tAsync: true, Session: true, Since: \"1.9.0\", Products: []zstack.Product{zstack.Cloud, zstack.ZSphere},",
		"\tZSphere: &zstack.Variant{Method: \"POST\", Path: \"/pumps/{uuid}\", Body: \"params\", Async: false},",
		"func (a StartPumpAction) Call(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (*StartPumpResult, error) {",
		"func (a StartPumpAction) Start(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) (*zstack.Job[StartPumpResult], error) {",
		"func (a QueryPumpAction) All(ctx context.Context, c *zstack.Client, opts ...zstack.CallOption) iter.Seq2[types.Pump, error] {",
		"\tCountOnly *bool `json:\"count,omitzero\"`",
		"type StartPumpResult struct {\n\t// Inventory\n\tInventory *types.Pump `json:\"inventory\"`\n}",
		"\tInventories []types.Pump `json:\"inventories\"`",
	} {
		require.Contains(t, action, line)
	}

	pump := string(files["types/pump.go"])
	for _, line := range []string{
		"\tCreateDate time.Time `json:\"createDate,omitzero\"`",
		"\tconcrete any\n",
		"// Concrete returns v as the subtype that the server said it is: *FootPump or *HandPump.",
		"\tcase \"org.zstack.header.pump.FootPump\":\n\t\tv.concrete = new(FootPump)\n\tcase \"org.zstack.header.pump.HandPump\":\n\t\tv.concrete = new(HandPump)\n",
		"type HandPump struct {\n\t// Pump has the fields that all its subtypes share.\n\tPump\n\t// Pin\n\tPin Secret `json:\"pin,omitzero\"`\n\n\tconcrete any\n}",
		"func (v *FootPump) Concrete() any { return v }",
		"func (v *FootPump) Subtype(string) any { return nil }",
	} {
		require.Contains(t, pump, line)
	}
	for _, src := range files {
		require.NotContains(t, string(src), ") Format(")
		require.NotContains(t, string(src), ") LogValue(")
	}
	require.NotContains(t, action, "func (a QueryPumpAction) Start(")

	misc := string(files["types/misc.go"])
	for _, line := range []string{
		"\tName *string `json:\"name,omitzero\"`",
		"\tWidth int32 `json:\"width\"`",
		"\tDepth *int64 `json:\"depth,omitzero\"`",
		"\tState *PumpState `json:\"state,omitzero\"`",
		"\tNotes map[string]any `json:\"notes,omitzero\"`",
		"\tPump *Pump `json:\"pump,omitzero\"`",
		"\tPumpStateON PumpState = \"ON\"",
		"\tPumpStateOff PumpState = \"off\"",
	} {
		require.Contains(t, misc, line)
	}
	require.Contains(t, string(files["types/codes.go"]), "\tSysResourceNotFound Code = \"SYS.1003\"")
	require.Contains(t, string(files["actions/registry/table.go"]), `{"QueryPumpAction", "pumps", "QueryPumpAction.", func() zstack.Action { return new(actions.QueryPumpAction) }, func() any { return new(actions.QueryPumpResult) }},`)
}

func TestGenerateTwiceGivesTheSame(t *testing.T) {
	t.Parallel()
	first, err := generate(tiny(), plain{}, new(grouping))
	require.NoError(t, err)
	second, err := generate(tiny(), plain{}, new(grouping))
	require.NoError(t, err)
	require.Equal(t, first, second)
}

// TestGenerateFails has one row for everything that the generator must not
// swallow: what is done to the tiny catalogue, and what the message says.
func TestGenerateFails(t *testing.T) {
	t.Parallel()
	start := func(c *catalog.Catalogue) *catalog.Action { return c.Actions[0] }
	query := func(c *catalog.Catalogue) *catalog.Action { return c.Actions[1] }
	named := func(c *catalog.Catalogue, name string) *catalog.Type {
		for _, typ := range c.Types {
			if typ.Name == name {
				return typ
			}
		}
		return nil
	}
	addParam := func(a *catalog.Action, name string) *catalog.Param {
		p := &catalog.Param{Name: name, Type: "string"}
		a.Params = append(a.Params, p)
		return p
	}
	addField := func(typ *catalog.Type, name, fieldType string) *catalog.Field {
		f := &catalog.Field{Name: name, Type: fieldType}
		typ.Fields = append(typ.Fields, f)
		return f
	}
	for _, tt := range []struct {
		name  string
		spoil func(*catalog.Catalogue)
		want  string
	}{
		{"unknown type of a parameter", func(c *catalog.Catalogue) { addParam(start(c), "x").Type = "list<Hose>" },
			"action StartPumpAction, parameter x: the type Hose is not in the catalogue"},
		{"unknown type of a field", func(c *catalog.Catalogue) { addField(named(c, "Pump"), "x", "map<string,Hose>") },
			"type Pump, field x: the type Hose is not in the catalogue"},
		{"unreadable type", func(c *catalog.Catalogue) { addParam(start(c), "x").Type = "list<string" },
			`action StartPumpAction, parameter x: cannot read the type "list<string"`},
		{"map without string keys", func(c *catalog.Catalogue) { addField(named(c, "Pump"), "x", "map<int32,string>") },
			`type Pump, field x: the map "map<int32,string>" has keys that are not strings`},
		{"result as a field", func(c *catalog.Catalogue) { addField(named(c, "Pump"), "x", "StartPumpResult") },
			"type Pump, field x: the type StartPumpResult is what StartPumpAction returns"},
		{"unknown kind", func(c *catalog.Catalogue) { named(c, "Pipe").Kind = "union" },
			`type Pipe is of the unknown kind "union"`},
		{"enumeration without values", func(c *catalog.Catalogue) { named(c, "PumpState").Values = nil },
			"type PumpState is an enumeration without values"},
		{"action twice", func(c *catalog.Catalogue) { c.Actions = append(c.Actions, start(c)) },
			"action StartPumpAction is in the catalogue twice"},
		{"type twice", func(c *catalog.Catalogue) { c.Types = append(c.Types, named(c, "Pump")) },
			"type Pump is in the catalogue twice"},
		{"error code twice", func(c *catalog.Catalogue) { c.Errors = append(c.Errors, c.Errors[0]) },
			"error code SYS.1003 is in the catalogue twice"},
		{"unknown result", func(c *catalog.Catalogue) { start(c).Result = "PumpStarted" },
			`action StartPumpAction returns "PumpStarted", which is not in the catalogue`},
		{"enumeration as a result", func(c *catalog.Catalogue) { start(c).Result = "PumpState" },
			"action StartPumpAction returns PumpState, which is no class"},
		{"query that lists nothing", func(c *catalog.Catalogue) { named(c, "QueryPumpResult").Fields[0].Name = "rows" },
			"action QueryPumpAction is a query, but its result QueryPumpResult has no list of a class named inventories"},
		{"two wire names, one Go name, in an action", func(c *catalog.Catalogue) { addParam(start(c), "Uuid") },
			"action StartPumpAction: parameter Uuid and parameter uuid are both called UUID in Go"},
		{"parameter twice", func(c *catalog.Catalogue) { addParam(start(c), "uuid") },
			"action StartPumpAction, parameter uuid: the name is taken by another parameter or a credential"},
		{"parameter called like a credential in Go", func(c *catalog.Catalogue) { addParam(start(c), "SessionID") },
			"action StartPumpAction: parameter SessionID and a credential are both called SessionID in Go"},
		{"parameter called like a credential on the wire", func(c *catalog.Catalogue) { addParam(start(c), "requestIp") },
			"action StartPumpAction, parameter requestIp: the name is taken by another parameter or a credential"},
		{"two wire names, one Go name, in a type", func(c *catalog.Catalogue) { addField(named(c, "Pipe"), "Name", "string") },
			"type Pipe: field Name and field name are both called Name in Go"},
		{"field twice", func(c *catalog.Catalogue) { addField(named(c, "Pipe"), "name", "string") },
			"type Pipe, field name: the field is there twice"},
		{"field called like one of the parent's", func(c *catalog.Catalogue) { addField(named(c, "FootPump"), "State", "string") },
			"type FootPump: field State and the parent's field state are both called State in Go"},
		{"field called like the parent", func(c *catalog.Catalogue) { addField(named(c, "FootPump"), "handPump", "string") },
			"type FootPump: field handPump and the embedded parent are both called HandPump in Go"},
		{"field repeated with another type", func(c *catalog.Catalogue) { addField(named(c, "FootPump"), "uuid", "int32") },
			"type FootPump, field uuid: it is a int32 here and a string in the parent"},
		{"parameter called like a method", func(c *catalog.Catalogue) { addParam(start(c), "call") },
			"action StartPumpAction: parameter call and a generated method are both called Call in Go"},
		{"parameter called like a method by its override", func(c *catalog.Catalogue) { addParam(start(c), "run").GoName = "Start" },
			"action StartPumpAction: parameter run and a method of actions that the server runs as jobs are both called Start in Go"},
		{"parameter called like a query's method", func(c *catalog.Catalogue) { addParam(query(c), "pages") },
			"action QueryPumpAction: parameter pages and a method of query actions are both called Pages in Go"},
		{"number that is secret", func(c *catalog.Catalogue) {
			named(c, "HandPump").Fields = append(named(c, "HandPump").Fields, &catalog.Field{Name: "code", Type: "int32", Sensitive: catalog.Secret})
		},
			"type HandPump, field code: a int32 cannot hide itself; only strings can"},
		{"field called like a subtype method", func(c *catalog.Catalogue) { addField(named(c, "Pump"), "concrete", "string") },
			"type Pump: field concrete and a generated method are both called Concrete in Go"},
		{"name that is none in Go", func(c *catalog.Catalogue) { addParam(start(c), "1st") },
			`action StartPumpAction: parameter 1st would be called "1st", which is no name in Go`},
		{"result called like an action", func(c *catalog.Catalogue) {
			named(c, "StartPumpResult").Name = "QueryPumpAction"
			start(c).Result = "QueryPumpAction"
		}, "package actions: result QueryPumpAction and action QueryPumpAction are both called QueryPumpAction in Go"},
		{"two descriptions with one name", func(c *catalog.Catalogue) {
			a := *start(c)
			a.Name = "startPumpAction"
			c.Actions = append(c.Actions, &a)
		}, "package actions: the description of startPumpAction and the description of StartPumpAction are both called startPumpInfo in Go"},
		{"type called like a value", func(c *catalog.Catalogue) { named(c, "Pipe").Name = "PumpStateON" },
			"are both called PumpStateON in Go"},
		{"two values with one name", func(c *catalog.Catalogue) { named(c, "PumpState").Values = []string{"a-b", "a_b"} },
			"package types: value a_b of PumpState and value a-b of PumpState are both called PumpStateA_b in Go"},
		{"type called like an error code", func(c *catalog.Catalogue) { named(c, "Pipe").Name = "SysResourceNotFound" },
			"package types: error code SYS.1003 and type SysResourceNotFound are both called SysResourceNotFound in Go"},
		{"type called like the type of codes", func(c *catalog.Catalogue) { named(c, "Pipe").Name = "Code" },
			"package types: type Code and the hand-written type of error codes are both called Code in Go"},
		{"placeholder without a parameter", func(c *catalog.Catalogue) { start(c).Path = "/pumps/{pumpUuid}" },
			"action StartPumpAction: no parameter fills {pumpUuid} in the path /pumps/{pumpUuid}"},
		{"placeholder without a parameter on ZSphere", func(c *catalog.Catalogue) { start(c).ZSphere.Path = "/pumps/{pumpUuid}" },
			"action StartPumpAction: no parameter fills {pumpUuid} in the path /pumps/{pumpUuid}"},
		{"path without a slash", func(c *catalog.Catalogue) { start(c).Path = "pumps/{uuid}" },
			`action StartPumpAction: the path "pumps/{uuid}" does not start with a slash`},
		{"unknown method", func(c *catalog.Catalogue) { start(c).Method = "PATCH" },
			`action StartPumpAction: the method "PATCH" is unknown`},
		{"unknown product", func(c *catalog.Catalogue) { start(c).Products = []string{"edge"} },
			`action StartPumpAction: the product "edge" is unknown`},
		{"unknown product of a parameter", func(c *catalog.Catalogue) { addParam(start(c), "x").Products = []string{"edge"} },
			`action StartPumpAction, parameter x: the product "edge" is unknown`},
		{"no product", func(c *catalog.Catalogue) { start(c).Products = nil },
			"action StartPumpAction: no product has it"},
		{"too many parameters", func(c *catalog.Catalogue) {
			for i := range 129 - len(start(c).Params) {
				addParam(start(c), fmt.Sprintf("p%d", i))
			}
		}, "action StartPumpAction has 129 parameters; zstack.Given holds 128"},
		{"unusable regular expression", func(c *catalog.Catalogue) { addParam(start(c), "x").Regex = "(?!a)b" },
			`action StartPumpAction, parameter x: cannot use the regular expression "(?!a)b"`},
		{"separator in a value", func(c *catalog.Catalogue) { addParam(start(c), "x").Values = []string{"a|b"} },
			`action StartPumpAction, parameter x: the allowed value "a|b" holds the sign that separates values`},
		{"default that is a list", func(c *catalog.Catalogue) { addParam(start(c), "x").Default = json.RawMessage("[1]") },
			"action StartPumpAction, parameter x: the default [1] is neither a string nor a number nor a bool"},
		{"range with one end", func(c *catalog.Catalogue) { addParam(start(c), "x").Range = []int64{1} },
			"action StartPumpAction, parameter x: the range [1] has not two ends"},
		{"unknown parent", func(c *catalog.Catalogue) { named(c, "HandPump").Extends = "Machine" },
			"type HandPump extends Machine, which is not in the catalogue"},
		{"cyclic parents", func(c *catalog.Catalogue) { named(c, "Pump").Extends = "FootPump" },
			"type Pump extends itself, by way of FootPump"},
		{"enumeration as a parent", func(c *catalog.Catalogue) { named(c, "HandPump").Extends = "PumpState" },
			"type HandPump extends PumpState, but only a class can extend a class"},
		{"result with a parent", func(c *catalog.Catalogue) { named(c, "StartPumpResult").Extends = "Pump" },
			"type StartPumpResult extends Pump, but an action's result stands alone"},
		{"subtype without a class", func(c *catalog.Catalogue) { named(c, "FootPump").ServerClasses = nil },
			"type FootPump can stand where HandPump does, but no server class tells it from others"},
		{"two subtypes with one class", func(c *catalog.Catalogue) {
			named(c, "FootPump").ServerClasses = named(c, "HandPump").ServerClasses
		}, "type Pump: the server class org.zstack.header.pump.HandPump is both HandPump and FootPump"},
		{"file that Go leaves out", func(c *catalog.Catalogue) { start(c).Path = "/pumps-windows/{uuid}" },
			"file actions/pumps_windows.go: Go would leave it out"},
		{"data type in the error codes' file", func(c *catalog.Catalogue) {
			named(c, "Pipe").ServerClasses = []string{"org.zstack.codes.Pipe"}
		}, "file types/codes.go is for the error codes"},
		{"data type in the classes' file", func(c *catalog.Catalogue) {
			named(c, "Pipe").ServerClasses = []string{"org.zstack.classes.Pipe"}
		}, "file types/classes.go is for the server's classes"},
		{"two types with one class", func(c *catalog.Catalogue) {
			named(c, "Pipe").ServerClasses = named(c, "Pump").ServerClasses
		}, "the server class org.zstack.header.pump.Pump is both Pump and Pipe"},
		{"type called like the function of classes", func(c *catalog.Catalogue) { named(c, "Pipe").Name = "New" },
			"package types: type New and the function that knows the server's classes are both called New in Go"},
		{"field called like the method for any", func(c *catalog.Catalogue) {
			addField(named(c, "Pipe"), "content", "any")
			addField(named(c, "Pipe"), "named", "string")
		}, "type Pipe: field named and a generated method are both called Named in Go"},
		{"field of a result called like the method for any", func(c *catalog.Catalogue) {
			addField(named(c, "StartPumpResult"), "content", "list<any>")
			addField(named(c, "StartPumpResult"), "named", "string")
		}, "type StartPumpResult: field named and a generated method are both called Named in Go"},
		{"free JSON that is none", func(c *catalog.Catalogue) { named(c, "Pipe").Fields[0].Free = true },
			"type Pipe, field name: an override says that its any is free JSON, but it is a string"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := tiny()
			tt.spoil(c)
			files, err := generate(c, plain{}, new(grouping))
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, files)
		})
	}
}

func TestGenerateReportsEveryProblem(t *testing.T) {
	t.Parallel()
	c := tiny()
	c.Actions[0].Method = "PATCH"
	c.Actions[1].Products = nil
	c.Types[5].Fields[0].Type = "Hose"
	_, err := generate(c, plain{}, new(grouping))
	require.ErrorContains(t, err, "StartPumpAction")
	require.ErrorContains(t, err, "QueryPumpAction")
	require.ErrorContains(t, err, "Hose")
}

func TestHandWrittenTypeKeepsItsSubtypeMethods(t *testing.T) {
	t.Parallel()
	c := tiny()
	c.Types[2].HandWritten = true
	files, err := generate(c, plain{}, new(grouping))
	require.NoError(t, err)
	src := string(files["types/pump.go"])
	require.NotContains(t, src, "type Pump struct")
	require.Contains(t, src, "func (v *Pump) Subtype(class string) any {")
}

func TestExcluded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a_test.go", "a_windows.go", "a_linux.go", "a_386.go", "a_arm64.go", "a_linux_amd64.go", "a_wasip1.go", "a_zos.go", "_a.go", ".a.go"} {
		require.True(t, excluded(name), name)
	}
	for _, name := range []string{"vm.go", "windows.go", "a_windowses.go", "a_unix.go", "tests.go"} {
		require.False(t, excluded(name), name)
	}
}
