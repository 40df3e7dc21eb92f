package zstacktest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A newer server has fields of its own in records of every kind, with records inside
// them or without.
func TestFieldsThatAKindLacksAreSent(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		"Account", "AccessKey", "Zone", "Cluster", "Host", "PrimaryStorage", "BackupStorage", "Image", "InstanceOffering",
		"DiskOffering", "L2Network", "L3Network", "IpRange", "UsedIp", "VmInstance", "VmNic", "Volume", "LongJob",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New()
			added := node.Add(kind, map[string]any{"newer": "x"})
			require.Equal(t, "x", node.Get(kind, added)["newer"])
			set := node.Add(kind, nil)
			require.NotContains(t, node.Get(kind, set), "newer")
			node.Set(kind, set, map[string]any{"newer": true})
			require.Equal(t, true, node.Get(kind, set)["newer"])
			node.Set(kind, set, map[string]any{"newer": nil})
			require.NotContains(t, node.Get(kind, set), "newer")
		})
	}
}
