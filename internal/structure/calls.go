package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A passage is which functions of package zstack a call passed through, by file.
type passage map[string][]string

func (p passage) print(w io.Writer, call string) {
	n := 0
	for _, list := range p {
		n += len(list)
	}
	fmt.Fprintf(w, "%s: %d functions in %d files\n", call, n, len(p))
	for _, file := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(w, "  %s: %s\n", file, strings.Join(p[file], ", "))
	}
}

// passedBy runs a call, and returns what it passed through beyond what making the client
// and a login did.
func passedBy(dir, call string) (passage, error) {
	before, err := counts(dir, "none")
	if err != nil {
		return nil, err
	}
	after, err := counts(dir, call)
	if err != nil {
		return nil, err
	}
	ran := make(map[string][]int) // by file, the lines at which blocks that ran begin
	for block, n := range after {
		if n <= before[block] {
			continue
		}
		file, rest, _ := strings.Cut(block, ":")
		line, _ := strconv.Atoi(rest[:strings.IndexByte(rest, '.')])
		ran[filepath.Base(file)] = append(ran[filepath.Base(file)], line)
	}
	passed := make(passage)
	for file, lines := range ran {
		if passed[file], err = functionsAt(filepath.Join(dir, "zstack", file), lines); err != nil {
			return nil, err
		}
	}
	return passed, nil
}

// counts runs a call under coverage, and returns how often each block of package zstack
// ran.
func counts(dir, call string) (map[string]int, error) {
	profile := filepath.Join(os.TempDir(), fmt.Sprintf("callpath-%d-%s", os.Getpid(), call))
	defer os.Remove(profile)
	cmd := exec.Command("go", "test", "-count=1", "-covermode=count", "-coverpkg="+module+"zstack", "-coverprofile="+profile, "./internal/structure/callpath")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CALLPATH="+call)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		return nil, err
	}
	found := make(map[string]int)
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line) // file:from,to statements count
		if len(fields) != 3 {
			continue
		}
		n, err := strconv.Atoi(fields[2])
		if err != nil {
			return nil, err
		}
		found[fields[0]] = n
	}
	return found, nil
}

// functionsAt returns the functions of a file that some lines are in.
func functionsAt(path string, lines []int) ([]string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from, to := fset.Position(fn.Pos()).Line, fset.Position(fn.End()).Line
		if slices.ContainsFunc(lines, func(line int) bool { return from <= line && line <= to }) {
			names = append(names, nameOf(fn))
		}
	}
	return names, nil
}
