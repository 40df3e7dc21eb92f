package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

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
			list := Ordered{Compare: ByKey}
			var want []*Row
			for i := range 5000 {
				r := &Row{Key: key(random, i), Seq: int64(i)}
				list.Insert(r)
				at, _ := slices.BinarySearchFunc(want, r, ByKey)
				want = slices.Insert(want, at, r)
				if i%3 == 2 {
					gone := random.IntN(len(want))
					list.Remove(want[gone])
					want = slices.Delete(want, gone, gone+1)
				}
			}
			require.True(t, slices.Equal(want, slices.Collect(list.All())))
			for range 50 {
				i := random.IntN(len(want))
				rest := slices.Collect(list.From(func(r *Row) bool { return ByKey(r, want[i]) < 0 }))
				require.True(t, slices.Equal(want[i:], rest))
			}
			for _, chunk := range list.Chunks {
				require.NotEmpty(t, chunk)
				require.LessOrEqual(t, len(chunk), chunkSize)
			}
			list.Remove(&Row{Key: "a"})
			require.Len(t, slices.Collect(list.All()), len(want), "a row that is not there cannot be removed")
			random.Shuffle(len(want), func(i, j int) { want[i], want[j] = want[j], want[i] })
			for _, r := range want {
				list.Remove(r)
			}
			require.Empty(t, list.Chunks)
		})
	}
}
