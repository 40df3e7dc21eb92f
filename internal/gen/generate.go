package main

import (
	"cmp"
	"fmt"
	"go/build"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// generate turns a catalogue into Go files and the registry's files of data, by their
// path in the module. It
// checks the whole catalogue before it gives up.
func generate(c *catalog.Catalogue, p commenter, gr *grouping) (map[string][]byte, error) {
	g := newAPI(c, p)
	actions, types := make(map[string][]*piece), make(map[string][]*piece)
	finish := func(p *piece) *piece {
		if err := p.finish(); err != nil {
			g.add("%w", err)
		}
		return p
	}
	for a, piece := range g.actionPieces() {
		file := gr.actionFile(a)
		actions[file] = append(actions[file], finish(piece))
	}
	pieces, known := g.typePieces()
	for t, piece := range pieces {
		file := gr.typeFile(t)
		types[file] = append(types[file], finish(piece))
	}
	for _, files := range []map[string][]*piece{actions, types} {
		if err := divide(files); err != nil {
			g.add("%w", err)
		}
	}
	for _, own := range []struct {
		file, subject string
		piece         *piece
	}{{"codes", "the error codes", g.codesPiece()}, {"classes", "the server's classes", g.classesPiece()}, {"values", "the values of strings", known}} {
		if types[own.file] != nil {
			g.add("file types/%s.go is for %s; give its types another file in groups.json", own.file, own.subject)
		}
		types[own.file] = []*piece{finish(own.piece)}
	}
	table := finish(g.registryPiece(gr))
	builders, patterns := g.systemTagPieces(c.SystemTags)

	out := g.descriptions(c)
	for _, pkg := range []struct {
		dir, name string
		files     map[string][]*piece
	}{
		{"actions", "actions", actions},
		{"types", "types", types},
		{"actions/registry", "registry", map[string][]*piece{"table": {table}}},
		{"zstack/zstacktest/internal/api", "api", map[string][]*piece{"table": {finish(g.nodePiece(c.SystemTags))}}},
		{"zstack/zstacktest/internal/store", "store", map[string][]*piece{"catalogue": {finish(g.kindsPiece(c))}}},
		{"types/systemtags", "systemtags", map[string][]*piece{"builders": {finish(builders)}, "patterns": {finish(patterns)}}},
	} {
		for _, file := range slices.Sorted(maps.Keys(pkg.files)) {
			name := file + ".go"
			if excluded(name) {
				g.add("file %s/%s: Go would leave it out of some or all builds; give it another name in groups.json", pkg.dir, name)
				continue
			}
			pieces := pkg.files[file]
			slices.SortFunc(pieces, func(a, b *piece) int { return cmp.Compare(a.name, b.name) })
			out[pkg.dir+"/"+name] = assemble(pkg.name, pieces)
		}
	}
	if err := g.err(); err != nil {
		return nil, err
	}
	return out, nil
}

// excluded reports whether Go leaves out a file for its name: a test, a name
// that starts with a dot or an underscore, or one that ends like an operating
// system or a processor. It asks Go itself about a system that does not exist.
func excluded(name string) bool {
	nowhere := build.Default
	nowhere.GOOS, nowhere.GOARCH = "nowhere", "nothing"
	nowhere.OpenFile = func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}
	ok, err := nowhere.MatchFile(".", name)
	return err != nil || !ok || strings.HasSuffix(name, "_test.go")
}

// describe says how much was generated.
func describe(files map[string][]byte) string {
	lines := 0
	for _, src := range files {
		lines += strings.Count(string(src), "\n")
	}
	return fmt.Sprintf("%d files, %d lines", len(files), lines)
}
