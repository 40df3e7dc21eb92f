package main

import (
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// connect returns a client for the management node of the environment, or for a simulated
// one. It changes nothing on either.
func connect() (*zstack.Client, error) {
	if !example.Simulated() {
		return zstack.NewClientFromEnv(zstack.WithReadOnly())
	}
	return zstack.NewClient("simulated", zstack.WithReadOnly(), zstack.WithHTTPClient(&http.Client{Transport: simulate()}),
		zstack.WithCredentials(zstack.Account("admin", "password")))
}

// simulate returns a node with a small cloud, in which not everything is well.
func simulate() *zstacktest.Node {
	node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{Zones: 2, Hosts: 6, VMs: 60}))
	hosts, zones := node.All("Host"), node.All("Zone")
	node.Set("Host", hosts[0]["uuid"].(string), map[string]any{"status": types.HostStatusDisconnected})
	for _, status := range []string{types.VolumeStatusReady, types.VolumeStatusNotInstantiated, types.VolumeStatusDeleted} {
		node.Add("Volume", map[string]any{"name": "data", "type": types.VolumeTypeData, "state": types.VolumeStateEnabled, "status": status})
	}
	node.Add("VmInstance", map[string]any{"name": "lost", "state": types.VmStateUnknown, "zoneUuid": zones[1]["uuid"]})
	node.Handle("GetLicenseInfo", func(*zstacktest.Call) (any, error) {
		ends := time.Now().AddDate(0, 3, 0).Format(time.DateTime)
		return map[string]any{"inventory": map[string]any{"licenseType": "Paid", "expiredDate": ends}}, nil
	})
	return node
}
