package main

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
)

// A difference is what is not the same in two faces, a line each, which begins with the
// package.
type difference struct {
	incompatible []string // what breaks programs
	added        []string // what does not
	rewritten    []string // lines of the stored face that mean the same, or nothing to programs
}

func (d *difference) empty() bool {
	return len(d.incompatible)+len(d.added)+len(d.rewritten) == 0
}

// compare says what is new in a face. The packages that other modules have are read from
// their compiled form.
func compare(before, after face, modulePath string, exports map[string]string) (*difference, error) {
	d := new(difference)
	if maps.Equal(before, after) {
		return d, nil
	}
	old, err := before.packages(exports)
	if err != nil {
		return nil, err
	}
	now, err := after.packages(exports)
	if err != nil {
		return nil, err
	}
	for _, importPath := range slices.Sorted(maps.Keys(union(before, after))) {
		if before[importPath] == after[importPath] {
			continue
		}
		name := strings.TrimSuffix(fileOf(modulePath, importPath), ".txt")
		switch {
		case now[importPath] == nil:
			d.packageGone(name)
		case old[importPath] == nil:
			d.packageNew(name)
		default:
			report := apidiff.Changes(old[importPath], now[importPath])
			d.add(name, report, before[importPath], after[importPath])
		}
	}
	return d, nil
}

func union(a, b face) face {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// packageGone notes a package that is no longer there. Nobody can miss one that is internal
// but through what refers to it, which is compared as well.
func (d *difference) packageGone(name string) {
	if internal(name) {
		d.rewritten = append(d.rewritten, name+": the package is not referred to")
	} else {
		d.incompatible = append(d.incompatible, name+": the package has been removed")
	}
}

func (d *difference) packageNew(name string) {
	if internal(name) {
		d.rewritten = append(d.rewritten, name+": the package is referred to")
	} else {
		d.added = append(d.added, name+": the package has been added")
	}
}

func internal(name string) bool { return slices.Contains(strings.Split(name, "/"), "internal") }

// add notes the changes of a package. Where there are none and its text has changed all the
// same, the lines say how.
func (d *difference) add(name string, report apidiff.Report, before, after string) {
	for _, change := range report.Changes {
		if change.Compatible {
			d.added = append(d.added, name+": "+change.Message)
		} else {
			d.incompatible = append(d.incompatible, name+": "+change.Message)
		}
	}
	if len(report.Changes) > 0 {
		return
	}
	for _, line := range missing(before, after) {
		d.rewritten = append(d.rewritten, name+": - "+line)
	}
	for _, line := range missing(after, before) {
		d.rewritten = append(d.rewritten, name+": + "+line)
	}
}

// missing returns the lines of one text that another one does not have.
func missing(from, in string) []string {
	there := make(map[string]int)
	for line := range strings.Lines(in) {
		there[line]++
	}
	var list []string
	for line := range strings.Lines(from) {
		if there[line]--; there[line] < 0 && strings.TrimSpace(line) != "" {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}
