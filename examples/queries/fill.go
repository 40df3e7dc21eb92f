package main

import (
	"context"

	"github.com/zstack-go/zstack-go/examples/internal/example"
)

// fill makes two zones on the simulated node, and returns the address of one of their VM
// instances.
func fill(_ context.Context, run *example.Run) (args []string, err error) {
	node := run.Node
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
	return []string{"10.0.0.12"}, nil
}
