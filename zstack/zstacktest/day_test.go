package zstacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
)

// A step of a day is a call, what its parameters are, and what is to be so afterwards. "$x"
// stands for the UUID of what an earlier step has made and called x.
type step struct {
	action string
	params map[string]any
	// as is what the record in the result is called from here on.
	as string
	// result are members of the result by their paths: "inventory.state".
	result map[string]any
	// fails is the code of the error that the step ends with; empty for none.
	fails string
}

type in = map[string]any

// day is a day of operating a cloud, from an empty node to an empty node.
var day = []step{
	// The hardware.
	{action: "CreateZone", params: in{"name": "z"}, as: "zone", result: in{"inventory.state": "Enabled"}},
	{action: "CreateCluster", params: in{"name": "c", "zoneUuid": "$zone", "hypervisorType": "KVM"}, as: "cluster", result: in{"inventory.zoneUuid": "$zone"}},
	{action: "AddKVMHost", params: in{"name": "h1", "managementIp": "10.0.0.1", "username": "root", "password": "secret", "clusterUuid": "$cluster"}, as: "host1", result: in{"inventory.status": "Connected"}},
	{action: "AddKVMHost", params: in{"name": "h2", "managementIp": "10.0.0.2", "username": "root", "password": "secret", "clusterUuid": "$cluster"}, as: "host2"},
	{action: "AddLocalPrimaryStorage", params: in{"name": "ps", "url": "/zstack_ps", "zoneUuid": "$zone"}, as: "ps", result: in{"inventory.type": "LocalStorage"}},
	{action: "AttachPrimaryStorageToCluster", params: in{"primaryStorageUuid": "$ps", "clusterUuid": "$cluster"}, result: in{"inventory.attachedClusterUuids.0": "$cluster"}},
	{action: "AddImageStoreBackupStorage", params: in{"name": "bs", "hostname": "10.0.0.3", "username": "root", "password": "secret", "url": "/zstack_bs"}, as: "bs"},
	{action: "AttachBackupStorageToZone", params: in{"backupStorageUuid": "$bs", "zoneUuid": "$zone"}, result: in{"inventory.attachedZoneUuids.0": "$zone"}},
	{action: "GetCpuMemoryCapacity", params: in{"zoneUuids": []any{"$zone"}}, result: in{"managedCpuNum": 64}},
	// The networks.
	{action: "CreateL2VlanNetwork", params: in{"name": "l2", "vlan": 100, "zoneUuid": "$zone", "physicalInterface": "eth0"}, as: "l2", result: in{"inventory.vlan": 100}},
	{action: "AttachL2NetworkToCluster", params: in{"l2NetworkUuid": "$l2", "clusterUuid": "$cluster"}},
	{action: "CreateL3Network", params: in{"name": "l3", "l2NetworkUuid": "$l2", "category": "Private"}, as: "l3", result: in{"inventory.zoneUuid": "$zone"}},
	{action: "AddIpRange", params: in{"name": "r", "l3NetworkUuid": "$l3", "startIp": "172.16.0.10", "endIp": "172.16.0.19", "netmask": "255.255.255.0", "gateway": "172.16.0.1"}, as: "range"},
	{action: "AddDnsToL3Network", params: in{"l3NetworkUuid": "$l3", "dns": "172.16.0.53"}, result: in{"inventory.dns.0": "172.16.0.53"}},
	{action: "AttachNetworkServiceToL3Network", params: in{"l3NetworkUuid": "$l3", "networkServices": in{"p": []any{"DHCP", "Eip"}}}, result: in{"inventory.networkServices.1.networkServiceType": "Eip"}},
	{action: "GetIpAddressCapacity", params: in{"l3NetworkUuids": []any{"$l3"}}, result: in{"totalCapacity": 10, "availableCapacity": 10}},
	// Images and offerings.
	{action: "AddImage", params: in{"name": "i", "url": "http://10.0.0.3/i.qcow2", "format": "qcow2", "platform": "Linux", "backupStorageUuids": []any{"$bs"}}, as: "image", result: in{"inventory.status": "Ready"}},
	{action: "AddImage", params: in{"name": "iso", "url": "http://10.0.0.3/i.iso", "format": "iso", "mediaType": "ISO", "backupStorageUuids": []any{"$bs"}}, as: "iso"},
	{action: "CreateInstanceOffering", params: in{"name": "small", "cpuNum": 1, "memorySize": int64(1 << 30)}, as: "small"},
	{action: "CreateInstanceOffering", params: in{"name": "large", "cpuNum": 4, "memorySize": int64(4 << 30)}, as: "large"},
	{action: "CreateDiskOffering", params: in{"name": "disk", "diskSize": int64(10 << 30)}, as: "disk"},
	// A VM instance, and what one does with it.
	{action: "CreateVmInstance", params: in{"name": "web", "imageUuid": "$image", "instanceOfferingUuid": "$small", "l3NetworkUuids": []any{"$l3"}, "hostUuid": "$host1"}, as: "vm",
		result: in{"inventory.state": "Running", "inventory.hostUuid": "$host1", "inventory.vmNics.0.ip": "172.16.0.10"}},
	{action: "SetVmHostname", params: in{"uuid": "$vm", "hostname": "web-1"}},
	{action: "GetVmHostname", params: in{"uuid": "$vm"}, result: in{"hostname": "web-1"}},
	{action: "GetVmConsoleAddress", params: in{"uuid": "$vm"}, result: in{"hostIp": "10.0.0.1", "protocol": "vnc"}},
	{action: "GetVmMigrationCandidateHosts", params: in{"vmInstanceUuid": "$vm"}, result: in{"inventories.0.uuid": "$host2"}},
	{action: "MigrateVm", params: in{"vmInstanceUuid": "$vm", "hostUuid": "$host2"}, result: in{"inventory.hostUuid": "$host2"}},
	{action: "StopVmInstance", params: in{"uuid": "$vm"}, result: in{"inventory.state": "Stopped"}},
	{action: "ChangeInstanceOffering", params: in{"vmInstanceUuid": "$vm", "instanceOfferingUuid": "$large"}, result: in{"inventory.cpuNum": 4}},
	{action: "AttachIsoToVmInstance", params: in{"vmInstanceUuid": "$vm", "isoUuid": "$iso"}, result: in{"inventory.vmCdRoms.0.isoUuid": "$iso"}},
	{action: "StartVmInstance", params: in{"uuid": "$vm"}, result: in{"inventory.state": "Running"}},
	{action: "DetachIsoFromVmInstance", params: in{"vmInstanceUuid": "$vm", "isoUuid": "$iso"}, result: in{"inventory.vmCdRoms.0.isoUuid": nil}},
	// Volumes and snapshots.
	{action: "CreateDataVolume", params: in{"name": "data", "diskOfferingUuid": "$disk", "primaryStorageUuid": "$ps"}, as: "volume", result: in{"inventory.size": int64(10 << 30)}},
	{action: "AttachDataVolumeToVm", params: in{"vmInstanceUuid": "$vm", "volumeUuid": "$volume"}, result: in{"inventory.vmInstanceUuid": "$vm"}},
	{action: "CreateVolumeSnapshot", params: in{"volumeUuid": "$volume", "name": "s1"}, as: "snapshot", result: in{"inventory.volumeUuid": "$volume"}},
	{action: "ResizeDataVolume", params: in{"uuid": "$volume", "size": int64(20 << 30)}, result: in{"inventory.size": int64(20 << 30)}},
	{action: "DeleteVolumeSnapshot", params: in{"uuid": "$snapshot"}},
	{action: "DetachDataVolumeFromVm", params: in{"uuid": "$volume"}, result: in{"inventory.vmInstanceUuid": nil}},
	// Addresses for the world outside.
	{action: "CreateVip", params: in{"name": "v", "l3NetworkUuid": "$l3"}, as: "vip", result: in{"inventory.ip": "172.16.0.11", "inventory.useFor": nil}},
	{action: "CreateEip", params: in{"name": "e", "vipUuid": "$vip"}, as: "eip", result: in{"inventory.vipIp": "172.16.0.11", "inventory.guestIp": nil}},
	{action: "QueryVip", params: in{"q": "uuid=$vip"}, result: in{"inventories.0.useFor": "Eip"}},
	{action: "QueryVmNic", params: in{"q": "vmInstanceUuid=$vm"}, as: "nic", result: in{"inventories.0.l3NetworkUuid": "$l3"}},
	{action: "AttachEip", params: in{"eipUuid": "$eip", "vmNicUuid": "$nic"}, result: in{"inventory.guestIp": "172.16.0.10"}},
	{action: "DetachEip", params: in{"uuid": "$eip"}, result: in{"inventory.vmNicUuid": nil, "inventory.guestIp": nil}},
	{action: "DeleteEip", params: in{"uuid": "$eip"}},
	{action: "QueryVip", params: in{"q": "uuid=$vip"}, result: in{"inventories.0.useFor": nil}},
	{action: "CreateLoadBalancer", params: in{"name": "lb", "vipUuid": "$vip"}, as: "lb", result: in{"inventory.vipUuid": "$vip"}},
	{action: "CreateLoadBalancerListener", params: in{"name": "http", "loadBalancerUuid": "$lb", "loadBalancerPort": 80, "protocol": "http"}, as: "listener", result: in{"inventory.loadBalancerPort": 80}},
	{action: "AddVmNicToLoadBalancer", params: in{"listenerUuid": "$listener", "vmNicUuids": []any{"$nic"}}, result: in{"inventory.vmNicRefs.0.vmNicUuid": "$nic"}},
	{action: "QueryLoadBalancer", params: in{"q": "listeners.vmNicRefs.vmNicUuid=$nic"}, result: in{"inventories.0.uuid": "$lb"}},
	{action: "RemoveVmNicFromLoadBalancer", params: in{"listenerUuid": "$listener", "vmNicUuids": []any{"$nic"}}, result: in{"inventory.vmNicRefs.0": nil}},
	{action: "CreateLoadBalancerServerGroup", params: in{"name": "g", "loadBalancerUuid": "$lb"}, as: "servers"},
	{action: "AddBackendServerToServerGroup", params: in{"serverGroupUuid": "$servers", "vmNics": []any{in{"uuid": "$nic", "weight": "10"}}, "servers": []any{in{"ipAddress": "10.0.0.9"}}},
		result: in{"inventory.vmNicRefs.0.weight": 10, "inventory.serverIps.0.weight": 100}},
	{action: "AddServerGroupToLoadBalancerListener", params: in{"serverGroupUuid": "$servers", "listenerUuid": "$listener"}},
	{action: "QueryLoadBalancerListener", params: in{"q": "uuid=$listener"}, result: in{"inventories.0.serverGroupRefs.0.serverGroupUuid": "$servers"}},
	{action: "RemoveBackendServerFromServerGroup", params: in{"serverGroupUuid": "$servers", "vmNicUuids": []any{"$nic"}}, result: in{"inventory.vmNicRefs.0": nil}},
	{action: "DeleteLoadBalancer", params: in{"uuid": "$lb"}},
	{action: "QueryLoadBalancerListener", params: in{}, result: in{"inventories.0": nil}},
	{action: "DeleteVip", params: in{"uuid": "$vip"}},
	{action: "GetIpAddressCapacity", params: in{"l3NetworkUuids": []any{"$l3"}}, result: in{"availableCapacity": 9}},
	// Rules, groups and tags.
	{action: "CreateSecurityGroup", params: in{"name": "sg"}, as: "sg"},
	{action: "AttachSecurityGroupToL3Network", params: in{"securityGroupUuid": "$sg", "l3NetworkUuid": "$l3"}},
	{action: "AddVmNicToSecurityGroup", params: in{"securityGroupUuid": "$sg", "vmNicUuids": []any{"$nic"}}},
	{action: "CreateAffinityGroup", params: in{"name": "apart", "policy": "antiSoft", "type": "host"}, as: "group"},
	{action: "AddVmToAffinityGroup", params: in{"affinityGroupUuid": "$group", "uuid": "$vm"}, result: in{"inventory.usages.0.resourceUuid": "$vm"}},
	{action: "CreateUserTag", params: in{"resourceType": "VmInstanceVO", "resourceUuid": "$vm", "tag": "web"}},
	{action: "CreateTag", params: in{"name": "owner", "value": "owner::{who}", "type": "withToken"}, as: "pattern"},
	{action: "AttachTagToResources", params: in{"tagUuid": "$pattern", "resourceUuids": []any{"$vm"}, "tokens": in{"who": "ops"}}, result: in{"results.0.inventory.tag": "owner::ops"}},
	{action: "QueryVmInstance", params: in{"q": "__userTag__=owner::ops"}, result: in{"inventories.0.uuid": "$vm"}},
	{action: "DeleteTag", params: in{"uuid": "$pattern"}},
	{action: "QueryVmInstance", params: in{"q": "__userTag__=owner::ops"}, result: in{"inventories.0": nil}},
	{action: "GetResourceConfig", params: in{"category": "vm", "name": "deletionPolicy", "resourceUuid": "$vm"}, result: in{"value": "Delay"}},
	{action: "UpdateResourceConfig", params: in{"category": "vm", "name": "deletionPolicy", "resourceUuid": "$vm", "value": "Direct"}},
	{action: "GetResourceConfig", params: in{"category": "vm", "name": "deletionPolicy", "resourceUuid": "$vm"}, result: in{"value": "Direct", "effectiveConfigs.0.resourceUuid": "$vm"}},
	{action: "DeleteResourceConfig", params: in{"category": "vm", "name": "deletionPolicy", "resourceUuid": "$vm"}},
	{action: "GetResourceConfig", params: in{"category": "vm", "name": "deletionPolicy", "resourceUuid": "$vm"}, result: in{"value": "Delay", "effectiveConfigs.0": nil}},
	{action: "CloneVmInstance", params: in{"vmInstanceUuid": "$vm", "names": []any{"web-2"}}, result: in{"result.numberOfClonedVm": 1, "result.inventories.0.inventory.name": "web-2"}},
	{action: "QueryVmInstance", params: in{"q": "name=web-2"}, as: "vm2", result: in{"inventories.0.vmNics.0.ip": "172.16.0.12"}},
	// Maintenance, and the end of the day.
	{action: "ChangeHostState", params: in{"uuid": "$host2", "stateEvent": "disable"}, result: in{"inventory.state": "Disabled"}},
	{action: "ReconnectHost", params: in{"uuid": "$host1"}, result: in{"inventory.status": "Connected"}},
	{action: "ExpungeVmInstance", params: in{"uuid": "$vm2"}, fails: "SYS.1006"},
	{action: "DestroyVmInstance", params: in{"uuid": "$vm2"}},
	{action: "RecoverVmInstance", params: in{"uuid": "$vm2"}, result: in{"inventory.state": "Stopped"}},
	{action: "DestroyVmInstance", params: in{"uuid": "$vm2"}},
	{action: "ExpungeVmInstance", params: in{"uuid": "$vm2"}},
	{action: "DeleteZone", params: in{"uuid": "$zone"}},
	{action: "QueryVmInstance", params: in{}, result: in{"inventories.0": nil}},
	{action: "QueryL3Network", params: in{}, result: in{"inventories.0": nil}},
}

