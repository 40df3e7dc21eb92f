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
	require.Regexp(t, `Took (203\.0\.113\.\d+) of the network public
web is reached at 203\.0\.113\.\d+ as well as at 172\.20\.0\.\d+
Deleted the elastic IP
Deleted the virtual IP
`, out)
}

func TestOnAnotherNode(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		left int
		fail bool
	}{
		"kept":              {[]string{"-keep"}, 1, false},
		"deleted":           {nil, 0, false},
		"deleted on errors": {nil, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 1}))
			if tt.fail {
				node.Fail("CreateEip", zstacktest.WithCode(types.SysOperationError))
			}
			vm := node.All("VmInstance")[0]["uuid"].(string)
			network := node.All("L3Network")[0]["name"].(string)
			_, err := exampletest.On(t, node, program(), append(tt.args, vm, network)...)
			if tt.fail {
				require.ErrorIs(t, err, types.SysOperationError)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, tt.left, node.Count("Vip"))
			require.Equal(t, tt.left, node.Count("Eip"))
		})
	}
}

func TestNoSuchNetwork(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 1}))
	_, err := exampletest.On(t, node, program(), node.All("VmInstance")[0]["uuid"].(string), "none")
	require.True(t, zstack.IsNotFound(err))
	require.ErrorContains(t, err, `L3 network "none"`)
}
