package zstacktest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A hostWish is what a VM instance wants of a host. What is empty does not
// matter.
type hostWish struct {
	zone, cluster, host string
	// last is the host that is taken if it will do, and not one that must not be.
	last, not string
	// l3s are networks that the host's cluster must reach.
	l3s []*store.Row
}

// findHost returns the host that will do and has the fewest VM instances, and of several
// the one with most memory left.
func (n *Node) findHost(w hostWish) (*store.Row, *apierr.Error) {
	var found *store.Row
	for _, h := range n.store.All("Host") {
		if h.Key == w.not || !w.fits(n, h) {
			continue
		}
		if found == nil || h.Key == w.last || found.Key != w.last && n.emptier(h, found) {
			found = h
		}
	}
	if found == nil {
		return nil, apierr.Failf(apierr.CodeNoHost, "no host having state=Enabled status=Connected and the networks wanted found")
	}
	return found, nil
}

// emptier reports whether a host has more room than another.
func (n *Node) emptier(a, b *store.Row) bool {
	x, y := len(n.store.By("VmInstance", "hostUuid", a.Key)), len(n.store.By("VmInstance", "hostUuid", b.Key))
	return x < y || x == y && a.Int("availableMemoryCapacity") > b.Int("availableMemoryCapacity")
}

func (w hostWish) fits(n *Node, h *store.Row) bool {
	wanted := func(want, have string) bool { return want == "" || want == have }
	if h.Str("state") != "Enabled" || h.Str("status") != "Connected" || !wanted(w.host, h.Key) ||
		!wanted(w.cluster, h.Str("clusterUuid")) || !wanted(w.zone, h.Str("zoneUuid")) {
		return false
	}
	return !slices.ContainsFunc(w.l3s, func(l3 *store.Row) bool {
		return !slices.Contains(n.attachedClusters(l3), h.Str("clusterUuid"))
	})
}

// networksOf returns the L3 networks that a VM instance has NICs in.
func (n *Node) networksOf(vm *store.Row) []*store.Row {
	var l3s []*store.Row
	for _, nic := range n.store.By("VmNic", "vmInstanceUuid", vm.Key) {
		if l3 := n.store.Get("L3Network", nic.Str("l3NetworkUuid")); l3 != nil {
			l3s = append(l3s, l3)
		}
	}
	return l3s
}

// findStorage returns a primary storage that a host can use: the wanted one, if
// one is.
func (n *Node) findStorage(host *store.Row, wanted string) (*store.Row, *apierr.Error) {
	for _, ps := range n.store.All("PrimaryStorage") {
		if ps.Str("state") == "Enabled" && ps.Str("status") == "Connected" && (wanted == "" || wanted == ps.Key) &&
			slices.Contains(ps.List("attachedClusterUuids"), host.Str("clusterUuid")) {
			return ps, nil
		}
	}
	return nil, apierr.Failf(apierr.CodeNoStorage, "cannot find any available primary storage for host[uuid:%s]", host.Key)
}

// createVM makes a VM instance with a root volume, its data volumes and a NIC in
// each network, and runs it unless its strategy says otherwise. When something
// fails, nothing is left.
func createVM(c *call) (*javajson.Object, *apierr.Error) {
	fields, err := c.checkNewVM()
	if err != nil {
		return nil, err
	}
	if err := c.checkQuota("vm.num"); err != nil {
		return nil, err
	}
	l3s := c.rows("l3NetworkUuids", "L3Network")
	zone := c.str("zoneUuid")
	if zone == "" && len(l3s) > 0 {
		zone = l3s[0].Str("zoneUuid")
	}
	host, err := c.node.findHost(hostWish{zone: zone, cluster: c.str("clusterUuid"), host: c.str("hostUuid"), l3s: l3s})
	if err != nil {
		return nil, apierr.Because(apierr.CodeVMCreate, err)
	}
	ps, err := c.node.findStorage(host, c.str("primaryStorageUuidForRootVolume"))
	if err != nil {
		return nil, apierr.Because(apierr.CodeVMCreate, err)
	}
	fields["zoneUuid"] = host.Str("zoneUuid")
	fields["clusterUuid"] = host.Str("clusterUuid")
	fields["hypervisorType"] = host.Str("hypervisorType")
	switch c.str("strategy") {
	case "JustCreate":
		fields["state"] = "Created"
	case "CreateStopped":
		fields["state"], fields["lastHostUuid"], fields["hostUuid"] = "Stopped", host.Key, nil
	default:
		fields["state"], fields["lastHostUuid"], fields["hostUuid"] = "Running", host.Key, host.Key
	}
	vm, err := c.insert("VmInstance", fields)
	if err != nil {
		return nil, err
	}
	err = c.furnish(vm, ps, l3s)
	if err != nil {
		c.node.remove(vm, c.now)
		return nil, apierr.Because(apierr.CodeVMCreate, err)
	}
	return c.answer(vm)
}

