package zstacktest

import (
	"strconv"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func globalConfigAPIs() []*api {
	return []*api{
		on("UpdateGlobalConfig", updateGlobalConfig),
		on("ResetGlobalConfig", resetGlobalConfig),
	}
}

// globalConfigs are the settings that the node has: those that change what it does, and a
// few that programs ask for.
var globalConfigs = []struct{ category, name, value, description string }{
	{"identity", "session.timeout", "7200", "In seconds, session expired after timeout"},
	{"identity", "session.maxConcurrent", "500", "How many sessions an account can have"},
	{"vm", "deletionPolicy", "Delay", "What becomes of a destroyed VM instance"},
	{"vm", "expungePeriod", "86400", "In seconds, how long a destroyed VM instance is kept"},
	{"image", "deletionPolicy", "Delay", "What becomes of a deleted image"},
	{"volume", "deletionPolicy", "Delay", "What becomes of a deleted volume"},
}

func (n *Node) addGlobalConfigs(now time.Time) {
	for _, g := range globalConfigs {
		n.store.Insert("GlobalConfig", now, map[string]any{
			"category": g.category, "name": g.name, "description": g.description, "defaultValue": g.value, "value": g.value,
		})
	}
}

// globalConfig is a setting; nil when the node has none of the name.
func (n *Node) globalConfig(category, name string) *store.Row {
	for _, g := range n.store.All("GlobalConfig") {
		if g.Str("category") == category && g.Str("name") == name {
			return g
		}
	}
	return nil
}

func updateGlobalConfig(c *call) (*javajson.Object, *apierr.Error) {
	g := c.node.globalConfig(c.str("category"), c.str("name"))
	if g == nil {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "Unable to find GlobalConfig[category: %s, name: %s]", c.str("category"), c.str("name"))
	}
	return c.setGlobalConfig(g, c.str("value"))
}

func (c *call) setGlobalConfig(g *store.Row, value string) (*javajson.Object, *apierr.Error) {
	if g.Str("name") == "session.timeout" {
		seconds, err := strconv.Atoi(value)
		if err != nil || seconds < 1 {
			return nil, apierr.Failf(apierr.CodeInvalidArgument, "the value[%s] is not one for global config[%s]", value, g.Str("name"))
		}
		c.node.config.sessionTTL = time.Duration(seconds) * time.Second
	}
	c.store().Set(g, map[string]any{"value": value})
	return c.answer(g)
}

// resetGlobalConfig sets everything back.
func resetGlobalConfig(c *call) (*javajson.Object, *apierr.Error) {
	for _, g := range c.store().All("GlobalConfig") {
		if _, err := c.setGlobalConfig(g, g.Str("defaultValue")); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
