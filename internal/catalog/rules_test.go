package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDoubtfulFieldsAreAny(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		field Field
		want  string
	}{
		{"sure", Field{Type: "list<Pump>"}, "list<Pump>"},
		{"a guess", Field{Type: "list<Pump>", TypeConfidence: "guess"}, "any"},
		{"unknown", Field{Type: "list<any>", TypeConfidence: "unknown"}, "any"},
		{"another class elsewhere", Field{Type: "list<Pump>", TypeOn: map[string]string{"zsphere": "list<Tank>"}}, "list<Pump>"},
		{"another enumeration elsewhere", Field{Type: "Mode", TypeOn: map[string]string{"zsphere": "Speed"}}, "Mode"},
		{"strings elsewhere", Field{Type: "list<Pump>", TypeOn: map[string]string{"zsphere": "list<string>"}}, "list<any>"},
		{"strings in a map elsewhere", Field{Type: "map<string,Pump>", TypeOn: map[string]string{"zsphere": "map<string,string>"}}, "map<string,any>"},
		{"one elsewhere", Field{Type: "list<Pump>", TypeOn: map[string]string{"zsphere": "Pump"}}, "any"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := &Catalogue{Types: []*Type{
				{Name: "House", Kind: "class", Fields: []*Field{&tt.field}},
				{Name: "Pump", Kind: "class"}, {Name: "Tank", Kind: "class"}, {Name: "Mode", Kind: "enum"}, {Name: "Speed", Kind: "enum"},
			}}
			c.doubt()
			require.Equal(t, tt.want, tt.field.Type)
		})
	}
}

func TestRowsOfASubtypeGiveAResultOfTheirOwn(t *testing.T) {
	t.Parallel()
	catalogue := func() *Catalogue {
		return &Catalogue{
			Actions: []*Action{
				{Name: "QueryPumpAction", Result: "QueryPumpResult"},
				{Name: "QueryHandPumpAction", Result: "QueryPumpResult", Row: "HandPump", Since: "5.0.0", Products: []string{"cloud"}},
			},
			Types: []*Type{
				{Name: "QueryPumpResult", Kind: "class", Fields: []*Field{{Name: "inventories", Type: "list<Pump>"}, {Name: "total", Type: "int64"}}},
				{Name: "Pump", Kind: "class"}, {Name: "HandPump", Kind: "class", Extends: "Pump"},
			},
		}
	}
	c := catalogue()
	require.NoError(t, c.divideResults())
	require.Equal(t, "QueryPumpResult", c.Actions[0].Result)
	require.Equal(t, "list<Pump>", c.Types[0].Fields[0].Type)
	require.Equal(t, "QueryHandPumpResult", c.Actions[1].Result)
	require.Equal(t, &Type{Name: "QueryHandPumpResult", Kind: "class", Since: "5.0.0", Products: []string{"cloud"}, Fields: []*Field{
		{Name: "inventories", Type: "list<HandPump>"}, {Name: "total", Type: "int64"}}}, c.Types[3])

	for want, spoil := range map[string]func(*Catalogue){
		`returns "QueryTankResult", which is not`:     func(c *Catalogue) { c.Actions[1].Result = "QueryTankResult" },
		`rows of the type "FootPump", which is not`:   func(c *Catalogue) { c.Actions[1].Row = "FootPump" },
		"returns QueryPumpResult and not its own Que": func(c *Catalogue) { c.Types[1].Name = "QueryHandPumpResult" },
	} {
		c := catalogue()
		spoil(c)
		require.ErrorContains(t, c.divideResults(), want)
	}
}

func TestBehaviourBelongsToAnAction(t *testing.T) {
	t.Parallel()
	const actions = `[{"name": "GetPumpAction"}]`
	read := func(rows string) (*Catalogue, error) {
		return Read(Files{"actions.json": []byte(actions), "behaviour.json": []byte(`{"actions": [` + rows + `], "resources": [{"resource": "PumpVO", "inventory": "Pump"}]}`)})
	}
	c, err := read(`{"action": "GetPumpAction", "reads": true, "params": {"uuid": {"refersTo": "PumpVO"}, "any": {"refersTo": ["PumpVO", "TankVO"], "by": "name"}}}`)
	require.NoError(t, err)
	b := c.Actions[0].Behaviour
	require.True(t, *b.Reads)
	require.Equal(t, map[string]ParamMeaning{"uuid": {RefersTo: OneOrMore{"PumpVO"}}, "any": {RefersTo: OneOrMore{"PumpVO", "TankVO"}, By: "name"}}, b.Params)
	require.Equal(t, []*Resource{{Resource: "PumpVO", Inventory: "Pump"}}, c.Resources)

	_, err = read(`{"action": "GetTankAction"}`)
	require.ErrorContains(t, err, "there is no action GetTankAction")
	_, err = read(`{"action": "GetPumpAction"}, {"action": "GetPumpAction"}`)
	require.ErrorContains(t, err, "action GetPumpAction is there twice")
	_, err = read(`{"action": "GetPumpAction", "speed": 1}`)
	require.ErrorContains(t, err, `unknown field "speed"`)
	_, err = Read(Files{"types.json": []byte("[] []")})
	require.ErrorContains(t, err, "types.json: there is more than one JSON value")
}

func TestSensitivity(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]Sensitivity{"true": Secret, "false": Public, `"uri"`: SecretInURI, `"tag"`: SecretInTag} {
		f := new(Field)
		require.NoError(t, decode([]byte(`{"sensitive": `+data+`}`), f))
		require.Equal(t, want, f.Sensitive)
	}
	require.ErrorContains(t, decode([]byte(`{"sensitive": "half"}`), new(Field)), `the sensitivity "half" is unknown`)
}

func TestAnOverrideTakesADefaultAway(t *testing.T) {
	t.Parallel()
	c := &Catalogue{Actions: []*Action{{Name: "SetPumpAction", Params: []*Param{{Name: "on", Default: []byte("false")}}}}}
	_, err := c.apply(override{Action: "SetPumpAction", Param: "on", Set: []byte(`{"default": null}`)})
	require.NoError(t, err)
	require.Nil(t, c.Actions[0].Params[0].Default)
}