func TestADayOfOperatingACloud(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	names := make(map[string]string)
	for i, st := range day {
		what := fmt.Sprintf("step %d: %s", i+1, st.action)
		action, ok := calls.Lookup(st.action)
		require.True(t, ok, what)
		rep := (&sweep{c, action}).send(named(st.params, names).(in))
		if st.fails != "" {
			require.Equal(t, http.StatusServiceUnavailable, rep.status, "%s: %s", what, rep.text)
			require.Equal(t, st.fails, rep.codes()[0], what)
			continue
		}
		require.Equal(t, http.StatusOK, rep.status, "%s: %s", what, rep.text)
		for path, want := range st.result {
			got, err := json.Marshal(at(rep.body, path))
			require.NoError(t, err)
			wanted, err := json.Marshal(named(want, names))
			require.NoError(t, err)
			require.JSONEq(t, string(wanted), string(got), "%s: %s in %s", what, path, rep.text)
		}
		for _, path := range []string{"inventory.uuid", "inventories.0.uuid"} {
			if uuid, ok := at(rep.body, path).(string); ok && st.as != "" {
				names[st.as] = uuid
			}
		}
	}
}

var placeholder = regexp.MustCompile(`\$\w+`)

// named puts UUIDs in the place of names.
func named(value any, names map[string]string) any {
	switch v := value.(type) {
	case string:
		return placeholder.ReplaceAllStringFunc(v, func(name string) string { return names[name[1:]] })
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = named(v[i], names)
		}
		return list
	case map[string]any:
		m := maps.Clone(v)
		for name := range m {
			m[name] = named(m[name], names)
		}
		return m
	}
	return value
}

// at is what stands at a path in a JSON value; nil for nothing.
func at(value any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
