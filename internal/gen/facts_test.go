package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// factual is the tiny catalogue with a row for everything that is known of actions
// and types beside their names.
func factual() *catalog.Catalogue {
	c := tiny()
	start, query := c.Actions[0], c.Actions[1]
	start.Params = append(start.Params,
		&catalog.Param{Name: "resourceUuid", Type: "string"},
		&catalog.Param{Name: "on", Type: "bool", Required: true},
		&catalog.Param{Name: "level", Type: "int32", Required: true, Range: []int64{0, 9}},
		&catalog.Param{Name: "port", Type: "int32", Required: true, Range: []int64{1, 9}},
		&catalog.Param{Name: "size", Type: "int64", Required: true, ZeroIsUnset: true},
		&catalog.Param{Name: "hours", Type: "int32", Required: true, Default: json.RawMessage("1")},
		&catalog.Param{Name: "url", Type: "string", Sensitive: catalog.SecretInURI},
		&catalog.Param{Name: "tag", Type: "string", Sensitive: catalog.SecretInTag},
		&catalog.Param{Name: "title", Type: "string", ConstraintOn: map[string]catalog.Limits{"cloud": {Regex: "^a$"}}},
		&catalog.Param{Name: "taps", Type: "list<map<string,string>>", Keys: []*catalog.Key{
			{Name: "uuid", Required: true}, {Name: "weight", Range: []int64{0, 100}}, {Name: "name"}}},
		&catalog.Param{Name: "services", Type: "map<string,string>", Keys: []*catalog.Key{{Name: "*", KeyRefersTo: "PumpVO"}}},
		&catalog.Param{Name: "scope", Type: "string", ServerDefault: json.RawMessage(`"chain"`), KnownValues: []string{"single"}, RequiredBefore: "5.0.0"},
	)
	query.Path = "/pumps"
	query.Behaviour = &catalog.Behaviour{Reads: new(true)}
	start.Behaviour = &catalog.Behaviour{TimeoutSeconds: 60, Creates: &catalog.Creates{UUID: "resourceUuid", SettledBy: "QueryPumpAction"}}
	start.PollAfter, start.Complete = 250, "pin"
	start.NewerPath = &catalog.Variant{Release: "zsvirt-1.0.0", Method: "PUT", Path: "/new-pumps/{uuid}/actions", Body: "startPump", Async: true}
	pipe := c.Types[5]
	pipe.OneOf = &catalog.OneOf{Fields: []string{"name", "depth"}, Exactly: 1, Unless: "open"}
	pipe.Fields = append(pipe.Fields,
		&catalog.Field{Name: "open", Type: "bool"},
		&catalog.Field{Name: "kind", Type: "string", Required: true, Values: []string{"A", "B"}},
		&catalog.Field{Name: "bore", Type: "int64", Nullable: true, Range: []int64{1, 9}},
		&catalog.Field{Name: "address", Type: "string", Sensitive: catalog.SecretInURI},
	)
	tank := &catalog.Type{Name: "Tank", Kind: "class", ServerClasses: []string{"org.zstack.header.pump.Tank"}}
	bigTank := &catalog.Type{Name: "BigTank", Kind: "class", Extends: "Tank", ServerClasses: []string{"org.zstack.header.pump.BigTank"}}
	house := &catalog.Type{Name: "House", Kind: "class", ServerClasses: []string{"org.zstack.header.pump.House"}, Fields: []*catalog.Field{
		{Name: "pumps", Type: "list<FootPump>", TypeOn: map[string]string{"zsphere": "list<Tank>"}}}}
	c.Types = append(c.Types, tank, bigTank, house)
	return c
}

