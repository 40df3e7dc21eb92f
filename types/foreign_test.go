package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func TestForeignClasses(t *testing.T) {
	t.Parallel()
	vm, appliance, zone := new(types.VmInstanceInventory), new(types.ApplianceVmInventory), new(types.ZoneInventory)
	for name, tt := range map[string]struct {
		of    interface{ Foreign(class string) bool }
		class string
		want  bool
	}{
		"its own":               {vm, "org.zstack.header.vm.VmInstanceInventory", false},
		"a subtype's":           {vm, "org.zstack.appliancevm.ApplianceVmInventory", false},
		"a subtype's subtype's": {vm, "org.zstack.header.vpc.VpcRouterVmInventory", false},
		"a parent's":            {appliance, "org.zstack.header.vm.VmInstanceInventory", false},
		"another's":             {vm, "org.zstack.header.zone.ZoneInventory", true},
		"another's, of a zone":  {zone, "org.zstack.header.vm.VmInstanceInventory", true},
		"a similar one's":       {new(types.VolumeInventory), "org.zstack.header.storage.snapshot.VolumeSnapshotInventory", true},
		"nobody's":              {vm, "org.zstack.header.future.FutureInventory", false},
		"none":                  {vm, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.of.Foreign(tt.class))
			require.Equal(t, tt.want, tt.want && types.New(tt.class) != nil)
		})
	}
}
