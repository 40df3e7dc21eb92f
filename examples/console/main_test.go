package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `The console of web is at \w+://[\w.]+:\d+\n`, out)
	require.NotContains(t, out, "token")
}

func TestTheTokenOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t)
	vm := node.Add("VmInstance", map[string]any{"name": "mine", "state": types.VmStateRunning})
	node.Handle("RequestConsoleAccess", func(*zstacktest.Call) (any, error) {
		return map[string]any{"inventory": map[string]any{"scheme": "http", "hostname": "10.0.0.2", "port": 4900, "token": "t0ken"}}, nil
	})
	out, err := exampletest.On(t, node, program(), "-token", vm)
	require.NoError(t, err)
	require.Equal(t, "The console of mine is at http://10.0.0.2:4900\n  token t0ken\n", out)
}

func TestAStoppedVM(t *testing.T) {
	node := zstacktest.NewServer(t)
	vm := node.Add("VmInstance", map[string]any{"name": "mine", "state": types.VmStateStopped})
	_, err := exampletest.On(t, node, program(), vm)
	require.EqualError(t, err, "the VM mine is Stopped, and has a console when it is Running")
}
