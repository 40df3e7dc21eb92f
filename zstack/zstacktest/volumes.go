package zstacktest

import (
	"time"
)

func volumeAPIs() []*api {
	return []*api{
		on("CreateDataVolume", createDataVolume),
		on("UpdateVolume", update),
		on("ChangeVolumeState", changeState),
		on("AttachDataVolumeToVm", attachDataVolume),
		on("DetachDataVolumeFromVm", detachDataVolume),
		on("DeleteDataVolume", deleteDataVolume),
		on("RecoverDataVolume", recoverDataVolume),
		on("ExpungeDataVolume", expungeDataVolume),
	}
}

// createDataVolume makes a volume that has no place on a primary storage until it
// is attached, unless the call names one.
func createDataVolume(c *call) (*object, *apiError) {
	fields := map[string]any{"type": "Data", "status": "NotInstantiated"}
	offering := c.row("diskOfferingUuid")
	switch {
	case offering != nil && offering.str("state") != "Enabled":
		return nil, failf(codeInvalidArgument, "disk offering[uuid:%s] is Disabled, can not be used", offering.key)
	case offering != nil:
		fields["size"] = offering.int("diskSize")
	case c.int("diskSize") < 1:
		return nil, failf(codeInvalidArgument, "either diskOfferingUuid or diskSize must be set")
	default:
		fields["size"] = c.int("diskSize")
	}
	v, err := c.insert("Volume", fields)
	if err != nil {
		return nil, err
	}
	if ps := c.row("primaryStorageUuid"); ps != nil {
		c.place(v, ps)
	}
	return c.answer(v)
}

// place puts a volume on a primary storage.
func (c *call) place(v, ps *row) {
	c.store().set(v, map[string]any{
		"primaryStorageUuid": ps.key, "installPath": installPath(ps, v), "status": "Ready",
	})
}

// wantDataVolume returns the volume that a parameter names if it is a data volume in
// one of the statuses.
func (c *call) wantDataVolume(param string, statuses ...string) (*row, *apiError) {
	v := c.row(param)
	if v.str("type") != "Data" {
		return nil, failf(codeOperation, "the volume[uuid:%s, type:%s] is not a data volume", v.key, v.str("type"))
	}
	for _, status := range statuses {
		if v.str("status") == status {
			return v, nil
		}
	}
	return nil, failf(codeOperation, "the volume[uuid:%s] is in the status %s, which doesn't allow %s", v.key, v.str("status"), c.api.name)
}

func attachDataVolume(c *call) (*object, *apiError) {
	v, err := c.wantDataVolume("volumeUuid", "Ready", "NotInstantiated")
	if err != nil {
		return nil, err
	}
	vm := c.row("vmInstanceUuid")
	switch {
	case v.str("state") != "Enabled":
		return nil, failf(codeOperation, "data volume[uuid:%s] is %s, can not be attached", v.key, v.str("state"))
	case v.str("vmInstanceUuid") != "":
		return nil, failf(codeOperation, "data volume[uuid:%s] has been attached to vm[uuid:%s], can't attach again", v.key, v.str("vmInstanceUuid"))
	}
	if err := checkState(c, vm, codeVMAttachVolume, "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	if v.str("status") == "NotInstantiated" {
		root := c.store().get("Volume", vm.str("rootVolumeUuid"))
		if root == nil || c.store().get("PrimaryStorage", root.str("primaryStorageUuid")) == nil {
			return nil, because(codeVMAttachVolume, failf(codeNoStorage, "vm[uuid:%s] has no primary storage", vm.key))
		}
		c.place(v, c.store().get("PrimaryStorage", root.str("primaryStorageUuid")))
	}
	device := int64(0)
	for _, other := range c.store().by("Volume", "vmInstanceUuid", vm.key) {
		device = max(device, other.int("deviceId")+1)
	}
	return c.change(v, map[string]any{
		"vmInstanceUuid": vm.key, "lastVmInstanceUuid": vm.key, "deviceId": device, "lastAttachDate": c.now,
	})
}

// detachVolume takes a data volume off its VM instance.
func (n *Node) detachVolume(v *row, now time.Time) {
	n.store.touch(v, now, map[string]any{"vmInstanceUuid": nil, "deviceId": nil, "lastDetachDate": now})
}

func detachDataVolume(c *call) (*object, *apiError) {
	v, err := c.wantDataVolume("uuid", "Ready")
	if err != nil {
		return nil, err
	}
	vm := c.store().get("VmInstance", v.str("vmInstanceUuid"))
	if vm == nil || c.has("vmUuid") && c.str("vmUuid") != vm.key {
		return nil, failf(codeOperation, "data volume[uuid:%s] is not attached to the vm, can't detach", v.key)
	}
	if err := checkState(c, vm, codeVMDetachVolume, "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	c.node.detachVolume(v, c.now)
	return c.answer(v)
}

// deleteDataVolume puts a volume, detached, where it can be recovered from. One
// that was never attached is gone.
func deleteDataVolume(c *call) (*object, *apiError) {
	v, err := c.wantDataVolume("uuid", "Ready", "NotInstantiated")
	if err != nil {
		return nil, err
	}
	if v.str("status") == "NotInstantiated" {
		c.node.remove(v, c.now)
		return nil, nil
	}
	if v.str("vmInstanceUuid") != "" {
		c.node.detachVolume(v, c.now)
	}
	c.store().touch(v, c.now, map[string]any{"status": "Deleted"})
	return nil, nil
}

func recoverDataVolume(c *call) (*object, *apiError) {
	v, err := c.wantDataVolume("uuid", "Deleted")
	if err != nil {
		return nil, err
	}
	return c.change(v, map[string]any{"status": "Ready"})
}

func expungeDataVolume(c *call) (*object, *apiError) {
	v, err := c.wantDataVolume("uuid", "Deleted")
	if err != nil {
		return nil, err
	}
	c.node.remove(v, c.now)
	return nil, nil
}
