package zstacktest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func keys(rows []*row) string {
	var list []string
	for _, r := range rows {
		list = append(list, r.key)
	}
	return strings.Join(list, " ")
}

func TestOrderedListIsAsASortedOne(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]func(r *rand.Rand, i int) string{
		"random":     func(r *rand.Rand, _ int) string { return fmt.Sprintf("%08X", r.Uint32()) },
		"ascending":  func(_ *rand.Rand, i int) string { return fmt.Sprintf("%08d", i) },
		"descending": func(_ *rand.Rand, i int) string { return fmt.Sprintf("%08d", 1_000_000-i) },
		"equal":      func(_ *rand.Rand, i int) string { return []string{"a", "A", "b"}[i%3] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			list := ordered{compare: byKey}
			var want []*row
			for i := range 5000 {
				r := &row{key: key(random, i), seq: int64(i)}
				list.insert(r)
				at, _ := slices.BinarySearchFunc(want, r, byKey)
				want = slices.Insert(want, at, r)
				if i%3 == 2 {
					gone := random.IntN(len(want))
					list.remove(want[gone])
					want = slices.Delete(want, gone, gone+1)
				}
			}
			require.True(t, slices.Equal(want, slices.Collect(list.all())))
			for range 50 {
				i := random.IntN(len(want))
				rest := slices.Collect(list.from(func(r *row) bool { return byKey(r, want[i]) < 0 }))
				require.True(t, slices.Equal(want[i:], rest))
			}
			for _, chunk := range list.chunks {
				require.NotEmpty(t, chunk)
				require.LessOrEqual(t, len(chunk), chunkSize)
			}
			list.remove(&row{key: "a"})
			require.Len(t, slices.Collect(list.all()), len(want), "a row that is not there cannot be removed")
			random.Shuffle(len(want), func(i, j int) { want[i], want[j] = want[j], want[i] })
			for _, r := range want {
				list.remove(r)
			}
			require.Empty(t, list.chunks)
		})
	}
}

func TestRowsOfATableKeepTheirOrders(t *testing.T) {
	t.Parallel()
	n := New()
	for _, uuid := range []string{"b", "A", "c", "B"} {
		n.Add("Zone", map[string]any{"uuid": uuid})
	}
	zones := n.store.tables["Zone"]
	require.Equal(t, "b A c B", keys(n.store.all("Zone")))
	require.Equal(t, "A b B c", keys(slices.Collect(zones.byUUID.all())))
	n.Add("Zone", map[string]any{"uuid": "b"})
	n.Remove("Zone", "A")
	require.Equal(t, "c B b", keys(n.store.all("Zone")))
	require.Equal(t, "B b c", keys(slices.Collect(zones.byUUID.all())))
}
