package prose

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

func action(t *testing.T, c *catalog.Catalogue, name string) *catalog.Action {
	t.Helper()
	for _, a := range c.Actions {
		if a.Name == name+"Action" {
			return a
		}
	}
	require.FailNow(t, "no action "+name)
	return nil
}

func dataType(t *testing.T, c *catalog.Catalogue, name string) *catalog.Type {
	t.Helper()
	for _, ty := range c.Types {
		if ty.Name == name {
			return ty
		}
	}
	require.FailNow(t, "no type "+name)
	return nil
}

func TestGoldenAction(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	for name, want := range map[string]string{
		"RecoverVmInstance": "RecoverVmInstanceAction recovers a destroyed VM instance that has not been expunged. The VM comes back Stopped, without an IP address.\n\n" +
			"It sends PUT /vm-instances/{uuid}/actions. The server runs it as a job: Call waits for its end, Start does not. " +
			"It returns [RecoverVmInstanceResult], with the VM instance as it now is ([types.VmInstanceInventory]). It came with ZStack Cloud 1.9.0 or earlier.",
		"QueryZone": "QueryZoneAction finds zones.\n\n" +
			"It sends GET /zones. Each row is a [types.ZoneInventory]; conditions narrow what is found, and All reads every row, page by page. It came with ZStack Cloud 1.9.0 or earlier.",
		"GetVersion": "GetVersionAction returns the version of the management node.\n\n" +
			"It sends PUT /management-nodes/actions. It changes nothing. It needs no session. It returns [GetVersionResult]. It came with ZStack Cloud 1.9.0 or earlier.",
		"QueryHostKernelInterface": "QueryHostKernelInterfaceAction finds host kernel interfaces.\n\n" +
			"It sends GET /l2-networks/kernel-interfaces. On ZSvirt 1.0.0 it is GET /l3-networks/kernel-interfaces. Each row is a [types.HostKernelInterfaceInventory]; conditions narrow what is found, and All reads every row, page by page. Only ZStack ZSphere has it.",
	} {
		require.Equal(t, want, w.Action(action(t, c, name)))
	}
	require.Contains(t, w.Action(action(t, c, "DeleteLdapBinding")), "On ZStack ZSphere that is DELETE /ldap/bindings/{accountUuid}.")
	require.Contains(t, w.Action(action(t, c, "CreateIAM2Project")), "It came with ZStack Cloud 2.4.0; ZStack ZSphere does not have it.")
}

func TestGoldenDoes(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	for name, want := range map[string]string{
		"ChangeHostState":                           "enables or disables a host, or puts it into maintenance, which moves its VM instances away.",
		"ChangeZoneState":                           "enables or disables a zone.",
		"UpdateEip":                                 "changes an elastic IP. What is unset stays as it is.",
		"DeleteIPsecConnection":                     "deletes an IPsec connection.",
		"AttachScsiLunToVmInstance":                 "attaches a SCSI LUN to a VM instance.",
		"ReconnectSdnController":                    "makes the server connect to an SDN controller anew.",
		"GetVmBootOrder":                            "returns the boot order of a VM instance.",
		"GetHostSensors":                            "returns the sensors of a host.",
		"SyncEcsVpcFromRemote":                      "brings ZStack's records of ECS VPCs into line with the public cloud.",
		"DeleteEcsVpcInLocal":                       "deletes ZStack's record of an ECS VPC and leaves the public cloud alone.",
		"DeleteEcsVpcRemote":                        "deletes an ECS VPC in the public cloud.",
		"QueryEcsVpcFromLocal":                      "finds ECS VPCs of the public cloud that ZStack has on record.",
		"QueryFirewallRuleSetL3Ref":                 "finds links between firewall rule sets and L3 networks.",
		"QuerySNSDingTalkAtPerson":                  "finds people mentioned by DingTalk endpoints.",
		"AddIAM2VirtualIDsToProjects":               "adds IAM2 virtual IDs to projects.",
		"CreateHybridEip":                           "creates an elastic IP of the public cloud.",
		"RemoveServerGroupFromLoadBalancerListener": "removes a server group from a load balancer listener.",
		"ExpungeImage":                              "deletes a deleted image from backup storages for good. It cannot be recovered.",
	} {
		require.Equal(t, name+"Action "+want, w.does(action(t, c, name)))
	}
}

