package store

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Kind describes one kind of resource. Records are maps keyed by the names
// that the fields have on the wire; everything else that the node knows about a
// resource, apart from its special verbs, is in its kind.
type Kind struct {
	// name is the resource's name without "Inventory": "VmInstance".
	Name string
	// class is the Java class of the inventory, which replies name in their
	// schema. A record can have a subclass of it, in the field "@class".
	Class string
	// fields are in the order that the server writes them in.
	Fields []*Field
	ByName map[string]*Field
}

// A Field is one field of a kind.
type Field struct {
	Name string
	Typ  FieldType
	// ref is the kind that the field holds the UUID of, if it does.
	Ref string
	// owned says that a record goes when the one that ref points to is deleted.
	Owned bool
	// child is, in a field of type children, the kind of the elements, and by
	// their field that holds the UUID of the record they belong to.
	Child, By string
	// preset is the value of a new record that is given none.
	preset any
}

type FieldType int

const (
	TypeString FieldType = iota
	TypeInt
	TypeFloat
	TypeBool
	TypeTime
	TypeList
	TypeChildren
	// typeRaw is that of parameters that the node leaves as they came.
	TypeRaw
	// typeTree is that of the snapshots of a tree.
	TypeTree
)

var fieldTypes = map[string]FieldType{
	"string": TypeString, "int": TypeInt, "float": TypeFloat, "bool": TypeBool,
	"time": TypeTime, "list": TypeList, "raw": TypeRaw, "tree": TypeTree,
}

var kinds sync.Map // of *Kind, by name

// KindNamed returns the kind with a name; nil when there is none. It is read when it is
// first asked for.
func KindNamed(name string) *Kind {
	if known, ok := kinds.Load(name); ok {
		return known.(*Kind)
	}
	row := rowNamed(name)
	if row == nil || row.base != "" {
		return nil
	}
	k := &Kind{Name: row.name, Class: row.class, ByName: make(map[string]*Field)}
	for spec := range strings.FieldsSeq(row.fields) {
		f := parseField(spec)
		k.Fields = append(k.Fields, f)
		k.ByName[f.Name] = f
	}
	known, _ := kinds.LoadOrStore(name, k)
	return known.(*Kind)
}

// Base returns the kind that the records of an inventory's type are kept as, by the name
// without "Inventory", and the class of those that are of a subtype: a KVMHost is a Host.
func Base(name string) (k *Kind, class string) {
	if row := rowNamed(name); row != nil && row.base != "" {
		return KindNamed(row.base), row.class
	}
	return KindNamed(name), ""
}

// rowNamed returns the node's own row of a kind or else the catalogue's.
func rowNamed(name string) *kindRow {
	for i := range ownKinds {
		if ownKinds[i].name == name {
			return &ownKinds[i]
		}
	}
	i, ok := slices.BinarySearchFunc(catalogue[:], name, func(row kindRow, name string) int { return strings.Compare(row.name, name) })
	if !ok {
		return nil
	}
	return &catalogue[i]
}

// IsOwn reports whether the node knows more of a kind than the catalogue.
func IsOwn(name string) bool {
	return slices.ContainsFunc(ownKinds[:], func(row kindRow) bool { return row.name == name })
}

// KindNames are the names of all kinds, the node's own before those of the catalogue alone.
var KindNames = sync.OnceValue(func() []string {
	own := make(map[string]bool)
	var names []string
	for _, row := range ownKinds {
		own[row.name] = true
		names = append(names, row.name)
	}
	for _, row := range catalogue {
		if !own[row.name] && row.base == "" {
			names = append(names, row.name)
		}
	}
	return names
})

