// Package registry has every action by name: for command lines, tools and tests
// that learn only while they run which action to call. A program that knows its
// actions has no need of it, and does better without: importing it links all of
// them.
//
//	e, ok := registry.Lookup("RecoverVmInstance")
//	...
//	a := e.New()
//	if err := json.Unmarshal(params, a); err != nil { ... }
//	raw, err := zstack.Do(ctx, client, a)
package registry

import (
	"iter"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// An Entry is one action of the registry. Only [Lookup] and [All] make usable
// ones.
type Entry struct {
	name      string
	newAction func() zstack.Action
	newResult func() any
}

// Name returns the action's name, such as "RecoverVmInstanceAction".
func (e Entry) Name() string { return e.name }

// New returns a pointer to a new, empty action. Its parameters can be read from
// JSON by their wire names.
func (e Entry) New() zstack.Action { return e.newAction() }

// NewResult returns a pointer to a new, empty result: what the action's Call
// returns.
func (e Entry) NewResult() any { return e.newResult() }

// Info describes the action's call.
func (e Entry) Info() *zstack.ActionInfo { return e.New().ActionInfo() }

// Lookup finds an action by its name, with or without "Action" at its end. Case
// matters.
func Lookup(name string) (Entry, bool) {
	if e, ok := find(name); ok {
		return e, true
	}
	return find(name + "Action")
}

func find(name string) (Entry, bool) {
	i, ok := slices.BinarySearchFunc(entries[:], name, func(e Entry, name string) int {
		return strings.Compare(e.name, name)
	})
	if !ok {
		return Entry{}, false
	}
	return entries[i], true
}

// All iterates over all actions, sorted by name.
func All() iter.Seq[Entry] { return slices.Values(entries[:]) }

// Len returns how many actions there are.
func Len() int { return len(entries) }
