package zstacktest

import (
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func vmConfigAPIs() []*api {
	return []*api{
		on("GetVmHostname", getVMHostname),
		on("SetVmHostname", setVMHostname),
		on("DeleteVmHostname", deleteVMHostname),
		on("RequestConsoleAccess", requestConsole),
	}
}

const hostnameTag = "hostname::"

func getVMHostname(c *call) (*javajson.Object, *apierr.Error) {
	o := &javajson.Object{}
	for _, tag := range c.store().TagsOf("SystemTag", c.row("uuid")) {
		if name, ok := strings.CutPrefix(tag, hostnameTag); ok {
			o.Add("hostname", name)
		}
	}
	return o, nil
}

func setVMHostname(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("uuid")
	c.dropTags(vm, hostnameTag)
	c.store().AddTag("SystemTag", vm, hostnameTag+c.str("hostname"), c.now)
	return nil, nil
}

func deleteVMHostname(c *call) (*javajson.Object, *apierr.Error) {
	c.dropTags(c.row("uuid"), hostnameTag)
	return nil, nil
}

// dropTags takes the system tags off a record that begin with a string.
func (c *call) dropTags(r *store.Row, begin string) {
	for _, t := range append([]*store.Row(nil), c.store().By("SystemTag", "resourceUuid", r.Key)...) {
		if strings.HasPrefix(t.Str("tag"), begin) {
			c.node.remove(t, c.now)
		}
	}
}

// requestConsole gives out a token for the console of a VM instance that runs.
func requestConsole(c *call) (*javajson.Object, *apierr.Error) {
	vm := c.row("vmInstanceUuid")
	if err := checkState(c, vm, "", "Running"); err != nil {
		return nil, err
	}
	o := &javajson.Object{Class: "org.zstack.header.console.ConsoleInventory"}
	o.Add("scheme", "http")
	o.Add("targetScheme", "vnc")
	o.Add("hostname", "127.0.0.1")
	o.Add("port", int64(4900))
	o.Add("token", c.node.NewUUID()+"_"+vm.Key)
	o.Add("version", c.node.config.version)
	o.Add("expiredDate", c.now.Add(30*time.Minute))
	return inventoryResult(o), nil
}
