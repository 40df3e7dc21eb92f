package zstacktest

import (
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func tagPatternAPIs() []*api {
	return []*api{
		on("AttachTagToResources", attachPattern),
		on("DetachTagFromResources", detachPattern),
	}
}

// attachPattern puts a user tag of a pattern on each resource, with a result for each.
func attachPattern(c *call) (*javajson.Object, *apierr.Error) {
	pattern := c.row("tagUuid")
	tag := pattern.Str("value")
	tokens, _ := c.args["tokens"].(map[string]any)
	for _, name := range javajson.SortedKeys(tokens) {
		tag = strings.ReplaceAll(tag, "{"+name+"}", store.Text(tokens[name]))
	}
	results := []*javajson.Object{}
	for _, uuid := range c.list("resourceUuids") {
		one := &javajson.Object{Class: "org.zstack.header.tag.AttachTagResult"}
		resource := c.store().Find(uuid)
		if resource == nil {
			one.Add("error", apierr.Failf(apierr.CodeNotFound, "cannot find resource[uuid:%s]", uuid).Object(c.node.release, true))
		} else {
			c.detach(pattern, uuid)
			made := c.store().AddTag("UserTag", resource, tag, c.now)
			c.store().Set(made, map[string]any{"tagPatternUuid": pattern.Key})
			one.Add("inventory", c.store().Inventory(made, nil))
		}
		one.Add("success", resource != nil)
		results = append(results, one)
	}
	o := &javajson.Object{}
	o.Add("results", results)
	return o, nil
}

func detachPattern(c *call) (*javajson.Object, *apierr.Error) {
	for _, uuid := range c.list("resourceUuids") {
		c.detach(c.row("tagUuid"), uuid)
	}
	return nil, nil
}

// detach removes the tag of a pattern from a resource.
func (c *call) detach(pattern *store.Row, uuid string) {
	for _, tag := range slices.Clone(c.store().By("UserTag", "resourceUuid", uuid)) {
		if tag.Str("tagPatternUuid") == pattern.Key {
			c.store().Remove(tag)
		}
	}
}
