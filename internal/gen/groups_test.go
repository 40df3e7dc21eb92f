package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func TestActionFile(t *testing.T) {
	t.Parallel()
	gr := &grouping{Actions: []group{
		{File: "vm", Paths: []string{"vm-instances"}},
		{File: "vm_nics", Paths: []string{"vm-instances/nics", "nics"}},
		{File: "rules", Names: []string{"*Rule*"}},
	}}
	for _, tt := range []struct{ name, path, want string }{
		{"A", "/vm-instances/{uuid}/actions", "vm"},
		{"A", "/vm-instances/{uuid}/nics/{nicUuid}", "vm_nics"},
		{"A", "/nics", "vm_nics"},
		{"AddRuleAction", "/vm-instances", "rules"},
		{"A", "/hostNetworkInterface/lldp", "host_network_interface"},
		{"A", "/access-point{x}/remote", "access_point"},
		{"A", "/{x}", "misc"},
	} {
		require.Equal(t, tt.want, gr.actionFile(&catalog.Action{Name: tt.name, Path: tt.path}), tt.path)
	}
}

func TestTypeFile(t *testing.T) {
	t.Parallel()
	gr := &grouping{Types: []group{
		{File: "vm", Packages: []string{"org.zstack.header.vm"}},
		{File: "tasks", Names: []string{"*Result"}},
	}}
	for _, tt := range []struct{ name, class, want string }{
		{"A", "org.zstack.header.vm.A", "vm"},
		{"A", "org.zstack.header.vm.cdrom.A", "vm"},
		{"A", "org.zstack.header.vm.Outer$A", "vm"},
		{"A", "org.zstack.header.flowMeter.A", "flow_meter"},
		{"SyncResult", "org.zstack.header.vm.SyncResult", "tasks"},
		{"A", "", "misc"},
	} {
		typ := &catalog.Type{Name: tt.name}
		if tt.class != "" {
			typ.ServerClasses = []string{tt.class}
		}
		require.Equal(t, tt.want, gr.typeFile(typ), tt.class)
	}
}

// pieceOf makes a piece with so many lines.
func pieceOf(name string, lines int) *piece {
	p := newPiece(name)
	p.printf("%s", strings.Repeat("\n", lines))
	return p
}

func TestDivide(t *testing.T) {
	t.Parallel()
	files := map[string][]*piece{
		"vm":   {pieceOf("GetA", 1000), pieceOf("GetB", 900), pieceOf("SetA", 1500), pieceOf("StartA", 100)},
		"host": {pieceOf("GetA", 1000)},
	}
	require.NoError(t, divide(files))
	require.Len(t, files, 3)
	require.Len(t, files["vm_get"], 2)
	require.Len(t, files["vm"], 2)

	require.ErrorContains(t, divide(map[string][]*piece{"vm": {pieceOf("GetA", 2000), pieceOf("GetB", 2000)}}),
		"file vm.go would have")
}

// TestGroupsAreUsed keeps groups.json free of rows that nothing needs.
func TestGroupsAreUsed(t *testing.T) {
	t.Parallel()
	c, err := catalog.Load()
	require.NoError(t, err)
	gr, err := loadGroups()
	require.NoError(t, err)
	used := make(map[string]bool)
	for _, a := range c.Actions {
		used["actions "+gr.actionFile(a)] = true
	}
	for _, typ := range c.Types {
		used["types "+gr.typeFile(typ)] = true
	}
	for _, g := range gr.Actions {
		require.True(t, used["actions "+g.File], g.File)
	}
	for _, g := range gr.Types {
		require.True(t, used["types "+g.File], g.File)
	}
}
