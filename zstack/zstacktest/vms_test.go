package zstacktest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// createVMBody returns the body that creates a VM instance at the node's site,
// with more parameters.
func createVMBody(n *Node, more string) string {
	s := n.Site()
	return fmt.Sprintf(`{"params": {"name": "vm", "imageUuid": %q, "instanceOfferingUuid": %q, "l3NetworkUuids": [%q]%s}}`,
		s.ImageUUID, s.InstanceOfferingUUID, s.L3NetworkUUID, more)
}

// action calls one of the actions of a VM instance.
func (c *testClient) action(vm, name string) testReply {
	c.t.Helper()
	return c.call("PUT", "/vm-instances/"+vm+"/actions", `{"`+name+`VmInstance": {}}`)
}

// TestRecoverAsDocumented holds the node against the example in ZStack's manual:
// the request as it stands there, and a result of the same form.
func TestRecoverAsDocumented(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithSite(), WithClock(clock.Now), WithJobDelay(time.Second), WithDoubles())
	site := c.node.Site()
	const uuid = "1b3cdc92c630366285008630dc04cccf"
	c.node.Add("Volume", map[string]any{
		"uuid": "a7489a3011c233a4bd89c0b0ac9321bd", "type": "Root", "vmInstanceUuid": uuid, "status": "Deleted",
		"name": "Root-Volume-For-VM-" + uuid, "size": int64(107374182400), "actualSize": int64(21474836480), "deviceId": 0,
	})
	c.node.Add("VmInstance", map[string]any{
		"uuid": uuid, "name": "Test-VM", "description": "web server VM", "state": "Destroyed", "memorySize": int64(8589934592),
		"zoneUuid": site.ZoneUUID, "lastHostUuid": site.HostUUID, "rootVolumeUuid": "a7489a3011c233a4bd89c0b0ac9321bd",
		"vmNics": []map[string]any{{"mac": "00:0c:29:bd:99:fc", "l3NetworkUuid": site.L3NetworkUUID}},
	})

	rep := c.with("Content-Type", "application/json;charset=UTF-8").send("PUT", "/vm-instances/"+uuid+"/actions",
		`{"recoverVmInstance": {}, "systemTags": [], "userTags": []}`)
	require.Equal(t, http.StatusAccepted, rep.status)
	clock.Advance(time.Second)
	rep = c.with("X-JSON-Schema", "true").poll(rep.jobUUID())
	require.Equal(t, http.StatusOK, rep.status)
	for _, part := range []string{
		`"uuid":"` + uuid + `"`, `"state":"Stopped"`, `"memorySize":8.589934592E9`, `"cpuNum":1.0`, `"deviceId":0.0`,
		`"size":1.073741824E11`, `"actualSize":2.147483648E10`, `"createDate":"Nov 14, 2017 10:20:57 PM"`,
		`"mac":"00:0c:29:bd:99:fc"`, `"status":"Ready"`,
		`"schema":{"inventory":"org.zstack.header.vm.VmInstanceInventory","inventory.vmNics[0]":"org.zstack.header.vm.VmNicInventory",` +
			`"inventory.allVolumes[0]":"org.zstack.header.volume.VolumeInventory"}`,
	} {
		require.Contains(t, rep.text, part)
	}
	vm := rep.body["inventory"].(map[string]any)
	require.NotContains(t, vm, "hostUuid")
	require.Equal(t, site.HostUUID, vm["lastHostUuid"])
	nic := vm["vmNics"].([]any)[0].(map[string]any)
	for _, field := range []string{"ip", "netmask", "gateway", "ipVersion"} {
		require.NotContains(t, nic, field)
	}
	require.True(t, strings.HasPrefix(rep.text, `{"schema":`), "fields are in the server's order")

	rep = c.send("GET", "/vm-instances?q=uuid%3D"+uuid, "")
	require.Contains(t, rep.text, `"memorySize":8589934592,`, "a query reply has integers")
}

