package zstacktest

import (
	"slices"
	"strconv"
	"strings"
)

// A hostWish is what a VM instance wants of a host. What is empty does not
// matter.
type hostWish struct {
	zone, cluster, host string
	// last is the host that is taken if it will do, and not one that must not be.
	last, not string
	// l3s are networks that the host's cluster must reach.
	l3s []*row
}

// findHost returns the host that will do and has the fewest VM instances, and of several
// the one with most memory left.
func (n *Node) findHost(w hostWish) (*row, *apiError) {
	var found *row
	for _, h := range n.store.all("Host") {
		if h.key == w.not || !w.fits(n, h) {
			continue
		}
		if found == nil || h.key == w.last || found.key != w.last && n.emptier(h, found) {
			found = h
		}
	}
	if found == nil {
		return nil, failf(codeNoHost, "no host having state=Enabled status=Connected and the networks wanted found")
	}
	return found, nil
}

// emptier reports whether a host has more room than another.
func (n *Node) emptier(a, b *row) bool {
	x, y := len(n.store.by("VmInstance", "hostUuid", a.key)), len(n.store.by("VmInstance", "hostUuid", b.key))
	return x < y || x == y && a.int("availableMemoryCapacity") > b.int("availableMemoryCapacity")
}

func (w hostWish) fits(n *Node, h *row) bool {
	wanted := func(want, have string) bool { return want == "" || want == have }
	if h.str("state") != "Enabled" || h.str("status") != "Connected" || !wanted(w.host, h.key) ||
		!wanted(w.cluster, h.str("clusterUuid")) || !wanted(w.zone, h.str("zoneUuid")) {
		return false
	}
	return !slices.ContainsFunc(w.l3s, func(l3 *row) bool {
		return !slices.Contains(n.attachedClusters(l3), h.str("clusterUuid"))
	})
}

// networksOf returns the L3 networks that a VM instance has NICs in.
func (n *Node) networksOf(vm *row) []*row {
	var l3s []*row
	for _, nic := range n.store.by("VmNic", "vmInstanceUuid", vm.key) {
		if l3 := n.store.get("L3Network", nic.str("l3NetworkUuid")); l3 != nil {
			l3s = append(l3s, l3)
		}
	}
	return l3s
}

// findStorage returns a primary storage that a host can use: the wanted one, if
// one is.
func (n *Node) findStorage(host *row, wanted string) (*row, *apiError) {
	for _, ps := range n.store.all("PrimaryStorage") {
		if ps.str("state") == "Enabled" && ps.str("status") == "Connected" && (wanted == "" || wanted == ps.key) &&
			slices.Contains(ps.list("attachedClusterUuids"), host.str("clusterUuid")) {
			return ps, nil
		}
	}
	return nil, failf(codeNoStorage, "cannot find any available primary storage for host[uuid:%s]", host.key)
}

// createVM makes a VM instance with a root volume, its data volumes and a NIC in
// each network, and runs it unless its strategy says otherwise. When something
// fails, nothing is left.
func createVM(c *call) (*object, *apiError) {
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
		zone = l3s[0].str("zoneUuid")
	}
	host, err := c.node.findHost(hostWish{zone: zone, cluster: c.str("clusterUuid"), host: c.str("hostUuid"), l3s: l3s})
	if err != nil {
		return nil, because(codeVMCreate, err)
	}
	ps, err := c.node.findStorage(host, c.str("primaryStorageUuidForRootVolume"))
	if err != nil {
		return nil, because(codeVMCreate, err)
	}
	fields["zoneUuid"] = host.str("zoneUuid")
	fields["clusterUuid"] = host.str("clusterUuid")
	fields["hypervisorType"] = host.str("hypervisorType")
	switch c.str("strategy") {
	case "JustCreate":
		fields["state"] = "Created"
	case "CreateStopped":
		fields["state"], fields["lastHostUuid"], fields["hostUuid"] = "Stopped", host.key, nil
	default:
		fields["state"], fields["lastHostUuid"], fields["hostUuid"] = "Running", host.key, host.key
	}
	vm, err := c.insert("VmInstance", fields)
	if err != nil {
		return nil, err
	}
	err = c.furnish(vm, ps, l3s)
	if err != nil {
		c.node.remove(vm, c.now)
		return nil, because(codeVMCreate, err)
	}
	return c.answer(vm)
}

