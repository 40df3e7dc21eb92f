package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What package zstack is held to, with a little room for the next change. A ceiling goes
// down when the code allows it, never up.
const (
	mostLines         = 7400 // of package zstack
	mostCallPathLines = 1800 // of the files that every call passes through
	mostUp            = 45   // references that run up
)

// callPath are the files that every call passes through, in the order in which it does.
var callPath = []string{"call.go", "call_state.go", "request.go", "request_path.go", "request_encode.go", "authorize.go", "send.go", "outcome.go", "job_wait.go", "decode.go"}

// outside are the internal packages that stand outside of the library and may use it: what
// generates, measures and tests it.
var outside = []string{"internal/apidocs", "internal/apiface", "internal/benchmarks", "internal/conformance", "internal/faults", "internal/gen", "internal/guides", "internal/linkage", "internal/structure"}

const mapFile = "docs/architecture.md"

var (
	fileEntry = regexp.MustCompile("(?m)^- `([a-z0-9_]+\\.go)`")
	goFile    = regexp.MustCompile("`((?:[a-z0-9_]+/)*[a-z0-9_]+\\.go)`")
	directory = regexp.MustCompile("`((?:internal|zstack|types|actions|examples|docs|\\.ci)/[a-z0-9_/]+)`")
)

// mappedFiles returns the files of package zstack as the map lists them; nil where there is
// no map.
func mappedFiles(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, mapFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []string
	for _, m := range fileEntry.FindAllStringSubmatch(string(text), -1) {
		list = append(list, m[1])
	}
	return list, nil
}

// problems says what is not as the map says, or beyond a ceiling.
func (s *structure) problems() []string {
	var found []string
	add := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	if !s.mapped {
		add("%s lists no files", mapFile)
	}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		if !slices.Contains(s.order, name) {
			add("%s does not list %s", mapFile, name)
		}
	}
	for _, missing := range s.missing() {
		add("%s names %s, which is not there", mapFile, missing)
	}
	if n := s.lines(slices.Collect(maps.Keys(s.files))); n > mostLines {
		add("package zstack has %d lines, want at most %d", n, mostLines)
	}
	if n := s.lines(callPath); n >= mostCallPathLines {
		add("the files of the call path have %d lines, want fewer than %d", n, mostCallPathLines)
	}
	if _, up := s.references(); len(up) > mostUp {
		add("%d references run up, want at most %d", len(up), mostUp)
	}
	return append(found, s.wrongImports()...)
}

// missing are the files and directories that the map names and that are not there.
func (s *structure) missing() []string {
	text, err := os.ReadFile(filepath.Join(s.dir, mapFile))
	if err != nil {
		return []string{mapFile}
	}
	var list []string
	for _, pattern := range []*regexp.Regexp{goFile, directory} {
		for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
			name := m[1]
			if _, own := s.files[name]; own {
				continue
			}
			if _, err := os.Stat(filepath.Join(s.dir, name)); err != nil && !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// wrongImports are the imports that do not run one way: from package zstack into the
// rooms, and never back.
func (s *structure) wrongImports() []string {
	var list []string
	for _, pkg := range slices.Sorted(maps.Keys(s.imports)) {
		if slices.ContainsFunc(outside, func(o string) bool { return pkg == o || strings.HasPrefix(pkg, o+"/") }) {
			continue
		}
		for _, imported := range s.imports[pkg] {
			if imported == "zstack" || imported == "actions" || slices.ContainsFunc(outside, func(o string) bool { return strings.HasPrefix(imported, o) }) {
				list = append(list, fmt.Sprintf("%s imports %s, which is above it", pkg, imported))
			}
		}
	}
	return list
}

func (s *structure) lines(files []string) int {
	n := 0
	for _, name := range files {
		n += s.files[name]
	}
	return n
}

// print writes what there is.
func (s *structure) print(w io.Writer) {
	all, up := s.references()
	fmt.Fprintf(w, "package zstack:  %d files, %d lines, %d functions\n", len(s.files), s.lines(slices.Collect(maps.Keys(s.files))), len(s.functions))
	fmt.Fprintf(w, "call path:       %d lines in %s\n", s.lines(callPath), strings.Join(callPath, ", "))
	fmt.Fprintf(w, "references:      %d, of which %d run up\n", all, len(up))
	for _, r := range up {
		fmt.Fprintf(w, "                 %s\n", r)
	}
	if !s.mapped {
		fmt.Fprintf(w, "order found:     %s\n", strings.Join(s.order, " "))
	}
	fmt.Fprintln(w, "long functions:")
	for i, f := range s.functions {
		if i == 0 || f.lines > 45 || f.branches > 20 {
			fmt.Fprintf(w, "                 %s in %s: %d lines, %d branches\n", f.name, f.file, f.lines, f.branches)
		}
	}
	fmt.Fprintln(w, "internal packages and what they import of the module:")
	for _, pkg := range slices.Sorted(maps.Keys(s.imports)) {
		fmt.Fprintf(w, "                 %s: %s\n", pkg, strings.Join(s.imports[pkg], " "))
	}
}
