package zstackotel

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	const uuid = "0eb6f6f88ff93da48cfc5bca0dbd5c18"
	for name, test := range map[string]struct {
		call   zstack.Action
		path   string
		base   string
		route  string
		action string
	}{
		"its own":                    {actions.StopVmInstanceAction{}, "/zstack/v1/vm-instances/" + uuid + "/actions", "/zstack", "/v1/vm-instances/{uuid}/actions", "StopVmInstanceAction"},
		"one that is read":           {actions.QueryVmInstanceAction{}, "/zstack/v1/vm-instances/" + uuid, "/zstack", "/v1/vm-instances/{uuid}", "QueryVmInstanceAction"},
		"a name":                     {actions.UpdateGlobalConfigAction{}, "/v1/global-configurations/vm/hunter/actions", "", "/v1/global-configurations/{category}/{name}/actions", "UpdateGlobalConfigAction"},
		"an escaped slash":           {actions.UpdateGlobalConfigAction{}, "/v1/global-configurations/a%2Fb/actions/actions", "", "/v1/global-configurations/{category}/{name}/actions", "UpdateGlobalConfigAction"},
		"what it created":            {actions.CreateZoneAction{}, "/zstack/v1/zones/" + uuid, "/zstack", "/v1/zones/{uuid}", "CreateZoneAction"},
		"a poll":                     {actions.CreateZoneAction{}, "/zstack/v1/api-jobs/" + uuid, "/zstack", "/v1/api-jobs/{uuid}", ""},
		"a login in another's call":  {actions.QueryAccountAction{}, "/zstack/v1/accounts/login", "/zstack", "/v1/accounts/login", ""},
		"a logout without a call":    {nil, "/zstack/v1/accounts/sessions/" + uuid, "/zstack", "/v1/accounts/sessions/{sessionUuid}", ""},
		"a renewal":                  {nil, "/v1/accounts/sessions/" + uuid + "/renew", "", "/v1/accounts/sessions/{sessionUuid}/renew", ""},
		"an unknown one":             {nil, "/zstack/v1/accounts/sessions/" + uuid + "/valid", "/zstack", "/v1/accounts/{}/{}/{}", ""},
		"an unknown one's action":    {nil, "/zstack/v1/vm-instances/" + uuid + "/actions", "/zstack", "/v1/vm-instances/{}/actions", ""},
		"no kind of resource":        {nil, "/zstack/v1/" + uuid, "/zstack", "/v1/{}", ""},
		"not the API":                {nil, "/login/" + uuid, "", "/{}", ""},
		"a long context path":        {nil, "/a/b/v1/zones", "/a/b", "/v1/zones", ""},
		"another call's in the call": {actions.CreateZoneAction{}, "/v1/vm-instances/" + uuid, "", "/v1/vm-instances/{}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c *call
			if test.call != nil {
				c = &call{info: test.call.ActionInfo()}
			}
			r := new(request)
			base := r.locate(c, test.path)
			require.Equal(t, [3]string{test.base, test.route, test.action}, [3]string{base, r.route, r.action})
		})
	}
}
