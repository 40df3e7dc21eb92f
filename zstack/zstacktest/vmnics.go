package zstacktest

import (
	"fmt"
	"time"
)

func vmNicAPIs() []*api {
	return []*api{
		on("AttachL3NetworkToVm", attachL3),
		on("DetachL3NetworkFromVm", detachL3),
	}
}

// addNIC gives a VM instance a NIC with an address in an L3 network. When there is
// no address, it adds nothing.
func (n *Node) addNIC(vm, l3 *row, now time.Time) (*row, *apiError) {
	device := int64(0)
	for _, nic := range n.store.by("VmNic", "vmInstanceUuid", vm.key) {
		device = max(device, nic.int("deviceId")+1)
	}
	nic := n.store.insert("VmNic", now, map[string]any{
		"vmInstanceUuid": vm.key, "l3NetworkUuid": l3.key, "mac": n.newMAC(),
		"hypervisorType": vm.str("hypervisorType"), "deviceId": device,
		"internalName": fmt.Sprintf("vnic%d.%d", vm.seq, device),
	})
	if vm.str("state") == "Created" {
		return nic, nil // It has no addresses until it is started.
	}
	if err := n.allocateIP(nic, now); err != nil {
		n.remove(nic, now)
		return nil, err
	}
	return nic, nil
}

func attachL3(c *call) (*object, *apiError) {
	vm, l3 := c.row("vmInstanceUuid"), c.row("l3NetworkUuid")
	if err := checkState(c, vm, codeVMAttachNIC, "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	for _, nic := range c.store().by("VmNic", "vmInstanceUuid", vm.key) {
		if nic.str("l3NetworkUuid") == l3.key {
			return nil, failf(codeOperation, "unable to attach a L3 network. The L3 network[uuid:%s] is already attached to the vm[uuid: %s]",
				l3.key, vm.key)
		}
	}
	if _, err := c.node.addNIC(vm, l3, c.now); err != nil {
		return nil, because(codeVMAttachNIC, err)
	}
	changes := make(map[string]any)
	if vm.str("defaultL3NetworkUuid") == "" {
		changes["defaultL3NetworkUuid"] = l3.key
	}
	return c.change(vm, changes)
}

func detachL3(c *call) (*object, *apiError) {
	nic := c.row("vmNicUuid")
	vm := c.store().get("VmInstance", nic.str("vmInstanceUuid"))
	if vm == nil {
		return nil, failf(codeOperation, "vm nic[uuid:%s] belongs to no vm", nic.key)
	}
	if err := checkState(c, vm, "", "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	c.node.remove(nic, c.now)
	changes := make(map[string]any)
	if vm.str("defaultL3NetworkUuid") == nic.str("l3NetworkUuid") {
		changes["defaultL3NetworkUuid"] = nil
		if rest := c.store().by("VmNic", "vmInstanceUuid", vm.key); len(rest) > 0 {
			changes["defaultL3NetworkUuid"] = rest[0].str("l3NetworkUuid")
		}
	}
	return c.change(vm, changes)
}