// parseField reads a field as the tables have it:
//
//	name                  a string
//	name:int              another type: int, float, bool, time or list (of strings)
//	name=preset           the value of a new record that is given none
//	name@Kind             the UUID of a record of the kind
//	name^Kind             the same, of the record that this one belongs to
//	name[]Kind.field      the records of the kind whose field is this record's UUID
func parseField(spec string) *Field {
	f := &Field{}
	spec, preset, hasPreset := strings.Cut(spec, "=")
	if name, child, ok := strings.Cut(spec, "[]"); ok {
		f.Name, f.Typ = name, TypeChildren
		f.Child, f.By, _ = strings.Cut(child, ".")
		return f
	}
	if i := strings.IndexAny(spec, "@^"); i >= 0 {
		f.Ref, f.Owned = spec[i+1:], spec[i] == '^'
		spec = spec[:i]
	}
	name, typ, ok := strings.Cut(spec, ":")
	if !ok {
		typ = "string"
	}
	f.Name, f.Typ = name, fieldTypes[typ]
	if !hasPreset {
		return f
	}
	switch f.Typ {
	case TypeInt:
		f.preset, _ = strconv.ParseInt(preset, 10, 64)
	case TypeBool:
		f.preset = preset == "true"
	default:
		f.preset = preset
	}
	return f
}

// A kindRow describes one kind. A subtype names the kind that its records are kept as,
// base, and has no fields of its own.
type kindRow struct{ name, class, base, fields string }

