package zstacktest

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A Model says how large a cloud is that a node begins with. A number that is zero is one that
// the others need: with VMs there is a host for every hundred, and one of everything else.
// What there are several of is numbered and spread evenly: "zone-1", "host-00017", "vm-00042".
type Model struct {
	Zones    int
	Clusters int // in all zones together
	Hosts    int // in all clusters together
	// L3Networks are in all zones together. Each has addresses for 65,000 VM instances.
	L3Networks int
	Images     int
	// VMs are the VM instances. Each has a root volume and a NIC with an address. Of ten,
	// nine run and one is stopped.
	VMs int
}

// WithModel fills the node with a cloud when it starts. Each zone has a primary storage, which
// its clusters share, and there is one backup storage, with all images. Ten thousand VM instances take
// a part of a second.
//
// WithModel panics when a number is negative, or when the L3 networks have too few addresses.
func WithModel(m Model) Option {
	m = m.complete()
	return func(c *config) { c.model = &m }
}

// vmsPerNetwork is how many addresses an L3 network of a model has.
const vmsPerNetwork = 65_000

// complete fills in the numbers that are zero.
func (m Model) complete() Model {
	for _, n := range []int{m.Zones, m.Clusters, m.Hosts, m.L3Networks, m.Images, m.VMs} {
		if n < 0 {
			panic("zstacktest: a Model has a negative number")
		}
	}
	atLeast := func(n *int, least int) {
		if *n == 0 {
			*n = least
		}
	}
	atLeast(&m.Hosts, (m.VMs+99)/100)
	if m.VMs > 0 {
		atLeast(&m.Images, 1)
		atLeast(&m.L3Networks, max(1, m.Zones, (m.VMs+vmsPerNetwork-1)/vmsPerNetwork))
	}
	if m.Hosts > 0 {
		atLeast(&m.Clusters, max(1, m.Zones))
	}
	if m.Clusters > 0 || m.L3Networks > 0 {
		atLeast(&m.Zones, 1)
	}
	if m.VMs > m.L3Networks*vmsPerNetwork {
		panic(fmt.Sprintf("zstacktest: %d L3 networks have too few addresses for %d VM instances", m.L3Networks, m.VMs))
	}
	return m
}

// A modelZone is what a zone of a model has.
type modelZone struct {
	uuid, storage, l2, cluster string
	hosts                      []*store.Row
	networks                   []*modelNetwork
}

// A modelNetwork is an L3 network with the address that it gave out last.
type modelNetwork struct {
	uuid string
	row  *store.Row
	last netip.Addr
}

// addModel fills an empty node.
func (n *Node) addModel(m Model, now time.Time) {
	add := func(kind string, fields map[string]any) *store.Row { return n.store.Insert(kind, now, fields) }
	zones := make([]*modelZone, m.Zones)
	var zoneUUIDs []string
	for i := range zones {
		z := &modelZone{uuid: add("Zone", map[string]any{"name": fmt.Sprintf("zone-%d", i+1)}).Key}
		z.storage = add("PrimaryStorage", map[string]any{
			"name": fmt.Sprintf("primary-%d", i+1), "zoneUuid": z.uuid, "type": "NFS", "url": "10.0.0.12:/zstack_ps", "attachedClusterUuids": []string{},
		}).Key
		z.l2 = add("L2Network", map[string]any{"name": fmt.Sprintf("l2-%d", i+1), "zoneUuid": z.uuid, "attachedClusterUuids": []string{}}).Key
		zones[i] = z
		zoneUUIDs = append(zoneUUIDs, z.uuid)
	}
	for i := range m.Clusters {
		z := zones[i%len(zones)]
		z.cluster = add("Cluster", map[string]any{"name": fmt.Sprintf("cluster-%d", i+1), "zoneUuid": z.uuid}).Key
		n.enlist(n.store.Get("PrimaryStorage", z.storage), "attachedClusterUuids", z.cluster)
		n.enlist(n.store.Get("L2Network", z.l2), "attachedClusterUuids", z.cluster)
	}
	clusters := n.store.All("Cluster")
	for i := range m.Hosts {
		cluster := clusters[i%len(clusters)]
		z := zones[(i%len(clusters))%len(zones)]
		z.hosts = append(z.hosts, add("Host", map[string]any{
			"name": fmt.Sprintf("host-%05d", i+1), "zoneUuid": z.uuid, "clusterUuid": cluster.Key,
			"managementIp": fmt.Sprintf("10.1.%d.%d", i/250, i%250+1), "username": "root", "sshPort": int64(22),
		}))
	}
	for i := range m.L3Networks {
		z := zones[i%len(zones)]
		z.networks = append(z.networks, n.addModelNetwork(i, z, now))
	}
	images := n.addModelImages(m.Images, zoneUUIDs, now)
	if m.VMs == 0 {
		return
	}
	offering := add("InstanceOffering", map[string]any{"name": "offering-1", "cpuNum": int64(2), "memorySize": int64(4 << 30)})
	var of []*modelZone // those that VM instances can be in
	for _, z := range zones {
		if len(z.hosts) > 0 && len(z.networks) > 0 {
			of = append(of, z)
		}
	}
	if len(of) == 0 {
		panic("zstacktest: no zone of the Model has both hosts and L3 networks")
	}
	for i := range m.VMs {
		n.addModelVM(i, of[i%len(of)], len(of), images[i%len(images)], offering, now)
	}
}

