package zstacktest

import (
	"net/netip"
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func networkAPIs() []*api {
	return []*api{
		on("CreateL2NoVlanNetwork", createL2("L2NoVlanNetwork")),
		on("CreateL2VlanNetwork", createL2("L2VlanNetwork")),
		on("UpdateL2Network", update),
		on("DeleteL2Network", remove),
		on("AttachL2NetworkToCluster", attach("l2NetworkUuid", "attachedClusterUuids", "clusterUuid")),
		on("DetachL2NetworkFromCluster", detach("l2NetworkUuid", "attachedClusterUuids", "clusterUuid")),

		on("CreateL3Network", createL3),
		on("UpdateL3Network", update),
		on("ChangeL3NetworkState", changeState),
		on("DeleteL3Network", remove),
		on("AddIpRange", addIPRange),
		on("AddIpRangeByNetworkCidr", addIPRangeByCIDR),
		on("UpdateIpRange", update),
		on("DeleteIpRange", remove),
	}
}

func createL2(typ string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		fields := map[string]any{"type": typ, "attachedClusterUuids": []string{}}
		if c.has("vlan") {
			fields["virtualNetworkId"] = c.int("vlan")
		}
		return c.create("L2Network", fields)
	}
}

func createL3(c *call) (*javajson.Object, *apierr.Error) {
	return c.create("L3Network", map[string]any{"zoneUuid": c.row("l2NetworkUuid").Str("zoneUuid")})
}

func addIPRange(c *call) (*javajson.Object, *apierr.Error) {
	start, err1 := netip.ParseAddr(c.str("startIp"))
	end, err2 := netip.ParseAddr(c.str("endIp"))
	bits, ok := maskBits(c.str("netmask"))
	if err1 != nil || err2 != nil || !start.Is4() || !end.Is4() || !ok {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "ip range[startIp:%s, endIp:%s, netmask:%s] is not valid",
			c.str("startIp"), c.str("endIp"), c.str("netmask"))
	}
	gateway := c.str("gateway")
	if gateway == "" {
		gateway = netip.PrefixFrom(start, bits).Masked().Addr().Next().String()
	}
	return c.addRange(start, end, netip.PrefixFrom(start, bits).Masked(), gateway)
}

// addIPRangeByCIDR makes a range of all addresses of a network but the first two,
// of which the second is the gateway, and the last.
func addIPRangeByCIDR(c *call) (*javajson.Object, *apierr.Error) {
	network, err := netip.ParsePrefix(c.str("networkCidr"))
	if err != nil || !network.Addr().Is4() || network.Bits() > 29 {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "networkCidr[%s] is not valid", c.str("networkCidr"))
	}
	network = network.Masked()
	gateway := network.Addr().Next()
	end := lastAddress(network).Prev()
	result, failure := c.addRange(gateway.Next(), end, network, gateway.String())
	if failure != nil {
		return nil, failure
	}
	result.Add("inventories", []*javajson.Object{result.Members[0].Value.(*javajson.Object)})
	return result, nil
}

// addRange adds a range to its L3 network unless it overlaps with another there.
func (c *call) addRange(start, end netip.Addr, network netip.Prefix, gateway string) (*javajson.Object, *apierr.Error) {
	if end.Less(start) || !network.Contains(start) || !network.Contains(end) {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "ip range[startIp:%s, endIp:%s] is not in network[%s]", start, end, network)
	}
	for _, r := range c.store().By("IpRange", "l3NetworkUuid", c.str("l3NetworkUuid")) {
		low, high, ok := rangeOf(r)
		if ok && !end.Less(low) && !high.Less(start) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "new ip range[startIp:%s, endIp:%s] overlaps with existing one[uuid:%s]", start, end, r.Key)
		}
	}
	return c.create("IpRange", map[string]any{
		"startIp": start.String(), "endIp": end.String(), "gateway": gateway, "netmask": netmask(network.Bits()),
		"networkCidr": network.String(), "prefixLen": int64(network.Bits()), "ipVersion": int64(4),
	})
}

// attachedClusters returns the clusters that an L3 network reaches.
func (n *Node) attachedClusters(l3 *store.Row) []string {
	l2 := n.store.Get("L2Network", l3.Str("l2NetworkUuid"))
	if l2 == nil {
		return nil
	}
	return slices.Clone(l2.List("attachedClusterUuids"))
}
