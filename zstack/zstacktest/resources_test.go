package zstacktest

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// TestASiteByHand builds what WithSite has through the API, and a VM instance on
// top of it.
func TestASiteByHand(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	create := func(target, format string, args ...any) string {
		t.Helper()
		return c.ok("POST", target, fmt.Sprintf(`{"params": {"name": "x", `+format+`}}`, args...))["uuid"].(string)
	}
	zone := create("/zones", `"description": "d"`)
	cluster := create("/clusters", `"zoneUuid": %q, "hypervisorType": "KVM"`, zone)
	host := create("/hosts/kvm", `"clusterUuid": %q, "managementIp": "10.0.0.2", "username": "root", "password": "p"`, cluster)
	ps := create("/primary-storage/local-storage", `"url": "/zstack_ps", "zoneUuid": %q`, zone)
	c.ok("POST", "/clusters/"+cluster+"/primary-storage/"+ps, `{"params": {}}`)
	bs := create("/backup-storage/image-store", `"url": "/bs", "hostname": "10.0.0.3", "username": "root", "password": "p"`)
	c.ok("POST", "/zones/"+zone+"/backup-storage/"+bs, `{"params": {}}`)
	image := create("/images", `"url": "http://x/y.qcow2", "backupStorageUuids": [%q]`, bs)
	l2 := create("/l2-networks/no-vlan", `"zoneUuid": %q, "physicalInterface": "eth0"`, zone)
	c.ok("POST", "/l2-networks/"+l2+"/clusters/"+cluster, `{"null": {}}`)
	l3 := create("/l3-networks", `"l2NetworkUuid": %q`, l2)
	ipRange := create("/l3-networks/"+l3+"/ip-ranges", `"startIp": "10.1.0.10", "endIp": "10.1.0.10", "netmask": "255.255.255.0", "gateway": "10.1.0.1"`)
	vm := create("/vm-instances", `"cpuNum": 1, "memorySize": 1073741824, "imageUuid": %q, "l3NetworkUuids": [%q]`, image, l3)

	require.Equal(t, host, c.node.Get("VmInstance", vm)["hostUuid"])
	require.Equal(t, zone, c.node.Get("Host", host)["zoneUuid"])
	require.Equal(t, bs, c.node.Get("Image", image)["backupStorageRefs"].([]map[string]any)[0]["backupStorageUuid"])
	require.Equal(t, "10.1.0.0/24", c.node.Get("L3Network", l3)["ipRanges"].([]map[string]any)[0]["networkCidr"])
	require.NotContains(t, c.send("GET", "/hosts", "").text, `"password"`)

	// The range has one address: a second VM instance gets it when the first is gone.
	body := fmt.Sprintf(`{"params": {"name": "y", "cpuNum": 1, "memorySize": 1073741824, "imageUuid": %q, "l3NetworkUuids": [%q]}}`, image, l3)
	c.fails("POST", "/vm-instances", body, apierr.CodeVMCreate, apierr.CodeNoAddress)
	c.call("DELETE", "/vm-instances/"+vm, "")
	second := c.ok("POST", "/vm-instances", body)["uuid"].(string)
	c.action(vm, "recover")
	require.Equal(t, []string{apierr.CodeVMStart, apierr.CodeNoAddress}, c.action(vm, "start").codes())

	c.call("DELETE", "/l3-networks/ip-ranges/"+ipRange, "")
	require.NotContains(t, c.node.Get("VmInstance", second)["vmNics"].([]map[string]any)[0], "ip")

	c.fails("POST", "/clusters/"+cluster+"/primary-storage/"+ps, `{"params": {}}`, apierr.CodeInvalidArgument)
	c.fails("DELETE", "/zones/"+cluster+"/backup-storage/"+bs, "", apierr.CodeNotFound)
	c.fails("DELETE", "/primary-storage/"+ps, "", apierr.CodeOperation)
	c.ok("DELETE", "/clusters/"+cluster+"/primary-storage/"+ps, "")
	require.Empty(t, c.node.Get("PrimaryStorage", ps)["attachedClusterUuids"])
	c.call("DELETE", "/zones/"+zone, "")
	for _, kind := range []string{"Zone", "Cluster", "Host", "PrimaryStorage", "L2Network", "L3Network", "IpRange", "UsedIp", "VmInstance", "VmNic", "Volume"} {
		require.Empty(t, c.node.store.All(kind), "%s is left of a zone that was deleted", kind)
	}
	require.Empty(t, c.node.Get("BackupStorage", bs)["attachedZoneUuids"])
}