func (n *Node) addModelNetwork(i int, z *modelZone, now time.Time) *modelNetwork {
	l3 := n.store.Insert("L3Network", now, map[string]any{
		"name": fmt.Sprintf("l3-%d", i+1), "zoneUuid": z.uuid, "l2NetworkUuid": z.l2, "dns": []string{},
	})
	network := fmt.Sprintf("%d.%d", 172+i/256, i%256)
	r := n.store.Insert("IpRange", now, map[string]any{
		"name": fmt.Sprintf("range-%d", i+1), "l3NetworkUuid": l3.Key, "startIp": network + ".0.10", "endIp": network + ".255.250",
		"gateway": network + ".0.1", "netmask": "255.255.0.0", "networkCidr": network + ".0.0/16", "prefixLen": int64(16),
	})
	low, _, _ := rangeOf(r)
	return &modelNetwork{uuid: l3.Key, row: r, last: low.Prev()}
}

func (n *Node) addModelImages(images int, zones []string, now time.Time) []*store.Row {
	if images == 0 {
		return nil
	}
	bs := n.store.Insert("BackupStorage", now, map[string]any{
		"name": "backup-1", "url": "/zstack_bs", "hostname": "10.0.0.12", "username": "root", "sshPort": int64(22), "attachedZoneUuids": zones,
	})
	list := make([]*store.Row, images)
	for i := range list {
		name := fmt.Sprintf("image-%d", i+1)
		list[i] = n.store.Insert("Image", now, map[string]any{"name": name, "url": "http://10.0.0.12/" + name + ".qcow2", "guestOsType": "Linux"})
		n.storeImage(list[i], bs, now)
	}
	return list
}

func (n *Node) addModelVM(i int, z *modelZone, zones int, image, offering *store.Row, now time.Time) {
	host := z.hosts[i/zones%len(z.hosts)]
	network := z.networks[i/zones%len(z.networks)]
	fields := map[string]any{
		"name": fmt.Sprintf("vm-%05d", i+1), "zoneUuid": z.uuid, "clusterUuid": host.Fields["clusterUuid"], "imageUuid": image.Key,
		"instanceOfferingUuid": offering.Key, "lastHostUuid": host.Key, "hostUuid": host.Key, "defaultL3NetworkUuid": network.uuid,
		"cpuNum": offering.Fields["cpuNum"], "memorySize": offering.Fields["memorySize"], "guestOsType": image.Fields["guestOsType"],
	}
	if i%10 == 9 {
		fields["state"], fields["hostUuid"] = "Stopped", nil
	}
	vm := n.store.Insert("VmInstance", now, fields)
	root := n.store.Insert("Volume", now, map[string]any{
		"name": "ROOT-for-" + vm.Str("name"), "type": "Root", "rootImageUuid": image.Key, "size": image.Fields["size"], "deviceId": int64(0),
		"vmInstanceUuid": vm.Key, "primaryStorageUuid": z.storage,
	})
	n.store.Set(vm, map[string]any{"rootVolumeUuid": root.Key})
	network.last = network.last.Next()
	nic := n.store.Insert("VmNic", now, map[string]any{
		"vmInstanceUuid": vm.Key, "l3NetworkUuid": network.uuid, "mac": n.newMAC(), "internalName": fmt.Sprintf("vnic%d.0", vm.Seq),
	})
	n.useAddress(nic, network.row, network.last, now)
	n.ips[network.row.Key] = network.last.Next()
}
