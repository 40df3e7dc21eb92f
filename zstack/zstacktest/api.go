package zstacktest

import (
	"net/http"
	"strings"
	"sync"
	"unicode"
)

// An api is one API of the node: where it is called, what it takes and what it
// does.
type api struct {
	// name is the action's name without "Action": "RecoverVmInstance".
	name     string
	method   string
	path     string
	segments []string
	// key is the name that the parameters have in the body.
	key    string
	params []*param
	// sync says that the reply is the result, not a job.
	sync bool
	// open says that no session is needed.
	open bool
	// schema says that the result comes with a schema even if none is asked for.
	schema bool
	// query is the kind that a query reads.
	query *kind
	run   handler
}

// A handler does what an API does. It runs under the node's lock, once.
type handler func(c *call) (*object, *apiError)

// A param is one parameter of an API.
type param struct {
	name     string
	typ      fieldType
	required bool
	// ref is the kind of the records that the parameter names by UUID.
	ref string
	// values are those that are allowed, if that is limited.
	values []string
}

// on returns an API. where is its method and path; params lists its parameters:
//
//	name           a string
//	name:int       another type: int, float, bool or list
//	name!          it is required
//	name@Kind      the UUID of a record of the kind, which must exist
//	name=a|b       one of these values
//
// A parameter that is not listed is ignored, as the server does.
func on(name, where, params string, run handler, options ...func(*api)) *api {
	a := &api{name: name, run: run}
	a.method, a.path, _ = strings.Cut(where, " ")
	a.segments = strings.Split(a.path, "/")
	switch a.method {
	case http.MethodPost:
		a.key = "params"
	case http.MethodPut:
		a.key = lowerFirst(name)
	case http.MethodGet:
		a.sync = true
	}
	for spec := range strings.FieldsSeq(params) {
		a.params = append(a.params, parseParam(spec))
	}
	for _, option := range options {
		option(a)
	}
	return a
}

func parseParam(spec string) *param {
	p := &param{}
	spec, values, ok := strings.Cut(spec, "=")
	if ok {
		p.values = strings.Split(values, "|")
	}
	spec, p.ref, _ = strings.Cut(spec, "@")
	spec, p.required = strings.CutSuffix(spec, "!")
	name, typ, ok := strings.Cut(spec, ":")
	if !ok {
		typ = "string"
	}
	p.name, p.typ = name, fieldTypes[typ]
	return p
}

// open is an option of on: the API needs no session, and answers with its result.
func open(a *api) { a.sync, a.open = true, true }

// withSchema is an option of on: the result always comes with a schema.
func withSchema(a *api) { a.schema = true }

// key is an option of on: the name that the parameters have in the body.
func key(name string) func(*api) { return func(a *api) { a.key = name } }

func lowerFirst(s string) string {
	r := []rune(s)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

// apis returns every API of a node, grouped by what their paths have in common.
// The table is built at its first use.
var apis = sync.OnceValue(func() []*apiGroup {
	var groups []*apiGroup
	known := make(map[string]*apiGroup)
	for _, list := range [][]*api{
		accountAPIs(), managementAPIs(), zoneAPIs(), hostAPIs(), storageAPIs(), imageAPIs(),
		offeringAPIs(), networkAPIs(), vmAPIs(), vmNicAPIs(), volumeAPIs(), longJobAPIs(), queryAPIs(), zqlAPIs(),
	} {
		for _, a := range list {
			shape := shapeOf(a.segments)
			g := known[shape]
			if g == nil {
				g = &apiGroup{segments: strings.Split(shape, "/")}
				known[shape] = g
				groups = append(groups, g)
			}
			g.apis = append(g.apis, a)
		}
	}
	return groups
})

// An apiGroup holds the APIs whose paths differ at most in the names of their
// variables.
type apiGroup struct {
	// segments are those of the path, "{}" standing for a variable.
	segments []string
	apis     []*api
}

func shapeOf(segments []string) string {
	shape := make([]string, len(segments))
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			s = "{}"
		}
		shape[i] = s
	}
	return strings.Join(shape, "/")
}

// matchPath returns the group that a path belongs to, or nil. Where several fit,
// the one with a literal segment where the others have a variable is meant.
func matchPath(segments []string) *apiGroup {
	var best *apiGroup
	literals := -1
	for _, g := range apis() {
		if n := g.match(segments); n > literals {
			best, literals = g, n
		}
	}
	return best
}

// match returns how many literal segments of the group the path has, or -1 when
// the path does not fit.
func (g *apiGroup) match(segments []string) int {
	if len(segments) != len(g.segments) {
		return -1
	}
	literals := 0
	for i, want := range g.segments {
		switch {
		case want == "{}":
			if segments[i] == "" {
				return -1
			}
		case want == segments[i]:
			literals++
		default:
			return -1
		}
	}
	return literals
}

// choose returns the API of the group that a request calls, given the members of
// its body.
func (g *apiGroup) choose(method, path string, body map[string]any) (*api, *refusal) {
	var candidates []*api
	for _, a := range g.apis {
		if a.method == method {
			candidates = append(candidates, a)
		}
	}
	if len(candidates) == 0 {
		return nil, refusef(http.StatusMethodNotAllowed, "The method[%s] is not allowed for the path[%s]", method, path)
	}
	if method != http.MethodPut || g.segments[len(g.segments)-1] != "actions" && len(g.apis) == 1 {
		return candidates[0], nil
	}
	// Several actions share an address; the body says which one is meant. That of
	// an address with just one action may mean one that the node does not have.
	for _, a := range candidates {
		if _, ok := body[a.key]; ok {
			return a, nil
		}
	}
	return nil, refusef(http.StatusBadRequest, "the body doesn't contain action mapping to the URL[%s]", path)
}

// isReadOfOne reports whether the API reads one record instead of a list.
func (a *api) isReadOfOne() bool {
	return a.query != nil && a.segments[len(a.segments)-1] == "{uuid}"
}

// variables returns the values that a path has for the API's variables.
func (a *api) variables(segments []string) map[string]any {
	vars := make(map[string]any)
	for i, s := range a.segments {
		if name, ok := strings.CutPrefix(s, "{"); ok {
			vars[strings.TrimSuffix(name, "}")] = segments[i]
		}
	}
	return vars
}
