// Package release says what depends on which server a simulated node is.
package release

import (
	"strings"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

// A Release is what depends on which server the node is.
type Release struct {
	// version is what GetVersion says.
	Version string
	// zsphere says that the node has the actions of ZSphere alone.
	Zsphere bool
	// newErrors says that errors are those of the newest server.
	NewErrors bool
	// anyMethod says that a path with one API runs that API whatever the method.
	AnyMethod bool
	// strictScheme says that an empty authorization, and one in small letters, is refused.
	StrictScheme bool
	// accessKeys says that requests can be signed.
	AccessKeys bool
	// denied and adminOnly are the codes of what an ordinary account must not do, and
	// notOwner is that of what belongs to another.
	Denied, NotOwner string
	// visible says that zones, hosts and accounts are seen by all accounts.
	Visible bool
	// fourBytes says that the database takes characters of four bytes.
	FourBytes bool
	// byKey says that rows that nobody sorts come in the order of their UUIDs.
	ByKey bool
	// lacks are the fields of kinds that replies do not have.
	Lacks map[string]map[string]bool
	// classes are the classes that replies name in place of others.
	classes map[string]string
}

// Has reports whether a release has a call.
func (rel *Release) Has(c *calls.Call) bool {
	return !rel.Zsphere || c.ZSphere && !strings.HasSuffix(c.Name, "UserTagAction") || c.Name == "QueryUserTagAction"
}

// Class is the class that replies name.
func (rel *Release) Class(name string) string {
	if other := rel.classes[name]; other != "" {
		return other
	}
	return name
}

// Default is the release that a node is without any option.
const Default = "5.3.20"

// All are the servers that the node can be, by what WithRelease calls them.
var All = map[string]Release{
	"5.2.1": {
		Version: "5.2.1", Denied: "ID.1002", NotOwner: "SYS.1006", classes: plainRanges, ByKey: true,
		Lacks: lacking("VmInstance.reservedMemorySize", "UsedIp.usedFor", "VmNic.ipVersion", "Volume.lastVmInstanceUuid",
			"Account.state", "IpRange.ipRangeType", "L2Network.attachedHostRefs"),
	},
	"zsvirt-1.0.0": {
		Version: "1.0.0", Zsphere: true, NewErrors: true, AnyMethod: true, StrictScheme: true, AccessKeys: true,
		Denied: "SYS.1019", NotOwner: "SYS.1018", Visible: true, classes: plainRanges, ByKey: true,
		Lacks: lacking("UsedIp.usedFor", "VmNic.ipVersion", "Volume.lastVmInstanceUuid", "IpRange.ipRangeType",
			"L2Network.isolated", "L3Network.isolated", "Session.userUuid", "Session.noSessionEvaluation"),
	},
	Default: {
		Version: Default, AccessKeys: true, FourBytes: true, Denied: "ID.1002", NotOwner: "SYS.1006",
		Lacks: lacking("L2Network.attachedHostRefs"),
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

// Names are the names that WithRelease takes.
func Names() []string { return javajson.SortedKeys(All) }
