package zstacktest

import (
	"regexp"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// inventoryResult returns the result of an API that answers with one record.
func inventoryResult(inventory *javajson.Object) *javajson.Object {
	o := &javajson.Object{}
	o.Add("inventory", inventory)
	return o
}

// answer returns a record as the result.
func (c *call) answer(r *store.Row) (*javajson.Object, *apierr.Error) {
	return inventoryResult(c.store().Inventory(r, nil)), nil
}

// create adds a record with the parameters that are fields of the kind, over
// which fields go, and returns it as the result.
func (c *call) create(kind string, fields map[string]any) (*javajson.Object, *apierr.Error) {
	r, err := c.insert(kind, fields)
	if err != nil {
		return nil, err
	}
	return c.answer(r)
}

func (c *call) insert(kind string, fields map[string]any) (*store.Row, *apierr.Error) {
	tags, err := c.tags()
	if err != nil {
		return nil, err
	}
	all := make(map[string]any)
	if !c.isAdmin() {
		all[ownerField] = c.account
	}
	for name, value := range c.args {
		if f := store.KindNamed(kind).ByName[name]; f != nil {
			if v, ok := c.fieldValue(f, name, value, kind+"Inventory"); ok {
				all[name] = v
			}
		}
	}
	for name, value := range fields {
		all[name] = value
	}
	if uuid := c.str("resourceUuid"); uuid != "" && c.namesNew() {
		if !isResourceUUID(uuid) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "resourceUuid[%s] is not a valid uuid. A valid uuid is a UUID(v4 recommended) with '-' stripped. "+
				"see http://en.wikipedia.org/wiki/Universally_unique_identifier for format of UUID, the regular expression uses to validate a UUID is '%s'",
				uuid, resourceUUID)
		}
		if r := c.store().Get(kind, uuid); r != nil {
			c.undo(r)
			return nil, apierr.Failf(apierr.CodeInternal, "unhandled exception happened when calling %s, could not execute statement: Duplicate entry '%s' for key 'PRIMARY'", c.api.name, uuid)
		}
		all["uuid"] = uuid
		c.node.made[uuid] = c.now
	}
	r := c.store().Insert(kind, c.now, all)
	for kind, list := range tags {
		for _, tag := range list {
			c.store().AddTag(kind, r, tag, c.now)
		}
	}
	return r, nil
}

// namesNew reports whether the parameter resourceUuid has the UUID of what the call creates:
// that of a tag has the one of the resource that it is put on.
func (c *call) namesNew() bool {
	d := c.api.Describe()
	return d.Creates == nil || d.Creates.Param != ""
}

// undone are the kinds of which a second run of a call takes back what the first one
// made, when the database refuses its own.
var undone = map[string]bool{"InstanceOffering": true}

// undo takes back what a call that ran beside this one has made.
func (c *call) undo(r *store.Row) {
	if made, ok := c.node.made[r.Key]; ok && undone[r.Kind.Name] && !made.Before(c.began) {
		c.node.remove(r, c.now)
	}
}

// change changes a record and returns it as the result.
func (c *call) change(r *store.Row, fields map[string]any) (*javajson.Object, *apierr.Error) {
	c.store().Touch(r, c.now, fields)
	return c.answer(r)
}

// given returns those of the parameters that were given.
func (c *call) given(names ...string) map[string]any {
	fields := make(map[string]any)
	for _, name := range names {
		if c.has(name) {
			fields[name] = c.args[name]
		}
	}
	return fields
}

// created returns a handler that creates a record of the kind from the
// parameters alone.
func created(kind string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) { return c.create(kind, nil) }
}

// update is the handler of APIs that set the fields they are given, of the
// record that the parameter uuid names.
func update(c *call) (*javajson.Object, *apierr.Error) {
	r := c.row("uuid")
	fields := make(map[string]any)
	for name, value := range c.args {
		if name != "uuid" && r.Kind.ByName[name] != nil {
			fields[name] = value
		}
	}
	return c.change(r, fields)
}

// changeState is the handler of APIs that enable and disable a resource.
func changeState(c *call) (*javajson.Object, *apierr.Error) {
	states := map[string]string{
		"enable": "Enabled", "disable": "Disabled", "maintain": "Maintenance", "deleting": "Deleting",
	}
	return c.change(c.row("uuid"), map[string]any{"state": states[c.str("stateEvent")]})
}

// remove is the handler of APIs that delete the record that the parameter uuid
// names, with everything that belongs to it.
func remove(c *call) (*javajson.Object, *apierr.Error) {
	c.node.remove(c.row("uuid"), c.now)
	return nil, nil
}

// resourceUUID is what the server wants the UUID of a resource to look like.
var resourceUUID = regexp.MustCompile(`^[0-9a-f]{8}[0-9a-f]{4}[1-5][0-9a-f]{3}[89ab][0-9a-f]{3}[0-9a-f]{12}$`)

func isResourceUUID(s string) bool { return resourceUUID.MatchString(s) }
