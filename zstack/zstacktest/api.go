package zstacktest

import (
	"strings"
	"sync"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// An api is an action that the node has: how it is called, and what it does.
type api struct {
	*calls.Call
	// name is the action's name without "Action": "RecoverVmInstance".
	name string
	run  handler
	// own is the handler of a test; nil for what the node has itself.
	own func(*Call) (any, error)
	// query is the kind that a query reads, and class the class of the records if it reads
	// only those of a subtype.
	query *store.Kind
	class string
	// generic says that what the node does follows from the catalogue alone.
	generic bool
}

// A handler does what an API does. It runs under the node's lock, once.
type handler func(c *call) (*javajson.Object, *apierr.Error)

// on returns an API. Where it is called and what it takes, the catalogue knows.
func on(name string, run handler) *api {
	c, ok := calls.Lookup(name)
	if !ok {
		panic("zstacktest: there is no action " + name)
	}
	return &api{Call: c, name: name, run: run}
}

// shortName is an action's name without "Action".
func shortName(c *calls.Call) string { return strings.TrimSuffix(c.Name, "Action") }

// param returns a parameter of the API; nil when it has none of that name.
func (a *api) param(name string) *calls.Param {
	params := a.Params()
	for i := range params {
		if params[i].Name == name {
			return &params[i]
		}
	}
	return nil
}

// kindNamed is the kind of the records that the server calls a resource, such as
// VmInstanceVO; nil when the node has none.
func kindNamed(resource string) *store.Kind {
	name := strings.TrimSuffix(strings.TrimSuffix(resource, "VO"), "EO")
	if other := resources[resource]; other != "" {
		name = other
	}
	k, _ := store.Base(name)
	return k
}

// resources are the kinds of records that the server calls otherwise than the node.
var resources = map[string]string{"VmNicSecurityGroupRefVO": "VmNicSecurityGroupRef"}

// noKinds are what the server calls resources of any kind, and sessions, which the node does
// not have as records.
var noKinds = map[string]bool{"ResourceVO": true, "SessionVO": true}

// refOf is the kind of the records that a parameter names by UUID; nil when it names none,
// or none that the node has.
func refOf(p *calls.Param) *store.Kind {
	if p == nil || len(p.RefersTo) != 1 || noKinds[p.RefersTo[0]] {
		return nil
	}
	return kindNamed(p.RefersTo[0])
}

// apis are the actions that the node has, by the full name of each. The table is built at
// its first use.
var apis = sync.OnceValue(func() map[string]*api {
	all := make(map[string]*api)
	for _, list := range [][]*api{
		accountAPIs(), managementAPIs(), zoneAPIs(), hostAPIs(), storageAPIs(), imageAPIs(),
		offeringAPIs(), networkAPIs(), vmAPIs(), vmNicAPIs(), vmConfigAPIs(), volumeAPIs(), snapshotAPIs(), securityGroupAPIs(), tagAPIs(), quotaAPIs(), globalConfigAPIs(), longJobAPIs(), zqlAPIs(), vipAPIs(), l3ServiceAPIs(), capacityAPIs(), candidateAPIs(), constantAPIs(), staticIPAPIs(), cdRomAPIs(), affinityAPIs(), resourceConfigAPIs(), tagPatternAPIs(), serverGroupAPIs(),
	} {
		for _, a := range list {
			all[a.Name] = a
		}
	}
	return all
})
