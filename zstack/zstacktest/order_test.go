package zstacktest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func keys(rows []*store.Row) string {
	var list []string
	for _, r := range rows {
		list = append(list, r.Key)
	}
	return strings.Join(list, " ")
}

func TestRowsOfATableKeepTheirOrders(t *testing.T) {
	t.Parallel()
	n := New()
	for _, uuid := range []string{"b", "A", "c", "B"} {
		n.Add("Zone", map[string]any{"uuid": uuid})
	}
	zones := n.store.Table("Zone")
	require.Equal(t, "b A c B", keys(n.store.All("Zone")))
	require.Equal(t, "A b B c", keys(slices.Collect(zones.ByUUID.All())))
	n.Add("Zone", map[string]any{"uuid": "b"})
	n.Remove("Zone", "A")
	require.Equal(t, "c B b", keys(n.store.All("Zone")))
	require.Equal(t, "B b c", keys(slices.Collect(zones.ByUUID.All())))
}