func TestGoldenParam(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	for key, want := range map[string]string{
		"RecoverVmInstance.uuid":                       "is the UUID of the VM instance to recover. It is required.",
		"GetVmHostname.uuid":                           "is the UUID of the VM instance. It is required.",
		"DetachDataVolumeFromVm.uuid":                  "is the UUID of the data volume to detach. It is required.",
		"CreateZone.resourceUuid":                      "is the UUID that the new zone gets. The client chooses one when it is unset.",
		"AddDnsToVpcRouter.resourceUuid":               "is the UUID that the VPC router gets. The server chooses one when it is unset.",
		"CreateSystemTag.resourceUuid":                 "is the UUID of the resource that the tag is put on. It is required.",
		"RecoverVmInstance.systemTags":                 `holds system tags, strings of the form "type::value" that the server acts on.`,
		"DeleteZone.deleteMode":                        `says how firmly to delete: the server may refuse a permissive deletion, and goes on over errors in an enforcing one. Known values are "Permissive" and "Enforcing"; servers may take others. The default is "Permissive", sent when it is unset.`,
		"AddKVMHost.sshPort":                           "is the SSH port of the KVM host. It is 1 to 65,535. The default is 22, sent when it is unset.",
		"CreateInstanceOffering.memorySize":            "is the memory of the new instance offering, in bytes. It is required. It is at least 1 byte.",
		"CreateVmBackup.volumeReadBandwidth":           "limits the reading from the volumes, in bytes a second. It is at least 1,024 bytes a second. It came with ZStack Cloud 3.1.0.",
		"ChangeClusterState.stateEvent":                `is what to do to the state of the cluster. It is required. It is "enable" or "disable", without regard to case.`,
		"QueryZone.start":                              "is how many rows to skip.",
		"QueryZone.count":                              "asks for the total number of rows without the rows.",
		"QueryZone.sortDirection":                      `is the direction to sort in: ascending or descending. It is "asc" or "desc", without regard to case.`,
		"UpdateAlarm.repeatCount":                      "is how often to repeat. It is at least -1. It came with ZStack Cloud 3.3.0.",
		"CreateBonding.bondingName":                    "is the name of the bond.",
		"AddMonToCephBackupStorage.uuid":               "is the UUID of the Ceph backup storage. It is required.",
		"ApplyMonitorTemplateToMonitorGroup.groupUuid": "is the UUID of the monitor group. It is required. It has at most 32 characters (UTF-16 units).",
		"AttachSshKeyPairToVmInstance.sshKeyPairUuid":  "is the UUID of the SSH key pair. It is required.",
	} {
		name, param, _ := strings.Cut(key, ".")
		a := action(t, c, name)
		found := false
		for _, p := range a.Params {
			if p.Name != param {
				continue
			}
			found = true
			got := w.Param(a, p, "Field")
			if strings.Contains(got, "pattern:\n\n\t") {
				require.True(t, strings.HasPrefix(got, "Field "+want+" All of it must match this pattern:\n\n\t"), got)
				continue
			}
			require.Equal(t, "Field "+want, got, key)
		}
		require.True(t, found, key)
	}
}

// What parameters may hold, one fact at a time.
func TestConstraints(t *testing.T) {
	t.Parallel()
	a := &catalog.Action{Since: "2.0.0", Products: []string{"cloud", "zsphere"}}
	for _, tt := range []struct {
		p    catalog.Param
		want string
	}{
		{catalog.Param{Type: "string", MaxLength: 255}, "It has at most 255 characters (UTF-16 units)."},
		{catalog.Param{Type: "string", MinLength: 4, MaxLength: 30}, "It has 4 to 30 characters (UTF-16 units)."},
		{catalog.Param{Type: "string", MinLength: 6, MaxLength: 6}, "It has exactly 6 characters (UTF-16 units)."},
		{catalog.Param{Type: "string", NoEmptyString: true}, "It must not be empty."},
		{catalog.Param{Type: "list<string>", NonEmpty: true, NoEmptyString: true}, "When set, it must hold at least one element, and none may be empty."},
		{catalog.Param{Type: "int32", Range: []int64{1, 1<<31 - 1}}, "It is at least 1."},
		{catalog.Param{Type: "int64", Range: []int64{60, 31536000}}, "It is 60 to 31,536,000."},
		{catalog.Param{Type: "list<int64>", Range: []int64{1, 1<<63 - 1}, RangeUnit: []string{"byte", "bytes"}}, "Each element is at least 1 byte."},
		{catalog.Param{Type: "int32", Range: []int64{1, 65535}, Default: []byte("0")}, "It is 1 to 65,535."},
		{catalog.Param{Type: "int32", Values: []string{"4", "6"}}, "It is 4 or 6."},
		{catalog.Param{Type: "string", Values: []string{"true", "TRUE"}}, `It can only be "true", without regard to case.`},
		{catalog.Param{Type: "list<string>", Values: []string{"a", "b"}}, `Each element is "a" or "b", without regard to case.`},
		{catalog.Param{Type: "string", NoTrim: true, Sensitive: catalog.Secret}, "It is sent as it is, with any white space at its ends. It never appears in errors or logs."},
		{catalog.Param{Type: "string", RequiredOn: []string{"zsphere"}, Products: []string{"zsphere"}}, "ZStack ZSphere requires it. Only ZStack ZSphere takes it."},
		{catalog.Param{Type: "string", Since: "2.0.0"}, ""},
		{catalog.Param{Type: "string", Since: "3.0.0"}, "It came with ZStack Cloud 3.0.0."},
		{catalog.Param{Type: "list<string>", TypeConfidence: "guess"}, "Its element type is inferred."},
		{catalog.Param{Type: "map<string,string>", TypeConfidence: "guess"}, "Its type is inferred."},
		{catalog.Param{Type: "list<string>", Default: []byte(`["a","b"]`)}, `The default is "a" and "b", sent when it is unset.`},
	} {
		s, _ := constraints(a, &tt.p)
		require.Equal(t, tt.want, strings.Join(s, " "))
	}
}

