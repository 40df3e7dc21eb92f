package catdiff

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// files are a small catalogue as it lies in a folder.
var files = map[string]string{
	"actions.json":   `[{"name": "StartPumpAction", "method": "PUT", "path": "/pumps", "result": "Pump", "params": [{"name": "uuid", "type": "string"}]}]`,
	"types.json":     `[{"name": "Pump", "kind": "class", "fields": [{"name": "uuid", "type": "string"}]}]`,
	"errors.json":    `[{"code": "SYS.1", "prefix": "SYS", "name": "BUSY"}]`,
	"behaviour.json": `{"actions": [{"action": "StartPumpAction", "longJob": true}], "resources": [{"resource": "PumpVO"}]}`,
}

// folder is a folder with those files, one of them replaced; an empty string removes it.
func folder(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	all := maps.Clone(files)
	if all[name] = text; text == "" {
		delete(all, name)
	}
	for name, text := range all {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func whole(t *testing.T) string { return folder(t, "errors.json", files["errors.json"]) }

func run(args ...string) (string, error) {
	var out bytes.Buffer
	err := Run(args, &out, plainly)
	return out.String(), err
}

func TestRun(t *testing.T) {
	t.Parallel()
	before, after := whole(t), folder(t, "types.json", `[{"name": "Pump", "kind": "class", "fields": [{"name": "name", "type": "string"}]}]`)
	out, err := run(before, after)
	require.NoError(t, err)
	require.Contains(t, out, "\nFields\n! - Pump.uuid (the field is gone)\n  + Pump.name: string\n")
	out, err = run("-breaking", before, after)
	require.NoError(t, err)
	require.Contains(t, out, "\nFields\n! - Pump.uuid (the field is gone)\n")
	require.NotContains(t, out, "Pump.name")
}

func TestRunOnTheSame(t *testing.T) {
	t.Parallel()
	dir := whole(t)
	out, err := run(dir, dir)
	require.NoError(t, err)
	require.Equal(t, emptyTable, out)
}

func TestRunWithoutBehaviour(t *testing.T) {
	t.Parallel()
	out, err := run(folder(t, "behaviour.json", ""), whole(t))
	require.NoError(t, err)
	require.Equal(t, emptyTable+"\nOnly the new catalogue has a behaviour.json, so behaviour is not compared.\n", out)
}

func TestRunHelp(t *testing.T) {
	t.Parallel()
	out, err := run("-h")
	require.NoError(t, err)
	require.Contains(t, out, "diff [-breaking] OLD NEW")
}

func TestRunRefusesArguments(t *testing.T) {
	t.Parallel()
	good := whole(t)
	lacking := filepath.Join(good, "lacking")
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no folder", nil, "two folders, not 0\n" + usage},
		{"three folders", []string{good, good, good}, "two folders, not 3\n" + usage},
		{"an unknown flag", []string{"-x", good, good}, "-x\n" + usage},
		{"an unknown old folder", []string{lacking, good}, filepath.Join(lacking, "actions.json")},
		{"an unknown new folder", []string{good, lacking}, filepath.Join(lacking, "actions.json")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, err := run(tt.args...)
			require.ErrorContains(t, err, tt.want)
			require.Empty(t, out)
		})
	}
}

func TestRunRefusesFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, text, want string }{
		{"lacking", "types.json", "", "no such file"},
		{"no JSON", "errors.json", "[{", "unexpected EOF"},
		{"other JSON", "behaviour.json", "[]", "cannot unmarshal array"},
		{"an unknown key", "types.json", `[{"name": "Pump", "speed": 1}]`, `unknown field "speed"`},
		{"an action twice", "actions.json", `[{"name": "StartPumpAction"}, {"name": "StartPumpAction"}]`, "StartPumpAction is there twice"},
		{"a parameter twice", "actions.json", `[{"name": "StartPumpAction", "params": [{"name": "a"}, {"name": "a"}]}]`, "StartPumpAction.a is there twice"},
		{"a key twice", "actions.json", `[{"name": "StartPumpAction", "params": [{"name": "a", "keys": [{"name": "k"}, {"name": "k"}]}]}]`, "StartPumpAction.a[k] is there twice"},
		{"a type twice", "types.json", `[{"name": "Pump"}, {"name": "Pump"}]`, "Pump is there twice"},
		{"a field twice", "types.json", `[{"name": "Pump", "fields": [{"name": "a"}, {"name": "a"}]}]`, "Pump.a is there twice"},
		{"an error code twice", "errors.json", `[{"code": "A.1"}, {"code": "A.1"}]`, "A.1 is there twice"},
		{"a resource twice", "behaviour.json", `{"resources": [{"resource": "PumpVO"}, {"resource": "PumpVO"}]}`, "PumpVO is there twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, tt.file, tt.text)
			out, err := run(whole(t), dir)
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, dir)
			require.ErrorContains(t, err, tt.file)
			require.Empty(t, out)
		})
	}
}

// TestRunTellsOfAFailedWrite uses a pipe that nobody reads.
func TestRunTellsOfAFailedWrite(t *testing.T) {
	t.Parallel()
	dir := whole(t)
	r, w := io.Pipe()
	require.NoError(t, r.Close())
	require.ErrorIs(t, Run([]string{dir, dir}, w, plainly), io.ErrClosedPipe)
}
