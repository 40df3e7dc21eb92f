package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	var out strings.Builder
	require.NoError(t, program().Execute(t.Context(), &out, nil))
	require.Regexp(t, `Created VM \w{32} "web" in [\d.m]+s: Running\n  172\.20\.0\.\d+, MAC address fa:`, out.String())
}

func TestOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	t.Setenv("ZSTACK_ENDPOINT", node.URL)
	t.Setenv("ZSTACK_ACCOUNT", "admin")
	t.Setenv("ZSTACK_PASSWORD", "password")
	require.NoError(t, program().Execute(t.Context(), new(strings.Builder), []string{"-hostname", "db-1", "db", "image-1", "offering-1", "l3-1"}))
	require.Len(t, node.All("VmInstance"), 1)
	require.True(t, slices.ContainsFunc(node.All("SystemTag"), func(tag map[string]any) bool {
		return tag["tag"] == "hostname::db-1"
	}))
}

func TestNamesThatNothingHas(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	for missing, args := range map[string][]string{
		`image "none": `:             {"web", "none", "offering-1", "l3-1"},
		`instance offering "none": `: {"web", "image-1", "none", "l3-1"},
		`L3 network "none": `:        {"web", "image-1", "offering-1", "none"},
	} {
		err := program().Execute(t.Context(), new(strings.Builder), args)
		require.ErrorContains(t, err, missing)
		require.True(t, zstack.IsNotFound(err))
	}
}
