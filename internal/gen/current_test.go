package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/internal/gen/prose"
)

// TestCurrent fails when somebody changed the catalogue or the generator and did
// not run "go generate ./...", or edited generated code.
func TestCurrent(t *testing.T) {
	t.Parallel()
	c, err := catalog.Load()
	require.NoError(t, err)
	gr, err := loadGroups()
	require.NoError(t, err)
	files, err := generate(c, prose.New(c), gr)
	require.NoError(t, err)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", name))
		require.NoError(t, err)
		require.True(t, string(want) == string(got), "%s is not what the generator writes; run go generate ./...", name)
	}
	for _, dir := range []string{"actions", "actions/registry", "types"} {
		entries, err := os.ReadDir(filepath.Join("..", "..", dir))
		require.NoError(t, err)
		for _, e := range entries {
			name := dir + "/" + e.Name()
			if src, err := os.ReadFile(filepath.Join("..", "..", name)); err == nil && isGenerated(src) {
				require.Contains(t, files, name, "a file that the generator would delete; run go generate ./...")
			}
		}
	}
}
