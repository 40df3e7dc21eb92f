package registry

import (
	_ "embed"
	"encoding/json"
	"sort"
	"strings"
	"sync"
)

// The files have a JSON object a line, sorted by the name that each begins with. They are
// read only where somebody asks: a program that imports the package has nothing to do when
// it starts.
var (
	//go:embed actions.jsonl
	actionsFile string
	//go:embed types.jsonl
	typesFile string
	//go:embed inventories.jsonl
	inventoriesFile string

	actionLines    = lines{file: &actionsFile}
	typeLines      = lines{file: &typesFile}
	inventoryLines = lines{file: &inventoriesFile}
)

// lines finds the lines of a file by name.
type lines struct {
	file *string
	once sync.Once
	// starts is where each line starts, and where the last ends.
	starts []int32
}

// index finds out where the lines are, once.
func (l *lines) index() {
	l.once.Do(func() {
		l.starts = append(l.starts, 0)
		for i, c := range []byte(*l.file) {
			if c == '\n' {
				l.starts = append(l.starts, int32(i)+1)
			}
		}
	})
}

// line returns a line, and the name that it begins with.
func (l *lines) line(i int) (name, line string) {
	line = (*l.file)[l.starts[i]:l.starts[i+1]]
	name, _, _ = strings.Cut(strings.TrimPrefix(line, `{"name":"`), `"`)
	return name, line
}

// read decodes the line with a name, and reports whether there is one.
func (l *lines) read(name string, into any) bool {
	l.index()
	i, found := sort.Find(len(l.starts)-1, func(i int) int {
		other, _ := l.line(i)
		return strings.Compare(name, other)
	})
	if !found {
		return false
	}
	_, line := l.line(i)
	decode(line, into)
	return true
}

// decode reads a line, which the generator wrote and the tests have read.
func decode(line string, into any) {
	if err := json.Unmarshal([]byte(line), into); err != nil {
		panic("registry: a description cannot be read: " + err.Error())
	}
}
