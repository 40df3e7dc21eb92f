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
	require.Regexp(t, `Took snapshot \w{32} of db
  "before the upgrade" is Ready, \d+ MiB
Went back to it
Deleted it
`, out)
}

func TestOnAnotherNode(t *testing.T) {
	for name, tt := range map[string]struct {
		args    []string
		stopped bool
	}{
		"only a snapshot": {nil, false},
		"and back":        {[]string{"-revert"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 1}))
			vm := node.All("VmInstance")[0]["uuid"].(string)
			node.Set("VmInstance", vm, map[string]any{"state": types.VmStateRunning})
			out, err := exampletest.On(t, node, program(), append(tt.args, vm)...)
			require.NoError(t, err)
			require.Contains(t, out, "Deleted it\n")
			require.Zero(t, node.Count("VolumeSnapshot"))
			stopped := false
			for _, r := range node.Requests() {
				stopped = stopped || r.Action == "StopVmInstance"
			}
			require.Equal(t, tt.stopped, stopped)
			require.Equal(t, types.VmStateRunning, node.Get("VmInstance", vm)["state"])
		})
	}
}

func TestTheSnapshotIsDeletedWhenGoingBackFails(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 1}))
	node.Fail("RevertVolumeFromSnapshot", zstacktest.WithCode(types.SysOperationError))
	_, err := exampletest.On(t, node, program(), "-revert", node.All("VmInstance")[0]["uuid"].(string))
	require.ErrorIs(t, err, types.SysOperationError)
	require.Zero(t, node.Count("VolumeSnapshot"))
}

func TestNoSuchVM(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "0123456789abcdef0123456789abcdef")
	require.True(t, zstack.IsNotFound(err))
}