func TestStates(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	s := c.node.Site()
	for _, tc := range []struct{ kind, path, uuid, action string }{
		{"Zone", "/zones", s.ZoneUUID, "changeZoneState"},
		{"Cluster", "/clusters", s.ClusterUUID, "changeClusterState"},
		{"Host", "/hosts", s.HostUUID, "changeHostState"},
		{"Image", "/images", s.ImageUUID, "changeImageState"},
		{"InstanceOffering", "/instance-offerings", s.InstanceOfferingUUID, "changeInstanceOfferingState"},
		{"DiskOffering", "/disk-offerings", s.DiskOfferingUUID, "changeDiskOfferingState"},
		{"L3Network", "/l3-networks", s.L3NetworkUUID, "changeL3NetworkState"},
		{"PrimaryStorage", "/primary-storage", s.PrimaryStorageUUID, "changePrimaryStorageState"},
		{"BackupStorage", "/backup-storage", s.BackupStorageUUID, "changeBackupStorageState"},
	} {
		for event, state := range map[string]string{"disable": "Disabled", "enable": "Enabled"} {
			c.ok("PUT", tc.path+"/"+tc.uuid+"/actions", fmt.Sprintf(`{%q: {"stateEvent": %q}}`, tc.action, event))
			require.Equal(t, state, c.node.Get(tc.kind, tc.uuid)["state"], tc.kind)
		}
	}
	c.ok("PUT", "/hosts/"+s.HostUUID+"/actions", `{"changeHostState": {"stateEvent": "maintain"}}`)
	require.Equal(t, "Maintenance", c.node.Get("Host", s.HostUUID)["state"])
}

func TestHosts(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	s := c.node.Site()
	body := func(ip string) string {
		return fmt.Sprintf(`{"params": {"name": "h", "clusterUuid": %q, "managementIp": %q, "username": "root", "password": "p"}}`, s.ClusterUUID, ip)
	}
	host := c.ok("POST", "/hosts/kvm", body("10.0.0.99"))
	require.Equal(t, "22", host["sshPort"].(fmt.Stringer).String())
	c.fails("POST", "/hosts/kvm", body("10.0.0.99"), apierr.CodeInvalidArgument)
	c.fails("POST", "/hosts/simulators", fmt.Sprintf(
		`{"params": {"name": "h", "clusterUuid": %q, "managementIp": "10.0.0.98", "memoryCapacity": 1, "cpuCapacity": 1}}`, s.ClusterUUID),
		apierr.CodeInvalidArgument)
	c.ok("PUT", "/hosts/"+s.HostUUID+"/actions", `{"reconnectHost": {}}`)
	require.Equal(t, "root2", c.ok("PUT", "/hosts/kvm/"+s.HostUUID+"/actions", `{"updateKVMHost": {"username": "root2"}}`)["username"])
}

