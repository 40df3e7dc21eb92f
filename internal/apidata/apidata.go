// Package apidata has what the catalogue knows of actions, data types and inventories, as
// generated files of JSON. Package actions/registry shows it to people and programs, and the
// simulated node goes by it.
//
// The files have a JSON object a line, sorted by the name that each begins with. They are
// read only where somebody asks: a program that imports the package has nothing to do when
// it starts.
package apidata

import (
	_ "embed"
	"sort"
	"strings"
	"sync"
)

var (
	//go:embed actions.jsonl
	actions string
	//go:embed types.jsonl
	types string
	//go:embed inventories.jsonl
	inventories string

	// Actions, Types and Inventories are the files.
	Actions     = &File{text: &actions}
	Types       = &File{text: &types}
	Inventories = &File{text: &inventories}
)

// A File finds the lines of a file by name.
type File struct {
	text *string
	once sync.Once
	// starts is where each line starts, and where the last ends.
	starts []int32
}

// index finds out where the lines are, once.
func (f *File) index() {
	f.once.Do(func() {
		f.starts = append(f.starts, 0)
		for i, c := range []byte(*f.text) {
			if c == '\n' {
				f.starts = append(f.starts, int32(i)+1)
			}
		}
	})
}

// line returns a line, and the name that it begins with.
func (f *File) line(i int) (name, line string) {
	line = (*f.text)[f.starts[i]:f.starts[i+1]]
	name, _, _ = strings.Cut(strings.TrimPrefix(line, `{"name":"`), `"`)
	return name, line
}

// Line returns the line with a name, and reports whether there is one.
func (f *File) Line(name string) (string, bool) {
	f.index()
	i, found := sort.Find(len(f.starts)-1, func(i int) int {
		other, _ := f.line(i)
		return strings.Compare(name, other)
	})
	if !found {
		return "", false
	}
	_, line := f.line(i)
	return line, true
}

// LineWith returns the first line that holds a string, and reports whether there is one.
func (f *File) LineWith(s string) (string, bool) {
	f.index()
	for i := range len(f.starts) - 1 {
		if _, line := f.line(i); strings.Contains(line, s) {
			return line, true
		}
	}
	return "", false
}
