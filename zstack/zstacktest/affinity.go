package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func affinityAPIs() []*api {
	return []*api{
		on("AddVmToAffinityGroup", joinAffinityGroup),
		on("RemoveVmFromAffinityGroup", leaveAffinityGroup),
	}
}

func joinAffinityGroup(c *call) (*javajson.Object, *apierr.Error) {
	group, vm := c.row("affinityGroupUuid"), c.row("uuid")
	if usage := affinityUsage(c, vm); usage != nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "vm[uuid:%s] is already in affinityGroup[uuid:%s]", vm.Key, usage.Str("affinityGroupUuid"))
	}
	c.store().Insert("AffinityGroupUsage", c.now, map[string]any{"affinityGroupUuid": group.Key, "resourceUuid": vm.Key, "resourceType": "VmInstanceVO"})
	return c.result(group)
}

func leaveAffinityGroup(c *call) (*javajson.Object, *apierr.Error) {
	group, vm := c.row("affinityGroupUuid"), c.row("uuid")
	if usage := affinityUsage(c, vm); usage != nil && usage.Str("affinityGroupUuid") == group.Key {
		c.node.remove(usage, c.now)
	}
	return c.result(group)
}

// affinityUsage says which affinity group a VM instance is in; nil for none.
func affinityUsage(c *call, vm *store.Row) *store.Row {
	for _, usage := range c.store().By("AffinityGroupUsage", "resourceUuid", vm.Key) {
		return usage
	}
	return nil
}
