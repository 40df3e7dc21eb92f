package zstacktest

import (
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func vmAPIs() []*api {
	return []*api{
		on("CreateVmInstance", createVM),
		on("StartVmInstance", startVM),
		on("StopVmInstance", stopVM),
		on("RebootVmInstance", rebootVM),
		on("PauseVmInstance", pauseVM),
		on("ResumeVmInstance", resumeVM),
		on("DestroyVmInstance", destroyVM),
		on("RecoverVmInstance", recoverVM),
		on("ExpungeVmInstance", expungeVM),
		on("UpdateVmInstance", update),
		on("ChangeInstanceOffering", changeInstanceOffering),
		on("MigrateVm", migrateVM),
		on("CloneVmInstance", cloneVM),
	}
}

// checkState returns an error when the VM instance is in none of the states: that
// it is not, as the cause of an error with the code if there is one.
func checkState(c *call, vm *store.Row, code string, states ...string) *apierr.Error {
	state := vm.Str("state")
	if slices.Contains(states, state) {
		return nil
	}
	err := apierr.Failf(apierr.CodeVMState,
		"current vm instance state[%s] doesn't allow to proceed message[org.zstack.header.vm.API%sMsg], allowed states are [%s]",
		state, c.api.name, strings.Join(states, ", "))
	switch code {
	case "":
		return apierr.Because(apierr.CodeOperation, err)
	case apierr.CodeVMReboot:
		return apierr.Because(code, apierr.Because(code, err))
	case apierr.CodeVMStart:
		err.Advise("1032", "Operation is not supported, because the current VM state is ["+state+"].", "云主机当前的状态["+state+"]不能进行这个操作。")
	}
	return apierr.Because(code, err)
}

// startVM starts a VM instance on the host it was on last, if it can. One that
// runs is left as it is.
func startVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	if err := checkState(c, vm, apierr.CodeVMStart, "Created", "Stopped", "Running"); err != nil {
		return nil, err
	}
	if vm.Str("state") == "Running" {
		return c.answer(vm)
	}
	host, err := c.node.findHost(hostWish{
		zone: vm.Str("zoneUuid"), cluster: c.str("clusterUuid"), host: c.str("hostUuid"),
		last: vm.Str("lastHostUuid"), l3s: c.node.networksOf(vm),
	})
	if err != nil {
		return nil, apierr.Because(apierr.CodeVMStart, err)
	}
	if err := c.node.connect(vm, c.now); err != nil {
		return nil, apierr.Because(apierr.CodeVMStart, err)
	}
	return c.moved(vm, map[string]any{
		"state": "Running", "hostUuid": host.Key, "lastHostUuid": host.Key, "clusterUuid": host.Str("clusterUuid"),
	})
}

// connect gives an address to those NICs of a VM instance that have none, as
// after a recovery.
func (n *Node) connect(vm *store.Row, now time.Time) *apierr.Error {
	for _, nic := range n.store.By("VmNic", "vmInstanceUuid", vm.Key) {
		if nic.Str("ip") == "" {
			if err := n.allocateIP(nic, now); err != nil {
				return err
			}
		}
	}
	return nil
}

func stopVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	if err := checkState(c, vm, apierr.CodeVMStop, "Running", "Stopped", "Paused", "Unknown", "Crashed"); err != nil {
		return nil, err
	}
	if vm.Str("state") == "Stopped" {
		return c.answer(vm)
	}
	return c.moved(vm, stopped(vm))
}

// moved changes a VM instance and returns it as the result, which lacks the time of the
// change: the server has not read it back yet.
func (c *call) moved(vm *store.Row, changes map[string]any) (*javajson.Object, *apierr.Error) {
	c.store().Touch(vm, c.now, changes)
	o := c.store().Inventory(vm, nil)
	o.Members = slices.DeleteFunc(o.Members, func(m javajson.Member) bool { return m.Name == "lastOpDate" })
	return inventoryResult(o), nil
}

