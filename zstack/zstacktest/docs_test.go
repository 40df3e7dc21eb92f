package zstacktest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(package .*?)```")

// TestTheTestingGuideRuns makes the files of docs/testing.md the tests of a program that
// uses the module, and runs them.
func TestTheTestingGuideRuns(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	guide, err := os.ReadFile(filepath.Join(root, "docs", "testing.md"))
	require.NoError(t, err)
	blocks := goBlock.FindAllSubmatch(guide, -1)
	require.GreaterOrEqual(t, len(blocks), 5)

	dir := t.TempDir()
	write := func(name string, text []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	for i, block := range blocks {
		write(fmt.Sprintf("guide%d_test.go", i), block[1])
	}
	const module = "github.com/zstack-go/zstack-go"
	requirements, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(requirements), "\n")
	write("go.mod", []byte("module example.com/cloud\n"+rest+"\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+root+"\n"))
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	write("go.sum", sums)

	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-mod=mod", "-v", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, len(blocks), strings.Count(string(out), "--- PASS"), "%s", out)
}
