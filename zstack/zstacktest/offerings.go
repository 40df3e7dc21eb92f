package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

func offeringAPIs() []*api {
	return []*api{
		on("CreateInstanceOffering", createInstanceOffering),
		on("UpdateInstanceOffering", update),
		on("ChangeInstanceOfferingState", changeState),
		on("DeleteInstanceOffering", remove),

		on("CreateDiskOffering", createDiskOffering),
		on("UpdateDiskOffering", update),
		on("ChangeDiskOfferingState", changeState),
		on("DeleteDiskOffering", remove),
	}
}

// createInstanceOffering checks the sizes, which the server does not take
// smaller than a processor and 16 MiB.
func createInstanceOffering(c *call) (*javajson.Object, *apierr.Error) {
	if c.int("cpuNum") < 1 {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "cpu num[%d] is less than 1", c.int("cpuNum"))
	}
	if c.int("memorySize") < 16<<20 {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "memory size[%d bytes] is less than 16M", c.int("memorySize"))
	}
	return c.create("InstanceOffering", nil)
}

func createDiskOffering(c *call) (*javajson.Object, *apierr.Error) {
	if c.int("diskSize") < 1 {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "disk size[%d] is less than 1", c.int("diskSize"))
	}
	fields := make(map[string]any)
	if c.has("allocationStrategy") {
		fields["allocatorStrategy"] = c.str("allocationStrategy")
	}
	return c.create("DiskOffering", fields)
}
