package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A fixture is a module in a repository of its own.
type fixture struct {
	t   *testing.T
	dir string
}

// newFixture returns a module with one package, shop, whose face is stored and committed.
func newFixture(t *testing.T, source string) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir()}
	f.file("go.mod", "module example.com/m\n\ngo 1.26\n")
	f.file("shop/shop.go", source)
	f.git("init", "-q")
	f.write()
	f.commit()
	return f
}

func (f *fixture) file(name, text string) {
	f.t.Helper()
	name = filepath.Join(f.dir, filepath.FromSlash(name))
	require.NoError(f.t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(f.t, os.WriteFile(name, []byte(text), 0o644))
}

func (f *fixture) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, filepath.FromSlash(name)))
	require.NoError(f.t, err)
	return string(text)
}

func (f *fixture) git(args ...string) {
	f.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"}, args...)...)
	cmd.Dir = f.dir
	out, err := cmd.CombinedOutput()
	require.NoError(f.t, err, "git %v: %s", args, out)
}

func (f *fixture) commit() {
	f.t.Helper()
	f.git("add", "-A")
	f.git("commit", "-q", "-m", "Change something")
}

// check returns what a check prints and whether all is well.
func (f *fixture) check() (string, bool) {
	f.t.Helper()
	var out bytes.Buffer
	ok, err := checkFace(&out, f.dir)
	require.NoError(f.t, err)
	return out.String(), ok
}

// write renews the stored face, and returns what that prints.
func (f *fixture) write() string {
	f.t.Helper()
	var out bytes.Buffer
	_, err := writeFace(&out, f.dir)
	require.NoError(f.t, err)
	return out.String()
}
