package main

import (
	"net/http"
	"os"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// simulatedIP is the address of a VM instance on the simulated node.
const simulatedIP = "10.0.0.12"

// connect returns a client for the management node of the environment, or for a
// simulated one that needs no listener.
func connect() (*zstack.Client, error) {
	if os.Getenv("ZSTACK_ENDPOINT") != "" {
		return zstack.NewClientFromEnv()
	}
	node := zstacktest.New()
	for _, zone := range []string{"east", "west"} {
		zoneUUID := node.Add("Zone", map[string]any{"name": zone})
		connected := node.Add("Host", map[string]any{"name": zone + "-1", "zoneUuid": zoneUUID, "status": "Connected"})
		lost := node.Add("Host", map[string]any{"name": zone + "-2", "zoneUuid": zoneUUID, "status": "Disconnected"})
		add := func(name, state, host, lastHost, ip string) {
			fields := map[string]any{"name": zone + "-" + name, "state": state, "zoneUuid": zoneUUID, "memorySize": int64(4 << 30)}
			if host != "" {
				fields["hostUuid"] = host
			}
			if lastHost != "" {
				fields["lastHostUuid"] = lastHost
			}
			vm := node.Add("VmInstance", fields)
			node.Add("VmNic", map[string]any{"vmInstanceUuid": vm, "ip": ip})
		}
		subnet := map[string]string{"east": "10.0.0.", "west": "10.0.1."}[zone]
		add("web", "Running", connected, "", subnet+"11")
		add("db", "Running", connected, lost, subnet+"12")
		add("batch", "Stopped", "", lost, subnet+"13")
	}
	return zstack.NewClient("simulated", zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")))
}
