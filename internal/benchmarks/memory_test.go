package benchmarks

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// BenchmarkMemory reads the large reply off a socket with All, as one page, and
// reports the peak of the heap above what it was before and what the page keeps.
// The collector runs as it does by default in "heap". In "live" it runs all the
// time, so that what it has yet to find is left out.
func BenchmarkMemory(b *testing.B) {
	server := startProcess(b, fmt.Sprintf("vms:%d", manyVMs))
	client := newClient(b, server.url)
	kept := keptByPage(b, client)
	b.Run("heap", func(b *testing.B) {
		measurePeak(b, client, kept, func(w *heapWatch) uint64 { return w.heap })
	})
	b.Run("live", func(b *testing.B) {
		defer debug.SetGCPercent(debug.SetGCPercent(1))
		measurePeak(b, client, kept, func(w *heapWatch) uint64 { return w.live })
	})
}

// keptByPage is the memory of the decoded page.
func keptByPage(b *testing.B, client *zstack.Client) uint64 {
	_, err := allVMs().Call(b.Context(), client) // what is made once and kept is not the page's
	require.NoError(b, err)
	before := heapInUse()
	page, err := allVMs().Call(b.Context(), client)
	require.NoError(b, err)
	require.Len(b, page.Inventories, manyVMs)
	kept := heapInUse() - before
	runtime.KeepAlive(page)
	return kept
}

func measurePeak(b *testing.B, client *zstack.Client, kept uint64, peak func(*heapWatch) uint64) {
	var above, most float64
	for b.Loop() {
		before := heapInUse()
		watch := watchHeap()
		rows := 0
		for _, err := range (actions.QueryVmInstanceAction{}).All(b.Context(), client, zstack.WithPageSize(manyVMs)) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
		watch.end()
		require.Equal(b, manyVMs, rows)
		high := float64(peak(watch)) - float64(before)
		above, most = max(above, high-float64(kept)), max(most, high)
	}
	b.ReportMetric(float64(kept)/mb, "page-MB")
	b.ReportMetric(most/mb, "peak-MB")
	b.ReportMetric(above/mb, "above-MB")
}
