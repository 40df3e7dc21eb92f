package api

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"CreateVmInstance", "CreateVmInstanceAction"} {
		c, ok := Lookup(name)
		require.True(t, ok)
		require.Equal(t, "CreateVmInstanceAction", c.Name)
		require.Equal(t, 12*time.Hour, c.Limit())
	}
	zone, ok := Lookup("CreateZone")
	require.True(t, ok)
	require.Equal(t, 30*time.Minute, zone.Limit(), "the general limit")
	_, ok = Lookup("createZone")
	require.False(t, ok)
}

func TestEveryCallHasItsParameters(t *testing.T) {
	t.Parallel()
	for i := range calls {
		c := &calls[i]
		if c.Query {
			continue
		}
		names := make(map[string]bool)
		for _, p := range c.Params() {
			names[p.Name] = true
		}
		for name := range c.Variables(c.Path) {
			require.True(t, names[name], "%s: %s", c.Name, name)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]struct {
		action string // one of those of the first group
		row    string
	}{
		"/zones":                              {"QueryZoneAction", ""},
		"/zones/x":                            {"DeleteZoneAction", ""},
		"/vm-instances/appliances":            {"QueryApplianceVmAction", ""},
		"/l3-networks/ip-ranges/x":            {"DeleteIpRangeAction", ""},
		"/management-nodes/actions":           {"GetVersionAction", ""},
		"/disk-offerings/x/actions":           {"UpdateDiskOfferingAction", ""},
		"/accounts/sessions/x/valid":          {"ValidateSessionAction", ""},
		"/network-services/providers/one-row": {"QueryNetworkServiceProviderAction", "one-row"},
		"/unicorns":                           {},
		"/zones/":                             {},
		"/":                                   {},
	} {
		groups, row := Match(path)
		require.Equal(t, want.row, row, path)
		if want.action == "" {
			require.Empty(t, groups, path)
			continue
		}
		found := false
		for _, c := range groups[0].Calls {
			found = found || c.Name == want.action
		}
		require.True(t, found, path)
	}
	groups, row := MatchRow("/zones/x")
	require.Equal(t, "x", row)
	require.True(t, slices.ContainsFunc(groups[0].Calls, func(c *Call) bool { return c.Name == "QueryZoneAction" }))
}

func TestIsSystemTag(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]bool{
		"hostname::web": true, "staticIp::0eb6f6f88ff93da48cfc5bca0dbd5c18::10.0.0.1": true, "additionalQmp": true,
		"no::such": false, "": false, "hostnam::web": false, "staticIp::x": false,
	} {
		require.Equal(t, want, IsSystemTag(tag), tag)
	}
}
