package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Contains(t, out, "Restarted web-1\n")
	require.Contains(t, out, "Restarted web-2\n")
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	out, err := exampletest.On(t, node, program(), node.Site().HostUUID, "web-")
	require.NoError(t, err)
	require.Empty(t, out)
}
