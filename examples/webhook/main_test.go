package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `Results are sent to http://127\.0\.0\.1:\d+/zstack
Tagged after [\d.]+m?s
Took the tag off
`, out)
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t)
	vm := node.Add("VmInstance", map[string]any{"name": "mine"})
	_, err := exampletest.On(t, node, program(), vm)
	require.NoError(t, err)
	require.Zero(t, node.Count("UserTag"))
	for _, r := range node.Requests() {
		require.NotContains(t, r.Path, "api-jobs", "the client polled")
	}
}

func TestAJobThatFails(t *testing.T) {
	node := zstacktest.NewServer(t)
	vm := node.Add("VmInstance", map[string]any{"name": "mine"})
	node.Fail("CreateUserTag", zstacktest.WithCode(types.SysOperationError))
	_, err := exampletest.On(t, node, program(), vm)
	require.ErrorIs(t, err, types.SysOperationError)
}

func TestAWrongAddress(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "-listen", "127.0.0.1:99999", "0123456789abcdef0123456789abcdef")
	require.ErrorContains(t, err, "99999")
}
