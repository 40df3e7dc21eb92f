package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Equal(t, "{\"name\":\"vm-00001\"}\n{\"name\":\"vm-00003\"}\n{\"name\":\"vm-00005\"}\n{\"total\":1}\n", out)
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	out, err := exampletest.On(t, node, program(), "query zone.name,state")
	require.NoError(t, err)
	// A boolean that Java has no null for is there whatever was asked for.
	require.Equal(t, "{\"isDefault\":false,\"name\":\"zone-1\",\"state\":\"Enabled\"}\n", out)
}

func TestAWrongStatement(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "select name from zone")
	var failed *zstack.Error
	require.ErrorAs(t, err, &failed)
	require.NotNil(t, failed.Code)
}
