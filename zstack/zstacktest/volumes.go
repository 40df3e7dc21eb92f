package zstacktest

import (
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
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
func createDataVolume(c *call) (*javajson.Object, *apierr.Error) {
	fields := map[string]any{"type": "Data", "status": "NotInstantiated"}
	offering := c.row("diskOfferingUuid")
	switch {
	case offering != nil && offering.Str("state") != "Enabled":
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "disk offering[uuid:%s] is Disabled, can not be used", offering.Key)
	case offering != nil:
		fields["size"] = offering.Int("diskSize")
	case c.int("diskSize") < 1:
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "either diskOfferingUuid or diskSize must be set")
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
func (c *call) place(v, ps *store.Row) {
	c.store().Set(v, map[string]any{
		"primaryStorageUuid": ps.Key, "installPath": installPath(ps, v), "status": "Ready",
	})
}

// wantDataVolume returns the volume that a parameter names if it is a data volume in
// one of the statuses.
func (c *call) wantDataVolume(param string, statuses ...string) (*store.Row, *apierr.Error) {
	v := c.row(param)
	if v.Str("type") != "Data" {
		return nil, apierr.Failf(apierr.CodeOperation, "the volume[uuid:%s, type:%s] is not a data volume", v.Key, v.Str("type"))
	}
	for _, status := range statuses {
		if v.Str("status") == status {
			return v, nil
		}
	}
	return nil, apierr.Failf(apierr.CodeOperation, "the volume[uuid:%s] is in the status %s, which doesn't allow %s", v.Key, v.Str("status"), c.api.name)
}

func attachDataVolume(c *call) (*javajson.Object, *apierr.Error) {
	v, err := c.wantDataVolume("volumeUuid", "Ready", "NotInstantiated")
	if err != nil {
		return nil, err
	}
	vm := c.row("vmInstanceUuid")
	switch {
	case v.Str("state") != "Enabled":
		return nil, apierr.Failf(apierr.CodeOperation, "data volume[uuid:%s] is %s, can not be attached", v.Key, v.Str("state"))
	case v.Str("vmInstanceUuid") != "":
		return nil, apierr.Failf(apierr.CodeOperation, "data volume[uuid:%s] has been attached to vm[uuid:%s], can't attach again", v.Key, v.Str("vmInstanceUuid"))
	}
	if err := checkState(c, vm, apierr.CodeVMAttachVolume, "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	if v.Str("status") == "NotInstantiated" {
		root := c.store().Get("Volume", vm.Str("rootVolumeUuid"))
		if root == nil || c.store().Get("PrimaryStorage", root.Str("primaryStorageUuid")) == nil {
			return nil, apierr.Because(apierr.CodeVMAttachVolume, apierr.Failf(apierr.CodeNoStorage, "vm[uuid:%s] has no primary storage", vm.Key))
		}
		c.place(v, c.store().Get("PrimaryStorage", root.Str("primaryStorageUuid")))
	}
	device := int64(0)
	for _, other := range c.store().By("Volume", "vmInstanceUuid", vm.Key) {
		device = max(device, other.Int("deviceId")+1)
	}
	return c.change(v, map[string]any{
		"vmInstanceUuid": vm.Key, "lastVmInstanceUuid": vm.Key, "deviceId": device, "lastAttachDate": c.now,
	})
}

// detachVolume takes a data volume off its VM instance.
func (n *Node) detachVolume(v *store.Row, now time.Time) {
	n.store.Touch(v, now, map[string]any{"vmInstanceUuid": nil, "deviceId": nil, "lastDetachDate": now})
}

func detachDataVolume(c *call) (*javajson.Object, *apierr.Error) {
	v, err := c.wantDataVolume("uuid", "Ready")
	if err != nil {
		return nil, err
	}
	vm := c.store().Get("VmInstance", v.Str("vmInstanceUuid"))
	if vm == nil || c.has("vmUuid") && c.str("vmUuid") != vm.Key {
		return nil, apierr.Failf(apierr.CodeOperation, "data volume[uuid:%s] is not attached to the vm, can't detach", v.Key)
	}
	if err := checkState(c, vm, apierr.CodeVMDetachVolume, "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	c.node.detachVolume(v, c.now)
	return c.answer(v)
}

// deleteDataVolume puts a volume, detached, where it can be recovered from. One
// that was never attached is gone.
func deleteDataVolume(c *call) (*javajson.Object, *apierr.Error) {
	v, err := c.wantDataVolume("uuid", "Ready", "NotInstantiated")
	if err != nil {
		return nil, err
	}
	if v.Str("status") == "NotInstantiated" {
		c.node.remove(v, c.now)
		return nil, nil
	}
	if v.Str("vmInstanceUuid") != "" {
		c.node.detachVolume(v, c.now)
	}
	c.store().Touch(v, c.now, map[string]any{"status": "Deleted"})
	return nil, nil
}

func recoverDataVolume(c *call) (*javajson.Object, *apierr.Error) {
	v, err := c.wantDataVolume("uuid", "Deleted")
	if err != nil {
		return nil, err
	}
	return c.change(v, map[string]any{"status": "Ready"})
}

func expungeDataVolume(c *call) (*javajson.Object, *apierr.Error) {
	v, err := c.wantDataVolume("uuid", "Deleted")
	if err != nil {
		return nil, err
	}
	c.node.remove(v, c.now)
	return nil, nil
}
