package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

func zoneAPIs() []*api {
	return []*api{
		on("CreateZone", created("Zone")),
		on("UpdateZone", update),
		on("ChangeZoneState", changeState),
		on("DeleteZone", remove),

		on("CreateCluster", createCluster),
		on("UpdateCluster", update),
		on("ChangeClusterState", changeState),
		on("DeleteCluster", remove),
	}
}

// createCluster makes a cluster, whose architecture is that of its first host unless the
// call names one.
func createCluster(c *call) (*javajson.Object, *apierr.Error) {
	return c.create("Cluster", map[string]any{"architecture": c.args["architecture"]})
}
