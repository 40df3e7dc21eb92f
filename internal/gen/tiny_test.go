package main

import (
	"encoding/json"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// plain is a commenter for tests: every comment is the name of what it is about.
type plain struct{}

func (plain) Action(a *catalog.Action) string                                 { return a.Name }
func (plain) Param(_ *catalog.Action, _ *catalog.Param, goName string) string { return goName }
func (plain) Type(t *catalog.Type) string                                     { return t.Name }
func (plain) Field(_ *catalog.Type, _ *catalog.Field, goName string) string   { return goName }
func (plain) Result(t *catalog.Type, _ []*catalog.Action) string              { return t.Name }
func (plain) EnumValue(_ *catalog.Type, _, goName string) string              { return goName }
func (plain) ErrorCode(_ *catalog.ErrorCode, goName string) string            { return goName }
func (plain) Summary(a *catalog.Action) string                                { return a.Name + "." }
func (plain) Meaning(_ *catalog.Action, p *catalog.Param) string              { return p.Name + "." }
func (plain) TypeMeaning(t *catalog.Type) string                              { return t.Name + "." }
func (plain) FieldMeaning(_ *catalog.Type, f *catalog.Field) string           { return f.Name + "." }

// tiny is a small catalogue without a flaw: one call, one query, a family of data
// types, an enumeration and an error code.
func tiny() *catalog.Catalogue {
	both := []string{"cloud", "zsphere"}
	return &catalog.Catalogue{
		Actions: []*catalog.Action{
			{
				Name: "StartPumpAction", Method: "PUT", Path: "/pumps/{uuid}/actions", Body: new("startPump"), Async: true, Session: true,
				Since: "1.9.0", Products: both, Result: "StartPumpResult",
				Params: []*catalog.Param{
					{Name: "uuid", Type: "string", Required: true, MaxLength: 32},
					{Name: "speed", Type: "int32", Nullable: true, Range: []int64{1, 9}, RangeUnit: []string{"turn", "turns"}, Default: json.RawMessage("3")},
					{Name: "mode", Type: "string", Values: []string{"soft", "hard"}, Default: json.RawMessage(`"soft"`), RequiredOn: []string{"zsphere"}},
					{Name: "pipe", Type: "Pipe", Required: true},
					{Name: "state", Type: "PumpState", Required: true},
					{Name: "label", Type: "string", Regex: `^[a-z\s` + "`" + `]+$`, NoTrim: true, Sensitive: catalog.Secret},
					{Name: "valves", Type: "list<string>", NonEmpty: true, NoNullElements: true, NoEmptyString: true, Products: []string{"cloud"}},
				},
				ZSphere: &catalog.Variant{Method: "POST", Path: "/pumps/{uuid}", Body: "params"},
			},
			{
				Name: "QueryPumpAction", Method: "GET", Path: "/pumps/{tankUuid}", Session: true, Query: true, Products: both, Result: "QueryPumpResult",
				Params: []*catalog.Param{{Name: "conditions", Type: "list<string>", Required: true}, {Name: "count", Type: "bool", GoName: "CountOnly"}},
			},
		},
		Types: []*catalog.Type{
			{Name: "StartPumpResult", Kind: "class", Fields: []*catalog.Field{{Name: "inventory", Type: "Pump", Nullable: true}}},
			{Name: "QueryPumpResult", Kind: "class", Fields: []*catalog.Field{{Name: "inventories", Type: "list<Pump>"}, {Name: "total", Type: "int64"}}},
			{Name: "Pump", Kind: "class", ServerClasses: []string{"org.zstack.header.pump.Pump"}, Fields: []*catalog.Field{
				{Name: "uuid", Type: "string"}, {Name: "state", Type: "PumpState"}, {Name: "createDate", Type: "timestamp", Nullable: true}}},
			{Name: "HandPump", Kind: "class", Extends: "Pump", ServerClasses: []string{"org.zstack.header.pump.HandPump"}, Fields: []*catalog.Field{
				{Name: "uuid", Type: "string"}, {Name: "pin", Type: "string", Sensitive: catalog.Secret}}},
			{Name: "FootPump", Kind: "class", Extends: "HandPump", ServerClasses: []string{"org.zstack.header.pump.FootPump"}},
			{Name: "Pipe", Kind: "class", Input: true, Fields: []*catalog.Field{
				{Name: "name", Type: "string"}, {Name: "width", Type: "int32"}, {Name: "depth", Type: "int64", Nullable: true},
				{Name: "state", Type: "PumpState"}, {Name: "notes", Type: "map<string,any>"}, {Name: "pump", Type: "Pump"}}},
			{Name: "PumpState", Kind: "enum", Values: []string{"ON", "off"}},
		},
		Errors: []*catalog.ErrorCode{{Code: "SYS.1003", Prefix: "SYS", Name: "RESOURCE_NOT_FOUND", Named: "reference"}},
	}
}
