package zstacktest

import (
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// remove takes a record away with everything that belongs to it, and its UUID
// out of the lists that hold it.
func (n *Node) remove(r *store.Row, now time.Time) {
	switch r.Kind.Name {
	case "Host":
		n.leaveHost(r, now)
	case "VmInstance":
		n.leaveVolumes(r, now)
	case "UsedIp":
		n.leaveNIC(r, now)
	case "Vip":
		n.releaseVIP(r, now)
	default:
		n.useVIP(r, true)
	}
	for k := range n.store.Tables() {
		for _, f := range k.Fields {
			switch {
			case f.Ref != r.Kind.Name:
			case f.Owned:
				for _, owned := range slices.Clone(n.store.By(k.Name, f.Name, r.Key)) {
					n.remove(owned, now)
				}
			case f.Typ == store.TypeList:
				for _, holder := range n.store.All(k.Name) {
					n.unlist(holder, f.Name, r.Key)
				}
			}
		}
	}
	for _, kind := range store.TagFields {
		for _, t := range slices.Clone(n.store.By(kind, "resourceUuid", r.Key)) {
			n.store.Remove(t)
		}
	}
	n.store.Remove(r)
	n.gone[r.Key] = true
}

// enlist adds a value to a list in a record, unless it is there.
func (n *Node) enlist(r *store.Row, field, value string) {
	if list := r.List(field); !slices.Contains(list, value) {
		n.store.Set(r, map[string]any{field: append(slices.Clone(list), value)})
	}
}

// unlist takes a value out of a list in a record.
func (n *Node) unlist(r *store.Row, field, value string) {
	list := r.List(field)
	if i := slices.Index(list, value); i >= 0 {
		n.store.Set(r, map[string]any{field: slices.Delete(slices.Clone(list), i, i+1)})
	}
}

// leaveHost stops the VM instances of a host that goes.
func (n *Node) leaveHost(host *store.Row, now time.Time) {
	for _, vm := range slices.Clone(n.store.By("VmInstance", "hostUuid", host.Key)) {
		n.store.Touch(vm, now, map[string]any{"state": "Stopped", "hostUuid": nil, "lastHostUuid": host.Key})
	}
}

// leaveVolumes deletes the root volume of a VM instance that goes and detaches
// its data volumes.
func (n *Node) leaveVolumes(vm *store.Row, now time.Time) {
	for _, v := range slices.Clone(n.store.By("Volume", "vmInstanceUuid", vm.Key)) {
		if v.Str("type") == "Root" {
			n.remove(v, now)
		} else {
			n.detachVolume(v, now)
		}
	}
}

// leaveNIC takes an address that goes away from its NIC.
func (n *Node) leaveNIC(used *store.Row, now time.Time) {
	if nic := n.store.Get("VmNic", used.Str("vmNicUuid")); nic != nil {
		n.store.Touch(nic, now, noAddress())
	}
}
