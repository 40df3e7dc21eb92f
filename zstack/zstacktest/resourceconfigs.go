package zstacktest

import (
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func resourceConfigAPIs() []*api {
	return []*api{
		on("UpdateResourceConfig", updateResourceConfig),
		on("UpdateResourceConfigs", updateResourceConfigs),
		on("GetResourceConfig", getResourceConfig),
		on("GetResourceConfigs", getResourceConfigs),
		on("DeleteResourceConfig", deleteResourceConfig),
	}
}

// resourceConfig is what was set for a resource alone; nil where the global setting holds.
func (c *call) resourceConfig(category, name string) *store.Row {
	for _, r := range c.store().By("ResourceConfig", "resourceUuid", c.str("resourceUuid")) {
		if r.Str("category") == category && r.Str("name") == name {
			return r
		}
	}
	return nil
}

func (c *call) setResourceConfig(category, name, value string) (*store.Row, *apierr.Error) {
	resource := c.store().Find(c.str("resourceUuid"))
	if resource == nil {
		return nil, apierr.Failf(apierr.CodeNotFound, "cannot find resource[uuid: %s]", c.str("resourceUuid"))
	}
	if r := c.resourceConfig(category, name); r != nil {
		c.store().Touch(r, c.now, map[string]any{"value": value})
		return r, nil
	}
	return c.store().Insert("ResourceConfig", c.now, map[string]any{
		"resourceUuid": resource.Key, "resourceType": resource.Kind.Name + "VO", "category": category, "name": name, "value": value,
	}), nil
}

func updateResourceConfig(c *call) (*javajson.Object, *apierr.Error) {
	r, err := c.setResourceConfig(c.str("category"), c.str("name"), c.str("value"))
	if err != nil {
		return nil, err
	}
	return c.answer(r)
}

func updateResourceConfigs(c *call) (*javajson.Object, *apierr.Error) {
	results := []*javajson.Object{}
	list, _ := c.args["resourceConfigs"].([]any)
	for _, e := range list {
		given, _ := e.(map[string]any)
		name := store.Text(given["name"])
		r, err := c.setResourceConfig(store.Text(given["category"]), name, store.Text(given["value"]))
		if err != nil {
			return nil, err
		}
		results = append(results, c.resourceConfigs(r, name, r.Str("value")))
	}
	o := &javajson.Object{}
	o.Add("inventories", results)
	return o, nil
}

// resourceConfigs says what holds for a resource, and what was set for that.
func (c *call) resourceConfigs(r *store.Row, name string, value any) *javajson.Object {
	o := &javajson.Object{Class: "org.zstack.resourceconfig.ResourceConfigStruct"}
	o.Add("name", name)
	c.addEffective(o, r, value)
	return o
}

func (c *call) addEffective(o *javajson.Object, r *store.Row, value any) {
	effective := []*javajson.Object{}
	if r != nil {
		effective = append(effective, c.store().Inventory(r, nil))
	}
	o.Add("value", value)
	o.Add("effectiveConfigs", effective)
}

// effective is the value that holds for a resource: its own or else the global one, if the
// node has that.
func (c *call) effective(category, name string) (*store.Row, any) {
	if r := c.resourceConfig(category, name); r != nil {
		return r, r.Str("value")
	}
	if g := c.node.globalConfig(category, name); g != nil {
		return nil, g.Str("value")
	}
	return nil, nil
}

func getResourceConfig(c *call) (*javajson.Object, *apierr.Error) {
	r, value := c.effective(c.str("category"), c.str("name"))
	o := &javajson.Object{}
	c.addEffective(o, r, value)
	return o, nil
}

func getResourceConfigs(c *call) (*javajson.Object, *apierr.Error) {
	results := []*javajson.Object{}
	for _, name := range c.list("names") {
		r, value := c.effective(c.str("category"), name)
		results = append(results, c.resourceConfigs(r, name, value))
	}
	o := &javajson.Object{}
	o.Add("configs", results)
	return o, nil
}

func deleteResourceConfig(c *call) (*javajson.Object, *apierr.Error) {
	if r := c.resourceConfig(c.str("category"), c.str("name")); r != nil {
		c.node.remove(r, c.now)
	}
	return nil, nil
}
