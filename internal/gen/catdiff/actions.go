package catdiff

import (
	"slices"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// An action is an action in its edition.
type action struct {
	*catalog.Action
	in *edition
}

var actionRules = []rule[action]{
	{"method", func(a action) string { return a.Method }, breaks[action](otherRequest)},
	{"path", func(a action) string { return a.Path }, breaks[action](otherRequest)},
	{"body", func(a action) string { return orNone(bodyOf(a.Action)) }, breaks[action](otherRequest)},
	{"zsphere", func(a action) string { return variant(a.ZSphere) }, judgeZSphere},
	{"newerPath", func(a action) string { return variant(a.NewerPath) }, judgeNewerPath},
	{"async", func(a action) string { return yesNo(a.Async) }, judgeAsync},
	{"session", func(a action) string { return yesNo(a.Session) }, on(func(a action) bool { return a.Session })},
	{"query", func(a action) string { return yesNo(a.Query) }, breaks[action]("other parameters and methods")},
	{"result", func(a action) string { return a.Result }, breaks[action]("Call and Start return another type")},
	{"rows", func(a action) string { return orNone(a.in.RowType(a.Action)) }, breaks[action]("All, Pages, First and One give another type")},
	{"row", func(a action) string { return orNone(a.Row) }, breaks[action]("Call, All and their kin give another type")},
	{"products", func(a action) string { return set(a.Products) }, informs[action](information)},
	{"since", func(a action) string { return orNone(a.Since) }, informs[action](information)},
	{"sinceZsphere", func(a action) string { return orNone(a.SinceZSphere) }, informs[action](information)},
	{"source", func(a action) string { return orNone(a.Source) }, informs[action](information)},
	{"javaPackage", func(a action) string { return orNone(a.JavaPackage) }, informs[action](information)},
}

const otherRequest = "another request is sent"

// judgeZSphere judges a call that differs on ZSphere.
func judgeZSphere(before, _ action) verdict {
	if !slices.Contains(before.Products, "zsphere") {
		return verdict{false, "ZSphere did not have the action"}
	}
	return verdict{true, "another request is sent to ZSphere"}
}

// judgeNewerPath judges a call that differs on a newer server. A server that wants
// another request was of no use to callers before that was known.
func judgeNewerPath(before, _ action) verdict {
	if before.NewerPath == nil {
		return verdict{false, "older servers get what they got"}
	}
	return verdict{true, "another request is sent to newer servers"}
}

func judgeAsync(_, after action) verdict {
	if after.Async {
		return verdict{true, "compiles, but Start no longer waits for the end"}
	}
	return verdict{true, "compiles, but there is no job to resume or cancel"}
}

// variant prints a call that differs from the usual one.
func variant(v *catalog.Variant) string {
	if v == nil {
		return none
	}
	text := v.Method + " " + v.Path
	if v.Release != "" {
		text = "from " + v.Release + " " + text
	}
	if v.Body != "" {
		text += " " + v.Body
	}
	if v.Async {
		text += " async"
	}
	return text
}

// bodyOf is the key that an action's parameters travel under.
func bodyOf(a *catalog.Action) string {
	if a.Body == nil {
		return ""
	}
	return *a.Body
}

// actions compares the actions and their parameters.
func (c *comparison) actions() {
	both, gone, more := pair(c.before.Actions, c.after.Actions, func(a *catalog.Action) string { return a.Name })
	for _, a := range gone {
		c.add(actions, removed, a.Name, successor(a, more), verdict{true, "its type and methods are gone"})
	}
	for _, a := range more {
		c.add(actions, added, a.Name, a.Method+" "+a.Path, verdict{})
	}
	for _, a := range both {
		before, after := action{a[0], c.before}, action{a[1], c.after}
		compareRows(c, actions, after.Name, actionRules, before, after)
		c.params(before, after)
	}
}

// successor names the new action that makes an old one's call, as a renamed one
// does; it is empty when there is none.
func successor(old *catalog.Action, list []*catalog.Action) string {
	for _, a := range list {
		if a.Method == old.Method && a.Path == old.Path && bodyOf(a) == bodyOf(old) {
			return a.Name + " makes the same call"
		}
	}
	return ""
}
