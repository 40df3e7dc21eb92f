package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
)

var code = regexp.MustCompile("`[^`\n]*`")

// rendered are the pages, which take a second to make.
var rendered = sync.OnceValue(render)

var heading = regexp.MustCompile(`(?m)^### (\w+)$`)

// headings returns the page of each action and data type.
func headings(t *testing.T, pages map[string][]byte) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name, page := range pages {
		for _, match := range heading.FindAllStringSubmatch(string(page), -1) {
			require.Empty(t, found[match[1]], "%s is on two pages", match[1])
			found[match[1]] = name
		}
	}
	return found
}

func TestPages(t *testing.T) {
	t.Parallel()
	pages := rendered()
	found := headings(t, pages)

	t.Run("every action has its place", func(t *testing.T) {
		for e := range registry.All() {
			require.Equal(t, e.Group()+".md", found[e.Name()])
		}
	})
	t.Run("data types stand where they are queried", func(t *testing.T) {
		require.Equal(t, "vm-instances.md", found["VmInstanceInventory"])
		require.Equal(t, "vm-instances.md", found["DiskAO"])
	})
	t.Run("links lead somewhere", func(t *testing.T) {
		targets := map[string]bool{}
		for name, page := range found {
			targets[page+"#"+anchor(name)] = true
			targets[page] = true
		}
		targets["README.md"] = true
		for name, page := range pages {
			for _, match := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(code.ReplaceAllString(string(page), ""), -1) {
				target := match[1]
				if strings.HasPrefix(target, "#") {
					target = name + target
				}
				require.True(t, targets[target], "%s links to %s", name, target)
			}
		}
	})
	t.Run("they are what is stored", func(t *testing.T) {
		stored, err := filepath.Glob(filepath.Join("..", "..", "docs", "api", "*"))
		require.NoError(t, err)
		require.Len(t, stored, len(pages))
		for _, name := range slices.Sorted(maps.Keys(pages)) {
			page, err := os.ReadFile(filepath.Join("..", "..", "docs", "api", name))
			require.NoError(t, err)
			require.True(t, string(page) == string(pages[name]), "%s differs: run go generate ./...", name)
		}
	})
}

func TestAnAction(t *testing.T) {
	t.Parallel()
	page := string(rendered()["vm-instances.md"])
	_, rest, _ := strings.Cut(page, "\n### RecoverVmInstanceAction\n")
	got, _, _ := strings.Cut(rest, "\n### ")
	require.Contains(t, got, "`PUT /vm-instances/{uuid}/actions`, as a job")
	require.Contains(t, got, "| **`uuid`** | `UUID string` | string | Required.")
	require.Contains(t, got, "Returns `inventory` [VmInstanceInventory](vm-instances.md#vminstanceinventory).")
}

func TestWriting(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "api")
	require.NoError(t, write(dir, map[string][]byte{"a.md": []byte("a"), "b.md": []byte("b")}))
	require.NoError(t, write(dir, map[string][]byte{"b.md": []byte("c")}))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	page, err := os.ReadFile(filepath.Join(dir, "b.md"))
	require.NoError(t, err)
	require.Equal(t, "c", string(page))
}