func TestImages(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	s := c.node.Site()
	add := func(url string) map[string]any {
		return c.ok("POST", "/images", fmt.Sprintf(`{"params": {"name": "i", "url": %q, "backupStorageUuids": [%q]}}`, url, s.BackupStorageUUID))
	}
	require.Equal(t, "iso", add("http://x/a.iso")["format"])
	require.Equal(t, "raw", add("http://x/a.img")["format"])
	image := add("http://x/a")["uuid"].(string)
	c.fails("POST", "/images", `{"params": {"name": "i", "url": "u", "backupStorageUuids": []}}`, apierr.CodeInvalidArgument)

	actions := "/images/" + image + "/actions"
	c.fails("PUT", actions, `{"expungeImage": {}}`, apierr.CodeOperation)
	c.call("DELETE", "/images/"+image, "")
	require.Equal(t, "Deleted", c.node.Get("Image", image)["status"])
	require.Equal(t, "Ready", c.ok("PUT", actions, `{"recoverImage": {}}`)["status"])
	c.call("DELETE", "/images/"+image, "")
	require.Equal(t, http.StatusOK, c.call("PUT", actions, `{"expungeImage": {}}`).status)
	require.Nil(t, c.node.Get("Image", image))

	vm := c.ok("POST", "/vm-instances", createVMBody(c.node, ""))
	root := vm["rootVolumeUuid"].(string)
	template := c.ok("POST", "/images/root-volume-templates/from/volumes/"+root,
		fmt.Sprintf(`{"params": {"name": "t", "backupStorageUuids": [%q]}}`, s.BackupStorageUUID))
	require.Equal(t, "volume://"+root, template["url"])
}

func TestOfferings(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.ok("POST", "/instance-offerings", `{"params": {"name": "o", "cpuNum": 1.0, "memorySize": "8.589934592E9"}}`)
	c.fails("POST", "/instance-offerings", `{"params": {"name": "o", "cpuNum": 0, "memorySize": 8589934592}}`, apierr.CodeInvalidArgument)
	c.fails("POST", "/instance-offerings", `{"params": {"name": "o", "cpuNum": 1, "memorySize": 1}}`, apierr.CodeInvalidArgument)
	c.fails("POST", "/instance-offerings", `{"params": {"name": "o", "cpuNum": 1.5, "memorySize": 8589934592}}`, apierr.CodeInvalidArgument)
	c.ok("POST", "/disk-offerings", `{"params": {"name": "o", "diskSize": 1}}`)
	c.fails("POST", "/disk-offerings", `{"params": {"name": "o", "diskSize": 0}}`, apierr.CodeInvalidArgument)
	require.Equal(t, int64(8589934592), c.node.store.All("InstanceOffering")[0].Int("memorySize"))
}

func TestL2Networks(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	s := c.node.Site()
	rep := c.send("POST", "/l2-networks/vlan", fmt.Sprintf(`{"params": {"name": "n", "zoneUuid": %q, "vlan": 100}}`, s.ZoneUUID))
	rep = c.with("X-JSON-Schema", "true").poll(rep.jobUUID())
	l2 := rep.body["inventory"].(map[string]any)
	require.Equal(t, "L2VlanNetwork", l2["type"])
	require.Equal(t, "100", l2["vlan"].(fmt.Stringer).String())
	require.Equal(t, map[string]any{"inventory": "org.zstack.header.network.l2.L2VlanNetworkInventory"}, rep.body["schema"])

	// A VM instance runs only where its networks are.
	c.ok("DELETE", "/l2-networks/"+s.L2NetworkUUID+"/clusters/"+s.ClusterUUID, "")
	c.fails("DELETE", "/l2-networks/"+s.L2NetworkUUID+"/clusters/"+s.ClusterUUID, "", apierr.CodeInvalidArgument)
	c.fails("POST", "/vm-instances", createVMBody(c.node, ""), apierr.CodeVMCreate, apierr.CodeNoHost)
}

