package zstacktest

import (
	"slices"
	"strings"
	"time"
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
	}
}

// checkState returns an error when the VM instance is in none of the states: that
// it is not, as the cause of an error with the code if there is one.
func checkState(c *call, vm *row, code string, states ...string) *apiError {
	state := vm.str("state")
	if slices.Contains(states, state) {
		return nil
	}
	err := failf(codeVMState,
		"current vm instance state[%s] doesn't allow to proceed message[org.zstack.header.vm.API%sMsg], allowed states are [%s]",
		state, c.api.name, strings.Join(states, ", "))
	switch code {
	case "":
		return because(codeOperation, err)
	case codeVMReboot:
		return because(code, because(code, err))
	case codeVMStart:
		err.advice = &advice{"1032", "Operation is not supported, because the current VM state is [" + state + "].", "云主机当前的状态[" + state + "]不能进行这个操作。"}
	}
	return because(code, err)
}

// startVM starts a VM instance on the host it was on last, if it can. One that
// runs is left as it is.
func startVM(c *call) (*object, *apiError) {
	vm := c.row("uuid")
	if err := checkState(c, vm, codeVMStart, "Created", "Stopped", "Running"); err != nil {
		return nil, err
	}
	if vm.str("state") == "Running" {
		return c.answer(vm)
	}
	host, err := c.node.findHost(hostWish{
		zone: vm.str("zoneUuid"), cluster: c.str("clusterUuid"), host: c.str("hostUuid"),
		last: vm.str("lastHostUuid"), l3s: c.node.networksOf(vm),
	})
	if err != nil {
		return nil, because(codeVMStart, err)
	}
	if err := c.node.connect(vm, c.now); err != nil {
		return nil, because(codeVMStart, err)
	}
	return c.moved(vm, map[string]any{
		"state": "Running", "hostUuid": host.key, "lastHostUuid": host.key, "clusterUuid": host.str("clusterUuid"),
	})
}

// connect gives an address to those NICs of a VM instance that have none, as
// after a recovery.
func (n *Node) connect(vm *row, now time.Time) *apiError {
	for _, nic := range n.store.by("VmNic", "vmInstanceUuid", vm.key) {
		if nic.str("ip") == "" {
			if err := n.allocateIP(nic, now); err != nil {
				return err
			}
		}
	}
	return nil
}

func stopVM(c *call) (*object, *apiError) {
	vm := c.row("uuid")
	if err := checkState(c, vm, codeVMStop, "Running", "Stopped", "Paused", "Unknown", "Crashed"); err != nil {
		return nil, err
	}
	if vm.str("state") == "Stopped" {
		return c.answer(vm)
	}
	return c.moved(vm, stopped(vm))
}

// moved changes a VM instance and returns it as the result, which lacks the time of the
// change: the server has not read it back yet.
func (c *call) moved(vm *row, changes map[string]any) (*object, *apiError) {
	c.store().touch(vm, c.now, changes)
	o := c.store().inventory(vm, nil)
	o.members = slices.DeleteFunc(o.members, func(m member) bool { return m.name == "lastOpDate" })
	return inventoryResult(o), nil
}

// stopped returns what changes in a VM instance that leaves its host.
func stopped(vm *row) map[string]any {
	changes := map[string]any{"state": "Stopped", "hostUuid": nil}
	if host := vm.str("hostUuid"); host != "" {
		changes["lastHostUuid"] = host
	}
	return changes
}

func rebootVM(c *call) (*object, *apiError) {
	return c.moveVM(codeVMReboot, "Running", "Running", "Crashed")
}

func pauseVM(c *call) (*object, *apiError) {
	return c.moveVM(codeVMSuspend, "Paused", "Running")
}

func resumeVM(c *call) (*object, *apiError) {
	return c.moveVM(codeVMResume, "Running", "Paused")
}

// moveVM brings a VM instance that is in one of the states from into the state
// to.
func (c *call) moveVM(code, to string, from ...string) (*object, *apiError) {
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
func destroyVM(c *call) (*object, *apiError) {
	vm := c.row("uuid")
	if vm.str("state") == "Destroyed" {
		return nil, nil
	}
	if err := checkState(c, vm, codeVMDestroy, "Created", "Running", "Stopped", "Paused", "Unknown", "Crashed"); err != nil {
		return nil, err
	}
	for _, nic := range slices.Clone(c.store().by("VmNic", "vmInstanceUuid", vm.key)) {
		c.node.releaseIP(nic, c.now)
	}
	for _, v := range slices.Clone(c.store().by("Volume", "vmInstanceUuid", vm.key)) {
		if v.str("type") == "Root" {
			c.store().touch(v, c.now, map[string]any{"status": "Deleted"})
		} else {
			c.node.detachVolume(v, c.now)
		}
	}
	changes := stopped(vm)
	changes["state"] = "Destroyed"
	c.store().touch(vm, c.now, changes)
	return nil, nil
}

// recoverVM brings a destroyed VM instance back, stopped and without an address.
func recoverVM(c *call) (*object, *apiError) {
	vm := c.row("uuid")
	if err := checkState(c, vm, "", "Destroyed"); err != nil {
		return nil, err
	}
	for _, v := range c.store().by("Volume", "vmInstanceUuid", vm.key) {
		c.store().touch(v, c.now, map[string]any{"status": "Ready"})
	}
	return c.moved(vm, map[string]any{"state": "Stopped"})
}

func expungeVM(c *call) (*object, *apiError) {
	vm := c.row("uuid")
	if err := checkState(c, vm, "", "Destroyed"); err != nil {
		return nil, err
	}
	c.node.remove(vm, c.now)
	return nil, nil
}

func changeInstanceOffering(c *call) (*object, *apiError) {
	vm, offering := c.row("vmInstanceUuid"), c.row("instanceOfferingUuid")
	if err := checkState(c, vm, "", "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	return c.change(vm, map[string]any{
		"instanceOfferingUuid": offering.key, "cpuNum": offering.int("cpuNum"), "memorySize": offering.int("memorySize"),
	})
}

// migrateVM moves a running VM instance to another host, one of the node's choice
// unless the call names it.
func migrateVM(c *call) (*object, *apiError) {
	vm := c.row("vmInstanceUuid")
	if err := checkState(c, vm, codeVMMigrate, "Running", "Paused", "Unknown"); err != nil {
		return nil, err
	}
	from := vm.str("hostUuid")
	if c.str("hostUuid") == from && from != "" {
		return nil, failf(codeInvalidArgument, "the vm[uuid:%s] is already on host[uuid:%s]", vm.key, from)
	}
	host, err := c.node.findHost(hostWish{
		zone: vm.str("zoneUuid"), cluster: vm.str("clusterUuid"), host: c.str("hostUuid"), not: from,
	})
	if err != nil {
		return nil, because(codeVMMigrate, err)
	}
	return c.change(vm, map[string]any{"hostUuid": host.key, "lastHostUuid": from})
}
