package zstacktest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/release"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A Node is a simulated management node. It is an [http.Handler] that answers as
// the server does, and an [http.RoundTripper] that does so without a network.
// It is safe for concurrent use, and it starts no goroutines: a job is finished
// by the first request or method call that comes after its end. Only a call with a
// webhook makes it start some, which [Node.Close] ends.
type Node struct {
	config    config
	release   release.Release
	handler   http.Handler
	callbacks callbacks
	// uuid is the management node's own.
	uuid string

	mu       sync.Mutex
	store    *store.Store
	sessions map[string]*session
	jobs     map[string]*job
	// pending holds the jobs that have not run, in the order of their ends.
	pending []*job
	// finished holds those that have, in the same order.
	finished []*job
	// longJobs holds the long jobs that go on, in the order of their ends.
	longJobs []longJob
	// made is when calls made what has a UUID of their choice.
	made map[string]time.Time
	// gone are the UUIDs of what was there once.
	gone map[string]bool
	// handlers are those of the user, by the action's name.
	handlers map[string]*api
	// faults are what goes wrong with calls, the latest last.
	faults []*fault
	*store.Random
	// stalled is until when the node stands still.
	stalled time.Time
	log     requestLog
	site    Site
	ips     addresses
	macs    uint32
}

// New returns a node that listens nowhere. It serves a program that brings its
// own server, or a client whose transport is the node.
func New(opts ...Option) *Node {
	n := &Node{
		config:   newConfig(opts),
		gone:     make(map[string]bool),
		handlers: make(map[string]*api),
		sessions: make(map[string]*session),
		jobs:     make(map[string]*job),
		made:     make(map[string]time.Time),
		ips:      make(addresses),
	}
	n.release = n.config.release
	n.Random = store.NewRandom(n.config.seed)
	n.store = store.New(&n.release, n.Random)
	n.uuid = n.NewUUID()
	n.callbacks.ctx, n.callbacks.cancel = context.WithCancel(context.Background())
	n.handler = http.HandlerFunc(n.serve)
	for i := len(n.config.middleware) - 1; i >= 0; i-- {
		n.handler = n.config.middleware[i](n.handler)
	}
	now := n.config.clock()
	n.addAccounts(now)
	n.addGlobalConfigs(now)
	if n.config.site {
		n.addSite(now)
	}
	if n.config.model != nil {
		n.addModel(*n.config.model, now)
	}
	return n
}

// ServeHTTP answers one request.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.handler.ServeHTTP(w, r)
}

// Add puts a record into the node as if it had always been there, and returns
// its UUID. The kind is a type's name without "Inventory", such as "VmInstance";
// the fields have their wire names and may be left out: there is a UUID and a
// sensible value for the others. It replaces a record with the same UUID.
//
// The field "vmNics" and its kin take a list of maps, from which records of their
// own are made. The fields "systemTags" and "userTags" take the resource's tags, a
// []string: conditions on "__systemTag__" and "__userTag__" ask for them, and
// neither replies nor Get show them. The field "@class" sets the Java class that the schema of a reply
// names, for records of a subtype. A field that the kind does not have is sent as
// it is, as a newer server might.
//
// Add panics when there is no such kind or a field cannot hold its value, since
// that is a mistake in the test.
func (n *Node) Add(kind string, fields map[string]any) (uuid string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.settle()
	return n.add(kind, now, fields).Key
}

// Set changes the fields of a record to values as Add takes them; nil takes a
// field away. It panics where Add does, and when there is no such record.
func (n *Node) Set(kind, uuid string, fields map[string]any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	k := mustKind(kind)
	r := n.store.Get(kind, uuid)
	if r == nil {
		panic(fmt.Sprintf("zstacktest: there is no %s with the UUID %q", kind, uuid))
	}
	flat, children := n.sortOut(k, fields)
	if len(children) > 0 || flat["uuid"] != nil {
		panic(fmt.Sprintf("zstacktest: Set changes neither the UUID of a %s nor the records inside of it", kind))
	}
	for name, value := range fields {
		if value == nil && tagParams[name] == "" {
			flat[name] = nil
		}
	}
	n.store.Set(r, flat)
	n.addTags(r, n.config.clock(), fields)
}

