package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// TestDescriptions describes the small catalogue, with a name for a field that a sentence
// has in Go.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	c := tiny()
	start := c.Actions[0]
	start.Behaviour = &catalog.Behaviour{
		Updates: &catalog.Changes{UUID: "uuid", Inventory: "Pump"},
		Params:  map[string]catalog.ParamMeaning{"uuid": {RefersTo: catalog.OneOrMore{"PumpVO"}, By: "name"}},
	}
	c.Resources = []*catalog.Resource{{Resource: "PumpVO", Inventory: "Pump"}, {Resource: "PumpEO", Inventory: "Pump"}}
	c.QueryFields = []*catalog.QueryFields{{
		Inventory: "Pump", Actions: []string{"QueryPumpAction"},
		Nested:        map[string]catalog.Nested{"pipe": {To: "Pipe"}, "valve": {To: "Valve", Names: []string{"size"}}, "ref": {To: "Pipe", Hidden: true}},
		Aliases:       map[string]string{"width": "ref.width"},
		OnlyInQueries: []string{"tankUuid"}, NotQueryable: []string{"state"},
	}}
	files, err := generate(c, plain{}, new(grouping))
	require.NoError(t, err)
	for file, want := range map[string][]string{
		"internal/apidata/actions.jsonl": {
			`{"name":"StartPumpAction","params":[{"name":"uuid","type":"string","description":"uuid.","required":true,"maxLength":32,"refersTo":["PumpVO"],"inferred":true},`,
			`{"name":"speed","type":"int32","description":"speed.","min":1,"max":9,"default":3},`,
			`"pattern":"^(?:^[a-z\\t-\\r ` + "`" + `]+$)$","secret":true},`,
			`,"nonEmpty":true,"noEmptyString":true,"products":["cloud"]}],"result":"StartPumpResult","updates":{"inventory":"Pump","param":"uuid"}}`,
			`"result":"QueryPumpResult","row":"Pump"}`,
		},
		"internal/apidata/types.jsonl": {
			`{"name":"FootPump","description":"FootPump.","extends":"HandPump","fields":[{"name":"uuid",`,
			`{"name":"PumpState","description":"PumpState.","values":["ON","off"]}`,
		},
		"internal/apidata/inventories.jsonl": {
			`{"name":"Pump","resource":"PumpVO","queries":["QueryPumpAction"],"fields":[{"name":"createDate","type":"timestamp","sortable":true},{"name":"tankUuid","sortable":true},{"name":"uuid","type":"string","sortable":true},` +
				`{"name":"pipe","inventory":"Pipe"},{"name":"valve","inventory":"Valve"},{"name":"width","path":"ref.width"}]}`,
			`{"name":"Valve","fields":[{"name":"size","sortable":true}]}`,
		},
	} {
		for _, text := range want {
			require.Contains(t, string(files[file]), text, file)
		}
		require.True(t, strings.HasSuffix(string(files[file]), "}\n"), file)
	}
}

func TestInWireNames(t *testing.T) {
	t.Parallel()
	a := &catalog.Action{Params: []*catalog.Param{{Name: "cpuNum"}, {Name: "uuid"}, {Name: "name"}, {Name: "start", GoName: "StartAt"}}}
	require.Equal(t, "cpuNum or start, and the UUID. Name it.", inWireNames("CPUNum or StartAt, and the UUID. Name it.", a))
}

func TestPortable(t *testing.T) {
	t.Parallel()
	translated, err := translateRegex(`[\u4e00-\u9fa5a-z\s]+`)
	require.NoError(t, err)
	require.Equal(t, "^(?:[\u4e00-\u9fa5a-z\\t-\\r ]+)$", portable(translated))
}