func TestIPRanges(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	target := "/l3-networks/" + c.node.Site().L3NetworkUUID + "/ip-ranges"
	add := func(start, end, netmask string) string {
		return fmt.Sprintf(`{"params": {"name": "r", "startIp": %q, "endIp": %q, "netmask": %q}}`, start, end, netmask)
	}
	for _, body := range []string{
		add("10.0.0.9", "10.0.0.1", "255.255.255.0"), add("10.0.0.1", "10.0.1.1", "255.255.255.0"), add("x", "10.0.0.1", "255.255.255.0"),
		add("10.0.0.1", "10.0.0.9", "255.0.255.0"), add("172.20.0.20", "172.20.0.30", "255.255.0.0"), add("::1", "::2", "255.255.255.0"),
	} {
		c.fails("POST", target, body, apierr.CodeInvalidArgument)
	}
	r := c.ok("POST", target, add("10.0.0.2", "10.0.0.9", "255.255.255.0"))
	require.Equal(t, "10.0.0.1", r["gateway"])
	r = c.ok("POST", target+"/by-cidr", `{"params": {"name": "r", "networkCidr": "10.9.8.7/28"}}`)
	require.Equal(t, []any{"10.9.8.1", "10.9.8.2", "10.9.8.14", "255.255.255.240", "10.9.8.0/28"},
		[]any{r["gateway"], r["startIp"], r["endIp"], r["netmask"], r["networkCidr"]})
	c.fails("POST", target+"/by-cidr", `{"params": {"name": "r", "networkCidr": "10.9.8.7/30"}}`, apierr.CodeInvalidArgument)
}

func TestLifeOfADataVolume(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	s := c.node.Site()
	vm := c.ok("POST", "/vm-instances", createVMBody(c.node, ""))
	vmUUID := vm["uuid"].(string)
	v := c.ok("POST", "/volumes/data", fmt.Sprintf(`{"params": {"name": "v", "diskOfferingUuid": %q}}`, s.DiskOfferingUUID))
	uuid := v["uuid"].(string)
	get := func() map[string]any { return c.node.Get("Volume", uuid) }
	require.Equal(t, "NotInstantiated", v["status"])
	require.Equal(t, int64(20<<30), get()["size"])
	c.fails("POST", "/volumes/data", `{"params": {"name": "v"}}`, apierr.CodeInvalidArgument)

	attach := "/volumes/" + uuid + "/vm-instances/" + vmUUID
	v = c.ok("POST", attach, `{"params": {}}`)
	require.Equal(t, []any{"Ready", vmUUID, s.PrimaryStorageUUID, int64(1)},
		[]any{v["status"], v["vmInstanceUuid"], v["primaryStorageUuid"], get()["deviceId"]})
	require.Contains(t, v["installPath"], "/zstack_ps/dataVolumes/")
	require.Len(t, c.node.Get("VmInstance", vmUUID)["allVolumes"], 2)
	c.fails("POST", attach, `{"params": {}}`, apierr.CodeOperation)

	v = c.ok("DELETE", "/volumes/"+uuid+"/vm-instances?vmUuid="+vmUUID, "")
	require.NotContains(t, v, "vmInstanceUuid")
	require.Equal(t, vmUUID, v["lastVmInstanceUuid"])
	c.fails("DELETE", "/volumes/"+uuid+"/vm-instances", "", apierr.CodeOperation)

	other := c.node.Add("VmInstance", map[string]any{"state": "Destroyed"})
	c.fails("POST", "/volumes/"+uuid+"/vm-instances/"+other, `{"params": {}}`, apierr.CodeVMAttachVolume, apierr.CodeVMState)

	actions := "/volumes/" + uuid + "/actions"
	c.fails("PUT", actions, `{"recoverDataVolume": {}}`, apierr.CodeOperation)
	c.call("DELETE", "/volumes/"+uuid, "")
	require.Equal(t, "Deleted", get()["status"])
	c.fails("POST", attach, `{"params": {}}`, apierr.CodeOperation)
	require.Equal(t, "Ready", c.ok("PUT", actions, `{"recoverDataVolume": {}}`)["status"])
	c.call("DELETE", "/volumes/"+uuid, "")
	require.Equal(t, http.StatusOK, c.call("PUT", actions, `{"expungeDataVolume": {}}`).status)
	require.Nil(t, get())

	c.fails("DELETE", "/volumes/"+vm["rootVolumeUuid"].(string), "", apierr.CodeOperation)
	fresh := c.ok("POST", "/volumes/data", `{"params": {"name": "v", "diskSize": 1}}`)["uuid"].(string)
	c.call("DELETE", "/volumes/"+fresh, "")
	require.Nil(t, c.node.Get("Volume", fresh), "a volume that was nowhere leaves nothing")
}
