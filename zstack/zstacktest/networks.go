package zstacktest

import (
	"net/netip"
	"slices"
)

func networkAPIs() []*api {
	const l2 = `name! description zoneUuid!@Zone physicalInterface vSwitchType=LinuxBridge|OvsDpdk|MacVlan|OvnDpdk
		isolated:bool pvlan resourceUuid `
	return []*api{
		on("CreateL2NoVlanNetwork", "POST /l2-networks/no-vlan", l2, createL2("L2NoVlanNetwork")),
		on("CreateL2VlanNetwork", "POST /l2-networks/vlan", l2+"vlan:int!", createL2("L2VlanNetwork")),
		on("UpdateL2Network", "PUT /l2-networks/{uuid}/actions", "uuid!@L2Network name description", update),
		on("DeleteL2Network", "DELETE /l2-networks/{uuid}", "uuid!@L2Network", remove),
		on("AttachL2NetworkToCluster", "POST /l2-networks/{l2NetworkUuid}/clusters/{clusterUuid}",
			"l2NetworkUuid!@L2Network clusterUuid!@Cluster",
			attach("l2NetworkUuid", "attachedClusterUuids", "clusterUuid"), key("null")),
		on("DetachL2NetworkFromCluster", "DELETE /l2-networks/{l2NetworkUuid}/clusters/{clusterUuid}",
			"l2NetworkUuid!@L2Network clusterUuid!@Cluster",
			detach("l2NetworkUuid", "attachedClusterUuids", "clusterUuid")),

		on("CreateL3Network", "POST /l3-networks",
			`name! description type l2NetworkUuid!@L2Network category=Public|Private|System ipVersion:int system:bool
			dnsDomain enableIPAM:bool resourceUuid`, createL3),
		on("UpdateL3Network", "PUT /l3-networks/{uuid}/actions",
			"uuid!@L3Network name description dnsDomain category=Public|Private|System system:bool", update),
		on("ChangeL3NetworkState", "PUT /l3-networks/{uuid}/actions", "uuid!@L3Network stateEvent!=enable|disable", changeState),
		on("DeleteL3Network", "DELETE /l3-networks/{uuid}", "uuid!@L3Network", remove),
		on("AddIpRange", "POST /l3-networks/{l3NetworkUuid}/ip-ranges",
			`l3NetworkUuid!@L3Network name! description startIp! endIp! netmask! gateway
			ipRangeType=Normal|AddressPool resourceUuid`, addIPRange),
		on("AddIpRangeByNetworkCidr", "POST /l3-networks/{l3NetworkUuid}/ip-ranges/by-cidr",
			"l3NetworkUuid!@L3Network name! description networkCidr! gateway ipRangeType=Normal|AddressPool resourceUuid",
			addIPRangeByCIDR),
		on("UpdateIpRange", "PUT /l3-networks/ip-ranges/{uuid}/actions", "uuid!@IpRange name description", update),
		on("DeleteIpRange", "DELETE /l3-networks/ip-ranges/{uuid}", "uuid!@IpRange", remove),
	}
}

func createL2(typ string) handler {
	return func(c *call) (*object, *apiError) {
		fields := map[string]any{"type": typ, "attachedClusterUuids": []string{}}
		if c.has("vlan") {
			fields["virtualNetworkId"] = c.int("vlan")
		}
		return c.create("L2Network", fields)
	}
}

func createL3(c *call) (*object, *apiError) {
	return c.create("L3Network", map[string]any{"zoneUuid": c.row("l2NetworkUuid").str("zoneUuid"), "dns": []string{}})
}

func addIPRange(c *call) (*object, *apiError) {
	start, err1 := netip.ParseAddr(c.str("startIp"))
	end, err2 := netip.ParseAddr(c.str("endIp"))
	bits, ok := maskBits(c.str("netmask"))
	if err1 != nil || err2 != nil || !start.Is4() || !end.Is4() || !ok {
		return nil, failf(codeInvalidArgument, "ip range[startIp:%s, endIp:%s, netmask:%s] is not valid",
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
func addIPRangeByCIDR(c *call) (*object, *apiError) {
	network, err := netip.ParsePrefix(c.str("networkCidr"))
	if err != nil || !network.Addr().Is4() || network.Bits() > 29 {
		return nil, failf(codeInvalidArgument, "networkCidr[%s] is not valid", c.str("networkCidr"))
	}
	network = network.Masked()
	gateway := network.Addr().Next()
	end := lastAddress(network).Prev()
	result, failure := c.addRange(gateway.Next(), end, network, gateway.String())
	if failure != nil {
		return nil, failure
	}
	result.add("inventories", []*object{result.members[0].value.(*object)})
	return result, nil
}

// addRange adds a range to its L3 network unless it overlaps with another there.
func (c *call) addRange(start, end netip.Addr, network netip.Prefix, gateway string) (*object, *apiError) {
	if end.Less(start) || !network.Contains(start) || !network.Contains(end) {
		return nil, failf(codeInvalidArgument, "ip range[startIp:%s, endIp:%s] is not in network[%s]", start, end, network)
	}
	for _, r := range c.store().by("IpRange", "l3NetworkUuid", c.str("l3NetworkUuid")) {
		low, high, ok := rangeOf(r)
		if ok && !end.Less(low) && !high.Less(start) {
			return nil, failf(codeInvalidArgument, "new ip range[startIp:%s, endIp:%s] overlaps with existing one[uuid:%s]", start, end, r.key)
		}
	}
	return c.create("IpRange", map[string]any{
		"startIp": start.String(), "endIp": end.String(), "gateway": gateway, "netmask": netmask(network.Bits()),
		"networkCidr": network.String(), "prefixLen": int64(network.Bits()), "ipVersion": int64(4),
	})
}

// attachedClusters returns the clusters that an L3 network reaches.
func (n *Node) attachedClusters(l3 *row) []string {
	l2 := n.store.get("L2Network", l3.str("l2NetworkUuid"))
	if l2 == nil {
		return nil
	}
	return slices.Clone(l2.list("attachedClusterUuids"))
}
