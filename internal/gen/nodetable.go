package main

import (
	"slices"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// nodePiece writes the table of all calls for the simulated node. It is an array with
// static content, so that a program with a node has nothing to do for it when it starts.
func (g *api) nodePiece(tags []*catalog.SystemTag) *piece {
	p := newPiece("calls")
	p.printf("// calls are the calls of all actions, sorted by name.\nvar calls = [...]Call{\n")
	for _, a := range g.actions {
		p.printf("\t{Name: %q, Method: %q, Path: %q", a.Name, a.Method, a.Path)
		if a.Body != nil && *a.Body != "" {
			p.printf(", Body: %q", *a.Body)
		}
		for _, flag := range []struct {
			on   bool
			name string
		}{{a.Async, "Async"}, {a.Session, "Session"}, {a.Query, "Query"}, {a.Behaviour != nil && a.Behaviour.SuccessIfMissing, "SuccessIfMissing"}, {slices.Contains(a.Products, "zsphere"), "ZSphere"}} {
			if flag.on {
				p.printf(", %s: true", flag.name)
			}
		}
		if b := a.Behaviour; b != nil && b.TimeoutSeconds != 0 {
			p.printf(", Timeout: %d", b.TimeoutSeconds)
		}
		p.printf("},\n")
	}
	p.printf("}\n\n// tagPatterns are those of the system tags that the server defines.\nvar tagPatterns = [...]string{\n")
	var patterns []string
	for _, tag := range tags {
		patterns = append(patterns, tag.Pattern)
	}
	slices.Sort(patterns)
	for _, pattern := range slices.Compact(patterns) {
		p.printf("\t%q,\n", pattern)
	}
	p.printf("}\n")
	return p
}
