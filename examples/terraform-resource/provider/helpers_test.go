package provider_test

import (
	"context"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
	"github.com/zstack-go/zstack-go/examples/terraform-resource/provider"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const vmType = "zstack_vm"

// A world is a simulated node, and a Terraform that uses the provider with it.
type world struct {
	*core.Core
	t      *testing.T
	node   *zstacktest.Node
	server tfprotov6.ProviderServer
}

// newWorld works without a network, so that it can be used in a synctest bubble.
func newWorld(t *testing.T, options ...zstacktest.Option) *world {
	t.Helper()
	node := zstacktest.New(append([]zstacktest.Option{zstacktest.WithSite(), zstacktest.WithJobDelay(0)}, options...)...)
	p := provider.New(zstack.WithHTTPClient(&http.Client{Transport: node}), zstack.WithLocation(time.UTC))
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	w := &world{t: t, node: node, server: providerserver.NewProtocol6(p)()}
	var err error
	w.Core, err = core.Start(t.Context(), w.server, core.Config{"endpoint": "http://node:8080", "account": "admin", "password": "password"})
	require.NoError(t, err)
	return w
}

// block is the block of a VM on the node's site, with changes; nil leaves an attribute out.
func (w *world) block(changes core.Config) core.Config {
	site := w.node.Site()
	block := core.Config{
		"name": "web", "image_uuid": site.ImageUUID, "instance_offering_uuid": site.InstanceOfferingUUID,
		"l3_network_uuids": []string{site.L3NetworkUUID},
	}
	maps.Copy(block, changes)
	return block
}

// plan refreshes what there is and plans.
func (w *world) plan(have *core.Resource, block core.Config) (*core.Resource, *core.Plan) {
	w.t.Helper()
	if have != nil {
		var err error
		have, err = w.Refresh(w.t.Context(), have)
		require.NoError(w.t, err)
	}
	plan, err := w.Plan(w.t.Context(), vmType, have, block)
	require.NoError(w.t, err)
	return have, plan
}

// try plans and applies, and returns what the state has then.
func (w *world) try(ctx context.Context, have *core.Resource, block core.Config) (*core.Resource, error) {
	w.t.Helper()
	_, plan := w.plan(have, block)
	return w.Apply(ctx, plan)
}

// apply is try that has to succeed.
func (w *world) apply(have *core.Resource, block core.Config) *core.Resource {
	w.t.Helper()
	have, err := w.try(w.t.Context(), have, block)
	require.NoError(w.t, err)
	return have
}

// destroy plans and applies that the resource is destroyed.
func (w *world) destroy(have *core.Resource) (*core.Resource, error) {
	w.t.Helper()
	plan, err := w.PlanDelete(w.t.Context(), have)
	require.NoError(w.t, err)
	return w.Apply(w.t.Context(), plan)
}

// vm is the record that the node has of the resource.
func (w *world) vm(have *core.Resource) map[string]any {
	w.t.Helper()
	require.NotNil(w.t, have)
	return w.node.Get("VmInstance", have.Get("uuid").(string))
}

// changes are the actions that changed something since the requests were last forgotten.
func (w *world) changes() []string {
	var names []string
	for _, r := range w.node.Requests() {
		if r.Action != "" && r.Method != http.MethodGet && r.Action != "LogInByAccount" {
			names = append(names, r.Action)
		}
	}
	return names
}

// network adds a second L3 network to the node's site, with addresses of its own.
func (w *world) network() string {
	w.t.Helper()
	site := w.node.Site()
	l3 := w.node.Add("L3Network", map[string]any{"name": "second", "l2NetworkUuid": site.L2NetworkUUID, "zoneUuid": site.ZoneUUID})
	w.node.Add("IpRange", map[string]any{
		"l3NetworkUuid": l3, "name": "second", "startIp": "10.9.0.10", "endIp": "10.9.0.99", "netmask": "255.255.255.0", "gateway": "10.9.0.1",
	})
	return l3
}

// offering adds a second instance offering.
func (w *world) offering() string {
	return w.node.Add("InstanceOffering", map[string]any{"name": "large", "cpuNum": 8, "memorySize": int64(16 << 30)})
}

// image adds a second image.
func (w *world) image() string {
	site := w.node.Site()
	record := w.node.Get("Image", site.ImageUUID)
	delete(record, "uuid")
	record["name"] = "another"
	return w.node.Add("Image", record)
}