// checkNewVM checks the parameters against each other and returns the fields that
// follow from them.
func (c *call) checkNewVM() (map[string]any, *apierr.Error) {
	fields := map[string]any{"allocatorStrategy": "LeastVmPreferredHostAllocatorStrategy"}
	if offering := c.row("instanceOfferingUuid"); offering != nil {
		if offering.Str("state") != "Enabled" {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "instance offering[uuid:%s] is Disabled, can't create vm from it", offering.Key)
		}
		for _, name := range []string{"cpuNum", "memorySize", "reservedMemorySize", "cpuSpeed", "allocatorStrategy"} {
			if !c.has(name) {
				fields[name] = offering.Fields[name]
			}
		}
	} else if !c.has("cpuNum") || !c.has("memorySize") {
		return nil, apierr.Failf(apierr.CodeOperation, "Missing CPU/memory settings")
	}
	image := c.row("imageUuid")
	if image == nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "imageUuid must be set")
	}
	if image.Str("state") != "Enabled" || image.Str("status") != "Ready" {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "image[uuid:%s] is not Ready and Enabled, can't create vm from it", image.Key)
	}
	if image.Str("mediaType") == "ISO" && !c.has("rootDiskOfferingUuid") && !c.has("rootDiskSize") {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "rootDiskOfferingUuid cannot be null when image media type is ISO")
	}
	for _, name := range []string{"platform", "guestOsType", "architecture"} {
		if !c.has(name) {
			fields[name] = image.Fields[name]
		}
	}
	l3s := c.list("l3NetworkUuids")
	if len(l3s) == 0 && !c.has("zoneUuid") && !c.has("clusterUuid") && !c.has("hostUuid") {
		return nil, apierr.Failf(apierr.CodeOperation, "unable to create VM, at least one of the fields (l3NetworkUuids, zoneUuid, clusterUuid, hostUuid) should be set")
	}
	for _, l3 := range c.rows("l3NetworkUuids", "L3Network") {
		if l3.Str("state") != "Enabled" {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "l3 network[uuid:%s] is Disabled, can not create vm on it", l3.Key)
		}
	}
	if len(l3s) > 0 && !c.has("defaultL3NetworkUuid") {
		fields["defaultL3NetworkUuid"] = l3s[0]
	}
	if l3 := c.str("defaultL3NetworkUuid"); l3 != "" && !slices.Contains(l3s, l3) {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "defaultL3NetworkUuid[uuid:%s] is not in l3NetworkUuids%v", l3, l3s)
	}
	return fields, nil
}

// furnish gives a new VM instance its volumes and NICs.
func (c *call) furnish(vm, ps *store.Row, l3s []*store.Row) *apierr.Error {
	image := c.row("imageUuid")
	root := map[string]any{
		"name": "ROOT-for-" + vm.Str("name"), "description": "Root volume for VM[uuid:" + vm.Key + "]", "type": "Root", "lastAttachDate": c.now, "rootImageUuid": image.Key,
		"size": image.Int("size"), "actualSize": image.Int("actualSize"), "format": image.Str("format"), "deviceId": int64(0),
	}
	if image.Str("mediaType") == "ISO" {
		root["format"], root["actualSize"] = "qcow2", int64(0)
	}
	if offering := c.row("rootDiskOfferingUuid"); offering != nil {
		root["diskOfferingUuid"], root["size"] = offering.Key, offering.Int("diskSize")
	}
	if c.has("rootDiskSize") {
		root["size"] = c.int("rootDiskSize")
	}
	c.store().Set(vm, map[string]any{"rootVolumeUuid": c.addVolume(vm, ps, root).Key})

	for _, offering := range c.rows("dataDiskOfferingUuids", "DiskOffering") {
		c.addVolume(vm, ps, c.dataVolume(vm, offering.Int("diskSize"), offering.Key))
	}
	for _, text := range c.list("dataDiskSizes") {
		size, err := strconv.ParseInt(text, 10, 64)
		if err != nil || size < 1 {
			return apierr.Failf(apierr.CodeInvalidArgument, "data disk size[%s] is not valid", text)
		}
		c.addVolume(vm, ps, c.dataVolume(vm, size, nil))
	}
	for _, tag := range []string{"vmPriority::Normal", "driver::virtio", "additionalQmp", "vmSystemSerialNumber::" + c.node.DashedUUID(), "syncPorts::" + vm.Key} {
		inherent := tag == "additionalQmp" || strings.HasPrefix(tag, "vmSystemSerialNumber")
		c.store().Set(c.store().AddTag("SystemTag", vm, tag, c.now), map[string]any{"inherent": inherent})
	}
	c.store().Insert("VmCdRom", c.now, map[string]any{"vmInstanceUuid": vm.Key, "name": "vm-" + vm.Key + "-cdRom"})
	for _, l3 := range l3s {
		if _, err := c.node.addNIC(vm, l3, c.now); err != nil {
			return err
		}
	}
	return nil
}

// dataVolume returns the fields of a data volume that comes with a VM instance.
func (c *call) dataVolume(vm *store.Row, size int64, offering any) map[string]any {
	device := int64(len(c.store().By("Volume", "vmInstanceUuid", vm.Key)))
	return map[string]any{
		"name": "DATA-for-" + vm.Str("name"), "description": "DataVolume-" + vm.Key, "type": "Data", "size": size, "diskOfferingUuid": offering, "deviceId": device,
		"lastAttachDate": c.now,
	}
}

// addVolume adds a volume of a VM instance on a primary storage.
func (c *call) addVolume(vm, ps *store.Row, fields map[string]any) *store.Row {
	v := c.store().Insert("Volume", c.now, fields)
	c.store().Set(v, map[string]any{
		"vmInstanceUuid": vm.Key, "lastVmInstanceUuid": vm.Key, "primaryStorageUuid": ps.Key,
		"installPath": installPath(ps, v),
	})
	return v
}

// installPath returns where a volume's file is.
func installPath(ps, v *store.Row) string {
	folder := strings.ToLower(v.Str("type")) + "Volumes"
	return ps.Str("url") + "/" + folder + "/acct-" + adminUUID + "/vol-" + v.Key + "/" + v.Key + "." + v.Str("format")
}
