package zstacktest

import (
	"slices"
	"time"
)

// remove takes a record away with everything that belongs to it, and its UUID
// out of the lists that hold it.
func (n *Node) remove(r *row, now time.Time) {
	switch r.kind.name {
	case "Host":
		n.leaveHost(r, now)
	case "VmInstance":
		n.leaveVolumes(r, now)
	case "UsedIp":
		n.leaveNIC(r, now)
	}
	for _, k := range kinds() {
		for _, f := range k.fields {
			switch {
			case f.ref != r.kind.name:
			case f.owned:
				for _, owned := range slices.Clone(n.store.by(k.name, f.name, r.key)) {
					n.remove(owned, now)
				}
			case f.typ == typeList:
				for _, holder := range n.store.all(k.name) {
					n.unlist(holder, f.name, r.key)
				}
			}
		}
	}
	for _, kind := range tagFields {
		for _, t := range slices.Clone(n.store.by(kind, "resourceUuid", r.key)) {
			n.store.remove(t)
		}
	}
	n.store.remove(r)
	n.gone[r.key] = true
}

// enlist adds a value to a list in a record, unless it is there.
func (n *Node) enlist(r *row, field, value string) {
	if list := r.list(field); !slices.Contains(list, value) {
		n.store.set(r, map[string]any{field: append(slices.Clone(list), value)})
	}
}

// unlist takes a value out of a list in a record.
func (n *Node) unlist(r *row, field, value string) {
	list := r.list(field)
	if i := slices.Index(list, value); i >= 0 {
		n.store.set(r, map[string]any{field: slices.Delete(slices.Clone(list), i, i+1)})
	}
}

// leaveHost stops the VM instances of a host that goes.
func (n *Node) leaveHost(host *row, now time.Time) {
	for _, vm := range slices.Clone(n.store.by("VmInstance", "hostUuid", host.key)) {
		n.store.touch(vm, now, map[string]any{"state": "Stopped", "hostUuid": nil, "lastHostUuid": host.key})
	}
}

// leaveVolumes deletes the root volume of a VM instance that goes and detaches
// its data volumes.
func (n *Node) leaveVolumes(vm *row, now time.Time) {
	for _, v := range slices.Clone(n.store.by("Volume", "vmInstanceUuid", vm.key)) {
		if v.str("type") == "Root" {
			n.remove(v, now)
		} else {
			n.detachVolume(v, now)
		}
	}
}

// leaveNIC takes an address that goes away from its NIC.
func (n *Node) leaveNIC(used *row, now time.Time) {
	if nic := n.store.get("VmNic", used.str("vmNicUuid")); nic != nil {
		n.store.touch(nic, now, noAddress())
	}
}