func TestLifeOfAVM(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	site := c.node.Site()
	data := fmt.Sprintf(`, "dataDiskOfferingUuids": [%q], "dataDiskSizes": [1024], "rootDiskSize": 2048`, site.DiskOfferingUUID)
	vm := c.ok("POST", "/vm-instances", createVMBody(c.node, data))
	uuid := vm["uuid"].(string)
	get := func() map[string]any { return c.node.Get("VmInstance", uuid) }

	require.Equal(t, "Running", vm["state"])
	require.Equal(t, site.HostUUID, vm["hostUuid"])
	require.Equal(t, int64(2), get()["cpuNum"])
	require.Equal(t, int64(4<<30), get()["memorySize"])
	nic := get()["vmNics"].([]map[string]any)[0]
	require.Equal(t, "172.20.0.10", nic["ip"])
	require.Equal(t, "255.255.0.0", nic["netmask"])
	require.Equal(t, "172.20.0.10", nic["usedIps"].([]map[string]any)[0]["ip"])
	volumes := get()["allVolumes"].([]map[string]any)
	require.Len(t, volumes, 3)
	require.Equal(t, get()["rootVolumeUuid"], volumes[0]["uuid"])
	require.Equal(t, []any{int64(2048), int64(20 << 30), int64(1024)}, []any{volumes[0]["size"], volumes[1]["size"], volumes[2]["size"]})
	require.Equal(t, []any{int64(0), int64(1), int64(2)}, []any{volumes[0]["deviceId"], volumes[1]["deviceId"], volumes[2]["deviceId"]})

	for _, step := range []struct{ action, state string }{
		{"reboot", "Running"}, {"pause", "Paused"}, {"resume", "Running"}, {"start", "Running"},
		{"stop", "Stopped"}, {"stop", "Stopped"}, {"start", "Running"},
	} {
		rep := c.action(uuid, step.action)
		require.Equal(t, http.StatusOK, rep.status, rep.text)
		require.Equal(t, step.state, get()["state"], step.action)
		if step.state == "Stopped" {
			require.NotContains(t, get(), "hostUuid")
		} else {
			require.Equal(t, site.HostUUID, get()["hostUuid"])
		}
	}
	c.ok("PUT", "/vm-instances/"+uuid+"/actions", `{"updateVmInstance": {"name": "new", "description": ""}}`)
	require.Equal(t, "new", get()["name"])
	require.Equal(t, "", get()["description"])

	rep := c.call("DELETE", "/vm-instances/"+uuid+"?deleteMode=Permissive", "")
	require.Equal(t, http.StatusOK, rep.status, rep.text)
	require.Equal(t, "Destroyed", get()["state"])
	require.NotContains(t, get(), "hostUuid")
	require.Len(t, get()["allVolumes"], 1, "data volumes are detached")
	require.Empty(t, c.node.store.All("UsedIp"))

	require.Equal(t, http.StatusOK, c.action(uuid, "recover").status)
	require.Equal(t, "Stopped", get()["state"])
	nic = get()["vmNics"].([]map[string]any)[0]
	require.NotContains(t, nic, "ip")
	require.Empty(t, nic["usedIps"])
	require.Equal(t, http.StatusOK, c.action(uuid, "start").status)
	require.Equal(t, "172.20.0.11", get()["vmNics"].([]map[string]any)[0]["ip"])

	c.call("DELETE", "/vm-instances/"+uuid, "")
	require.Equal(t, http.StatusOK, c.action(uuid, "expunge").status)
	require.Nil(t, get())
	require.Empty(t, c.node.store.All("VmNic"))
	require.Len(t, c.node.store.All("Volume"), 2, "data volumes stay")
	require.Equal(t, []string{apierr.CodeNotFound}, c.action(uuid, "recover").codes())
}

func TestActionsInTheWrongState(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		action string
		states []string
		codes  []string
	}{
		{"start", []string{"Destroyed", "Paused", "Stopping"}, []string{apierr.CodeVMStart, apierr.CodeVMState}},
		{"stop", []string{"Destroyed", "Created", "Starting"}, []string{apierr.CodeVMStop, apierr.CodeVMState}},
		{"reboot", []string{"Stopped", "Destroyed"}, []string{apierr.CodeVMReboot, apierr.CodeVMReboot, apierr.CodeVMState}},
		{"pause", []string{"Stopped", "Paused"}, []string{apierr.CodeVMSuspend, apierr.CodeVMState}},
		{"resume", []string{"Running", "Stopped"}, []string{apierr.CodeVMResume, apierr.CodeVMState}},
		{"recover", []string{"Running", "Stopped"}, []string{apierr.CodeOperation, apierr.CodeVMState}},
		{"expunge", []string{"Running", "Stopped"}, []string{apierr.CodeOperation, apierr.CodeVMState}},
	} {
		c := newClient(t)
		for _, state := range tc.states {
			vm := c.node.Add("VmInstance", map[string]any{"state": state})
			rep := c.action(vm, tc.action)
			require.Equal(t, tc.codes, rep.codes(), "%s when %s", tc.action, state)
			require.Contains(t, rep.text, "state["+state+"]")
			require.Equal(t, state, c.node.Get("VmInstance", vm)["state"])
		}
	}
	c := newClient(t)
	vm := c.node.Add("VmInstance", map[string]any{"state": "Destroyed"})
	require.Equal(t, http.StatusOK, c.call("DELETE", "/vm-instances/"+vm, "").status, "it is destroyed already")
	c.node.Set("VmInstance", vm, map[string]any{"state": "Starting"})
	c.fails("DELETE", "/vm-instances/"+vm, "", apierr.CodeVMDestroy, apierr.CodeVMState)
}

