package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `Made access key \w+ with the secret \*\*\*
Counted 1 zones with it
Deleted it
`, out)
}

func TestKeepingOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite())
	file := filepath.Join(t.TempDir(), "key")
	out, err := exampletest.On(t, node, program(), "-keep", file, "admin")
	require.NoError(t, err)
	require.Equal(t, 1, node.Count("AccessKey"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	secret := node.All("AccessKey")[0]["AccessKeySecret"].(string)
	require.Contains(t, string(text), "ZSTACK_ACCESS_KEY_SECRET="+secret)
	require.NotContains(t, out, secret)

	_, err = exampletest.On(t, node, program(), "-keep", file, "admin")
	require.ErrorIs(t, err, fs.ErrExist)
	require.Equal(t, 1, node.Count("AccessKey"), "a key that is written nowhere is deleted")
}

func TestNoSuchAccount(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "nobody")
	require.True(t, zstack.IsNotFound(err))
}
