package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTellingComments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, owner, doc string
		tells            bool
	}{
		{"HostUUID", "VmNicInventory", "HostUUID is the UUID of the host.", false},
		{"Type", "TaskProgressInventory", "Type is its type.", false},
		{"Type", "TaskProgressInventory", "Type is the type of the task.", false},
		{"HostUUID", "VmNicInventory", "HostUUID is the UUID of the host that it runs on.", true},
		{"HostUUID", "VmNicInventory", "HostUUID is the UUID of the host. It is required.", true},
		{"Size", "VolumeInventory", "Size is the size of the volume in bytes.", true},
		{"Tags", "VolumeInventory", "Tags holds the tags.", true},
	} {
		want := ""
		if tt.tells {
			want = tt.doc
		}
		require.Equal(t, want, telling(tt.name, tt.owner, tt.doc), tt.doc)
	}
}
