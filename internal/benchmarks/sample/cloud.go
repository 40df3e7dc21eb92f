// Package sample makes up the large replies that are measured, has the structs that a
// program without the SDK would read them into, and the client that reads them.
package sample

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// ManyVMs is how many VM instances the large reply has.
const ManyVMs = 10_000

// A Cloud makes up resources, always the same ones, and writes them as the server
// does.
type Cloud struct {
	random *rand.Rand
	buf    []byte
	schema []byte

	zone      string
	clusters  []string
	hosts     []string
	images    []string
	offerings []string
	networks  []string
	storages  []string
	// Appliances says that one VM in a hundred is of a subtype.
	Appliances bool
}

// NewCloud returns a cloud.
func NewCloud() *Cloud {
	c := &Cloud{random: rand.New(rand.NewPCG(2017, 11))}
	c.zone = c.uuid()
	for _, some := range []struct {
		list *[]string
		n    int
	}{{&c.clusters, 8}, {&c.hosts, 200}, {&c.images, 40}, {&c.offerings, 12}, {&c.networks, 30}, {&c.storages, 6}} {
		for range some.n {
			*some.list = append(*some.list, c.uuid())
		}
	}
	return c
}

// VMReply is the reply to a query for VM instances, each with one NIC and two
// volumes.
func (c *Cloud) VMReply(vms int) []byte {
	c.buf = append(c.buf[:0], `{"inventories":[`...)
	c.schema = c.schema[:0]
	for i := range vms {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.vm(i)
	}
	c.buf = append(c.buf, `],"schema":{`...)
	c.buf = append(c.buf, c.schema...)
	return append(c.buf, `}}`...)
}

func (c *Cloud) vm(i int) {
	path := "inventories[" + strconv.Itoa(i) + "]"
	vm, root, data := c.uuid(), c.uuid(), c.uuid()
	network, created := c.one(c.networks), c.date()
	class, kind := "org.zstack.header.vm.VmInstanceInventory", "UserVm"
	appliance := c.Appliances && i%100 == 99
	if appliance {
		class, kind = "org.zstack.appliancevm.ApplianceVmInventory", "ApplianceVm"
	}
	c.class(path, class)
	c.buf = append(c.buf, '{')
	c.text("uuid", vm)
	c.text("name", "vm-"+strconv.Itoa(i))
	c.text("zoneUuid", c.zone)
	c.text("clusterUuid", c.one(c.clusters))
	image := c.one(c.images)
	c.text("imageUuid", image)
	host := c.one(c.hosts)
	c.text("hostUuid", host)
	c.text("lastHostUuid", host)
	c.text("instanceOfferingUuid", c.one(c.offerings))
	c.text("rootVolumeUuid", root)
	c.text("platform", "Linux")
	c.text("architecture", "x86_64")
	c.text("defaultL3NetworkUuid", network)
	c.text("type", kind)
	c.text("hypervisorType", "KVM")
	c.size("memorySize", int64(1+c.random.IntN(16))<<30)
	c.number("cpuNum", int64(1+c.random.IntN(16)))
	c.number("cpuSpeed", 0)
	c.text("allocatorStrategy", "LeastVmPreferredHostAllocatorStrategy")
	c.text("createDate", created)
	c.text("lastOpDate", c.date())
	c.text("state", c.one([]string{"Running", "Running", "Running", "Stopped"}))
	if appliance {
		c.text("applianceVmType", "vrouter")
		c.text("managementNetworkUuid", network)
		c.text("status", "Connected")
		c.number("agentPort", 7272)
	}
	c.buf = append(c.buf, `,"vmNics":[{`...)
	c.class(path+".vmNics[0]", "org.zstack.header.vm.VmNicInventory")
	c.nic(vm, network, created)
	c.buf = append(c.buf, `}],"allVolumes":[{`...)
	c.class(path+".allVolumes[0]", "org.zstack.header.volume.VolumeInventory")
	c.volume(vm, root, "Root", image, created, 0)
	c.buf = append(c.buf, `},{`...)
	c.class(path+".allVolumes[1]", "org.zstack.header.volume.VolumeInventory")
	c.volume(vm, data, "Data", "", created, 1)
	c.buf = append(c.buf, `}]}`...)
}

