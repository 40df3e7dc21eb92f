package types_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func TestDeleted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		row  interface{ Deleted() bool }
		want bool
	}{
		{&types.VmInstanceInventory{State: "Running"}, false},
		{&types.VmInstanceInventory{State: "Destroying"}, false},
		{&types.VmInstanceInventory{State: "Destroyed"}, true},
		{&types.VmInstanceInventory{State: "Expunging"}, true},
		{&types.ApplianceVmInventory{VmInstanceInventory: types.VmInstanceInventory{State: "Destroyed"}}, true},
		{&types.ImageInventory{State: "Enabled", Status: "Ready"}, false},
		{&types.ImageInventory{State: "Enabled", Status: "Deleted"}, true},
		{&types.VolumeInventory{State: "Enabled", Status: "NotInstantiated"}, false},
		{&types.VolumeInventory{State: "Enabled", Status: "Deleted"}, true},
		{&types.BaremetalInstanceInventory{State: "Stopped"}, false},
		{&types.BaremetalInstanceInventory{State: "Destroyed"}, true},
		{&types.IAM2ProjectInventory{State: types.ProjectStateRetired}, false},
		{&types.IAM2ProjectInventory{State: types.ProjectStateDeleted}, true},
		{&types.VmInstanceInventory{}, false},
	} {
		t.Run(fmt.Sprintf("%T %v", tt.row, tt.want), func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.row.Deleted())
		})
	}
}
