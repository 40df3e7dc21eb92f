package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// tinyModule writes a module with a package zstack of three files and a room.
func tinyModule(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"go.mod":                "module github.com/zstack-go/zstack-go\n\ngo 1.26\n",
		"zstack/call.go":        "package zstack\n\n// Call calls.\nfunc Call() error { return send() }\n",
		"zstack/send.go":        "package zstack\n\nimport \"github.com/zstack-go/zstack-go/internal/room\"\n\nfunc send() error {\n\tif room.Open {\n\t\treturn nil\n\t}\n\treturn errClosed\n}\n",
		"zstack/errors.go":      "package zstack\n\nimport \"errors\"\n\nvar errClosed = errors.New(\"closed\")\n",
		"internal/room/room.go": "package room\n\nconst Open = true\n",
		mapFile:                 "- `call.go`: a\n- `send.go`: b\n- `errors.go`: c\n",
	}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	return dir
}

func TestMeasure(t *testing.T) {
	t.Parallel()
	m, err := measure(tinyModule(t, nil))
	require.NoError(t, err)
	require.Equal(t, map[string]int{"call.go": 4, "send.go": 10, "errors.go": 5}, m.files)
	all, up := m.references()
	require.Equal(t, 2, all)
	require.Empty(t, up)
	require.Equal(t, function{"send", "send.go", 6, 1}, m.functions[0])
	require.Empty(t, m.problems())
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a file that is not on the map": {map[string]string{mapFile: "- `call.go`: a\n- `send.go`: b\n"}, "docs/architecture.md does not list errors.go"},
		"a file that is not there":      {map[string]string{mapFile: "- `call.go`: a\n- `send.go`: b\n- `errors.go`: c\n- `gone.go`: d\n"}, "docs/architecture.md names gone.go, which is not there"},
		"a package that is not there":   {map[string]string{mapFile: "- `call.go`: a\n- `send.go`: b\n- `errors.go`: c\n`internal/gone`"}, "docs/architecture.md names internal/gone, which is not there"},
		"a map without files":           {map[string]string{mapFile: "nothing\n"}, "docs/architecture.md lists no files"},
		"an import that runs back":      {map[string]string{"internal/other/other.go": "package other\n\nimport _ \"github.com/zstack-go/zstack-go/zstack\"\n"}, "internal/other imports zstack, which is above it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := measure(tinyModule(t, tt.files))
			require.NoError(t, err)
			require.Contains(t, m.problems(), tt.want)
		})
	}
}

func TestReferencesThatRunUp(t *testing.T) {
	t.Parallel()
	m, err := measure(tinyModule(t, map[string]string{mapFile: "- `errors.go`: c\n- `send.go`: b\n- `call.go`: a\n"}))
	require.NoError(t, err)
	_, up := m.references()
	require.Equal(t, []string{"call.go -> send.go", "send.go -> errors.go"}, up)
}

// Without a map an order is found in which few references run up.
func TestOrderIsFound(t *testing.T) {
	t.Parallel()
	dir := tinyModule(t, nil)
	require.NoError(t, os.Remove(filepath.Join(dir, mapFile)))
	m, err := measure(dir)
	require.NoError(t, err)
	require.Equal(t, []string{"call.go", "send.go", "errors.go"}, m.order)
}
