package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// maxLines is how long a generated file may get.
const maxLines = 3000

// A group says what goes into one file. Names win over paths and packages, and
// the longest of those wins over shorter ones.
type group struct {
	File string `json:"file"`
	// Names are names of actions or types, with * for any letters.
	Names []string `json:"names"`
	// Paths are beginnings of REST paths, placeholders left out: "vm-instances/nics".
	Paths []string `json:"paths"`
	// Packages are beginnings of the server's Java packages: "org.zstack.header.vm".
	Packages []string `json:"packages"`
}

// A grouping is groups.json: which file holds what, where the rule for new
// subjects (the path's first segment, the package's last part) does not put it
// where a reader would look.
type grouping struct {
	Actions []group `json:"actions"`
	Types   []group `json:"types"`
}

//go:embed groups.json
var groupsJSON []byte

func loadGroups() (*grouping, error) {
	d := json.NewDecoder(bytes.NewReader(groupsJSON))
	d.DisallowUnknownFields()
	gr := new(grouping)
	if err := d.Decode(gr); err != nil {
		return nil, fmt.Errorf("groups.json: %w", err)
	}
	return gr, nil
}

// actionFile is the name of the file that an action belongs in, without ".go".
func (gr *grouping) actionFile(a *catalog.Action) string {
	segments := literalSegments(a.Path)
	if file := find(gr.Actions, a.Name, func(g group) []string { return g.Paths }, segments, "/"); file != "" {
		return file
	}
	if len(segments) == 0 {
		return "misc"
	}
	return snake(segments[0])
}

// typeFile is the name of the file that a type belongs in, without ".go".
func (gr *grouping) typeFile(t *catalog.Type) string {
	var packages []string
	if len(t.ServerClasses) > 0 {
		class, _, _ := strings.Cut(t.ServerClasses[0], "$")
		packages = strings.Split(class, ".")
		packages = packages[:len(packages)-1]
	}
	if file := find(gr.Types, t.Name, func(g group) []string { return g.Packages }, packages, "."); file != "" {
		return file
	}
	if len(packages) == 0 {
		return "misc"
	}
	return snake(packages[len(packages)-1])
}

// find looks up a subject by its name and then by the longest beginning of its
// parts that a group has.
func find(groups []group, name string, prefixes func(group) []string, parts []string, separator string) string {
	for _, g := range groups {
		for _, pattern := range g.Names {
			if ok, _ := path.Match(pattern, name); ok {
				return g.File
			}
		}
	}
	for n := len(parts); n > 0; n-- {
		prefix := strings.Join(parts[:n], separator)
		for _, g := range groups {
			if slices.Contains(prefixes(g), prefix) {
				return g.File
			}
		}
	}
	return ""
}

// literalSegments are the segments of a path that are no placeholders.
func literalSegments(p string) []string {
	var list []string
	for s := range strings.SplitSeq(p, "/") {
		if s, _, _ = strings.Cut(s, "{"); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// snake writes a name in small letters with underscores.
func snake(name string) string { return strings.ToLower(strings.Join(words(name), "_")) }

// divide splits files that are too long: the verb with most lines, the first
// word of its actions' names, moves to a file of its own until the rest fits.
func divide(files map[string][]*piece) error {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		for total(files[file]) > maxLines {
			byVerb := make(map[string][]*piece)
			for _, p := range files[file] {
				verb := strings.ToLower(words(p.name)[0])
				byVerb[verb] = append(byVerb[verb], p)
			}
			largest := slices.MaxFunc(slices.Sorted(maps.Keys(byVerb)), func(a, b string) int {
				return cmp.Compare(total(byVerb[a]), total(byVerb[b]))
			})
			own := file + "_" + largest
			if len(byVerb) == 1 || files[own] != nil || total(byVerb[largest]) > maxLines {
				return fmt.Errorf("file %s.go would have %d lines; divide it in groups.json", file, total(files[file]))
			}
			files[own] = byVerb[largest]
			files[file] = slices.DeleteFunc(files[file], func(p *piece) bool { return slices.Contains(files[own], p) })
		}
	}
	return nil
}

// total is about how long a file of these pieces is.
func total(pieces []*piece) int {
	n := 20
	for _, p := range pieces {
		n += p.lines() + 1
	}
	return n
}
