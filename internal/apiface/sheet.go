package main

import (
	"fmt"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
)

// A sheet is the face of one package while it is being written.
type sheet struct {
	pkg     *types.Package
	names   map[string]string // of imported packages, by import path
	written map[string]string // declarations, by their kind and name
}

func newSheet(p *types.Package) *sheet {
	return &sheet{pkg: p, names: make(map[string]string), written: make(map[string]string)}
}

// qualify returns the name by which the sheet calls a package.
func (s *sheet) qualify(p *types.Package) string {
	if p == s.pkg {
		return ""
	}
	name, ok := s.names[p.Path()]
	if !ok {
		name = p.Name()
		for i := 2; s.taken(name); i++ {
			name = fmt.Sprintf("%s%d", p.Name(), i)
		}
		s.names[p.Path()] = name
	}
	return name
}

func (s *sheet) taken(name string) bool {
	for _, other := range s.names {
		if other == name {
			return true
		}
	}
	return s.pkg.Scope().Lookup(name) != nil
}

// String returns the sheet as a Go file.
func (s *sheet) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\n", s.pkg.Name())
	for _, imported := range slices.Sorted(maps.Keys(s.names)) {
		if name := s.names[imported]; name != path.Base(imported) {
			fmt.Fprintf(&b, "import %s %q\n", name, imported)
		} else {
			fmt.Fprintf(&b, "import %q\n", imported)
		}
	}
	kind := ""
	for _, key := range slices.Sorted(maps.Keys(s.written)) {
		if now, _, _ := strings.Cut(key, " "); now != kind {
			kind = now
			b.WriteByte('\n')
		}
		b.WriteString(s.written[key])
	}
	return b.String()
}
