package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriteTree(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	put := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o666))
	}
	put("types/stale.go", header+"package types\n")
	put("types/code.go", "package types\n")
	put("types/notes.txt", header)
	put("other/generated.go", header)
	put("types/same.go", header+"same")

	files := map[string][]byte{"types/vm.go": []byte(header + "new"), "types/same.go": []byte(header + "same")}
	require.NoError(t, writeTree(root, files))
	require.NoFileExists(t, filepath.Join(root, "types/stale.go"))
	for _, name := range []string{"types/vm.go", "types/same.go", "types/code.go", "types/notes.txt", "other/generated.go"} {
		require.FileExists(t, filepath.Join(root, name))
	}

	files["types/code.go"] = []byte(header)
	files["types/another.go"] = []byte(header)
	require.ErrorContains(t, writeTree(root, files), "code.go was written by hand")
	require.NoFileExists(t, filepath.Join(root, "types/another.go"), "nothing is written when something cannot be")
}
