package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `172\.20\.0\.\d+:80 is distributed to 2 VM instances
Deleted what was made
`, out)
}

func TestOnAnotherNode(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		fail string
		left int
	}{
		"kept":                {[]string{"-keep", "-port", "8443"}, "", 1},
		"deleted":             {nil, "", 0},
		"no balancer":         {[]string{"-keep"}, "CreateLoadBalancer", 0},
		"no NICs at the last": {[]string{"-keep"}, "AddVmNicToLoadBalancer", 0},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 1}))
			if tt.fail != "" {
				node.Fail(tt.fail, zstacktest.WithCode(types.SysOperationError))
			}
			network := node.All("L3Network")[0]["name"].(string)
			_, err := exampletest.On(t, node, program(), append(tt.args, network, node.All("VmInstance")[0]["uuid"].(string))...)
			if tt.fail != "" {
				require.ErrorIs(t, err, types.SysOperationError)
			} else {
				require.NoError(t, err)
			}
			for _, kind := range []string{"Vip", "LoadBalancer", "LoadBalancerListener"} {
				require.Equal(t, tt.left, node.Count(kind), kind)
			}
		})
	}
}

func TestNothingIsMadeForVMsThatThereAreNot(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	_, err := exampletest.On(t, node, program(), "l3-1", "0123456789abcdef0123456789abcdef")
	require.True(t, zstack.IsNotFound(err))
	require.Zero(t, node.Count("Vip"))
}
