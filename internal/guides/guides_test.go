package guides

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// onlyEnglish are the pages for those who work on the SDK, and those that programs write.
var onlyEnglish = []string{
	"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
	"docs/architecture.md", "docs/performance.md", "docs/profiles.md", "docs/simulated.md", "docs/zs-screens.md",
}

func root(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	return root
}

func readPages(t *testing.T) map[string]page {
	t.Helper()
	list, err := pagesIn(root(t))
	require.NoError(t, err)
	pages := map[string]page{}
	for _, p := range list {
		pages[p.name] = p
	}
	return pages
}

// sameBlocks reports a difference between the code of two pages.
func sameBlocks(a, b page) error {
	for i, block := range a.blocks {
		switch {
		case i >= len(b.blocks):
			return fmt.Errorf("%s:%d: %s lacks this block", a.name, block.line, b.name)
		case b.blocks[i].language != block.language || b.blocks[i].text != block.text:
			return fmt.Errorf("%s:%d: %s:%d differs", a.name, block.line, b.name, b.blocks[i].line)
		}
	}
	if len(b.blocks) > len(a.blocks) {
		return fmt.Errorf("%s:%d: %s lacks this block", b.name, b.blocks[len(a.blocks)].line, a.name)
	}
	return nil
}

func TestSameBlocks(t *testing.T) {
	t.Parallel()
	fence := "```"
	a := parse("a.md", "x\n"+fence+"go\nf()\n"+fence+"\n")
	for name, tt := range map[string]struct{ other, want string }{
		"the same":       {"y\n\n" + fence + "go\nf()\n" + fence + "\n", ""},
		"other code":     {fence + "go\ng()\n" + fence + "\n", "a.md:2: b.md:1 differs"},
		"other language": {fence + "sh\nf()\n" + fence + "\n", "a.md:2: b.md:1 differs"},
		"nothing":        {"", "a.md:2: b.md lacks this block"},
		"more":           {fence + "go\nf()\n" + fence + "\n" + fence + "\nx\n" + fence, "b.md:4: a.md lacks this block"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := sameBlocks(a, parse("b.md", tt.other))
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestBothLanguagesHaveTheSameCode(t *testing.T) {
	t.Parallel()
	pages := readPages(t)
	for name, english := range pages {
		if strings.Contains(name, "zh-CN") || slices.Contains(onlyEnglish, name) {
			continue
		}
		chinese, found := pages[translationOf(name)]
		require.True(t, found, "%s is not there in Chinese", name)
		require.NoError(t, sameBlocks(english, chinese))
		require.Equal(t, strings.Count(english.text, "\n#"), strings.Count(chinese.text, "\n#"), "headings of %s", name)
	}
}

func TestChinesePagesHaveAnOriginal(t *testing.T) {
	t.Parallel()
	pages := readPages(t)
	translated := map[string]bool{}
	for name := range pages {
		translated[translationOf(name)] = true
	}
	for name := range pages {
		if strings.Contains(name, "zh-CN") {
			require.True(t, translated[name], "%s is there in Chinese only", name)
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, p := range readPages(t) {
		for _, file := range p.links() {
			require.FileExists(t, filepath.Join(root(t), file), "a link in %s", p.name)
		}
	}
}

func TestGoCompiles(t *testing.T) {
	t.Parallel()
	c, err := newChecker(root(t))
	require.NoError(t, err)
	for _, p := range readPages(t) {
		for _, b := range p.blocks {
			if b.language == "go" {
				require.NoError(t, c.check(p, b))
			}
		}
	}
}

func TestWhatDoesNotCompile(t *testing.T) {
	t.Parallel()
	c, err := newChecker(root(t))
	require.NoError(t, err)
	for code, want := range map[string]string{
		"vm, err := actions.GetVmInstance(ctx, client, uuid)\nreturn err": "",
		"func f() { log.Println(uuid) }":                                  "",
		"client.Foo()":                                                    "Foo undefined",
		"x := actions.StopVmInstanceAction{...}":                          "expected",
		"actions.StopVmInstanceAction{Name: uuid}.Call(ctx, client)":      "unknown field Name",
		"package p\n\nimport \"os\"\n":                                    "imported and not used",
		"package p\n\nimport _ \"example.com/other\"\n":                   "is not among the packages",
	} {
		err := c.check(page{name: "a.md", given: "var uuid string\n"}, block{text: code})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

// program makes a module outside of this one that uses it.
func program(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	requirements, err := os.ReadFile(filepath.Join(root(t), "go.mod"))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(requirements), "\n")
	write(t, dir, "go.mod", "module example.com/cloud\n"+rest+"\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+root(t)+"\n")
	sums, err := os.ReadFile(filepath.Join(root(t), "go.sum"))
	require.NoError(t, err)
	write(t, dir, "go.sum", string(sums))
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

// Blocks that are files of tests are run as the tests of a program that uses the module.
func TestTestsRun(t *testing.T) {
	t.Parallel()
	dir, n := program(t), 0
	for _, p := range readPages(t) {
		if strings.Contains(p.name, "zh-CN") {
			continue // which has the same
		}
		for _, b := range p.blocks {
			if b.language == "go" && strings.HasPrefix(b.text, "package ") && strings.Contains(b.text, "\nfunc Test") {
				n++
				write(t, dir, fmt.Sprintf("guide%d_test.go", n), b.text)
			}
		}
	}
	require.GreaterOrEqual(t, n, 5)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-mod=mod", "-v", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, n, strings.Count(string(out), "--- PASS"), "%s", out)
}

// Blocks that are programs are run, with a simulated node in the environment. What they print
// is in the block that follows, if that is "text".
func TestProgramsRun(t *testing.T) {
	t.Parallel()
	n := 0
	for _, p := range readPages(t) {
		if strings.Contains(p.name, "zh-CN") {
			continue
		}
		for i, b := range p.blocks {
			if b.language != "go" || !strings.HasPrefix(b.text, "package main") {
				continue
			}
			n++
			want := ""
			if i+1 < len(p.blocks) && p.blocks[i+1].language == "text" {
				want = p.blocks[i+1].text
			}
			t.Run(fmt.Sprintf("%s:%d", p.name, b.line), func(t *testing.T) {
				t.Parallel()
				got := output(t, b.text)
				if want != "" {
					require.Equal(t, want, got)
				}
			})
		}
	}
	require.Positive(t, n)
}

func output(t *testing.T, source string) string {
	t.Helper()
	node := zstacktest.NewServer(t, zstacktest.WithSeed(1), zstacktest.WithModel(zstacktest.Model{Hosts: 2, VMs: 10}))
	dir := program(t)
	write(t, dir, "main.go", source)
	cmd := exec.CommandContext(t.Context(), "go", "run", "-mod=mod", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ZSTACK_ENDPOINT="+node.URL, "ZSTACK_ACCOUNT=admin", "ZSTACK_PASSWORD=password")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s", stderr.String())
	return string(out)
}
