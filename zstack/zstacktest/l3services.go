package zstacktest

import (
	"slices"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func l3ServiceAPIs() []*api {
	return []*api{
		on("AddDnsToL3Network", addDNS),
		on("RemoveDnsFromL3Network", removeDNS),
		on("AddHostRouteToL3Network", addHostRoute),
		on("RemoveHostRouteFromL3Network", removeHostRoute),
		on("AttachNetworkServiceToL3Network", attachServices),
		on("DetachNetworkServiceFromL3Network", detachServices),
	}
}

func addDNS(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	if slices.Contains(l3.List("dns"), c.str("dns")) {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "there has been a DNS[%s] on L3 network[uuid:%s]", c.str("dns"), l3.Key)
	}
	c.node.enlist(l3, "dns", c.str("dns"))
	return c.answer(l3)
}

func removeDNS(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	c.node.unlist(l3, "dns", c.str("dns"))
	return c.answer(l3)
}

func addHostRoute(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	if hostRoute(c, l3) != nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "there is already a host route[%s] on L3 network[uuid:%s]", c.str("prefix"), l3.Key)
	}
	c.store().Insert("L3NetworkHostRoute", c.now, map[string]any{"l3NetworkUuid": l3.Key, "prefix": c.str("prefix"), "nexthop": c.str("nexthop")})
	return c.answer(l3)
}

func removeHostRoute(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	if r := hostRoute(c, l3); r != nil {
		c.node.remove(r, c.now)
	}
	return c.answer(l3)
}

// hostRoute is the route of an L3 network to the prefix that a call names; nil when there is
// none.
func hostRoute(c *call, l3 *store.Row) *store.Row {
	for _, r := range c.store().By("L3NetworkHostRoute", "l3NetworkUuid", l3.Key) {
		if r.Str("prefix") == c.str("prefix") {
			return r
		}
	}
	return nil
}

// attachServices notes which provider gives an L3 network which services.
func attachServices(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	for provider, types := range c.services() {
		for _, typ := range types {
			if service(c, l3, typ) == nil {
				c.store().Insert("NetworkServiceL3NetworkRef", c.now, map[string]any{
					"l3NetworkUuid": l3.Key, "networkServiceProviderUuid": provider, "networkServiceType": typ,
				})
			}
		}
	}
	return c.answer(l3)
}

func detachServices(c *call) (*javajson.Object, *apierr.Error) {
	l3 := c.row("l3NetworkUuid")
	names := []string{c.str("service")}
	for _, types := range c.services() {
		names = append(names, types...)
	}
	for _, typ := range names {
		if ref := service(c, l3, typ); ref != nil {
			c.node.remove(ref, c.now)
		}
	}
	return c.answer(l3)
}

// services are the types of services that a call names, by the provider.
func (c *call) services() map[string][]string {
	given, _ := c.args["networkServices"].(map[string]any)
	all := make(map[string][]string)
	for _, provider := range javajson.SortedKeys(given) {
		if list, ok := store.ToList(given[provider]); ok {
			all[provider] = list.([]string)
		}
	}
	return all
}

func service(c *call, l3 *store.Row, typ string) *store.Row {
	for _, ref := range c.store().By("NetworkServiceL3NetworkRef", "l3NetworkUuid", l3.Key) {
		if ref.Str("networkServiceType") == typ {
			return ref
		}
	}
	return nil
}