// stopped returns what changes in a VM instance that leaves its host.
func stopped(vm *store.Row) map[string]any {
	changes := map[string]any{"state": "Stopped", "hostUuid": nil}
	if host := vm.Str("hostUuid"); host != "" {
		changes["lastHostUuid"] = host
	}
	return changes
}

func rebootVM(c *call) (*javajson.Object, *apierr.Error) {
	return c.moveVM(apierr.CodeVMReboot, "Running", "Running", "Crashed")
}

func pauseVM(c *call) (*javajson.Object, *apierr.Error) {
	return c.moveVM(apierr.CodeVMSuspend, "Paused", "Running")
}

func resumeVM(c *call) (*javajson.Object, *apierr.Error) {
	return c.moveVM(apierr.CodeVMResume, "Running", "Paused")
}

// moveVM brings a VM instance that is in one of the states from into the state
// to.
func (c *call) moveVM(code, to string, from ...string) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	if err := checkState(c, vm, code, from...); err != nil {
		return nil, err
	}
	if c.api.name == "RebootVmInstance" {
		return c.change(vm, map[string]any{"state": to})
	}
	return c.moved(vm, map[string]any{"state": to})
}

// destroyVM puts a VM instance where it can be recovered from: off its host,
// without addresses and data volumes.
func destroyVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	if vm.Str("state") == "Destroyed" {
		return nil, nil
	}
	if err := checkState(c, vm, apierr.CodeVMDestroy, "Created", "Running", "Stopped", "Paused", "Unknown", "Crashed"); err != nil {
		return nil, err
	}
	for _, nic := range slices.Clone(c.store().By("VmNic", "vmInstanceUuid", vm.Key)) {
		c.node.releaseIP(nic, c.now)
	}
	for _, v := range slices.Clone(c.store().By("Volume", "vmInstanceUuid", vm.Key)) {
		if v.Str("type") == "Root" {
			c.store().Touch(v, c.now, map[string]any{"status": "Deleted"})
		} else {
			c.node.detachVolume(v, c.now)
		}
	}
	changes := stopped(vm)
	changes["state"] = "Destroyed"
	c.store().Touch(vm, c.now, changes)
	return nil, nil
}

// recoverVM brings a destroyed VM instance back, stopped and without an address.
func recoverVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	if err := checkState(c, vm, "", "Destroyed"); err != nil {
		return nil, err
	}
	for _, v := range c.store().By("Volume", "vmInstanceUuid", vm.Key) {
		c.store().Touch(v, c.now, map[string]any{"status": "Ready"})
	}
	return c.moved(vm, map[string]any{"state": "Stopped"})
}

func expungeVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	if err := checkState(c, vm, "", "Destroyed"); err != nil {
		return nil, err
	}
	c.node.remove(vm, c.now)
	return nil, nil
}

func changeInstanceOffering(c *call) (*javajson.Object, *apierr.Error) {
	vm, offering := c.row("vmInstanceUuid"), c.row("instanceOfferingUuid")
	if err := checkState(c, vm, "", "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	return c.change(vm, map[string]any{
		"instanceOfferingUuid": offering.Key, "cpuNum": offering.Int("cpuNum"), "memorySize": offering.Int("memorySize"),
	})
}

// migrateVM moves a running VM instance to another host, one of the node's choice
// unless the call names it.
func migrateVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("vmInstanceUuid")
	if err := checkState(c, vm, apierr.CodeVMMigrate, "Running", "Paused", "Unknown"); err != nil {
		return nil, err
	}
	from := vm.Str("hostUuid")
	if c.str("hostUuid") == from && from != "" {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "the vm[uuid:%s] is already on host[uuid:%s]", vm.Key, from)
	}
	host, err := c.node.findHost(hostWish{
		zone: vm.Str("zoneUuid"), cluster: vm.Str("clusterUuid"), host: c.str("hostUuid"), not: from,
	})
	if err != nil {
		return nil, apierr.Because(apierr.CodeVMMigrate, err)
	}
	return c.change(vm, map[string]any{"hostUuid": host.Key, "lastHostUuid": from})
}
