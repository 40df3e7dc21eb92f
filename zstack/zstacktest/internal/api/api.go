// Package api tells the simulated node which calls there are and what each takes.
package api

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// A Call is how an action is called.
type Call struct {
	// Name is the action's name: "CreateZoneAction".
	Name   string
	Method string
	Path   string
	// Body is the member of the body that has the parameters.
	Body    string
	Async   bool
	Session bool
	Query   bool
	// SuccessIfMissing says that the action ends well when the resource is gone.
	SuccessIfMissing bool
	// ZSphere says that ZSphere has the action.
	ZSphere bool
	// Timeout is the server's own limit on the time of the action, in seconds; zero for
	// the general one.
	Timeout int64
}

// defaultTimeout is the limit of what has none of its own.
const defaultTimeout = 30 * time.Minute

// Limit is how long the action may take.
func (c *Call) Limit() time.Duration {
	if c.Timeout == 0 {
		return defaultTimeout
	}
	return time.Duration(c.Timeout) * time.Second
}

// Lookup finds a call by the action's name, with or without "Action" at its end.
func Lookup(name string) (*Call, bool) {
	for _, full := range [...]string{name, name + "Action"} {
		if i, ok := slices.BinarySearchFunc(calls[:], full, func(c Call, name string) int { return strings.Compare(c.Name, name) }); ok {
			return &calls[i], true
		}
	}
	return nil, false
}

// A Param is a parameter of an action.
type Param struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Required bool     `json:"required"`
	Values   []string `json:"values"`
	Pattern  string   `json:"pattern"`
	// PatternOn is the product that alone checks the pattern.
	PatternOn string   `json:"patternOn"`
	MinLength int      `json:"minLength"`
	MaxLength int      `json:"maxLength"`
	Min       *int64   `json:"min"`
	Max       *int64   `json:"max"`
	NonEmpty  bool     `json:"nonEmpty"`
	NoEmpty   bool     `json:"noEmptyString"`
	RefersTo  []string `json:"refersTo"`
	// Inferred says that no source declares what the parameter refers to, so that the
	// server may not check it.
	Inferred bool `json:"inferred"`
	Default  any  `json:"default"`
	Server   any  `json:"serverDefault"`
}

// All returns the calls of every action, sorted by name. The caller does not change them.
func All() []Call { return calls[:] }

// A Group has the calls whose paths differ at most in the names of their placeholders.
type Group struct {
	// Segments are those of the path, "{}" standing for a placeholder.
	Segments []string
	Calls    []*Call
}

// index has the groups by the number of their segments.
var index = sync.OnceValue(func() map[int][]*Group {
	all, known := make(map[int][]*Group), make(map[string]*Group)
	for i := range calls {
		c := &calls[i]
		segments := strings.Split(c.Path, "/")
		for i, s := range segments {
			if at := strings.IndexByte(s, '{'); at >= 0 {
				segments[i] = s[:at] + "{}"
			}
		}
		shape := strings.Join(segments, "/")
		g := known[shape]
		if g == nil {
			g = &Group{Segments: segments}
			known[shape] = g
			all[len(segments)] = append(all[len(segments)], g)
		}
		g.Calls = append(g.Calls, c)
	}
	return all
})

// Match returns the groups that a path can belong to, the one with most literal segments
// first. A path with one segment more than that of a query is a read of one row: then row
// is that segment.
func Match(path string) (groups []*Group, row string) {
	if groups = matching(strings.Split(path, "/")); len(groups) > 0 {
		return groups, ""
	}
	return MatchRow(path)
}

// MatchRow returns the groups of queries that a path reads one row of, and the row.
func MatchRow(path string) (groups []*Group, row string) {
	segments := strings.Split(path, "/")
	last := len(segments) - 1
	if last == 0 || segments[last] == "" {
		return nil, ""
	}
	for _, g := range matching(segments[:last]) {
		if slices.ContainsFunc(g.Calls, func(c *Call) bool { return c.Query }) {
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return nil, ""
	}
	return groups, segments[last]
}

func matching(segments []string) []*Group {
	var found []*Group
	for _, g := range index()[len(segments)] {
		if g.literals(segments) >= 0 {
			found = append(found, g)
		}
	}
	slices.SortStableFunc(found, func(a, b *Group) int { return b.literals(segments) - a.literals(segments) })
	return found
}

// literals returns how many literal segments of the group a path has, or -1 when the path
// does not fit.
func (g *Group) literals(segments []string) int {
	n := 0
	for i, want := range g.Segments {
		prefix, isVariable := strings.CutSuffix(want, "{}")
		switch {
		case isVariable:
			if rest, ok := strings.CutPrefix(segments[i], prefix); !ok || rest == "" {
				return -1
			}
		case want == segments[i]:
			n++
		default:
			return -1
		}
	}
	return n
}

// Variables returns the values that a path has for the placeholders of the call.
func (c *Call) Variables(path string) map[string]any {
	vars := make(map[string]any)
	segments := strings.Split(path, "/")
	for i, s := range strings.Split(c.Path, "/") {
		if at := strings.IndexByte(s, '{'); at >= 0 && i < len(segments) && len(segments[i]) >= at {
			vars[strings.Trim(s[at:], "{}")] = segments[i][at:]
		}
	}
	return vars
}
