package zstacktest

import (
	"strings"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
)

// A release is what depends on which server the node is.
type release struct {
	// version is what GetVersion says.
	version string
	// zsphere says that the node has the actions of ZSphere alone.
	zsphere bool
	// newErrors says that errors are those of the newest server.
	newErrors bool
	// anyMethod says that a path with one API runs that API whatever the method.
	anyMethod bool
	// strictScheme says that an empty authorization, and one in small letters, is refused.
	strictScheme bool
	// accessKeys says that requests can be signed.
	accessKeys bool
	// denied and adminOnly are the codes of what an ordinary account must not do, and
	// notOwner is that of what belongs to another.
	denied, notOwner string
	// visible says that zones, hosts and accounts are seen by all accounts.
	visible bool
	// fourBytes says that the database takes characters of four bytes.
	fourBytes bool
	// byKey says that rows that nobody sorts come in the order of their UUIDs.
	byKey bool
	// lacks are the fields of kinds that replies do not have.
	lacks map[string]map[string]bool
	// classes are the classes that replies name in place of others.
	classes map[string]string
}

// has reports whether a release has a call.
func (rel *release) has(c *calls.Call) bool {
	return !rel.zsphere || c.ZSphere && !strings.HasSuffix(c.Name, "UserTagAction") || c.Name == "QueryUserTagAction"
}

// class is the class that replies name.
func (rel *release) class(name string) string {
	if other := rel.classes[name]; other != "" {
		return other
	}
	return name
}

// releases are the servers that the node can be, by what WithRelease calls them.
var releases = map[string]release{
	"5.2.1": {
		version: "5.2.1", denied: "ID.1002", notOwner: "SYS.1006", classes: plainRanges, byKey: true,
		lacks: lacking("VmInstance.reservedMemorySize", "UsedIp.usedFor", "VmNic.ipVersion", "Volume.lastVmInstanceUuid",
			"Account.state", "IpRange.ipRangeType", "L2Network.attachedHostRefs"),
	},
	"zsvirt-1.0.0": {
		version: "1.0.0", zsphere: true, newErrors: true, anyMethod: true, strictScheme: true, accessKeys: true,
		denied: "SYS.1019", notOwner: "SYS.1018", visible: true, classes: plainRanges, byKey: true,
		lacks: lacking("UsedIp.usedFor", "VmNic.ipVersion", "Volume.lastVmInstanceUuid", "IpRange.ipRangeType",
			"L2Network.isolated", "L3Network.isolated", "Session.userUuid", "Session.noSessionEvaluation"),
	},
	defaultVersion: {
		version: defaultVersion, accessKeys: true, fourBytes: true, denied: "ID.1002", notOwner: "SYS.1006",
		lacks: lacking("L2Network.attachedHostRefs"),
	},
}

// plainRanges are the ranges of nodes that know one class of them.
var plainRanges = map[string]string{
	"org.zstack.header.network.l3.NormalIpRangeInventory": "org.zstack.header.network.l3.IpRangeInventory",
	"org.zstack.header.network.l3.AddressPoolInventory":   "org.zstack.header.network.l3.IpRangeInventory",
}

func lacking(fields ...string) map[string]map[string]bool {
	lacks := make(map[string]map[string]bool)
	for _, f := range fields {
		kind, name, _ := strings.Cut(f, ".")
		if lacks[kind] == nil {
			lacks[kind] = make(map[string]bool)
		}
		lacks[kind][name] = true
	}
	return lacks
}

// releaseNames are the names that WithRelease takes.
func releaseNames() []string { return sortedKeys(releases) }