func TestFactsAreGenerated(t *testing.T) {
	t.Parallel()
	files, err := generate(factual(), plain{}, new(grouping))
	require.NoError(t, err)
	action, types := string(files["actions/pumps.go"]), string(files["types/pump.go"])+string(files["types/misc.go"])
	for _, line := range []string{
		"ResourceUUID: \"resourceUuid\", SettledBy: &queryPumpInfo,\n",
		" 60 * time.Second,\n",
		" 250 * time.Millisecond,\n",
		" \"pin\",\n",
		" &zstack.Variant{Method: \"PUT\", Path: \"/new-pumps/{uuid}/actions\", Body: \"startPump\", Async: true},\n",
		"\tSession: true, Query: true, Reads: true, Products:",
		"\tOn *bool `json:\"on\" zstack:\"required\"`",
		"\tLevel *int32 `json:\"level\" zstack:\"required,range=0:9\"`",
		"\tPort int32 `json:\"port\" zstack:\"required,range=1:9\"`",
		"\tSize int64 `json:\"size\" zstack:\"required\"`",
		"\tHours int32 `json:\"hours\" zstack:\"required\" default:\"1\"`",
		"\tURL *types.SecretURL `json:\"url,omitzero\"`",
		"\tTag *types.SystemTag `json:\"tag,omitzero\"`",
		"zstack:\"regexon=cloud\" regex:\"\\\\A(?:^a$)\\\\z\"`",
		"keys:\"uuid,required;weight,range=0:100\"`",
		"\tServices map[string]string `json:\"services,omitzero\"`",
		"\tScope *string `json:\"scope,omitzero\"`",
	} {
		require.Contains(t, action, line)
	}
	for _, line := range []string{
		"\tName *string `json:\"name,omitzero\" zstack:\"oneof\"`",
		"\tDepth *int64 `json:\"depth,omitzero\" zstack:\"oneof\"`",
		"\tOpen bool `json:\"open\" zstack:\"oneofunless\"`",
		"\tKind *string `json:\"kind,omitzero\" zstack:\"required\" values:\"A|B\"`",
		"\tBore *int64 `json:\"bore,omitzero\" zstack:\"range=1:9\"`",
		"\tAddress *SecretURL `json:\"address,omitzero\"`",
		"// Concrete returns v as the type that the server said it is: *BigTank or *Tank.",
		"\tcase \"org.zstack.header.pump.BigTank\":\n\t\tv.concrete = new(BigTank)\n\tcase \"org.zstack.header.pump.Tank\":\n\t\tv.concrete = new(Tank)\n",
	} {
		require.Contains(t, types, line)
	}
}

// TestFactsThatCannotBe has a row for each fact that the generator does not understand.
func TestFactsThatCannotBe(t *testing.T) {
	t.Parallel()
	start := func(c *catalog.Catalogue) *catalog.Action { return c.Actions[0] }
	for _, tt := range []struct {
		name  string
		spoil func(*catalog.Catalogue)
		want  string
	}{
		{"a UUID that no parameter sets", func(c *catalog.Catalogue) { start(c).Behaviour.Creates.UUID = "id" },
			"action StartPumpAction: no string parameter id sets the UUID of what it creates"},
		{"a query that reads nothing by UUID", func(c *catalog.Catalogue) { c.Actions[1].Path = "/pumps/{tankUuid}" },
			"action StartPumpAction: it is settled by QueryPumpAction, which reads nothing by its UUID"},
		{"a query that is not there", func(c *catalog.Catalogue) { start(c).Behaviour.Creates.SettledBy = "QueryTankAction" },
			"action StartPumpAction: it is settled by QueryTankAction, which reads nothing by its UUID"},
		{"settled without a UUID", func(c *catalog.Catalogue) { start(c).Behaviour.Creates.UUID = "" },
			"action StartPumpAction: it is settled by QueryPumpAction, but nothing sets the UUID"},
		{"a member that nothing reads", func(c *catalog.Catalogue) { start(c).Behaviour.Creates.SettledBy = "" },
			"action StartPumpAction: nothing reads the pin that its result may lack"},
		{"another release", func(c *catalog.Catalogue) { start(c).NewerPath.Release = "6.0.0" },
			`action StartPumpAction: what changes with the release "6.0.0" is not understood`},
		{"a newer path without its parameter", func(c *catalog.Catalogue) { start(c).NewerPath.Path = "/pumps/{pumpUuid}" },
			"action StartPumpAction: no parameter fills {pumpUuid} in the path /pumps/{pumpUuid}"},
		{"a range of fractions", func(c *catalog.Catalogue) {
			start(c).Params = append(start(c).Params, &catalog.Param{Name: "ratio", Type: "float64", Range: []int64{0, 1}})
		}, "action StartPumpAction, parameter ratio: got a float64, want an integer for a range"},
		{"a range of strings in a type", func(c *catalog.Catalogue) { c.Types[5].Fields[0].Range = []int64{0, 1} },
			"type Pipe, field name: got a string, want an integer for a range"},
		{"a constraint in a reply", func(c *catalog.Catalogue) { c.Types[2].Fields[0].Required = true },
			"type Pump, field uuid: it has constraints, but no request carries the type"},
		{"a constraint on every key", func(c *catalog.Catalogue) {
			start(c).Params = append(start(c).Params, &catalog.Param{Name: "all", Type: "map<string,string>", Keys: []*catalog.Key{{Name: "*", Required: true}}})
		}, "action StartPumpAction, parameter all: a constraint on every key is not understood"},
		{"another product's type that is none", func(c *catalog.Catalogue) {
			c.Types[len(c.Types)-1].Fields[0].TypeOn["zsphere"] = "list<Well>"
		}, "type House, field pumps: on zsphere it is a list<Well>, which is no class of the catalogue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := factual()
			tt.spoil(c)
			_, err := generate(c, plain{}, new(grouping))
			require.ErrorContains(t, err, tt.want)
		})
	}
}
