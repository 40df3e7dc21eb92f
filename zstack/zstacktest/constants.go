package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

// constantAPIs returns the APIs that list what the server knows: the same on every one.
func constantAPIs() []*api {
	var list []*api
	for _, known := range []struct {
		action, field string
		values        []string
	}{
		{"GetHypervisorTypes", "hypervisorTypes", []string{"KVM", "Simulator"}},
		{"GetL2NetworkTypes", "types", []string{"L2NoVlanNetwork", "L2VlanNetwork", "VxlanNetwork", "VxlanNetworkPool"}},
		{"GetL3NetworkTypes", "types", []string{"L3BasicNetwork"}},
		{"GetVSwitchTypes", "types", []string{"LinuxBridge", "OvsDpdk"}},
		{"GetPrimaryStorageTypes", "types", []string{"LocalStorage", "NFS", "Ceph", "SharedMountPoint", "SharedBlock"}},
		{"GetBackupStorageTypes", "types", []string{"ImageStoreBackupStorage", "SftpBackupStorage", "Ceph"}},
		{"GetHostAllocatorStrategies", "strategies", []string{"LeastVmPreferredHostAllocatorStrategy", "DefaultHostAllocatorStrategy", "DesignatedHostAllocatorStrategy", "LastHostPreferredAllocatorStrategy", "MigrateVmAllocatorStrategy"}},
		{"GetPrimaryStorageAllocatorStrategies", "strategies", []string{"DefaultPrimaryStorageAllocationStrategy", "LocalPrimaryStorageStrategy"}},
	} {
		list = append(list, on(known.action, func(*call) (*javajson.Object, *apierr.Error) {
			o := &javajson.Object{}
			o.Add(known.field, known.values)
			return o, nil
		}))
	}
	return list
}
