package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func cdRomAPIs() []*api {
	return []*api{
		on("AttachIsoToVmInstance", attachISO),
		on("DetachIsoFromVmInstance", detachISO),
	}
}

// attachISO puts an image into the first CD drive of a VM instance that is empty.
func attachISO(c *call) (*javajson.Object, *apierr.Error) {
	vm, iso := c.row("vmInstanceUuid"), c.row("isoUuid")
	var empty *store.Row
	for _, drive := range c.store().By("VmCdRom", "vmInstanceUuid", vm.Key) {
		switch drive.Str("isoUuid") {
		case iso.Key:
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "VM[uuid:%s] already has an ISO[uuid:%s] attached", vm.Key, iso.Key)
		case "":
			if empty == nil {
				empty = drive
			}
		}
	}
	if empty == nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "All vm[uuid:%s] CD-ROMs have mounted the ISO", vm.Key)
	}
	c.store().Touch(empty, c.now, map[string]any{"isoUuid": iso.Key})
	return c.answer(vm)
}

// detachISO empties the drive that has an image, or all drives.
func detachISO(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("vmInstanceUuid")
	for _, drive := range c.store().By("VmCdRom", "vmInstanceUuid", vm.Key) {
		if !c.has("isoUuid") || drive.Str("isoUuid") == c.str("isoUuid") {
			c.store().Touch(drive, c.now, map[string]any{"isoUuid": nil, "isoInstallPath": nil})
		}
	}
	return c.answer(vm)
}
