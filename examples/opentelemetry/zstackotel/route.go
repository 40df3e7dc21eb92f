package zstackotel

import (
	"regexp"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/zstack"
)

// jobRoute is the route of the polls for jobs.
const jobRoute = "/v1/api-jobs/{uuid}"

// ownRoutes are the routes of the requests that a client makes on its own, in any call.
var ownRoutes = []string{
	jobRoute,
	"/v1/accounts/login",
	"/v1/accounts/users/login",
	"/v1/ldap/login",
	"/v1/iam2/virtual-ids/login",
	"/v1/accounts/sessions/{sessionUuid}",
	"/v1/accounts/sessions/{sessionUuid}/renew",
	"/v1/task-progresses/{apiId}",
	"/v1/longjobs",
	"/v1/longjobs/{uuid}/actions",
	"/v1/management-nodes/actions",
}

// locate takes the path of a request apart: into the server's context path, which it returns,
// and the route, which has the names of parameters in place of their values. The action of
// the call tells which segments are parameters. Of a path that belongs to no action that is
// known here, since its call was not traced, everything but the kind of resource is taken for
// a value.
func (r *request) locate(c *call, escapedPath string) (base string) {
	base, rest, ok := strings.Cut(escapedPath, "/v1/")
	if !ok {
		r.route = "/{}"
		return ""
	}
	segments := strings.Split("/v1/"+rest, "/")
	own := c.routes()
	for _, template := range slices.Concat(ownRoutes, own) {
		if matches(template, segments) {
			r.route = template
			if slices.Contains(own, template) {
				r.action = c.info.Name
			}
			return base
		}
	}
	for i := 2; i < len(segments); i++ {
		if !isKind(i, segments[i]) && segments[i] != "actions" {
			segments[i] = "{}"
		}
	}
	r.route = strings.Join(segments, "/")
	return base
}

var kind = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,40}$`)

// isKind reports whether a segment is the first one behind the version, which names a kind
// of resource in every path of the API.
func isKind(index int, segment string) bool {
	return index == 2 && kind.MatchString(segment)
}

// routes are those of a call's action, and of the queries that may settle it.
func (c *call) routes() []string {
	if c == nil {
		return nil
	}
	var list []string
	for _, info := range []*zstack.ActionInfo{c.info, c.info.SettledBy} {
		if info == nil {
			continue
		}
		list = append(list, "/v1"+info.Path)
		if info.Query {
			list = append(list, "/v1"+info.Path+"/{uuid}")
		}
		for _, variant := range []*zstack.Variant{info.ZSphere, info.ZSvirt} {
			if variant != nil && variant.Path != "" {
				list = append(list, "/v1"+variant.Path)
			}
		}
	}
	return list
}

// matches reports whether a path has the segments of a template.
func matches(template string, segments []string) bool {
	wanted := strings.Split(template, "/")
	if len(wanted) != len(segments) {
		return false
	}
	for i, segment := range wanted {
		if !strings.HasPrefix(segment, "{") && segment != segments[i] {
			return false
		}
	}
	return true
}