func mustKind(name string) *store.Kind {
	k := store.KindNamed(name)
	if k == nil {
		panic(fmt.Sprintf("zstacktest: there is no kind %q", name))
	}
	return k
}

func (n *Node) add(name string, now time.Time, fields map[string]any) *store.Row {
	flat, children := n.sortOut(mustKind(name), fields)
	r := n.store.Insert(name, now, flat)
	n.addTags(r, now, fields)
	for f, list := range children {
		for _, fields := range list {
			child := maps.Clone(fields)
			if child == nil {
				child = make(map[string]any)
			}
			child[f.By] = r.Key
			n.add(f.Child, now, child)
		}
	}
	return r
}

// sortOut returns the values that a test gave for a record as the store has them,
// and apart from them the records inside of it.
func (n *Node) sortOut(k *store.Kind, fields map[string]any) (map[string]any, map[*store.Field][]map[string]any) {
	flat := make(map[string]any, len(fields))
	children := make(map[*store.Field][]map[string]any)
	for name, value := range fields {
		f := k.ByName[name]
		switch {
		case value == nil:
		case tagParams[name] != "":
		case f == nil:
			flat[name] = value
		case f.Typ == store.TypeChildren:
			list, ok := toRecords(value)
			if !ok {
				panic(fmt.Sprintf("zstacktest: %s.%s takes a []map[string]any, not a %T", k.Name, name, value))
			}
			children[f] = list
		default:
			v, ok := n.fieldValue(f, value)
			if !ok {
				panic(fmt.Sprintf("zstacktest: %s.%s cannot hold %v (%T)", k.Name, name, value, value))
			}
			flat[name] = v
		}
	}
	return flat, children
}

// addTags gives a record the tags that a test gave for it, in place of those it has.
func (n *Node) addTags(r *store.Row, now time.Time, fields map[string]any) {
	for param, kind := range tagParams {
		value, ok := fields[param]
		if !ok {
			continue
		}
		var tags []string
		if value != nil {
			list, ok := store.ToList(value)
			if !ok {
				panic(fmt.Sprintf("zstacktest: %s.%s takes a []string, not a %T", r.Kind.Name, param, value))
			}
			tags = list.([]string)
		}
		n.store.SetTags(kind, r, tags, now)
	}
}

// toRecords reads a list of records, also as JSON gives one.
func toRecords(value any) ([]map[string]any, bool) {
	elements, ok := value.([]any)
	if !ok {
		list, ok := value.([]map[string]any)
		return list, ok
	}
	list := make([]map[string]any, len(elements))
	for i, e := range elements {
		if list[i], ok = e.(map[string]any); !ok {
			return nil, false
		}
	}
	return list, true
}

func (n *Node) fieldValue(f *store.Field, value any) (any, bool) {
	if f.Typ == store.TypeTime {
		return store.ToTime(value, n.config.location)
	}
	return store.Convert(value, f.Typ)
}

// Get returns a copy of a record with the records inside of it, as Add takes
// them, or nil when there is none. Integers are int64, times time.Time, and lists
// []string or []map[string]any.
func (n *Node) Get(kind, uuid string) map[string]any {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	mustKind(kind)
	r := n.store.Get(kind, uuid)
	if r == nil {
		return nil
	}
	return plain(n.store.Inventory(r, nil))
}

// plain returns an object as maps and slices.
func plain(o *javajson.Object) map[string]any {
	m := make(map[string]any, len(o.Members))
	for _, mem := range o.Members {
		switch v := mem.Value.(type) {
		case []*javajson.Object:
			list := make([]map[string]any, len(v))
			for i, e := range v {
				list[i] = plain(e)
			}
			m[mem.Name] = list
		case []string:
			m[mem.Name] = append([]string(nil), v...)
		default:
			m[mem.Name] = v
		}
	}
	return m
}

// Remove takes a record out of the node, with everything that belongs to it. It
// does nothing when there is none.
func (n *Node) Remove(kind, uuid string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.settle()
	mustKind(kind)
	if r := n.store.Get(kind, uuid); r != nil {
		n.remove(r, now)
	}
}

// ExpireSessions ends every session at once.
func (n *Node) ExpireSessions() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.sessions)
}

// isUUID reports whether s is written as the server writes UUIDs.
func isUUID(s string) bool {
	if len(s) != 32 {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