func (c *Cloud) nic(vm, network, created string) {
	c.text("uuid", c.uuid())
	c.text("vmInstanceUuid", vm)
	c.text("l3NetworkUuid", network)
	c.text("ip", fmt.Sprintf("10.%d.%d.%d", c.random.IntN(256), c.random.IntN(256), 1+c.random.IntN(253)))
	c.text("mac", fmt.Sprintf("fa:%02x:%02x:%02x:%02x:00", c.random.IntN(256), c.random.IntN(256), c.random.IntN(256), c.random.IntN(256)))
	c.text("netmask", "255.255.0.0")
	c.text("gateway", "10.0.0.254")
	c.number("ipVersion", 4)
	c.text("driverType", "virtio")
	c.text("internalName", "vnic"+strconv.Itoa(c.random.IntN(100_000))+".0")
	c.number("deviceId", 0)
	c.text("type", "VNIC")
	c.text("state", "enable")
	c.text("createDate", created)
}

func (c *Cloud) volume(vm, uuid, kind, image, created string, device int64) {
	c.text("uuid", uuid)
	c.text("name", kind+"-for-"+vm[:8])
	storage := c.one(c.storages)
	c.text("primaryStorageUuid", storage)
	c.text("vmInstanceUuid", vm)
	if image != "" {
		c.text("rootImageUuid", image)
	}
	c.text("installPath", "ceph://pool-"+storage[:8]+"/"+uuid)
	c.text("type", kind)
	c.text("format", "raw")
	c.size("size", int64(10+c.random.IntN(500))<<30)
	c.size("actualSize", int64(c.random.IntN(1<<30)))
	c.number("deviceId", device)
	c.text("state", "Enabled")
	c.text("status", "Ready")
	c.text("createDate", created)
	c.text("lastOpDate", c.date())
	c.buf = append(c.buf, `,"isShareable":false`...)
}

func (c *Cloud) one(list []string) string { return list[c.random.IntN(len(list))] }

func (c *Cloud) uuid() string {
	return fmt.Sprintf("%016x%016x", c.random.Uint64(), c.random.Uint64())
}

// date is a time in the server's format.
func (c *Cloud) date() string {
	first := time.Date(2017, time.November, 14, 22, 20, 57, 0, time.UTC)
	return first.Add(time.Duration(c.random.IntN(5*365*24*3600)) * time.Second).Format("Jan 2, 2006 3:04:05 PM")
}

func (c *Cloud) name(name string) {
	if last := c.buf[len(c.buf)-1]; last != '{' {
		c.buf = append(c.buf, ',')
	}
	c.buf = append(c.buf, '"')
	c.buf = append(c.buf, name...)
	c.buf = append(c.buf, `":`...)
}

func (c *Cloud) text(name, value string) {
	c.name(name)
	c.buf = append(c.buf, '"')
	c.buf = append(c.buf, value...)
	c.buf = append(c.buf, '"')
}

func (c *Cloud) number(name string, n int64) {
	c.name(name)
	c.buf = strconv.AppendInt(c.buf, n, 10)
}

// size is a number that the server writes now and then as its library does with
// numbers that have been through a float.
func (c *Cloud) size(name string, n int64) {
	if c.random.IntN(8) != 0 {
		c.number(name, n)
		return
	}
	c.name(name)
	digits := strconv.FormatInt(n, 10)
	fraction := cmp.Or(strings.TrimRight(digits[1:], "0"), "0")
	c.buf = fmt.Appendf(c.buf, "%c.%sE%d", digits[0], fraction, len(digits)-1)
}

// class says in the schema of which class the value at a path is.
func (c *Cloud) class(path, class string) {
	if len(c.schema) > 0 {
		c.schema = append(c.schema, ',')
	}
	c.schema = fmt.Appendf(c.schema, "%q:%q", path, class)
}
