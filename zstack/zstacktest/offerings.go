package zstacktest

func offeringAPIs() []*api {
	return []*api{
		on("CreateInstanceOffering", "POST /instance-offerings",
			"name! description cpuNum:int! memorySize:int! reservedMemorySize:int allocatorStrategy sortKey:int type resourceUuid",
			createInstanceOffering),
		on("UpdateInstanceOffering", "PUT /instance-offerings/{uuid}/actions",
			"uuid!@InstanceOffering name description allocatorStrategy", update),
		on("ChangeInstanceOfferingState", "PUT /instance-offerings/{uuid}/actions",
			"uuid!@InstanceOffering stateEvent!=enable|disable", changeState),
		on("DeleteInstanceOffering", "DELETE /instance-offerings/{uuid}", "uuid!@InstanceOffering", remove),

		on("CreateDiskOffering", "POST /disk-offerings",
			"name! description diskSize:int! sortKey:int allocationStrategy type resourceUuid", createDiskOffering),
		on("UpdateDiskOffering", "PUT /disk-offerings/{uuid}/actions", "uuid!@DiskOffering name description", update),
		on("ChangeDiskOfferingState", "PUT /disk-offerings/{uuid}/actions",
			"uuid!@DiskOffering stateEvent!=enable|disable", changeState),
		on("DeleteDiskOffering", "DELETE /disk-offerings/{uuid}", "uuid!@DiskOffering", remove),
	}
}

// createInstanceOffering checks the sizes, which the server does not take
// smaller than a processor and 16 MiB.
func createInstanceOffering(c *call) (*object, *apiError) {
	if c.int("cpuNum") < 1 {
		return nil, failf(codeInvalidArgument, "cpu num[%d] is less than 1", c.int("cpuNum"))
	}
	if c.int("memorySize") < 16<<20 {
		return nil, failf(codeInvalidArgument, "memory size[%d bytes] is less than 16M", c.int("memorySize"))
	}
	return c.create("InstanceOffering", nil)
}

func createDiskOffering(c *call) (*object, *apiError) {
	if c.int("diskSize") < 1 {
		return nil, failf(codeInvalidArgument, "disk size[%d] is less than 1", c.int("diskSize"))
	}
	fields := make(map[string]any)
	if c.has("allocationStrategy") {
		fields["allocatorStrategy"] = c.str("allocationStrategy")
	}
	return c.create("DiskOffering", fields)
}
