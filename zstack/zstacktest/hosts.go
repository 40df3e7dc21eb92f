package zstacktest

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func hostAPIs() []*api {
	return []*api{
		on("AddKVMHost", addKVMHost),
		on("AddSimulatorHost", addSimulatorHost),
		on("UpdateHost", update),
		on("UpdateKVMHost", update),
		on("ChangeHostState", changeHostState),
		on("ReconnectHost", reconnectHost),
		on("DeleteHost", remove),
	}
}

func addKVMHost(c *call) (*javajson.Object, *apierr.Error) {
	fields := map[string]any{
		"osDistribution": "c76", "osRelease": "7.6.1810", "osVersion": "Core", "hypervisorType": "KVM",
	}
	if c.node.release.NewErrors {
		fields["iscsiInitiatorName"], fields["nqn"], fields["hostname"] = "iqn.1994-05.com.redhat:"+c.node.NewUUID()[:12], "nqn.2014-08.org.nvmexpress:uuid:"+c.node.DashedUUID(), "hostname"
	}
	if !c.has("sshPort") {
		fields["sshPort"] = int64(22)
	}
	return c.addHost(fields)
}

func addSimulatorHost(c *call) (*javajson.Object, *apierr.Error) {
	return c.addHost(map[string]any{
		"hypervisorType":   "Simulator",
		"totalCpuCapacity": c.int("cpuCapacity"), "availableCpuCapacity": c.int("cpuCapacity"),
		"totalMemoryCapacity": c.int("memoryCapacity"), "availableMemoryCapacity": c.int("memoryCapacity"),
	})
}

// addHost adds a host to its cluster, which must be of the same hypervisor, at an
// address that no other host has.
func (c *call) addHost(fields map[string]any) (*javajson.Object, *apierr.Error) {
	cluster := c.row("clusterUuid")
	if hypervisor := cluster.Str("hypervisorType"); hypervisor != fields["hypervisorType"] {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "cluster[uuid:%s] takes hosts of %s, not of %s",
			cluster.Key, hypervisor, fields["hypervisorType"])
	}
	for _, h := range c.store().All("Host") {
		if h.Str("managementIp") == c.str("managementIp") {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "there has been a host having managementIp[%s]", c.str("managementIp")).
				Advise("1072", "An existing KVM host already uses IP ["+c.str("managementIp")+"].", "已有物理机使用IP["+c.str("managementIp")+"]。")
		}
	}
	fields["zoneUuid"] = cluster.Str("zoneUuid")
	fields["architecture"] = cluster.Str("architecture")
	return c.create("Host", fields)
}

// changeHostState changes a host's state. Entering maintenance moves nothing:
// the VM instances of the host are stopped.
func changeHostState(c *call) (*javajson.Object, *apierr.Error) {
	if c.str("stateEvent") == "maintain" {
		c.node.leaveHost(c.row("uuid"), c.now)
	}
	changes := map[string]any{"state": map[string]string{"enable": "Enabled", "disable": "Disabled", "maintain": "Maintenance"}[c.str("stateEvent")]}
	host := c.row("uuid")
	left := host.Str("state") == "Maintenance"
	c.store().Touch(host, c.now, changes)
	o := c.plainHost(host)
	if left {
		// What leaves maintenance is connected to anew, which the result does not wait for.
		o.Set("status", "Connecting")
	}
	return inventoryResult(o), nil
}

// plainHost is a host without what is particular to its hypervisor.
func (c *call) plainHost(host *store.Row) *javajson.Object {
	o := c.store().Inventory(host, nil)
	o.Class = host.Kind.Class
	o.Members = slices.DeleteFunc(o.Members, func(m javajson.Member) bool { return slices.Contains(ofKVM, m.Name) })
	return o
}

// ofKVM are the fields that only KVM hosts have.
var ofKVM = []string{"username", "sshPort", "osDistribution", "osRelease", "osVersion", "iscsiInitiatorName"}

func reconnectHost(c *call) (*javajson.Object, *apierr.Error) {
	return c.change(c.row("uuid"), map[string]any{"status": "Connected"})
}
