package zstacktest

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func staticIPAPIs() []*api {
	return []*api{
		on("SetVmStaticIp", setStaticIP),
		on("DeleteVmStaticIp", deleteStaticIP),
	}
}

// staticIPTag begins the system tag that has the address of a VM instance in an L3 network.
func staticIPTag(l3 string) string { return "staticIp::" + l3 + "::" }

// staticIP is the address that the system tags of a VM instance want in an L3 network; empty
// when they want none.
func (n *Node) staticIP(vm *store.Row, l3 string) string {
	for _, tag := range n.store.TagsOf("SystemTag", vm) {
		if ip, ok := strings.CutPrefix(tag, staticIPTag(l3)); ok {
			return strings.ReplaceAll(ip, "--", "::") // as the tag writes an IPv6 address
		}
	}
	return ""
}

// findAddress returns an address of an L3 network, the one that is wanted if any is, and its
// range.
func (n *Node) findAddress(l3 *store.Row, wanted string) (*store.Row, netip.Addr, *apierr.Error) {
	for _, r := range n.store.By("IpRange", "l3NetworkUuid", l3.Key) {
		if wanted == "" {
			if ip, ok := n.freeAddress(r); ok {
				return r, ip, nil
			}
			continue
		}
		ip, err := netip.ParseAddr(wanted)
		low, high, ok := rangeOf(r)
		if err == nil && ok && !ip.Less(low) && !high.Less(ip) && !n.addressUsed(l3.Key, ip) {
			return r, ip, nil
		}
	}
	if wanted != "" {
		return nil, netip.Addr{}, apierr.Failf(apierr.CodeNoAddress, "the ip[%s] is not available in l3Network[name:%s, uuid:%s]", wanted, l3.Str("name"), l3.Key)
	}
	return nil, netip.Addr{}, apierr.Failf(apierr.CodeNoAddress, "no ip is available in l3Network[name:%s, uuid:%s]", l3.Str("name"), l3.Key)
}

// setStaticIP gives a NIC of a VM instance another address, which it keeps.
func setStaticIP(c *call) (*javajson.Object, *apierr.Error) {
	vm, l3 := c.row("vmInstanceUuid"), c.row("l3NetworkUuid")
	nic := nicIn(c, vm, l3)
	if nic == nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "the VM[uuid:%s] has no nic on the L3 network[uuid:%s]", vm.Key, l3.Key)
	}
	if nic.Str("ip") != c.str("ip") {
		if _, _, err := c.node.findAddress(l3, c.str("ip")); err != nil {
			return nil, err
		}
	}
	c.dropStaticIP(vm, l3)
	c.store().AddTag("SystemTag", vm, staticIPTag(l3.Key)+strings.ReplaceAll(c.str("ip"), "::", "--"), c.now)
	c.node.releaseIP(nic, c.now)
	return nil, c.node.allocateIP(nic, c.now)
}

func deleteStaticIP(c *call) (*javajson.Object, *apierr.Error) {
	c.dropStaticIP(c.row("vmInstanceUuid"), c.row("l3NetworkUuid"))
	return nil, nil
}

func (c *call) dropStaticIP(vm, l3 *store.Row) {
	for _, tag := range slices.Clone(c.store().By("SystemTag", "resourceUuid", vm.Key)) {
		if strings.HasPrefix(tag.Str("tag"), staticIPTag(l3.Key)) {
			c.store().Remove(tag)
		}
	}
}

func nicIn(c *call, vm, l3 *store.Row) *store.Row {
	for _, nic := range c.store().By("VmNic", "vmInstanceUuid", vm.Key) {
		if nic.Str("l3NetworkUuid") == l3.Key {
			return nic
		}
	}
	return nil
}
