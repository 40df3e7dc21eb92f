package zstacktest

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// addresses remembers, for each IP range, the address after the one handed out
// last, so that handing out many does not begin at the start each time.
type addresses map[string]netip.Addr

// allocateIP gives a NIC an address of its L3 network. A network that does not
// manage addresses gives none.
func (n *Node) allocateIP(nic *store.Row, now time.Time) *apierr.Error {
	l3 := n.store.Get("L3Network", nic.Str("l3NetworkUuid"))
	if managed, ok := l3.Fields["enableIPAM"].(bool); ok && !managed {
		return nil
	}
	wanted := ""
	if vm := n.store.Get("VmInstance", nic.Str("vmInstanceUuid")); vm != nil {
		wanted = n.staticIP(vm, l3.Key)
	}
	r, ip, err := n.findAddress(l3, wanted)
	if err != nil {
		return err
	}
	n.useAddress(nic, r, ip, now)
	return nil
}

// freeAddress returns an address of a range that nobody has.
func (n *Node) freeAddress(r *store.Row) (netip.Addr, bool) {
	low, high, ok := rangeOf(r)
	if !ok {
		return netip.Addr{}, false
	}
	first := n.ips[r.Key]
	if !first.IsValid() || first.Less(low) || high.Less(first) {
		first = low
	}
	for ip := first; ; {
		next := ip.Next()
		if ip == high {
			next = low
		}
		if !n.addressUsed(r.Str("l3NetworkUuid"), ip) {
			n.ips[r.Key] = next
			return ip, true
		}
		if ip = next; ip == first {
			return netip.Addr{}, false
		}
	}
}

func (n *Node) addressUsed(l3UUID string, ip netip.Addr) bool {
	for _, used := range n.store.By("UsedIp", "ip", ip.String()) {
		if used.Str("l3NetworkUuid") == l3UUID {
			return true
		}
	}
	return false
}

func (n *Node) useAddress(nic, r *store.Row, ip netip.Addr, now time.Time) {
	n.store.Touch(nic, now, map[string]any{
		"ip": ip.String(), "netmask": r.Str("netmask"), "gateway": r.Str("gateway"), "ipVersion": int64(4),
	})
	used := addressFields(r, ip)
	used["vmNicUuid"], used["usedFor"] = nic.Key, "VmNic"
	n.store.Set(nic, map[string]any{"usedIpUuid": n.store.Insert("UsedIp", now, used).Key})
}

// addressFields are those of the record of an address of a range.
func addressFields(r *store.Row, ip netip.Addr) map[string]any {
	used := map[string]any{
		"ipRangeUuid": r.Key, "l3NetworkUuid": r.Str("l3NetworkUuid"), "ip": ip.String(), "netmask": r.Str("netmask"), "gateway": r.Str("gateway"), "ipVersion": int64(4),
	}
	if ip.Is4() {
		b := ip.As4()
		used["ipInBinary"] = []any{int64(int8(b[0])), int64(int8(b[1])), int64(int8(b[2])), int64(int8(b[3]))}
		used["ipInLong"] = int64(binary.BigEndian.Uint32(b[:]))
	}
	return used
}

// releaseIP takes the address away from a NIC.
func (n *Node) releaseIP(nic *store.Row, now time.Time) {
	for _, used := range slices.Clone(n.store.By("UsedIp", "vmNicUuid", nic.Key)) {
		n.remove(used, now)
	}
	// A NIC that a test has added has an address that nobody handed out.
	n.store.Touch(nic, now, noAddress())
}

func noAddress() map[string]any {
	return map[string]any{"usedIpUuid": nil, "ip": nil, "netmask": nil, "gateway": nil, "ipVersion": nil}
}

// newMAC returns a hardware address that no NIC of the node has.
func (n *Node) newMAC() string {
	for {
		n.macs++
		mac := fmt.Sprintf("fa:%02x:%02x:%02x:%02x:00", byte(n.macs>>24), byte(n.macs>>16), byte(n.macs>>8), byte(n.macs))
		if len(n.store.By("VmNic", "mac", mac)) == 0 { // One that was copied may have it.
			return mac
		}
	}
}

// rangeOf returns the first and the last address of an IP range.
func rangeOf(r *store.Row) (low, high netip.Addr, ok bool) {
	low, err1 := netip.ParseAddr(r.Str("startIp"))
	high, err2 := netip.ParseAddr(r.Str("endIp"))
	return low, high, err1 == nil && err2 == nil && !high.Less(low)
}

// netmask returns a prefix length as "255.255.255.0".
func netmask(bits int) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], ^uint32(0)<<(32-bits))
	return netip.AddrFrom4(b).String()
}

// maskBits is the reverse of netmask.
func maskBits(mask string) (int, bool) {
	for bits := 1; bits <= 32; bits++ {
		if netmask(bits) == mask {
			return bits, true
		}
	}
	return 0, false
}

// lastAddress returns the last address of an IPv4 network.
func lastAddress(network netip.Prefix) netip.Addr {
	b := network.Masked().Addr().As4()
	last := binary.BigEndian.Uint32(b[:]) | ^uint32(0)>>network.Bits()
	binary.BigEndian.PutUint32(b[:], last)
	return netip.AddrFrom4(b)
}
