package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDiffKnowsGo sees to it that the command speaks of types and names as the
// generator writes them.
func TestDiffKnowsGo(t *testing.T) {
	t.Parallel()
	folder := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		}
		return dir
	}
	before := folder(map[string]string{
		"actions.json": `[{"name": "StartPumpAction", "result": "StartPumpResult", "params": [{"name": "mode", "type": "string", "required": true}]},
			{"name": "QueryPumpAction", "query": true, "result": "QueryPumpResult"}]`,
		"types.json": `[{"name": "StartPumpResult", "kind": "class", "fields": [{"name": "pumps", "type": "list<string>"}]},
			{"name": "QueryPumpResult", "kind": "class", "fields": [{"name": "inventories", "type": "list<Pump>"}]},
			{"name": "Pump", "kind": "class"}, {"name": "Tank", "kind": "class"},
			{"name": "PumpState", "kind": "enum", "values": ["on", "off-line"]}]`,
		"errors.json": `[{"code": "SYS.1", "prefix": "SYS", "name": "NOT_FOUND"}]`,
	})
	after := folder(map[string]string{
		"actions.json": `[{"name": "StartPumpAction", "result": "StartPumpResult", "params": [{"name": "mode", "type": "string"}]},
			{"name": "QueryPumpAction", "query": true, "result": "QueryPumpResult"}]`,
		"types.json": `[{"name": "StartPumpResult", "kind": "class", "fields": [{"name": "pumps", "type": "map<string,Pump>"}]},
			{"name": "QueryPumpResult", "kind": "class", "fields": [{"name": "inventories", "type": "list<Tank>"}]},
			{"name": "Pump", "kind": "class"}, {"name": "Tank", "kind": "class"},
			{"name": "PumpState", "kind": "enum", "values": ["on"]}]`,
		"errors.json": `[{"code": "SYS.1", "prefix": "SYS", "name": "IS_MISSING"}]`,
	})
	var out bytes.Buffer
	require.NoError(t, runDiff([]string{"-breaking", before, after}, &out))
	for _, want := range []string{
		"! ~ StartPumpAction.mode: type: string → *string (",
		"! ~ StartPumpResult.pumps: type: []string → map[string]types.Pump (",
		"! ~ QueryPumpAction: rows: types.Pump → types.Tank (",
		"! - PumpState: off-line (the constant PumpStateOff_line is gone)",
		"! ~ SYS.1: constant: SysNotFound → SysIsMissing (",
	} {
		require.Contains(t, out.String(), want)
	}
}
