package prose

import (
	"embed"
	"strings"
)

//go:embed data
var data embed.FS

// table reads data/name: lines of the form "key = text". Empty lines and those
// that begin with # are skipped.
func table(name string) map[string]string {
	raw, err := data.ReadFile("data/" + name)
	if err != nil {
		panic("prose: " + err.Error())
	}
	m := make(map[string]string)
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, text, ok := strings.Cut(line, " = ")
		if !ok {
			panic("prose: data/" + name + ": bad line: " + line)
		}
		if _, twice := m[key]; twice {
			panic("prose: data/" + name + ": two lines for " + key)
		}
		m[key] = text
	}
	return m
}
