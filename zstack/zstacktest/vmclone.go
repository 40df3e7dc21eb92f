package zstacktest

import (
	"maps"
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// cloneVM makes copies of a VM instance with a root volume, and data volumes if all is to be
// copied, and NICs in the same networks. Each has a result of its own.
func cloneVM(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("vmInstanceUuid")
	if err := checkState(c, vm, "", "Running", "Stopped", "Paused"); err != nil {
		return nil, err
	}
	results, made := []*javajson.Object{}, int64(0)
	for _, name := range c.list("names") {
		one := &javajson.Object{Class: "org.zstack.header.vm.CloneVmInstanceInventory"}
		clone, err := c.cloneOne(vm, name)
		if err != nil {
			one.Add("error", err.Object(c.node.release, true))
		} else {
			made++
			one.Add("inventory", c.store().Inventory(clone, nil))
		}
		results = append(results, one)
	}
	all := &javajson.Object{Class: "org.zstack.header.vm.CloneVmInstanceResults"}
	all.Add("numberOfClonedVm", made)
	all.Add("inventories", results)
	o := &javajson.Object{}
	o.Add("result", all)
	return o, nil
}

// cloneOne makes one copy of a VM instance; nothing of it is left when something fails.
func (c *call) cloneOne(vm *store.Row, name string) (*store.Row, *apierr.Error) {
	l3s := c.node.networksOf(vm)
	host, err := c.node.findHost(hostWish{zone: vm.Str("zoneUuid"), cluster: c.str("clusterUuid"), host: c.str("hostUuid"), l3s: l3s})
	if err != nil {
		return nil, apierr.Because(apierr.CodeVMCreate, err)
	}
	fields := maps.Clone(vm.Fields)
	for _, own := range []string{"uuid", "internalId", "rootVolumeUuid", "createDate", "lastOpDate", "description"} {
		delete(fields, own)
	}
	maps.Copy(fields, map[string]any{
		"name": name, "clusterUuid": host.Str("clusterUuid"), "lastHostUuid": host.Key, "state": "Stopped", "hostUuid": nil,
	})
	if strategy := c.str("strategy"); strategy == "" || strategy == "InstantStart" {
		fields["state"], fields["hostUuid"] = "Running", host.Key
	}
	clone := c.store().Insert("VmInstance", c.now, fields)
	for _, v := range slices.Clone(c.store().By("Volume", "vmInstanceUuid", vm.Key)) {
		isRoot := v.Str("type") == "Root"
		ps := c.store().Get("PrimaryStorage", v.Str("primaryStorageUuid"))
		if ps == nil || !isRoot && c.args["full"] != true {
			continue
		}
		copied := map[string]any{"name": "DATA-for-" + name, "lastAttachDate": c.now}
		for _, same := range []string{"type", "format", "size", "actualSize", "deviceId", "rootImageUuid", "diskOfferingUuid"} {
			copied[same] = v.Fields[same]
		}
		if isRoot {
			copied["name"] = "ROOT-for-" + name
		}
		made := c.addVolume(clone, ps, copied)
		if isRoot {
			c.store().Set(clone, map[string]any{"rootVolumeUuid": made.Key})
		}
	}
	for _, l3 := range l3s {
		if _, err := c.node.addNIC(clone, l3, c.now); err != nil {
			c.node.remove(clone, c.now)
			return nil, apierr.Because(apierr.CodeVMCreate, err)
		}
	}
	return clone, nil
}
