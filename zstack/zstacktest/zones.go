package zstacktest

func zoneAPIs() []*api {
	return []*api{
		on("CreateZone", "POST /zones", "name! description isDefault:bool resourceUuid", created("Zone")),
		on("UpdateZone", "PUT /zones/{uuid}/actions", "uuid!@Zone name description isDefault:bool", update),
		on("ChangeZoneState", "PUT /zones/{uuid}/actions", "uuid!@Zone stateEvent!=enable|disable", changeState),
		on("DeleteZone", "DELETE /zones/{uuid}", "uuid!@Zone", remove),

		on("CreateCluster", "POST /clusters",
			"zoneUuid!@Zone name! description hypervisorType! type architecture resourceUuid", created("Cluster")),
		on("UpdateCluster", "PUT /clusters/{uuid}/actions", "uuid!@Cluster name description", update),
		on("ChangeClusterState", "PUT /clusters/{uuid}/actions", "uuid!@Cluster stateEvent!=enable|disable", changeState),
		on("DeleteCluster", "DELETE /clusters/{uuid}", "uuid!@Cluster", remove),
	}
}
