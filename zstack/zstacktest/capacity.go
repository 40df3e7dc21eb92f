package zstacktest

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func capacityAPIs() []*api {
	return []*api{
		on("GetPrimaryStorageCapacity", sums("PrimaryStorage", "primaryStorageUuids", map[string]string{
			"totalCapacity": "totalCapacity", "availableCapacity": "availableCapacity",
			"totalPhysicalCapacity": "totalPhysicalCapacity", "availablePhysicalCapacity": "availablePhysicalCapacity",
		})),
		on("GetBackupStorageCapacity", sums("BackupStorage", "backupStorageUuids", map[string]string{
			"totalCapacity": "totalCapacity", "availableCapacity": "availableCapacity",
		})),
		on("GetCpuMemoryCapacity", sums("Host", "hostUuids", map[string]string{
			"totalCpu": "totalCpuCapacity", "availableCpu": "availableCpuCapacity", "totalMemory": "totalMemoryCapacity",
			"availableMemory": "availableMemoryCapacity", "managedCpuNum": "cpuNum",
		})),
	}
}

// sums returns a handler that adds up fields of the records of a kind: of those that the call
// names, or of those in the zones and clusters that it names, or of all.
func sums(kind, param string, fields map[string]string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		in := func(r *store.Row, param string, fields ...string) bool {
			wanted := c.list(param)
			return len(wanted) == 0 || slices.ContainsFunc(fields, func(field string) bool {
				return slices.ContainsFunc(append(r.List(field), r.Str(field)), func(uuid string) bool { return slices.Contains(wanted, uuid) })
			})
		}
		totals := make(map[string]int64)
		for _, r := range c.store().All(kind) {
			if !in(r, param, "uuid") || !in(r, "zoneUuids", "zoneUuid", "attachedZoneUuids") || !in(r, "clusterUuids", "clusterUuid", "attachedClusterUuids") {
				continue
			}
			for name, field := range fields {
				totals[name] += r.Int(field)
			}
		}
		o := &javajson.Object{}
		for _, name := range javajson.SortedKeys(fields) {
			o.Add(name, totals[name])
		}
		return o, nil
	}
}
