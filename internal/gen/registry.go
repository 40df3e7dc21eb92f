package main

import "strings"

// registryPiece writes the table of all actions. It is an array with static
// content: a map would be filled at every program's start and could not be
// dropped by the linker.
func (g *api) registryPiece(gr *grouping) *piece {
	p := newPiece("table")
	p.use(modulePath+"/actions", modulePath+"/zstack")
	p.printf("// entries are all actions, sorted by name.\nvar entries = [...]Entry{\n")
	for _, a := range g.actions {
		p.printf("\t{%q, %q, %q, func() zstack.Action { return new(actions.%s) }, func() any { return new(actions.%s) }},\n",
			a.Name, strings.ReplaceAll(gr.actionFile(a), "_", "-"), g.prose.Summary(a), a.Name, a.Result)
	}
	p.printf("}\n")
	return p
}
