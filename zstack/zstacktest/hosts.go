package zstacktest

func hostAPIs() []*api {
	return []*api{
		on("AddKVMHost", "POST /hosts/kvm",
			"name! description managementIp! clusterUuid!@Cluster username! password! sshPort:int resourceUuid", addKVMHost),
		on("AddSimulatorHost", "POST /hosts/simulators",
			"name! description managementIp! clusterUuid!@Cluster memoryCapacity:int! cpuCapacity:int! resourceUuid", addSimulatorHost),
		on("UpdateHost", "PUT /hosts/{uuid}/actions", "uuid!@Host name description managementIp", update),
		on("UpdateKVMHost", "PUT /hosts/kvm/{uuid}/actions",
			"uuid!@Host name description managementIp username sshPort:int", update),
		on("ChangeHostState", "PUT /hosts/{uuid}/actions", "uuid!@Host stateEvent!=enable|disable|maintain", changeHostState),
		on("ReconnectHost", "PUT /hosts/{uuid}/actions", "uuid!@Host", reconnectHost),
		on("DeleteHost", "DELETE /hosts/{uuid}", "uuid!@Host", remove),
	}
}

func addKVMHost(c *call) (*object, *apiError) {
	fields := map[string]any{
		"osDistribution": "c76", "osRelease": "7.6.1810", "osVersion": "Core", "hypervisorType": "KVM",
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
			return nil, failf(codeInvalidArgument, "there has been a host having managementIp[%s]", c.str("managementIp"))
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
	return changeState(c)
}

func reconnectHost(c *call) (*object, *apiError) {
	return c.change(c.row("uuid"), map[string]any{"status": "Connected"})
}
