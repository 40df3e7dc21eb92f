package zstacktest

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func serverGroupAPIs() []*api {
	return []*api{
		on("AddBackendServerToServerGroup", setBackends),
		on("ChangeLoadBalancerBackendServer", setBackends),
		on("RemoveBackendServerFromServerGroup", removeBackends),
	}
}

// backendKinds are the kinds of the servers of a group: NICs of VM instances, and others by
// their addresses. key names a server in a parameter, and field in a record.
var backendKinds = []struct{ kind, param, key, field, removed string }{
	{"LoadBalancerServerGroupVmNicRef", "vmNics", "uuid", "vmNicUuid", "vmNicUuids"},
	{"LoadBalancerServerGroupServerIp", "servers", "ipAddress", "ipAddress", "serverIps"},
}

// defaultWeight is that of a server that is given none.
const defaultWeight = "100"

// setBackends puts servers into a group, or changes the weights of those that are there.
func setBackends(c *call) (*javajson.Object, *apierr.Error) {
	group := c.row("serverGroupUuid")
	for _, b := range backendKinds {
		given, _ := c.args[b.param].([]any)
		for _, e := range given {
			server, _ := e.(map[string]any)
			name := store.Text(server[b.key])
			weight, err := strconv.ParseInt(cmp.Or(store.Text(server["weight"]), defaultWeight), 10, 64)
			switch {
			case err != nil || weight < 0 || weight > 100:
				return nil, apierr.Failf(apierr.CodeInvalidArgument, "invalid weight[%s] of the backend server[%s], must be in the range [0, 100]", store.Text(server["weight"]), name)
			case b.key == "uuid" && c.store().Get("VmNic", name) == nil:
				return nil, apierr.Failf(apierr.CodeInvalidArgument, "could not find vm nic[uuid:%s]", name)
			}
			if known := backend(c, group, b.kind, b.field, name); known != nil {
				c.store().Touch(known, c.now, map[string]any{"weight": weight})
			} else {
				c.store().Insert(b.kind, c.now, map[string]any{"serverGroupUuid": group.Key, b.field: name, "weight": weight})
			}
		}
	}
	return c.answer(group)
}

func removeBackends(c *call) (*javajson.Object, *apierr.Error) {
	group := c.row("serverGroupUuid")
	for _, b := range backendKinds {
		for _, name := range c.list(b.removed) {
			if known := backend(c, group, b.kind, b.field, name); known != nil {
				c.node.remove(known, c.now)
			}
		}
	}
	return c.answer(group)
}

// backend is a server of a group; nil when the group has none of the name.
func backend(c *call, group *store.Row, kind, field, name string) *store.Row {
	rows := c.store().By(kind, "serverGroupUuid", group.Key)
	if i := slices.IndexFunc(rows, func(r *store.Row) bool { return r.Str(field) == name }); i >= 0 {
		return rows[i]
	}
	return nil
}
