package zstacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// stateVersion is that of the form that [Node.Save] writes.
const stateVersion = 1

// A savedState is a node's state as a file has it.
type savedState struct {
	Version int `json:"version"`
	// MACs is how many hardware addresses were given out.
	MACs  uint32      `json:"macs"`
	Kinds []savedKind `json:"kinds"`
}

type savedKind struct {
	Kind    string           `json:"kind"`
	Records []map[string]any `json:"records"`
}

// Save writes the records of the node as JSON, which [Node.Load] reads: accounts, access keys
// and tags among them, but no sessions, no jobs and nothing of what a test has told the node to
// do. The hashes of passwords and the secrets of access keys are in it, since logins go on
// working with it.
func (n *Node) Save(w io.Writer) error {
	n.mu.Lock()
	n.settle()
	state := savedState{Version: stateVersion, MACs: n.macs}
	for _, kind := range n.kinds() {
		saved := savedKind{Kind: kind}
		for _, r := range n.store.All(kind) {
			fields := make(map[string]any, len(r.Fields))
			for name, value := range r.Fields {
				fields[name] = savedValue(value)
			}
			saved.Records = append(saved.Records, fields)
		}
		state.Kinds = append(state.Kinds, saved)
	}
	n.mu.Unlock()
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(state)
}

// timeKey is the name of the only member of an object that stands for a time.
const timeKey = "@time"

// savedValue is what stands for the value of a field: numbers with a fraction are told from
// those without by a point.
func savedValue(value any) any {
	switch v := value.(type) {
	case time.Time:
		return map[string]any{timeKey: v.UTC().Format(time.RFC3339Nano)}
	case float64:
		s := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return json.Number(s)
	}
	return value
}

// Load replaces the records of the node by those that [Node.Save] wrote, accounts and access
// keys among them. Sessions of accounts that are there again go on; jobs that have not run
// are forgotten. When it returns an error, the node is as it was.
func (n *Node) Load(r io.Reader) error {
	d := json.NewDecoder(r)
	d.UseNumber()
	var state savedState
	if err := d.Decode(&state); err != nil {
		return fmt.Errorf("zstacktest: the state cannot be read: %w", err)
	}
	if state.Version != stateVersion {
		return fmt.Errorf("zstacktest: the state is of version %d, want %d", state.Version, stateVersion)
	}
	snapshot := &Snapshot{macs: state.MACs}
	for _, saved := range state.Kinds {
		k := store.KindNamed(saved.Kind)
		if k == nil {
			return fmt.Errorf("zstacktest: the state has records of the kind %q, which there is not", saved.Kind)
		}
		records := snapshotKind{kind: saved.Kind}
		for i, saved := range saved.Records {
			fields := make(map[string]any, len(saved))
			for name, value := range saved {
				v, err := loadedValue(value, k.ByName[name])
				if err != nil {
					return fmt.Errorf("zstacktest: %s %d, field %s: %w", k.Name, i, name, err)
				}
				fields[name] = v
			}
			if uuid, _ := fields["uuid"].(string); k.ByName["uuid"] != nil && uuid == "" {
				return fmt.Errorf("zstacktest: %s %d has no UUID", k.Name, i)
			}
			records.records = append(records.records, fields)
		}
		snapshot.kinds = append(snapshot.kinds, records)
	}
	n.Restore(snapshot)
	return nil
}

// loadedValue is the value of a field that stands in a file. The field is nil where the kind
// has none of the name.
func loadedValue(value any, f *store.Field) (any, error) {
	v, err := plainValue(value)
	if err != nil || f == nil || f.Typ == store.TypeRaw {
		if list, ok := v.([]any); ok && f == nil {
			return stringsOf(list), err
		}
		return v, err
	}
	converted, ok := store.Convert(v, f.Typ)
	if !ok {
		return nil, fmt.Errorf("it cannot hold %v", value)
	}
	return converted, nil
}

// stringsOf returns a list of nothing but strings as one of strings.
func stringsOf(list []any) any {
	all := make([]string, len(list))
	for i, e := range list {
		s, ok := e.(string)
		if !ok {
			return list
		}
		all[i] = s
	}
	return all
}

func plainValue(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i, nil
		}
		return v.Float64()
	case map[string]any:
		if text, ok := v[timeKey].(string); ok && len(v) == 1 {
			return time.Parse(time.RFC3339Nano, text)
		}
		for name, e := range v {
			p, err := plainValue(e)
			if err != nil {
				return nil, err
			}
			v[name] = p
		}
	case []any:
		for i, e := range v {
			p, err := plainValue(e)
			if err != nil {
				return nil, err
			}
			v[i] = p
		}
	}
	return value, nil
}

// A Snapshot is what the records of a node were at one time. It can be restored more than
// once, and into other nodes.
type Snapshot struct {
	kinds []snapshotKind
	macs  uint32
	gone  map[string]bool
	made  map[string]time.Time
	// ends are when the long jobs that ran would have ended, by their UUIDs.
	ends map[string]time.Time
}

type snapshotKind struct {
	kind    string
	records []map[string]any
}

// Snapshot remembers the records of the node. It takes a moment for each record, and little
// memory beyond the node's own, since records share what does not change.
func (n *Node) Snapshot() *Snapshot {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle()
	s := &Snapshot{macs: n.macs, gone: maps.Clone(n.gone), made: maps.Clone(n.made), ends: make(map[string]time.Time)}
	for _, kind := range n.kinds() {
		records := snapshotKind{kind: kind}
		for _, r := range n.store.All(kind) {
			records.records = append(records.records, maps.Clone(r.Fields))
		}
		s.kinds = append(s.kinds, records)
	}
	for _, j := range n.longJobs {
		s.ends[j.row.Key] = j.end
	}
	return s
}

// Restore brings the records back that [Node.Snapshot] remembered, in place of what there is.
// Sessions of accounts that are there again go on. Jobs that have not run are forgotten, as by
// a node that was started anew; handlers, faults and the log of requests stay.
func (n *Node) Restore(s *Snapshot) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.settle()
	n.store = store.New(&n.release, n.Random)
	for _, k := range s.kinds {
		for _, fields := range k.records {
			n.store.Put(k.kind, maps.Clone(fields))
		}
	}
	n.macs = s.macs
	n.gone, n.made = make(map[string]bool), make(map[string]time.Time)
	maps.Copy(n.gone, s.gone)
	maps.Copy(n.made, s.made)
	clear(n.ips)
	for _, j := range n.pending {
		delete(n.jobs, j.uuid)
	}
	n.pending = nil
	n.longJobs = nil
	for _, r := range n.store.All("LongJob") {
		if end, ok := s.ends[r.Key]; ok {
			n.longJobs = append(n.longJobs, longJob{r, end})
		}
	}
	slices.SortStableFunc(n.longJobs, func(a, b longJob) int { return a.end.Compare(b.end) })
	maps.DeleteFunc(n.sessions, func(_ string, s *session) bool { return n.store.Get("Account", s.account) == nil })
	n.settleLongJobs(now)
}

// kinds are the names of the kinds that the node has records of, sorted.
func (n *Node) kinds() []string {
	var names []string
	for k := range n.store.Tables() {
		if n.store.Table(k.Name).Len() > 0 {
			names = append(names, k.Name)
		}
	}
	slices.Sort(names)
	return names
}
