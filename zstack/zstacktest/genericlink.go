package zstacktest

import (
	"slices"
	"strings"
	"sync"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// attaching and detaching are the verbs of actions that say that records belong together, or
// no more.
var (
	attaching = []string{"Attach", "Add", "Bind", "Associate", "Mount", "Apply", "Share", "Subscribe", "Move"}
	detaching = []string{"Detach", "Remove", "Unbind", "Disassociate", "Unmount", "Revoke", "Unsubscribe"}
)

func isDetaching(name string) bool { return slices.Contains(detaching, verbOf(name)) }

// link attaches the records that a call names to each other, or detaches them. The first
// are those that the action changes; where the catalogue does not say which, those that the
// first reference names.
func (c *call) link(rows []*store.Row) {
	verb := verbOf(c.api.name)
	detach := isDetaching(c.api.name)
	if !detach && !slices.Contains(attaching, verb) {
		return
	}
	refs := c.references()
	if len(rows) == 0 && len(refs) > 1 {
		rows, refs = refs[0].rows, refs[1:]
	}
	others := 0
	for _, ref := range refs {
		for _, r := range rows {
			for _, other := range ref.rows {
				if other == r {
					continue
				}
				others++
				c.pair(r, other, ref.param.Name, detach)
			}
		}
	}
	if detach && others == 0 {
		for _, r := range rows {
			c.store().Set(r, c.attached(r))
		}
	}
}

// pair attaches two records to each other, or detaches them: where one has a field for the
// other, and else by a record that links the two.
func (c *call) pair(r, other *store.Row, param string, detach bool) {
	for _, side := range [][2]*store.Row{{r, other}, {other, r}} {
		holder, held := side[0], side[1]
		name := fieldFor(holder.Kind, held.Kind.Name, param)
		if name == "" {
			continue
		}
		switch f := holder.Kind.ByName[name]; {
		case f.Typ == store.TypeList && detach:
			c.node.unlist(holder, name, held.Key)
		case f.Typ == store.TypeList:
			c.node.enlist(holder, name, held.Key)
		case f.Owned:
			continue
		case !detach:
			c.store().Touch(holder, c.now, map[string]any{name: held.Key})
		case holder.Str(name) == held.Key:
			c.store().Touch(holder, c.now, map[string]any{name: nil})
		}
		return
	}
	kind, one, two := linkOf(r.Kind.Name, other.Kind.Name)
	if kind == "" {
		c.note(r, other, detach)
		c.note(other, r, detach)
		return
	}
	var known *store.Row
	for _, l := range c.store().By(kind, one, r.Key) {
		if l.Str(two) == other.Key {
			known = l
		}
	}
	switch {
	case detach && known != nil:
		c.node.remove(known, c.now)
	case !detach && known == nil:
		c.store().Insert(kind, c.now, map[string]any{one: r.Key, two: other.Key})
	}
}

// together begins the names of the lists of records of a kind that belong together with one,
// where neither a field nor a kind of records says so.
const together = "@with."

// note has a record know of another that it belongs together with, or no more.
func (c *call) note(r, other *store.Row, detach bool) {
	field := together + other.Kind.Name
	if detach {
		c.node.unlist(r, field, other.Key)
	} else {
		c.node.enlist(r, field, other.Key)
	}
}

// attached are the fields that the opposite of an action sets, without values.
func (c *call) attached(r *store.Row) map[string]any {
	rest := c.api.object()
	fields := make(map[string]any)
	for _, opposite := range attaching {
		pair, ok := calls.Lookup(opposite + strings.ReplaceAll(rest, "From", "To"))
		if !ok {
			continue
		}
		params := pair.Params()
		for i := range params {
			if f := r.Kind.ByName[params[i].Name]; f != nil && f.Ref != "" && f.Typ != store.TypeList {
				fields[f.Name] = nil
			}
		}
	}
	return fields
}

// links are the kinds whose records link those of two others, with the fields that hold the
// UUIDs of each. They are found at the first use.
var links = sync.OnceValue(func() map[[2]string][3]string {
	all := make(map[[2]string][3]string)
	for _, name := range store.KindNames() {
		if !strings.HasSuffix(name, "Ref") {
			continue
		}
		fields := store.KindNamed(name).Fields
		for _, a := range fields {
			for _, b := range fields {
				if a.Ref != "" && b.Ref != "" && a != b {
					if key := [2]string{a.Ref, b.Ref}; all[key][0] == "" {
						all[key] = [3]string{name, a.Name, b.Name}
					}
				}
			}
		}
	}
	return all
})

// linkOf is the kind of the records that link those of two others.
func linkOf(a, b string) (kind, fieldOfA, fieldOfB string) {
	l := links()[[2]string{a, b}]
	return l[0], l[1], l[2]
}

// copies are fields that say again what stands in another record: the field, the field that
// names the other record, and the field there.
var copies = map[string][][3]string{
	"Eip":                {{"vipIp", "vipUuid", "ip"}, {"guestIp", "vmNicUuid", "ip"}},
	"PortForwardingRule": {{"vipIp", "vipUuid", "ip"}, {"guestIp", "vmNicUuid", "ip"}},
}

// copyFields brings the fields of a record up to date that say again what stands in others.
func (n *Node) copyFields(r *store.Row) {
	n.useVIP(r, false)
	for _, c := range copies[r.Kind.Name] {
		var value any
		if f := r.Kind.ByName[c[1]]; f != nil {
			if other := n.store.Get(f.Ref, r.Str(c[1])); other != nil {
				value = other.Fields[c[2]]
			}
		}
		n.store.Set(r, map[string]any{c[0]: value})
	}
}
