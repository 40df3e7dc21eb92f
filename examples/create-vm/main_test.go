package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `Created VM \w{32} "web" in [\d.m]+s: Running\n  172\.20\.0\.\d+, MAC address fa:`, out)
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	_, err := exampletest.On(t, node, program(), "-hostname", "db-1", "db", "image-1", "offering-1", "l3-1")
	require.NoError(t, err)
	require.Len(t, node.All("VmInstance"), 1)
	require.True(t, slices.ContainsFunc(node.All("SystemTag"), func(tag map[string]any) bool {
		return tag["tag"] == "hostname::db-1"
	}))
}

func TestNamesThatNothingHas(t *testing.T) {
	for missing, args := range map[string][]string{
		`image "none": `:             {"web", "none", "offering-1", "l3-1"},
		`instance offering "none": `: {"web", "image-1", "none", "l3-1"},
		`L3 network "none": `:        {"web", "image-1", "offering-1", "none"},
	} {
		_, err := exampletest.Simulated(t, program(), args...)
		require.ErrorContains(t, err, missing)
		require.True(t, zstack.IsNotFound(err))
	}
}
