package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestQueries(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"as it is": {nil, []string{
			"running in east:\n  east-", "running in west:\n  west-", "-web with 4096 MB\n", "-db with 4096 MB\n",
			"10.0.0.12 is of east-db, which is Running\n",
			"Running: 4\nStopped: 2\nDestroyed: 0\n",
			"2 hosts are Disconnected, with 4 VM instances:\n  east-batch (Stopped)\n  east-db (Running)\n  west-batch (Stopped)\n  west-db (Running)\n",
		}},
		"an address of nobody": {[]string{"10.9.9.9"}, []string{"nobody has 10.9.9.9\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, program().Execute(t.Context(), &out, test.args))
			for _, want := range test.want {
				require.Contains(t, out.String(), want)
			}
			require.NotContains(t, out.String(), "batch with")
		})
	}
}

func TestQueriesOfAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	t.Setenv("ZSTACK_ENDPOINT", node.URL)
	t.Setenv("ZSTACK_ACCOUNT", "admin")
	t.Setenv("ZSTACK_PASSWORD", "password")
	var out strings.Builder
	require.NoError(t, program().Execute(t.Context(), &out, nil))
	require.Contains(t, out.String(), "running in zone-1:\n")
	require.Contains(t, out.String(), "0 hosts are Disconnected, with 0 VM instances:\n")
	t.Setenv("ZSTACK_PASSWORD", "hunter22")
	err := program().Execute(t.Context(), new(strings.Builder), nil)
	require.True(t, zstack.IsAuthenticationFailed(err))
}
