package schema

import (
	"cmp"
	"errors"
	"reflect"
	"sync"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// A classed is a data type that knows the server's classes. Foreign reports whether
// a class is that of another data type, which no value of this one can be: not its
// own, and none of its parents' and subtypes'. A class that is not known is not
// foreign, since a newer server can have it. Foreign does not look at the value.
type classed interface{ Foreign(class string) bool }

// A root is a member of a result that holds a data type, or a list of some.
type root struct {
	lists   int // how many lists are around the value
	foreign func(class string) bool
}

// roots are the members of a result that know the server's classes.
type roots map[string]root

var knownRoots sync.Map // of reflect.Type to roots

func rootsOf(result reflect.Type) roots {
	if known, ok := knownRoots.Load(result); ok {
		return known.(roots)
	}
	found := make(roots)
	for name, index := range StructOf(result).Members {
		t, lists := result.FieldByIndex(index).Type, 0
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && lists < deepestPath {
			if t.Kind() == reflect.Slice {
				lists++
			}
			t = t.Elem()
		}
		if c, ok := reflect.New(t).Interface().(classed); ok && t.Kind() == reflect.Struct {
			found[name] = root{lists, c.Foreign}
		}
	}
	known, _ := knownRoots.LoadOrStore(result, found)
	return known.(roots)
}

// refuse reports whether an entry of a schema is about one of the members itself,
// and of a class that it cannot hold.
func (m roots) refuse(path, class []byte) bool {
	step, rest, more, ok := cutStep(path)
	r, found := m[string(step.name)]
	if !ok || !found {
		return false
	}
	lists := 0
	for ; more; lists++ {
		if step, rest, more, ok = cutStep(rest); !ok || step.index < 0 {
			return false
		}
	}
	return lists == r.lists && r.foreign(string(class))
}

// A Suspicion is why a reply may be no result of the call.
type Suspicion struct {
	Explanation string // for people; empty where every reply is believed
	// Chosen says that the job uuid was somebody's choice, and perhaps another call's.
	Chosen bool
}

// A claim is what a reply to a change says for itself. A server that lacks an action
// can run another one that has the same path, and a job can be another action's: both
// look like a success.
type claim struct {
	Suspicion
	result  reflect.Type
	own     bool   // it has a member of the result
	odd     string // the first member that it has beside those
	rows    bool   // it has the rows of a query beside those
	roots   roots  // nil where there is no suspicion
	foreign error  // the first value of a class that the action does not return
}

func newClaim(result reflect.Type, s Suspicion) claim {
	c := claim{Suspicion: s, result: result}
	if c.judges() {
		c.roots = rootsOf(result)
	}
	return c
}

func (c *claim) judges() bool { return c.Explanation != "" }

// note notes a member of the reply.
func (c *claim) note(name string, own bool) {
	switch {
	case own:
		c.own = true
	case name == "inventories":
		c.rows, c.odd = true, cmp.Or(c.odd, name)
	case c.odd == "" && name != "schema" && name != "error" && name != "success":
		c.odd = name
	}
}

// entry notes an entry of the schema.
func (c *claim) entry(path, class []byte) {
	if len(c.roots) > 0 && c.foreign == nil && c.roots.refuse(path, class) {
		c.foreign = unfit(string(path), "is a "+redact.Brief(string(class))+", which the action does not return", c.Explanation)
	}
}

// check returns an error when the reply is no result of the type, for which there is
// an explanation.
func (c *claim) check() error {
	returns := len(StructOf(c.result).Members) > 0
	switch {
	case !c.judges(), !returns && c.result.Name() == "":
		return nil // the caller wants nothing of the result
	case c.own || c.odd == "":
	case returns:
		return unfit(c.odd, "is nothing that the action returns, and what it does return is missing", c.Explanation)
	case c.rows || c.Chosen:
		// Results gained their first members in later releases, but never such rows.
		return unfit(c.odd, "is there, and the action returns nothing", c.Explanation)
	}
	return c.foreign
}

func unfit(field, reason, explanation string) error {
	return &wire.FieldError{Path: redact.Brief(field), Err: errors.New(reason + "; " + explanation)}
}
