package zstacktest

import (
	"strings"
	"time"
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

func getVMHostname(c *call) (*object, *apiError) {
	o := &object{}
	for _, tag := range c.store().tagsOf("SystemTag", c.row("uuid")) {
		if name, ok := strings.CutPrefix(tag, hostnameTag); ok {
			o.add("hostname", name)
		}
	}
	return o, nil
}

func setVMHostname(c *call) (*object, *apiError) {
	vm := c.row("uuid")
	c.dropTags(vm, hostnameTag)
	c.store().addTag("SystemTag", vm, hostnameTag+c.str("hostname"), c.now)
	return nil, nil
}

func deleteVMHostname(c *call) (*object, *apiError) {
	c.dropTags(c.row("uuid"), hostnameTag)
	return nil, nil
}

// dropTags takes the system tags off a record that begin with a string.
func (c *call) dropTags(r *row, begin string) {
	for _, t := range append([]*row(nil), c.store().by("SystemTag", "resourceUuid", r.key)...) {
		if strings.HasPrefix(t.str("tag"), begin) {
			c.node.remove(t, c.now)
		}
	}
}

// requestConsole gives out a token for the console of a VM instance that runs.
func requestConsole(c *call) (*object, *apiError) {
	vm := c.row("vmInstanceUuid")
	if err := checkState(c, vm, "", "Running"); err != nil {
		return nil, err
	}
	o := &object{class: "org.zstack.header.console.ConsoleInventory"}
	o.add("scheme", "http")
	o.add("targetScheme", "vnc")
	o.add("hostname", "127.0.0.1")
	o.add("port", int64(4900))
	o.add("token", c.node.newUUID()+"_"+vm.key)
	o.add("version", c.node.config.version)
	o.add("expiredDate", c.now.Add(30*time.Minute))
	return inventoryResult(o), nil
}
