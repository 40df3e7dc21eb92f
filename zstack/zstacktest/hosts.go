package zstacktest

import (
	"slices"
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

func addKVMHost(c *call) (*object, *apiError) {
	fields := map[string]any{
		"osDistribution": "c76", "osRelease": "7.6.1810", "osVersion": "Core", "hypervisorType": "KVM",
	}
	if c.node.release.newErrors {
		fields["iscsiInitiatorName"], fields["nqn"], fields["hostname"] = "iqn.1994-05.com.redhat:"+c.node.newUUID()[:12], "nqn.2014-08.org.nvmexpress:uuid:"+c.node.dashedUUID(), "hostname"
	}
	if !c.has("sshPort") {
		fields["sshPort"] = int64(22)
	}
	return c.addHost(fields)
}

func addSimulatorHost(c *call) (*object, *apiError) {
	return c.addHost(map[string]any{
		"hypervisorType":   "Simulator",
		"totalCpuCapacity": c.int("cpuCapacity"), "availableCpuCapacity": c.int("cpuCapacity"),
		"totalMemoryCapacity": c.int("memoryCapacity"), "availableMemoryCapacity": c.int("memoryCapacity"),
	})
}

// addHost adds a host to its cluster, which must be of the same hypervisor, at an
// address that no other host has.
func (c *call) addHost(fields map[string]any) (*object, *apiError) {
	cluster := c.row("clusterUuid")
	if hypervisor := cluster.str("hypervisorType"); hypervisor != fields["hypervisorType"] {
		return nil, failf(codeInvalidArgument, "cluster[uuid:%s] takes hosts of %s, not of %s",
			cluster.key, hypervisor, fields["hypervisorType"])
	}
	for _, h := range c.store().all("Host") {
		if h.str("managementIp") == c.str("managementIp") {
			return nil, failf(codeInvalidArgument, "there has been a host having managementIp[%s]", c.str("managementIp")).
				advise("1072", "An existing KVM host already uses IP ["+c.str("managementIp")+"].", "已有物理机使用IP["+c.str("managementIp")+"]。")
		}
	}
	fields["zoneUuid"] = cluster.str("zoneUuid")
	fields["architecture"] = cluster.str("architecture")
	return c.create("Host", fields)
}

// changeHostState changes a host's state. Entering maintenance moves nothing:
// the VM instances of the host are stopped.
func changeHostState(c *call) (*object, *apiError) {
	if c.str("stateEvent") == "maintain" {
		c.node.leaveHost(c.row("uuid"), c.now)
	}
	changes := map[string]any{"state": map[string]string{"enable": "Enabled", "disable": "Disabled", "maintain": "Maintenance"}[c.str("stateEvent")]}
	host := c.row("uuid")
	left := host.str("state") == "Maintenance"
	c.store().touch(host, c.now, changes)
	o := c.plainHost(host)
	if left {
		// What leaves maintenance is connected to anew, which the result does not wait for.
		o.set("status", "Connecting")
	}
	return inventoryResult(o), nil
}

// plainHost is a host without what is particular to its hypervisor.
func (c *call) plainHost(host *row) *object {
	o := c.store().inventory(host, nil)
	o.class = host.kind.class
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return slices.Contains(ofKVM, m.name) })
	return o
}

// ofKVM are the fields that only KVM hosts have.
var ofKVM = []string{"username", "sshPort", "osDistribution", "osRelease", "osVersion", "iscsiInitiatorName"}

func reconnectHost(c *call) (*object, *apiError) {
	return c.change(c.row("uuid"), map[string]any{"status": "Connected"})
}
