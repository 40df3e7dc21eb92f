package zstacktest

import (
	"fmt"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func vmNicAPIs() []*api {
	return []*api{
		on("AttachL3NetworkToVm", attachL3),
		on("DetachL3NetworkFromVm", detachL3),
	}
}

// addNIC gives a VM instance a NIC with an address in an L3 network. When there is
// no address, it adds nothing.
func (n *Node) addNIC(vm, l3 *store.Row, now time.Time) (*store.Row, *apierr.Error) {
	device := int64(0)
	for _, nic := range n.store.By("VmNic", "vmInstanceUuid", vm.Key) {
		device = max(device, nic.Int("deviceId")+1)
	}
	nic := n.store.Insert("VmNic", now, map[string]any{
		"vmInstanceUuid": vm.Key, "l3NetworkUuid": l3.Key, "mac": n.newMAC(),
		"hypervisorType": vm.Str("hypervisorType"), "deviceId": device,
		"internalName": fmt.Sprintf("vnic%d.%d", vm.Seq, device),
	})
	if vm.Str("state") == "Created" {
		return nic, nil // It has no addresses until it is started.
	}
	if err := n.allocateIP(nic, now); err != nil {
		n.remove(nic, now)
		return nil, err
	}
	return nic, nil
}

func attachL3(c *call) (*javajson.Object, *apierr.Error) {
	vm, l3 := c.row("vmInstanceUuid"), c.row("l3NetworkUuid")
	if err := checkState(c, vm, apierr.CodeVMAttachNIC, "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	for _, nic := range c.store().By("VmNic", "vmInstanceUuid", vm.Key) {
		if nic.Str("l3NetworkUuid") == l3.Key {
			return nil, apierr.Failf(apierr.CodeOperation, "unable to attach a L3 network. The L3 network[uuid:%s] is already attached to the vm[uuid: %s]",
				l3.Key, vm.Key)
		}
	}
	if _, err := c.node.addNIC(vm, l3, c.now); err != nil {
		return nil, apierr.Because(apierr.CodeVMAttachNIC, err)
	}
	changes := make(map[string]any)
	if vm.Str("defaultL3NetworkUuid") == "" {
		changes["defaultL3NetworkUuid"] = l3.Key
	}
	return c.change(vm, changes)
}

func detachL3(c *call) (*javajson.Object, *apierr.Error) {
	nic := c.row("vmNicUuid")
	vm := c.store().Get("VmInstance", nic.Str("vmInstanceUuid"))
	if vm == nil {
		return nil, apierr.Failf(apierr.CodeOperation, "vm nic[uuid:%s] belongs to no vm", nic.Key)
	}
	if err := checkState(c, vm, "", "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	c.node.remove(nic, c.now)
	changes := make(map[string]any)
	if vm.Str("defaultL3NetworkUuid") == nic.Str("l3NetworkUuid") {
		changes["defaultL3NetworkUuid"] = nil
		if rest := c.store().By("VmNic", "vmInstanceUuid", vm.Key); len(rest) > 0 {
			changes["defaultL3NetworkUuid"] = rest[0].Str("l3NetworkUuid")
		}
	}
	return c.change(vm, changes)
}
