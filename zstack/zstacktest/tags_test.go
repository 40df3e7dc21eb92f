package zstacktest

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

func TestConditionsOnTags(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	vm := c.node.Add("VmInstance", map[string]any{
		"name": "two", "systemTags": []string{"ha::NeverStop", "cpu::host"}, "userTags": []string{"team=web"},
		"vmNics": []map[string]any{{"systemTags": []string{"static"}}, {}},
	})
	c.node.Add("VmInstance", map[string]any{"name": "one", "systemTags": []string{"ha::None"}, "vmNics": []map[string]any{{}}})
	c.node.Add("VmInstance", map[string]any{"name": "none"})
	for q, want := range map[string][]string{
		"__systemTag__=HA::neverstop":          {"two"},
		"__systemTag__!=ha::None":              {"two", "none"},
		"__systemTag__~=ha::%":                 {"two", "one"},
		"__systemTag__!~=ha::%":                {"none"},
		"__systemTag__!~=%host":                {"one", "none"},
		"__systemTag__?=ha::None,cpu::host":    {"two", "one"},
		"__systemTag__!?=x,cpu::host":          {"one", "none"},
		"__systemTag__ is null":                {"none"},
		"__systemTag__ not null":               {"two", "one"},
		"__userTag__=team=web":                 {"two"},
		"__userTag__=ha::None":                 {},
		"__userTag__ is null":                  {"one", "none"},
		"vmNics.__systemTag__=static":          {"two"},
		"vmNics.__systemTag__ is null":         {"two", "one"},
		"vmNics.vmInstance.__userTag__~=team%": {"two"},
	} {
		require.Equal(t, want, names(t, c, "q="+url.QueryEscape(q)), q)
	}
	require.NotContains(t, c.send("GET", "/vm-instances", "").text, "ags")
	require.NotContains(t, c.node.Get("VmInstance", vm), "systemTags")

	c.node.Set("VmInstance", vm, map[string]any{"systemTags": []string{"new"}, "userTags": nil})
	require.Equal(t, []string{"two"}, names(t, c, "q=__systemTag__%3Dnew"))
	require.Empty(t, names(t, c, "q=__userTag__+not+null"))
	require.Panics(t, func() { c.node.Add("Zone", map[string]any{"userTags": map[string]any{}}) })
}

func TestCreationsKeepTheirTags(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for name, body := range map[string]string{
		"beside": `{"params": {"name": "beside"}, "systemTags": ["hostname::b"], "userTags": ["mine"]}`,
		"inside": `{"params": {"name": "inside", "systemTags": ["hostname::b"], "userTags": ["mine"]}}`,
	} {
		zone := c.ok("POST", "/zones", body)
		require.NotContains(t, zone, "systemTags", name)
		rep := c.send("GET", "/zones?q=__systemTag__~%3Dhostname::%25&q=__userTag__%3Dmine&q=name%3D"+name, "")
		require.Len(t, rep.body["inventories"], 1, name)
	}
	c.ok("POST", "/zones", `{"params": {"name": "bare"}, "systemTags": []}`)
	rep := c.send("GET", "/zones?q=__systemTag__+is+null", "")
	require.Len(t, rep.body["inventories"], 1)
	c.fails("POST", "/zones", `{"params": {"name": "bad"}, "systemTags": {"a": "b"}}`, apierr.CodeInvalidArgument)
}
