package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Contains(t, out, `zone-1 is now "the first one"`+"\n")
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	_, err := exampletest.On(t, node, program(), node.Site().ZoneUUID, "ours")
	require.NoError(t, err)
	require.Equal(t, "ours", node.Get("Zone", node.Site().ZoneUUID)["description"])
}

func TestItsConstraints(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	_, err := exampletest.On(t, node, program(), node.Site().ZoneUUID, strings.Repeat("x", 2049))
	var invalid *zstack.ValidationError
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "description", invalid.Field)
	for _, r := range node.Requests() {
		require.NotEqual(t, "UpdateZone", r.Action)
	}
}
