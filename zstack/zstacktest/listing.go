package zstacktest

import (
	"cmp"
	"slices"
	"time"
)

// Kinds returns the names of the kinds that the node has records of, such as "VmInstance",
// sorted.
func (n *Node) Kinds() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	return n.kinds()
}

// All returns copies of all records of a kind as [Node.Get] returns one, in the order that they
// were added in. It panics when there is no such kind.
func (n *Node) All(kind string) []map[string]any {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	var list []map[string]any
	for _, r := range n.store.All(mustKind(kind).Name) {
		list = append(list, plain(n.store.Inventory(r, nil)))
	}
	return list
}

// Count returns how many records of a kind the node has. It panics when there is no such kind.
func (n *Node) Count(kind string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	return n.store.Table(mustKind(kind).Name).Len()
}

// A Job is an asynchronous call that a node has taken.
type Job struct {
	UUID string
	// Action is the action's name without "Action".
	Action string
	// Submitted is when the node took the call, and Due when it runs, or ran.
	Submitted, Due time.Time
	// Done reports whether it has run, and Code is the code of the error that it ended with;
	// empty for none.
	Done bool
	Code string
}

// Jobs returns the jobs of the last three hours, whose results can still be asked for, in the
// order that they were submitted in.
func (n *Node) Jobs() []Job {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	list := make([]Job, 0, len(n.jobs))
	for _, j := range n.jobs {
		job := Job{UUID: j.uuid, Action: j.call.api.name, Submitted: j.submitted, Due: j.due, Done: j.done}
		if j.failure != nil && j.done {
			job.Code = j.failure.Code()
		}
		list = append(list, job)
	}
	slices.SortFunc(list, func(a, b Job) int {
		return cmp.Or(a.Submitted.Compare(b.Submitted), a.Due.Compare(b.Due), cmp.Compare(a.UUID, b.UUID))
	})
	return list
}
