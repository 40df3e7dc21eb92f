package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, nil))
	require.Regexp(t, `(?s)Created VM \w{32} "Test-VM": Running, IP address [\d.]+
Destroyed VM \w{32} "Test-VM": Destroyed, no IP address
Recovered VM \w{32} "Test-VM": Stopped, no IP address
  2 CPUs, 4096 MiB of memory`, out.String())
}

func TestOnAnotherNode(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"account":    {"ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "password"},
		"access key": {"ZSTACK_ACCESS_KEY_ID": "AKID", "ZSTACK_ACCESS_KEY_SECRET": "SECRET"},
		"session":    {"ZSTACK_SESSION_ID": "0123456789abcdef0123456789abcdef"},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t, zstacktest.WithLocation(time.Local), zstacktest.WithAccessKey("AKID", "SECRET"),
				zstacktest.WithSession("0123456789abcdef0123456789abcdef"))
			vm := node.Add("VmInstance", map[string]any{"name": "mine", "state": "Running"})
			t.Setenv("ZSTACK_ENDPOINT", node.URL)
			for key, value := range env {
				t.Setenv(key, value)
			}
			var out strings.Builder
			require.NoError(t, run(t.Context(), &out, []string{vm}))
			require.Contains(t, out.String(), "Recovered VM "+vm+` "mine": Stopped, no IP address`)
			require.Equal(t, "Stopped", node.Get("VmInstance", vm)["state"])
		})
	}
}

func TestARealNodeNeedsAVM(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "mn")
	require.ErrorContains(t, run(t.Context(), new(strings.Builder), nil), "usage")
}
