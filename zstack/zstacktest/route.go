package zstacktest

import (
	"net/http"
	"slices"
	"strings"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// A route is what a request leads to.
type route struct {
	call *calls.Call
	// row is the UUID at the end of the path of a query, which reads one row then.
	row string
}

// route finds the call that a request is of, given the members of its body.
func (n *Node) route(method, resource string, body map[string]any) (route, *apierr.Refusal) {
	groups, read := calls.Match(resource)
	if len(groups) == 0 {
		return route{}, n.unknownPath(resource)
	}
	switch method {
	case http.MethodHead:
		return route{}, &apierr.Refusal{Status: http.StatusMethodNotAllowed}
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete:
	default:
		return route{}, &apierr.Refusal{Status: http.StatusNotFound}
	}
	if method == http.MethodGet && read == "" {
		// A row is read at the path that others delete it at.
		if !slices.ContainsFunc(groups, func(g *calls.Group) bool { return len(n.having(g, method)) > 0 }) {
			groups, read = calls.MatchRow(resource)
		}
	}
	if read != "" && method != http.MethodGet {
		return route{}, n.unknownPath(resource)
	}
	if !slices.ContainsFunc(groups, n.hasAny) {
		return route{}, n.unknownPath(resource)
	}
	for _, g := range groups {
		candidates := n.having(g, method)
		if len(candidates) == 0 {
			continue
		}
		if method != http.MethodPut || !strings.HasSuffix(resource, "/actions") && len(candidates) == 1 {
			return route{call: n.preferred(candidates), row: read}, nil
		}
		for _, c := range candidates {
			if _, ok := body[c.Body]; ok {
				return route{call: c}, nil
			}
		}
		return route{}, n.noAction(resource)
	}
	for _, g := range groups {
		// What has a single API runs that, whatever the method, on newer servers.
		if queries := n.having(g, http.MethodGet); n.release.AnyMethod && len(queries) == 1 && !slices.ContainsFunc(g.Calls, func(c *calls.Call) bool { return c != queries[0] && n.release.Has(c) }) {
			return route{call: queries[0]}, nil
		}
	}
	switch method {
	case http.MethodDelete:
		return route{}, apierr.Refusef(http.StatusInternalServerError, "No delete API found for the path[/v1%s]", resource)
	case http.MethodPut:
		return route{}, n.noAction(resource)
	case http.MethodGet:
		return route{}, n.unknownPath(resource)
	default:
		return route{}, apierr.Refusef(http.StatusMethodNotAllowed, "The method[%s] is not allowed for the path[/v1%s]", method, resource)
	}
}

func (n *Node) unknownPath(resource string) *apierr.Refusal {
	return apierr.Refusef(http.StatusNotFound, "no api mapping to /v1%s", resource)
}

func (n *Node) noAction(resource string) *apierr.Refusal {
	return apierr.Refusef(http.StatusBadRequest, "the body doesn't contain action mapping to the URL[/v1%s]", resource)
}

// having are the calls of a group by a method that the release has.
func (n *Node) having(g *calls.Group, method string) []*calls.Call {
	var list []*calls.Call
	for _, c := range g.Calls {
		if c.Method == method && n.release.Has(c) {
			list = append(list, c)
		}
	}
	return list
}

// hasAny reports whether the release has one of the calls of a group.
func (n *Node) hasAny(g *calls.Group) bool { return slices.ContainsFunc(g.Calls, n.release.Has) }

// preferred is the call of several that the node has, or else the first.
func (n *Node) preferred(candidates []*calls.Call) *calls.Call {
	for _, c := range candidates {
		if n.has(c.Name) {
			return c
		}
	}
	return candidates[0]
}
