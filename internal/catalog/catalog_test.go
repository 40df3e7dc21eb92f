package catalog

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	c, err := Load()
	require.NoError(t, err)
	require.Equal(t, 2218, len(c.Actions))
	require.Equal(t, 3053+7, len(c.Types), "seven queries have a result of their own")
	require.Equal(t, 320, len(c.Errors))

	actions := make(map[string]*Action)
	for _, a := range c.Actions {
		require.NotContains(t, actions, a.Name)
		actions[a.Name] = a
	}
	types := make(map[string]*Type)
	for _, typ := range c.Types {
		require.NotContains(t, types, typ.Name)
		types[typ.Name] = typ
	}
	codes := make(map[string]bool)
	for _, e := range c.Errors {
		require.False(t, codes[e.Code], e.Code)
		codes[e.Code] = true
	}
	for _, a := range c.Actions {
		require.Contains(t, types, a.Result, a.Name)
	}

	recovered := actions["RecoverVmInstanceAction"]
	require.Equal(t, "PUT", recovered.Method)
	require.Equal(t, "/vm-instances/{uuid}/actions", recovered.Path)
	require.Equal(t, "recoverVmInstance", *recovered.Body)
	require.True(t, recovered.Async)
	require.Equal(t, "uuid", recovered.Params[0].Name)
	require.True(t, recovered.Params[0].Required)
}

func TestQueryActionsShareTheirParameters(t *testing.T) {
	t.Parallel()
	c, err := Load()
	require.NoError(t, err)
	var shared []*Param
	require.NoError(t, decode(queryJSON, &shared))
	seen := make(map[*Param]bool)
	for _, a := range c.Actions {
		if !a.Query {
			continue
		}
		require.Len(t, a.Params, len(shared), a.Name)
		for i, p := range a.Params {
			require.Equal(t, shared[i].Name, p.Name)
			require.False(t, seen[p], "an override of one query must not change another")
			seen[p] = true
		}
	}
	require.Equal(t, 379*len(shared), len(seen))
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	var rows []override
	require.NoError(t, decode(overridesJSON, &rows))
	require.NotEmpty(t, rows)
	for _, o := range rows {
		require.NotEmpty(t, o.Reason)
		require.NotEmpty(t, o.Set)
	}

	c, err := Load()
	require.NoError(t, err)
	for _, typ := range c.Types {
		if typ.Name == "ErrorCode" {
			require.True(t, typ.HandWritten)
		}
		if typ.Name == "SessionInventory" {
			require.Equal(t, Secret, typ.Fields[0].Sensitive)
		}
		if typ.Name == "ZQLQueryReturn" {
			require.Equal(t, "inventories", typ.Fields[0].Name)
			require.Equal(t, "list<any>", typ.Fields[0].Type)
		}
	}
}

func TestOverrideOfNothing(t *testing.T) {
	t.Parallel()
	c := &Catalogue{
		Actions: []*Action{{Name: "GetPumpAction", Params: []*Param{{Name: "uuid"}}}},
		Types:   []*Type{{Name: "Pump", Fields: []*Field{{Name: "pin"}}}},
	}
	for _, o := range []override{
		{Action: "GetTankAction", Param: "uuid"},
		{Action: "GetPumpAction", Param: "name"},
		{Action: "*", Param: "uuid", Query: true},
		{Action: "GetTankAction"},
		{Type: "Tank"},
		{Type: "*", Field: "name"},
	} {
		o.Set = json.RawMessage(`{"sensitive": true}`)
		n, err := c.apply(o)
		require.NoError(t, err)
		require.Zero(t, n)
	}
	n, err := c.apply(override{Type: "*", Field: "pin", Set: json.RawMessage(`{"sensitive": true}`)})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, Secret, c.Types[0].Fields[0].Sensitive)

	n, err = c.apply(override{Action: "GetPumpAction", Set: json.RawMessage(`{"pollAfter": 250}`)})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, 250, c.Actions[0].PollAfter)

	for _, o := range []override{{}, {Field: "uuid"}, {Action: "*", Field: "uuid"}, {Action: "*", Param: "uuid", Type: "Pump"}} {
		_, err := c.apply(o)
		require.ErrorContains(t, err, "neither")
	}
	_, err = c.apply(override{Type: "Pump", Set: json.RawMessage(`{"colour": "red"}`)})
	require.ErrorContains(t, err, "colour")
}

// TestUnknownKeys sees to it that a new release's new keys do not get lost.
func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, data string
		into       any
	}{
		{"action", `[{"name": "A", "speed": 1}]`, new([]*Action)},
		{"parameter", `[{"name": "A", "params": [{"name": "p", "speed": 1}]}]`, new([]*Action)},
		{"variant", `[{"name": "A", "zsphere": {"speed": 1}}]`, new([]*Action)},
		{"type", `[{"name": "A", "speed": 1}]`, new([]*Type)},
		{"field", `[{"name": "A", "fields": [{"name": "f", "speed": 1}]}]`, new([]*Type)},
		{"error", `[{"code": "A.1", "speed": 1}]`, new([]*ErrorCode)},
		{"override", `[{"type": "A", "speed": 1}]`, new([]override)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, decode([]byte(tt.data), tt.into), `unknown field "speed"`)
		})
	}
}

// TestOneRowALine sees to it that a new release is a readable difference.
func TestOneRowALine(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"actions": actionsJSON, "types": typesJSON, "errors": errorsJSON} {
		var rows []json.RawMessage
		require.NoError(t, json.Unmarshal(data, &rows), name)
		require.Equal(t, len(rows)+1, bytes.Count(bytes.TrimSpace(data), []byte("\n")), name)
	}
}

// What a deletion leaves behind that can be recovered is found by who looks for it.
func TestWhatCanBeRecoveredTellsThatItWasDeleted(t *testing.T) {
	t.Parallel()
	c, err := Load()
	require.NoError(t, err)
	types := make(map[string]*Type)
	for _, typ := range c.Types {
		types[typ.Name] = typ
	}
	n := 0
	for _, a := range c.Actions {
		if a.Behaviour == nil || a.Behaviour.Deletes == nil || !a.Behaviour.Deletes.Recoverable {
			continue
		}
		n++
		require.NotNil(t, types[a.Behaviour.Deletes.Inventory].Deleted, a.Name)
	}
	require.Equal(t, 5, n)
}
