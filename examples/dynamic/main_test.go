package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestDynamicCalls(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"every row":       {[]string{"QueryZone"}, `"name": "zone-1"`},
		"one parameter":   {[]string{"CreateZoneAction", "name=zone-2"}, `"name": "zone-2"`},
		"a repeated key":  {[]string{"QueryZone", "conditions=name=zone-1", "conditions=state=Enabled"}, `"zone-1"`},
		"a number":        {[]string{"QueryZone", "limit=0"}, `"inventories": []`},
		"a list as JSON":  {[]string{"QueryZone", `conditions=["name=none"]`}, `"inventories": []`},
		"a list of one":   {[]string{"QueryZone", "fields=name"}, `"name": "zone-1"`},
		"all the actions": {nil, "RecoverVmInstanceAction\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, program().Execute(t.Context(), &out, test.args))
			require.Contains(t, out.String(), test.want)
		})
	}
}

func TestDynamicMistakes(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no such action":    {[]string{"RecoverEverything"}, "no action"},
		"no such parameter": {[]string{"CreateZone", "title=a"}, "title"},
		"no value":          {[]string{"CreateZone", "name"}, "key=value"},
		"a missing one":     {[]string{"CreateZone"}, "name is required"},
		"broken JSON":       {[]string{"QueryZone", "conditions=["}, "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, program().Execute(t.Context(), new(strings.Builder), test.args), test.want)
		})
	}
}

func TestDynamicCallsAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t)
	t.Setenv("ZSTACK_ENDPOINT", node.URL)
	t.Setenv("ZSTACK_ACCOUNT", "admin")
	t.Setenv("ZSTACK_PASSWORD", "hunter22")
	err := program().Execute(t.Context(), new(strings.Builder), []string{"QueryZone"})
	var failed *zstack.Error
	require.ErrorAs(t, err, &failed)
	require.NotContains(t, err.Error(), "hunter22")
}