func TestGoldenTypes(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	require.Equal(t, "VmInstanceInventory is a VM instance as the server reports it. It came with ZStack Cloud 1.9.0 or earlier.",
		w.Type(dataType(t, c, "VmInstanceInventory")))
	require.Contains(t, w.Type(dataType(t, c, "KVMHostInventory")), "is a KVM host as the server reports it. It extends [HostInventory] with what is particular to its kind.")
	require.Contains(t, w.Type(dataType(t, c, "DiskAO")), "DiskAO describes a disk of a VM instance that is to be created.")
	require.Equal(t, "AlarmState is the state of an alarm.", w.enumType(dataType(t, c, "AlarmState")))
	require.Equal(t, `X is "Enabled": the alarm is enabled.`, w.EnumValue(dataType(t, c, "AlarmState"), "Enabled", "X"))
	require.Equal(t, `X is "GPU_3D_Controller": a GPU 3D controller.`, w.EnumValue(dataType(t, c, "PciDeviceType"), "GPU_3D_Controller", "X"))

	recover := action(t, c, "RecoverVmInstance")
	require.Equal(t, "RecoverVmInstanceResult is what [RecoverVmInstanceAction] returns.",
		w.Result(dataType(t, c, "RecoverVmInstanceResult"), []*catalog.Action{recover}))
	require.Equal(t, "DeleteZoneResult is what [RecoverVmInstanceAction] and [DeleteZoneAction] return: nothing but the success of the call.",
		w.Result(dataType(t, c, "DeleteZoneResult"), []*catalog.Action{recover, action(t, c, "DeleteZone")}))

	vm := dataType(t, c, "VmInstanceInventory")
	for field, want := range map[string]string{
		"uuid":       "identifies the VM instance.",
		"zoneUuid":   "is the UUID of the zone that the VM instance is in.",
		"memorySize": "is the memory, in bytes.",
		"cpuNum":     "is the number of virtual CPUs.",
		"createDate": "is when the VM instance was created.",
	} {
		for _, f := range vm.Fields {
			if f.Name == field {
				require.Equal(t, "Field "+want, w.Field(vm, f, "Field"))
			}
		}
	}
}

func TestGoldenErrors(t *testing.T) {
	t.Parallel()
	_, w := load(t)
	require.Equal(t, "SysResourceNotFound says that the resource does not exist (SYS.1003).",
		w.ErrorCode(&catalog.ErrorCode{Code: "SYS.1003", Named: "reference"}, "SysResourceNotFound"))
	require.Equal(t, "LicenseExpired says that the license has expired (LICENSE.1000). The name was coined for this SDK.",
		w.ErrorCode(&catalog.ErrorCode{Code: "LICENSE.1000", Named: "coined"}, "LicenseExpired"))
	require.Equal(t, "NewBadThing says that there was a bad thing (NEW.1).",
		w.ErrorCode(&catalog.ErrorCode{Code: "NEW.1", Name: "BAD_THING", Named: "reference"}, "NewBadThing"))
}

func TestArticle(t *testing.T) {
	t.Parallel()
	for phrase, want := range map[string]string{
		"VM instance": "a", "IPsec connection": "an", "SDN controller": "an", "user": "a", "hour": "an", "EIP": "an",
		"L3 network": "an", "USB device": "a", "ECS VPC": "an", "one-click alarm": "a", "NFS primary storage": "an",
		"uplink group": "an", "SCSI LUN": "a", "X-Dragon host": "an", "XML hook": "an", "elastic IP": "an", "host": "a",
	} {
		require.Equal(t, want, article(phrase), phrase)
	}
}

func TestPlural(t *testing.T) {
	t.Parallel()
	for one, many := range map[string]string{
		"VM NIC": "VM NICs", "policy": "policies", "vSwitch": "vSwitches", "alias": "aliases", "gateway": "gateways",
		"host operating system": "host operating systems", "IP address": "IP addresses",
	} {
		require.Equal(t, many, plural(one))
	}
}

func TestGoldenResultThatCanLackMembers(t *testing.T) {
	t.Parallel()
	c, w := load(t)
	const sentence = "Where the job could not tell and the resource was read instead, Inventory alone is set."
	for name, want := range map[string]bool{"AddVCenter": true, "CreateZone": false, "QueryZone": false} {
		a := action(t, c, name)
		text := w.Result(w.types[a.Result], []*catalog.Action{a})
		require.Equal(t, want, strings.Contains(text, sentence), text)
	}
}
