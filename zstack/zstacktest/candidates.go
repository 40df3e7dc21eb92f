package zstacktest

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// candidateAPIs returns the APIs that list what could be done to a VM instance.
func candidateAPIs() []*api {
	return []*api{
		on("GetVmMigrationCandidateHosts", migrationHosts),
		on("GetVmStartingCandidateClustersHosts", startingHosts),
		on("GetVmAttachableDataVolume", attachableVolumes),
		on("GetDataVolumeAttachableVm", volumeVMs),
		on("GetVmAttachableL3Network", attachableNetworks),
		on("GetCandidateIsoForAttachingVm", candidateISOs),
		on("GetVmConsoleAddress", consoleAddress),
		on("GetVmCapabilities", vmCapabilities),
	}
}

// listed returns the records of a kind that a test holds for, as a result.
func (c *call) listed(kind string, holds func(*store.Row) bool) *javajson.Object {
	rows := slices.DeleteFunc(c.store().All(kind), func(r *store.Row) bool { return !holds(r) || !c.sees(r) })
	o := &javajson.Object{}
	o.Add("inventories", c.store().Inventories(rows, nil))
	return o
}

func migrationHosts(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("vmInstanceUuid")
	wish := hostWish{cluster: vm.Str("clusterUuid"), l3s: c.node.networksOf(vm)}
	return c.listed("Host", func(h *store.Row) bool { return h.Key != vm.Str("hostUuid") && wish.fits(c.node, h) }), nil
}

func startingHosts(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	wish := hostWish{zone: vm.Str("zoneUuid"), l3s: c.node.networksOf(vm)}
	clusters := make(map[string]bool)
	var hosts, of []*store.Row
	for _, h := range c.store().All("Host") {
		if !wish.fits(c.node, h) {
			continue
		}
		hosts = append(hosts, h)
		if cluster := c.store().Get("Cluster", h.Str("clusterUuid")); cluster != nil && !clusters[cluster.Key] {
			clusters[cluster.Key] = true
			of = append(of, cluster)
		}
	}
	o := &javajson.Object{}
	o.Add("hosts", c.store().Inventories(hosts, nil))
	o.Add("clusters", c.store().Inventories(of, nil))
	return o, nil
}

func attachableVolumes(c *call) (*javajson.Object, *apierr.Error) {
	return c.listed("Volume", func(v *store.Row) bool {
		return v.Str("type") == "Data" && v.Str("vmInstanceUuid") == "" && v.Str("state") == "Enabled" && v.Str("status") != "Deleted"
	}), nil
}

func volumeVMs(c *call) (*javajson.Object, *apierr.Error) {
	attached := c.row("volumeUuid").Str("vmInstanceUuid")
	return c.listed("VmInstance", func(vm *store.Row) bool {
		return vm.Key != attached && slices.Contains([]string{"Running", "Stopped"}, vm.Str("state"))
	}), nil
}

func attachableNetworks(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("vmInstanceUuid")
	return c.listed("L3Network", func(l3 *store.Row) bool {
		return l3.Str("state") == "Enabled" && l3.Str("zoneUuid") == vm.Str("zoneUuid") && !slices.Contains(c.node.networksOf(vm), l3)
	}), nil
}

func candidateISOs(c *call) (*javajson.Object, *apierr.Error) {
	return c.listed("Image", func(i *store.Row) bool {
		return i.Str("mediaType") == "ISO" && i.Str("state") == "Enabled" && i.Str("status") == "Ready"
	}), nil
}

// consoleAddress is where the console of a running VM instance is: at its host, from the
// first port for VNC on.
func consoleAddress(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	host := c.store().Get("Host", vm.Str("hostUuid"))
	if vm.Str("state") != "Running" || host == nil {
		return nil, apierr.Failf(apierr.CodeOperation, "the vm[uuid:%s] is not running", vm.Key)
	}
	const firstPort = 5900
	o := &javajson.Object{}
	o.Add("hostIp", host.Str("managementIp"))
	o.Add("port", firstPort+vm.Int("internalId")%1000)
	o.Add("protocol", "vnc")
	return o, nil
}

func vmCapabilities(c *call) (*javajson.Object, *apierr.Error) {
	kvm := c.row("uuid").Str("hypervisorType") == "KVM"
	o := &javajson.Object{}
	o.Add("capabilities", map[string]any{"LiveMigration": kvm, "VolumeMigration": kvm, "Reimage": kvm, "MemorySnapshot": kvm})
	return o, nil
}