// checkNewVM checks the parameters against each other and returns the fields that
// follow from them.
func (c *call) checkNewVM() (map[string]any, *apiError) {
	fields := map[string]any{"allocatorStrategy": "LeastVmPreferredHostAllocatorStrategy"}
	if offering := c.row("instanceOfferingUuid"); offering != nil {
		if offering.str("state") != "Enabled" {
			return nil, failf(codeInvalidArgument, "instance offering[uuid:%s] is Disabled, can't create vm from it", offering.key)
		}
		for _, name := range []string{"cpuNum", "memorySize", "reservedMemorySize", "cpuSpeed", "allocatorStrategy"} {
			if !c.has(name) {
				fields[name] = offering.fields[name]
			}
		}
	} else if !c.has("cpuNum") || !c.has("memorySize") {
		return nil, failf(codeOperation, "Missing CPU/memory settings")
	}
	image := c.row("imageUuid")
	if image == nil {
		return nil, failf(codeInvalidArgument, "imageUuid must be set")
	}
	if image.str("state") != "Enabled" || image.str("status") != "Ready" {
		return nil, failf(codeInvalidArgument, "image[uuid:%s] is not Ready and Enabled, can't create vm from it", image.key)
	}
	if image.str("mediaType") == "ISO" && !c.has("rootDiskOfferingUuid") && !c.has("rootDiskSize") {
		return nil, failf(codeInvalidArgument, "rootDiskOfferingUuid cannot be null when image media type is ISO")
	}
	for _, name := range []string{"platform", "guestOsType", "architecture"} {
		if !c.has(name) {
			fields[name] = image.fields[name]
		}
	}
	l3s := c.list("l3NetworkUuids")
	if len(l3s) == 0 && !c.has("zoneUuid") && !c.has("clusterUuid") && !c.has("hostUuid") {
		return nil, failf(codeOperation, "unable to create VM, at least one of the fields (l3NetworkUuids, zoneUuid, clusterUuid, hostUuid) should be set")
	}
	for _, l3 := range c.rows("l3NetworkUuids", "L3Network") {
		if l3.str("state") != "Enabled" {
			return nil, failf(codeInvalidArgument, "l3 network[uuid:%s] is Disabled, can not create vm on it", l3.key)
		}
	}
	if len(l3s) > 0 && !c.has("defaultL3NetworkUuid") {
		fields["defaultL3NetworkUuid"] = l3s[0]
	}
	if l3 := c.str("defaultL3NetworkUuid"); l3 != "" && !slices.Contains(l3s, l3) {
		return nil, failf(codeInvalidArgument, "defaultL3NetworkUuid[uuid:%s] is not in l3NetworkUuids%v", l3, l3s)
	}
	return fields, nil
}

// furnish gives a new VM instance its volumes and NICs.
func (c *call) furnish(vm, ps *row, l3s []*row) *apiError {
	image := c.row("imageUuid")
	root := map[string]any{
		"name": "ROOT-for-" + vm.str("name"), "description": "Root volume for VM[uuid:" + vm.key + "]", "type": "Root", "lastAttachDate": c.now, "rootImageUuid": image.key,
		"size": image.int("size"), "actualSize": image.int("actualSize"), "format": image.str("format"), "deviceId": int64(0),
	}
	if image.str("mediaType") == "ISO" {
		root["format"], root["actualSize"] = "qcow2", int64(0)
	}
	if offering := c.row("rootDiskOfferingUuid"); offering != nil {
		root["diskOfferingUuid"], root["size"] = offering.key, offering.int("diskSize")
	}
	if c.has("rootDiskSize") {
		root["size"] = c.int("rootDiskSize")
	}
	c.store().set(vm, map[string]any{"rootVolumeUuid": c.addVolume(vm, ps, root).key})

	for _, offering := range c.rows("dataDiskOfferingUuids", "DiskOffering") {
		c.addVolume(vm, ps, c.dataVolume(vm, offering.int("diskSize"), offering.key))
	}
	for _, text := range c.list("dataDiskSizes") {
		size, err := strconv.ParseInt(text, 10, 64)
		if err != nil || size < 1 {
			return failf(codeInvalidArgument, "data disk size[%s] is not valid", text)
		}
		c.addVolume(vm, ps, c.dataVolume(vm, size, nil))
	}
	for _, tag := range []string{"vmPriority::Normal", "driver::virtio", "additionalQmp", "vmSystemSerialNumber::" + c.node.dashedUUID(), "syncPorts::" + vm.key} {
		inherent := tag == "additionalQmp" || strings.HasPrefix(tag, "vmSystemSerialNumber")
		c.store().set(c.store().addTag("SystemTag", vm, tag, c.now), map[string]any{"inherent": inherent})
	}
	c.store().insert("VmCdRom", c.now, map[string]any{"vmInstanceUuid": vm.key, "name": "vm-" + vm.key + "-cdRom"})
	for _, l3 := range l3s {
		if _, err := c.node.addNIC(vm, l3, c.now); err != nil {
			return err
		}
	}
	return nil
}

// dataVolume returns the fields of a data volume that comes with a VM instance.
func (c *call) dataVolume(vm *row, size int64, offering any) map[string]any {
	device := int64(len(c.store().by("Volume", "vmInstanceUuid", vm.key)))
	return map[string]any{
		"name": "DATA-for-" + vm.str("name"), "description": "DataVolume-" + vm.key, "type": "Data", "size": size, "diskOfferingUuid": offering, "deviceId": device,
		"lastAttachDate": c.now,
	}
}

// addVolume adds a volume of a VM instance on a primary storage.
func (c *call) addVolume(vm, ps *row, fields map[string]any) *row {
	v := c.store().insert("Volume", c.now, fields)
	c.store().set(v, map[string]any{
		"vmInstanceUuid": vm.key, "lastVmInstanceUuid": vm.key, "primaryStorageUuid": ps.key,
		"installPath": installPath(ps, v),
	})
	return v
}

// installPath returns where a volume's file is.
func installPath(ps, v *row) string {
	folder := strings.ToLower(v.str("type")) + "Volumes"
	return ps.str("url") + "/" + folder + "/acct-" + adminUUID + "/vol-" + v.key + "/" + v.key + "." + v.str("format")
}