// ownKinds are the kinds of which the node knows more than the catalogue: what a new record
// has, and what goes with what. They stand in place of the catalogue's.
var ownKinds = [...]kindRow{
	{"Account", "org.zstack.header.identity.AccountInventory", "",
		`uuid name description type=Normal createDate:time lastOpDate:time state=Enabled`},
	{"AccessKey", "org.zstack.accessKey.AccessKeyInventory", "",
		`uuid description accountUuid^Account userUuid AccessKeyID AccessKeySecret state=Enabled
		createDate:time lastOpDate:time`},

	{"Zone", "org.zstack.header.zone.ZoneInventory", "",
		`uuid name description state=Enabled type=zstack isDefault:bool=false createDate:time lastOpDate:time`},
	{"Cluster", "org.zstack.header.cluster.ClusterInventory", "",
		`uuid name description state=Enabled hypervisorType=KVM createDate:time lastOpDate:time
		zoneUuid^Zone type=zstack architecture=x86_64`},
	{"Host", "org.zstack.header.host.HostInventory", "",
		`uuid name description zoneUuid^Zone clusterUuid^Cluster managementIp hypervisorType=KVM state=Enabled
		status=Connected totalCpuCapacity:int=320 availableCpuCapacity:int=320 cpuSockets:int=2
		totalMemoryCapacity:int=274877906944 availableMemoryCapacity:int=274877906944 cpuNum:int=32
		architecture=x86_64 createDate:time lastOpDate:time username sshPort:int osDistribution osRelease osVersion
		ipmiPort:int=623 ipmiPowerStatus=UN_CONFIGURED iscsiInitiatorName nqn hostname`},

	{"PrimaryStorage", "org.zstack.header.storage.primary.PrimaryStorageInventory", "",
		`uuid zoneUuid^Zone name url description totalCapacity:int=10995116277760 availableCapacity:int=10995116277760
		totalPhysicalCapacity:int=10995116277760 availablePhysicalCapacity:int=10995116277760
		systemUsedCapacity:int=0 type=LocalStorage state=Enabled status=Connected mountPath
		createDate:time lastOpDate:time attachedClusterUuids:list@Cluster`},
	{"BackupStorage", "org.zstack.header.storage.backup.BackupStorageInventory", "",
		`uuid name url description totalCapacity:int=10995116277760 availableCapacity:int=10995116277760
		type=ImageStoreBackupStorage state=Enabled status=Connected createDate:time lastOpDate:time
		attachedZoneUuids:list@Zone hostname username sshPort:int`},
	{"Image", "org.zstack.header.image.ImageInventory", "",
		`uuid name description state=Enabled status=Ready size:int=10737418240 actualSize:int=1073741824 md5Sum url
		mediaType=RootVolumeTemplate guestOsType type=zstack platform=Linux architecture=x86_64 format=qcow2
		system:bool=false virtio:bool=true createDate:time lastOpDate:time
		backupStorageRefs[]ImageBackupStorageRef.imageUuid`},
	{"ImageBackupStorageRef", "org.zstack.header.image.ImageBackupStorageRefInventory", "",
		`id:int imageUuid^Image backupStorageUuid^BackupStorage installPath status=Ready createDate:time lastOpDate:time`},

	{"InstanceOffering", "org.zstack.header.configuration.InstanceOfferingInventory", "",
		`uuid name description cpuNum:int=1 cpuSpeed:int=0 memorySize:int=1073741824 reservedMemorySize:int=0
		type=UserVm allocatorStrategy=LeastVmPreferredHostAllocatorStrategy sortKey:int=0
		createDate:time lastOpDate:time state=Enabled`},
	{"DiskOffering", "org.zstack.header.configuration.DiskOfferingInventory", "",
		`uuid name description diskSize:int=10737418240 sortKey:int=0 state=Enabled type=DefaultDiskOfferingType
		createDate:time lastOpDate:time allocatorStrategy=DefaultPrimaryStorageAllocationStrategy`},

	{"L2Network", "org.zstack.header.network.l2.L2NetworkInventory", "",
		`uuid name description zoneUuid^Zone physicalInterface=eth0 type=L2NoVlanNetwork vSwitchType=LinuxBridge
		virtualNetworkId:int=0 isolated:bool=false pvlan createDate:time lastOpDate:time
		attachedClusterUuids:list@Cluster attachedHostRefs[]L2NetworkHostRef.l2NetworkUuid vlan:int`},
	{"L2NetworkHostRef", "org.zstack.header.network.l2.L2NetworkHostRefInventory", "",
		`hostUuid^Host l2NetworkUuid^L2Network l2ProviderType bridgeName createDate:time lastOpDate:time`},
	{"L3Network", "org.zstack.header.network.l3.L3NetworkInventory", "",
		`uuid name description type=L3BasicNetwork zoneUuid^Zone l2NetworkUuid^L2Network state=Enabled dnsDomain
		system:bool=false category=Private ipVersion:int=4 enableIPAM:bool=true isolated:bool=false
		createDate:time lastOpDate:time dns:list ipRanges[]IpRange.l3NetworkUuid
		networkServices[]NetworkServiceL3NetworkRef.l3NetworkUuid hostRoute[]L3NetworkHostRoute.l3NetworkUuid
		reservedIpRanges[]ReservedIpRange.l3NetworkUuid`},
	{"NetworkServiceL3NetworkRef", "org.zstack.header.network.service.NetworkServiceL3NetworkRefInventory", "",
		`l3NetworkUuid^L3Network networkServiceProviderUuid networkServiceType`},
	{"L3NetworkHostRoute", "org.zstack.header.network.l3.L3NetworkHostRouteInventory", "",
		`id:int l3NetworkUuid^L3Network prefix nexthop createDate:time lastOpDate:time`},
	{"ReservedIpRange", "org.zstack.header.network.l3.ReservedIpRangeInventory", "",
		`uuid l3NetworkUuid^L3Network name startIp endIp ipVersion:int=4 createDate:time lastOpDate:time`},
	{"IpRange", "org.zstack.header.network.l3.IpRangeInventory", "",
		`uuid l3NetworkUuid^L3Network name description startIp endIp netmask gateway networkCidr ipVersion:int=4
		addressMode prefixLen:int ipRangeType=Normal createDate:time lastOpDate:time`},
	{"UsedIp", "org.zstack.header.network.l3.UsedIpInventory", "",
		`uuid ipRangeUuid^IpRange l3NetworkUuid^L3Network ipVersion:int=4 ip netmask gateway usedFor ipInLong:int ipInBinary:raw
		vmNicUuid^VmNic createDate:time lastOpDate:time`},

	{"VmInstance", "org.zstack.header.vm.VmInstanceInventory", "",
		`uuid name description zoneUuid^Zone clusterUuid@Cluster imageUuid@Image hostUuid@Host lastHostUuid@Host
		instanceOfferingUuid@InstanceOffering rootVolumeUuid@Volume platform=Linux architecture=x86_64
		defaultL3NetworkUuid@L3Network type=UserVm hypervisorType=KVM memorySize:int=1073741824
		reservedMemorySize:int=0 cpuNum:int=1 cpuSpeed:int=0 allocatorStrategy=LeastVmPreferredHostAllocatorStrategy
		createDate:time lastOpDate:time state=Running internalId:int vmNics[]VmNic.vmInstanceUuid
		allVolumes[]Volume.vmInstanceUuid vmCdRoms[]VmCdRom.vmInstanceUuid guestOsType`},
	{"VmCdRom", "org.zstack.header.vm.cdrom.VmCdRomInventory", "",
		`uuid vmInstanceUuid^VmInstance deviceId:int=0 isoUuid@Image isoInstallPath name description createDate:time lastOpDate:time`},
	{"VmNic", "org.zstack.header.vm.VmNicInventory", "",
		`uuid vmInstanceUuid^VmInstance usedIpUuid l3NetworkUuid^L3Network ip mac hypervisorType=KVM netmask gateway metaData
		ipVersion:int driverType=virtio usedIps[]UsedIp.vmNicUuid internalName deviceId:int=0 type=VNIC
		state=enable createDate:time lastOpDate:time`},
	{"Volume", "org.zstack.header.volume.VolumeInventory", "",
		`uuid name description primaryStorageUuid^PrimaryStorage vmInstanceUuid@VmInstance diskOfferingUuid@DiskOffering
		rootImageUuid@Image installPath type=Data format=qcow2 size:int=10737418240 actualSize:int=0 deviceId:int
		state=Enabled status=Ready createDate:time lastOpDate:time isShareable:bool=false lastDetachDate:time
		lastVmInstanceUuid lastAttachDate:time`},

	{"VolumeSnapshot", "org.zstack.header.storage.snapshot.VolumeSnapshotInventory", "",
		`uuid name description type=Hypervisor volumeUuid^Volume treeUuid^VolumeSnapshotTree parentUuid@VolumeSnapshot
		primaryStorageUuid@PrimaryStorage primaryStorageInstallPath volumeType=Root format=qcow2 latest:bool=true size:int=0
		distance:int=1 state=Enabled status=Ready createDate:time lastOpDate:time
		backupStorageRefs[]VolumeSnapshotBackupStorageRef.volumeSnapshotUuid`},
	{"VolumeSnapshotTree", "org.zstack.header.storage.snapshot.VolumeSnapshotTreeInventory", "",
		`uuid volumeUuid^Volume current:bool=true status=Completed tree:tree createDate:time lastOpDate:time`},
	{"VolumeSnapshotBackupStorageRef", "org.zstack.header.storage.snapshot.VolumeSnapshotBackupStorageRefInventory", "",
		`volumeSnapshotUuid^VolumeSnapshot backupStorageUuid@BackupStorage installPath`},

	{"SecurityGroup", "org.zstack.network.securitygroup.SecurityGroupInventory", "",
		`uuid name description state=Enabled createDate:time lastOpDate:time internalId:int
		rules[]SecurityGroupRule.securityGroupUuid attachedL3NetworkUuids:list@L3Network`},
	{"SecurityGroupRule", "org.zstack.network.securitygroup.SecurityGroupRuleInventory", "",
		`uuid securityGroupUuid^SecurityGroup type=Ingress ipVersion:int=4 protocol=ALL state=Enabled priority:int=1 description
		srcIpRange dstIpRange srcPortRange dstPortRange action=ACCEPT remoteSecurityGroupUuid@SecurityGroup
		allowedCidr=0.0.0.0/0 startPort:int=-1 endPort:int=-1 createDate:time lastOpDate:time`},
	{"VmNicSecurityGroupRef", "org.zstack.network.securitygroup.VmNicSecurityGroupRefInventory", "",
		`priority:int=1 vmNicUuid^VmNic securityGroupUuid^SecurityGroup vmInstanceUuid@VmInstance createDate:time lastOpDate:time`},

	{"UserTag", "org.zstack.header.tag.UserTagInventory", "",
		`uuid resourceUuid resourceType tag type=User createDate:time lastOpDate:time tagPatternUuid^TagPattern`},
	{"SystemTag", "org.zstack.header.tag.SystemTagInventory", "",
		`inherent:bool=false uuid resourceUuid resourceType tag type=System createDate:time lastOpDate:time`},
	{"GlobalConfig", "org.zstack.core.config.GlobalConfigInventory", "",
		`id:int name category description defaultValue value`},
	{"Quota", "org.zstack.header.identity.QuotaInventory", "",
		`uuid name identityUuid^Account identityType=AccountVO value:int lastOpDate:time createDate:time`},

	{"LongJob", "org.zstack.header.longjob.LongJobInventory", "",
		`uuid name description apiId jobName jobData jobResult state=Running targetResourceUuid managementNodeUuid
		createDate:time lastOpDate:time executeTime:int`},
}
