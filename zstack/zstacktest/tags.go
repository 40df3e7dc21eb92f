package zstacktest

import (
	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// tagParams maps the parameters that give a new resource its tags to those kinds.
var tagParams = map[string]string{"systemTags": "SystemTag", "userTags": "UserTag"}

func tagAPIs() []*api {
	return []*api{
		on("CreateUserTag", createTag("UserTag")),
		on("CreateSystemTag", createTag("SystemTag")),
		on("UpdateSystemTag", updateTag),
		on("DeleteTag", deleteTag),
	}
}

// tags returns the tags that come with a call that creates a resource.
func (c *call) tags() (map[string][]string, *apierr.Error) {
	tags := make(map[string][]string)
	for param, kind := range tagParams {
		raw := c.raw[param]
		if raw == nil {
			continue
		}
		list, ok := store.ToList(raw)
		if !ok {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "field[%s] of message[%s] has an invalid value[%v]", param, c.api.name, raw)
		}
		tags[kind] = list.([]string)
	}
	for _, tag := range tags["SystemTag"] {
		if !calls.IsSystemTag(tag) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "no system tag matches %s", tag)
		}
	}
	return tags, nil
}

// createTag returns a handler that puts a tag on what a call names.
func createTag(kind string) handler {
	return func(c *call) (*javajson.Object, *apierr.Error) {
		k := kindNamed(c.str("resourceType"))
		if k == nil {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "no resource type[%s] found in tag system", c.str("resourceType"))
		}
		if kind == "SystemTag" && !calls.IsSystemTag(c.str("tag")) {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "no system tag matches[%s] for resourceType[%s]", c.str("tag"), c.str("resourceType"))
		}
		r := c.store().Get(k.Name, c.str("resourceUuid"))
		if r == nil {
			return nil, apierr.Failf(apierr.CodeNotFound, "invalid field[resourceUuid], resource[uuid:%s, type:%s] not found", c.str("resourceUuid"), c.str("resourceType"))
		}
		return c.answer(c.store().AddTag(kind, r, c.str("tag"), c.now))
	}
}

func updateTag(c *call) (*javajson.Object, *apierr.Error) {
	return c.change(c.row("uuid"), c.given("tag"))
}

// deleteTag deletes a tag of whichever kind.
func deleteTag(c *call) (*javajson.Object, *apierr.Error) {
	for _, kind := range []string{"SystemTag", "UserTag", "TagPattern"} {
		if r := c.store().Get(kind, c.str("uuid")); r != nil {
			c.node.remove(r, c.now)
			return nil, nil
		}
	}
	if !c.node.gone[c.str("uuid")] {
		return nil, apierr.Failf(apierr.CodeNotFound, "invalid field[uuid], resource[uuid:%s, type:TagVO] not found", c.str("uuid"))
	}
	return nil, nil
}