func TestCreateStrategies(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	vm := c.ok("POST", "/vm-instances", createVMBody(c.node, `, "strategy": "CreateStopped"`))
	require.Equal(t, "Stopped", vm["state"])
	require.NotContains(t, vm, "hostUuid")
	vm = c.ok("POST", "/vm-instances", createVMBody(c.node, `, "strategy": "JustCreate"`))
	require.Equal(t, "Created", vm["state"])
	require.NotContains(t, vm["vmNics"].([]any)[0], "ip")
	require.Equal(t, http.StatusOK, c.action(vm["uuid"].(string), "start").status)
	require.NotEmpty(t, c.node.Get("VmInstance", vm["uuid"].(string))["vmNics"].([]map[string]any)[0]["ip"])
}

func TestCreateErrors(t *testing.T) {
	t.Parallel()
	const unknown = "ffffffffffffffffffffffffffffffff"
	for _, tc := range []struct {
		name    string
		prepare func(n *Node)
		body    func(s Site) string
		codes   []string
	}{
		{"unknown image", nil, func(s Site) string {
			return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1`, unknown)
		}, []string{apierr.CodeNotFound}},
		{"unknown offering", nil, func(s Site) string {
			return fmt.Sprintf(`"imageUuid": %q, "instanceOfferingUuid": %q`, s.ImageUUID, unknown)
		}, []string{apierr.CodeNotFound}},
		{"unknown network", nil, func(s Site) string {
			return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "l3NetworkUuids": [%q]`, s.ImageUUID, unknown)
		}, []string{apierr.CodeNotFound}},
		{"no image", nil, func(s Site) string { return `"cpuNum": 1, "memorySize": 1` }, []string{apierr.CodeInvalidArgument}},
		{"no size", nil, func(s Site) string { return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1`, s.ImageUUID) },
			[]string{apierr.CodeOperation}},
		{"nowhere", nil, func(s Site) string { return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1`, s.ImageUUID) },
			[]string{apierr.CodeOperation}},
		{"default network elsewhere", nil, func(s Site) string {
			return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "zoneUuid": %q, "defaultL3NetworkUuid": %q`, s.ImageUUID, s.ZoneUUID, s.L3NetworkUUID)
		}, []string{apierr.CodeInvalidArgument}},
		{"host disabled", func(n *Node) { n.Set("Host", n.Site().HostUUID, map[string]any{"state": "Disabled"}) },
			func(s Site) string {
				return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "zoneUuid": %q`, s.ImageUUID, s.ZoneUUID)
			},
			[]string{apierr.CodeVMCreate, apierr.CodeNoHost}},
		{"no storage", func(n *Node) { n.Remove("PrimaryStorage", n.Site().PrimaryStorageUUID) },
			func(s Site) string {
				return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "zoneUuid": %q`, s.ImageUUID, s.ZoneUUID)
			},
			[]string{apierr.CodeVMCreate, apierr.CodeNoStorage}},
		{"no address", func(n *Node) { n.Remove("IpRange", n.Site().IPRangeUUID) },
			func(s Site) string {
				return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "l3NetworkUuids": [%q]`, s.ImageUUID, s.L3NetworkUUID)
			}, []string{apierr.CodeVMCreate, apierr.CodeNoAddress}},
		{"offering disabled", func(n *Node) {
			n.Set("InstanceOffering", n.Site().InstanceOfferingUUID, map[string]any{"state": "Disabled"})
		}, func(s Site) string {
			return fmt.Sprintf(`"imageUuid": %q, "instanceOfferingUuid": %q, "zoneUuid": %q`, s.ImageUUID, s.InstanceOfferingUUID, s.ZoneUUID)
		}, []string{apierr.CodeInvalidArgument}},
		{"image deleted", func(n *Node) { n.Set("Image", n.Site().ImageUUID, map[string]any{"status": "Deleted"}) },
			func(s Site) string {
				return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "zoneUuid": %q`, s.ImageUUID, s.ZoneUUID)
			},
			[]string{apierr.CodeInvalidArgument}},
		{"ISO without a disk", func(n *Node) { n.Set("Image", n.Site().ImageUUID, map[string]any{"mediaType": "ISO"}) },
			func(s Site) string {
				return fmt.Sprintf(`"imageUuid": %q, "cpuNum": 1, "memorySize": 1, "zoneUuid": %q`, s.ImageUUID, s.ZoneUUID)
			},
			[]string{apierr.CodeInvalidArgument}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, WithSite())
			if tc.prepare != nil {
				tc.prepare(c.node)
			}
			c.fails("POST", "/vm-instances", `{"params": {"name": "vm", `+tc.body(c.node.Site())+`}}`, tc.codes...)
			for _, kind := range []string{"VmInstance", "VmNic", "Volume", "UsedIp"} {
				require.Empty(t, c.node.store.All(kind), "something is left of a VM instance that could not be created")
			}
		})
	}
}

func TestMigrationAndOffering(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	site := c.node.Site()
	uuid := c.ok("POST", "/vm-instances", createVMBody(c.node, ""))["uuid"].(string)
	actions := "/vm-instances/" + uuid + "/actions"
	c.fails("PUT", actions, `{"migrateVm": {}}`, apierr.CodeVMMigrate, apierr.CodeNoHost)
	other := c.node.Add("Host", map[string]any{"name": "host-2", "zoneUuid": site.ZoneUUID, "clusterUuid": site.ClusterUUID})
	vm := c.ok("PUT", actions, `{"migrateVm": {"hostUuid": "`+other+`"}}`)
	require.Equal(t, other, vm["hostUuid"])
	require.Equal(t, site.HostUUID, vm["lastHostUuid"])
	c.fails("PUT", actions, `{"migrateVm": {"hostUuid": "`+other+`"}}`, apierr.CodeInvalidArgument)

	c.action(uuid, "stop")
	c.action(uuid, "start")
	require.Equal(t, other, c.node.Get("VmInstance", uuid)["hostUuid"], "it starts where it was")

	offering := c.ok("POST", "/instance-offerings", `{"params": {"name": "big", "cpuNum": 8, "memorySize": 17179869184}}`)
	c.ok("PUT", actions, `{"changeInstanceOffering": {"instanceOfferingUuid": "`+offering["uuid"].(string)+`"}}`)
	require.Equal(t, int64(8), c.node.Get("VmInstance", uuid)["cpuNum"])

	c.call("DELETE", "/hosts/"+other, "")
	require.Equal(t, "Stopped", c.node.Get("VmInstance", uuid)["state"], "a host that goes takes no VM instance with it")
}

func TestNICs(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithSite())
	site := c.node.Site()
	uuid := c.ok("POST", "/vm-instances", createVMBody(c.node, ""))["uuid"].(string)
	c.fails("POST", "/vm-instances/"+uuid+"/l3-networks/"+site.L3NetworkUUID, `{"params": {}}`, apierr.CodeOperation)
	l3 := c.ok("POST", "/l3-networks", `{"params": {"name": "second", "l2NetworkUuid": "`+site.L2NetworkUUID+`"}}`)["uuid"].(string)
	c.fails("POST", "/vm-instances/"+uuid+"/l3-networks/"+l3, `{"params": {}}`, apierr.CodeVMAttachNIC, apierr.CodeNoAddress)
	c.ok("POST", "/l3-networks/"+l3+"/ip-ranges/by-cidr", `{"params": {"name": "r", "networkCidr": "192.168.0.0/24"}}`)
	vm := c.ok("POST", "/vm-instances/"+uuid+"/l3-networks/"+l3, `{"params": {}}`)
	nics := vm["vmNics"].([]any)
	require.Len(t, nics, 2)
	first, second := nics[0].(map[string]any), nics[1].(map[string]any)
	require.Equal(t, "192.168.0.2", second["ip"])
	require.NotEqual(t, first["mac"], second["mac"])
	require.Equal(t, site.L3NetworkUUID, vm["defaultL3NetworkUuid"])

	vm = c.ok("DELETE", "/vm-instances/nics/"+first["uuid"].(string), "")
	require.Len(t, vm["vmNics"], 1)
	require.Equal(t, l3, vm["defaultL3NetworkUuid"])
	require.Len(t, c.node.store.All("UsedIp"), 1)
}
