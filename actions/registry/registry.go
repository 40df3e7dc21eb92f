// Package registry has every action by name, with what is known of it: for command lines,
// tools and tests that learn only while they run which action to call. A program that knows
// its actions has no need of it, and does better without: importing it links all of them,
// and the descriptions.
//
//	e, ok := registry.Lookup("RecoverVmInstance")
//	...
//	a := e.New()
//	if err := json.Unmarshal(params, a); err != nil { ... }
//	raw, err := zstack.Do(ctx, client, a)
//
// [Search] finds actions by words, and [Suggest] by a name that is not quite right.
// [Entry.Describe] tells an action's parameters and what it returns, [Entry.JSONSchema] the
// same of the parameters for programs, [LookupType] the fields of the data types, and
// [LookupInventory] the names that conditions of queries can have. Nothing of that asks a
// server.
package registry

import (
	"iter"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// An Entry is one action of the registry. Only the functions of this package make usable
// ones.
type Entry struct {
	name, group, summary string
	newAction            func() zstack.Action
	newResult            func() any
}

// Name returns the action's name, such as "RecoverVmInstanceAction".
func (e Entry) Name() string { return e.name }

// Group returns the name of the group of resources that the action is about, in small
// letters with dashes: "vm-instances". There are some 140 groups.
func (e Entry) Group() string { return e.group }

// Summary says what the action does, in one English sentence without the action's name:
// "Recovers a destroyed VM instance that has not been expunged."
func (e Entry) Summary() string { return e.summary }

// New returns a pointer to a new, empty action. Its parameters can be read from
// JSON by their wire names.
func (e Entry) New() zstack.Action { return e.newAction() }

// NewResult returns a pointer to a new, empty result: what the action's Call
// returns.
func (e Entry) NewResult() any { return e.newResult() }

// Info describes the action's call: its method and path, whether it only reads, since when
// there is such an action, and which products have it.
func (e Entry) Info() *zstack.ActionInfo { return e.New().ActionInfo() }

// Lookup finds an action by its name, with or without "Action" at its end, and without
// regard to case.
func Lookup(name string) (Entry, bool) {
	for _, full := range [...]string{name, name + "Action"} {
		if i, ok := slices.BinarySearchFunc(entries[:], full, func(e Entry, name string) int { return strings.Compare(e.name, name) }); ok {
			return entries[i], true
		}
	}
	for _, full := range [...]string{name, name + "Action"} {
		if i := slices.IndexFunc(entries[:], func(e Entry) bool { return strings.EqualFold(e.name, full) }); i >= 0 {
			return entries[i], true
		}
	}
	return Entry{}, false
}

// All iterates over all actions, sorted by name.
func All() iter.Seq[Entry] { return slices.Values(entries[:]) }

// Len returns how many actions there are.
func Len() int { return len(entries) }
