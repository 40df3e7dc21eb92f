package zstacktest

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func vipAPIs() []*api {
	return []*api{
		on("CreateVip", createVIP),
		on("GetIpAddressCapacity", getIPCapacity),
		on("GetFreeIp", getFreeIPs),
		on("GetFreeIpOfL3Network", getFreeIPs),
		on("GetFreeIpOfIpRange", getFreeIPs),
		on("CheckIpAvailability", checkIP),
	}
}

// createVIP takes an address of the L3 network, the one that is asked for if any is.
func createVIP(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	r, ip, err := c.node.findAddress(l3, c.str("requiredIp"))
	if err != nil {
		return nil, err
	}
	used := addressFields(r, ip)
	used["usedFor"] = "Vip"
	address := c.store().Insert("UsedIp", c.now, used)
	vip, err := c.insert("Vip", map[string]any{
		"ip": ip.String(), "netmask": r.Str("netmask"), "gateway": r.Str("gateway"), "prefixLen": r.Int("prefixLen"),
		"usedIpUuid": address.Key, "ipRangeUuid": r.Key,
	})
	if err != nil {
		c.store().Remove(address)
		return nil, err
	}
	return c.answer(vip)
}

// ranges are the IP ranges that a call is about: those that it names, or those of the L3
// networks and zones that it names, or all.
func (c *call) ranges() []*store.Row {
	named := func(names ...string) (uuids []string) {
		for _, name := range names {
			uuids = append(uuids, c.uuids(name)...)
		}
		return uuids
	}
	ranges, networks, zones := named("ipRangeUuid", "ipRangeUuids"), named("l3NetworkUuid", "l3NetworkUuids"), named("zoneUuids")
	var rows []*store.Row
	for _, r := range c.store().All("IpRange") {
		l3 := c.store().Get("L3Network", r.Str("l3NetworkUuid"))
		switch {
		case len(ranges) > 0 && !slices.Contains(ranges, r.Key):
		case len(networks) > 0 && !slices.Contains(networks, r.Str("l3NetworkUuid")):
		case len(zones) > 0 && (l3 == nil || !slices.Contains(zones, l3.Str("zoneUuid"))):
		default:
			rows = append(rows, r)
		}
	}
	return rows
}

// getIPCapacity counts the addresses of ranges, and those in use.
func getIPCapacity(c *call) (*javajson.Object, *apierr.Error) {
	var total, used int64
	for _, r := range c.ranges() {
		if low, high, ok := rangeOf(r); ok && low.Is4() {
			first, last := low.As4(), high.As4()
			total += int64(binary.BigEndian.Uint32(last[:])) - int64(binary.BigEndian.Uint32(first[:])) + 1
			used += int64(len(c.store().By("UsedIp", "ipRangeUuid", r.Key)))
		}
	}
	o := &javajson.Object{}
	for _, prefix := range []struct{ total, available, used string }{
		{"totalCapacity", "availableCapacity", "usedIpAddressNumber"},
		{"ipv4TotalCapacity", "ipv4AvailableCapacity", "ipv4UsedIpAddressNumber"},
	} {
		o.Add(prefix.total, total)
		o.Add(prefix.available, total-used)
		o.Add(prefix.used, used)
	}
	for _, name := range []string{"ipv6TotalCapacity", "ipv6AvailableCapacity", "ipv6UsedIpAddressNumber"} {
		o.Add(name, int64(0))
	}
	return o, nil
}

// getFreeIPs lists addresses that nobody has, as many as are asked for.
func getFreeIPs(c *call) (*javajson.Object, *apierr.Error) {
	list := []*javajson.Object{}
	limit := int64(100) // the server's own
	if c.has("limit") {
		limit = c.int("limit")
	}
	start, _ := netip.ParseAddr(c.str("start"))
	for _, r := range c.ranges() {
		low, high, ok := rangeOf(r)
		for ip := low; ok && int64(len(list)) < limit && !high.Less(ip); ip = ip.Next() {
			if start.IsValid() && !start.Less(ip) || c.node.addressUsed(r.Str("l3NetworkUuid"), ip) {
				continue
			}
			o := &javajson.Object{Class: "org.zstack.header.network.l3.FreeIpInventory"}
			o.Add("ipRangeUuid", r.Key)
			o.Add("ip", ip.String())
			o.Add("netmask", r.Str("netmask"))
			o.Add("gateway", r.Str("gateway"))
			list = append(list, o)
		}
	}
	o := &javajson.Object{}
	o.Add("inventories", list)
	return o, nil
}

// checkIP tells whether an address of an L3 network is free.
func checkIP(c *call) (*javajson.Object, *apierr.Error) {
	ip, err := netip.ParseAddr(c.str("ip"))
	if err != nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "%s is not a valid IP address", c.str("ip"))
	}
	o := &javajson.Object{}
	used := c.node.addressUsed(c.str("l3NetworkUuid"), ip)
	o.Add("available", !used)
	if used {
		o.Add("reason", "USED")
	}
	return o, nil
}

// services are what a VIP is used for by the records of a kind, which name it.
var services = map[string]string{"Eip": "Eip", "PortForwardingRule": "PortForwarding", "LoadBalancer": "LoadBalancer", "IPsecConnection": "IPsec"}

// useVIP notes what a VIP is used for when a record takes it, and that it is free again when
// the last goes.
func (n *Node) useVIP(r *store.Row, goes bool) {
	vip := n.store.Get("Vip", r.Str("vipUuid"))
	use := services[r.Kind.Name]
	if use == "" || vip == nil {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(n.store.By(r.Kind.Name, "vipUuid", vip.Key)), func(other *store.Row) bool { return other == r })
	switch {
	case !goes:
		n.store.Set(vip, map[string]any{"useFor": use})
	case len(rest) == 0:
		n.store.Set(vip, map[string]any{"useFor": nil})
	}
}

// releaseVIP gives the address of a VIP back that goes.
func (n *Node) releaseVIP(vip *store.Row, now time.Time) {
	if used := n.store.Get("UsedIp", vip.Str("usedIpUuid")); used != nil {
		n.remove(used, now)
	}
}
