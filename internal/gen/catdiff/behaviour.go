package catdiff

import (
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// What is known of an action's behaviour decides how a call is sent, repeated and
// settled; it changes neither what callers write nor what they get.
var behaviourRules = []rule[*catalog.Behaviour]{
	{"reads", func(b *catalog.Behaviour) string {
		if b.Reads == nil {
			return none
		}
		return yesNo(*b.Reads)
	}, informs[*catalog.Behaviour]("")},
	{"successIfMissing", func(b *catalog.Behaviour) string { return yesNo(b.SuccessIfMissing) }, informs[*catalog.Behaviour]("")},
	{"creates", func(b *catalog.Behaviour) string {
		if b.Creates == nil {
			return none
		}
		return phrase(b.Creates.Inventory, "by "+b.Creates.UUID, "settled by "+b.Creates.SettledBy)
	}, informs[*catalog.Behaviour]("")},
	{"deletes", func(b *catalog.Behaviour) string { return changes(b.Deletes) }, informs[*catalog.Behaviour]("")},
	{"updates", func(b *catalog.Behaviour) string { return changes(b.Updates) }, informs[*catalog.Behaviour]("")},
	{"longJob", func(b *catalog.Behaviour) string { return yesNo(b.LongJob) }, informs[*catalog.Behaviour]("")},
	{"timeoutSeconds", func(b *catalog.Behaviour) string { return number(b.TimeoutSeconds) }, informs[*catalog.Behaviour]("")},
}

var resourceRules = []rule[*catalog.Resource]{
	{"inventory", func(r *catalog.Resource) string { return orNone(r.Inventory) }, informs[*catalog.Resource]("")},
	{"by", func(r *catalog.Resource) string { return orNone(r.By) }, informs[*catalog.Resource]("")},
}

// changes prints what an action updates or deletes.
func changes(c *catalog.Changes) string {
	if c == nil {
		return none
	}
	text := phrase(c.Inventory, "by "+c.UUID)
	if c.Recoverable {
		text += ", recoverable"
	}
	return text
}

// phrase joins its parts but those that end in a space, whose fact is missing.
func phrase(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" || strings.HasSuffix(s, " ") }), " ")
}

// meaning prints what a UUID parameter names.
func meaning(m catalog.ParamMeaning) string {
	return phrase(set(m.RefersTo), "by "+m.By)
}

// behaviour compares what is known of the actions' behaviour. An edition that knows
// nothing has no file about it, and there is nothing to compare.
func (c *comparison) behaviour() {
	if before, after := knowsBehaviour(c.before), knowsBehaviour(c.after); before != after {
		c.report.note = "Only the new catalogue has a behaviour.json, so behaviour is not compared."
		if before {
			c.report.note = "Only the old catalogue has a behaviour.json, so behaviour is not compared."
		}
		return
	}
	both, _, _ := pair(c.before.Actions, c.after.Actions, func(a *catalog.Action) string { return a.Name })
	for _, a := range both {
		before, after := behaviourOf(a[0]), behaviourOf(a[1])
		compareRows(c, behaviour, a[1].Name, behaviourRules, before, after)
		c.meanings(a[1].Name, before.Params, after.Params)
	}
	resources, gone, more := pair(c.before.Resources, c.after.Resources, func(r *catalog.Resource) string { return r.Resource })
	for _, r := range gone {
		c.add(behaviour, removed, r.Resource, r.Inventory, verdict{})
	}
	for _, r := range more {
		c.add(behaviour, added, r.Resource, r.Inventory, verdict{})
	}
	for _, r := range resources {
		compareRows(c, behaviour, r[1].Resource, resourceRules, r[0], r[1])
	}
}

// meanings compares what the UUID parameters of an action name.
func (c *comparison) meanings(action string, before, after map[string]catalog.ParamMeaning) {
	names := make(map[string]bool)
	for _, m := range []map[string]catalog.ParamMeaning{before, after} {
		for name := range m {
			names[name] = true
		}
	}
	for name := range names {
		if was, is := meaning(before[name]), meaning(after[name]); was != is {
			c.add(behaviour, changed, action+"."+name, "refersTo: "+arrow(was, is), verdict{})
		}
	}
}

func behaviourOf(a *catalog.Action) *catalog.Behaviour {
	if a.Behaviour == nil {
		return new(catalog.Behaviour)
	}
	return a.Behaviour
}

func knowsBehaviour(e *edition) bool {
	return len(e.Resources) > 0 || slices.ContainsFunc(e.Actions, func(a *catalog.Action) bool { return a.Behaviour != nil })
}
