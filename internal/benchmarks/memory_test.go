package benchmarks

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// BenchmarkMemory reads the large reply off a socket with All, as one page, or with Call,
// and reports the peak of the heap above what it was before and what the page keeps.
// The collector runs as it does by default in "heap" and "call". In "live" it runs all
// the time, so that what it has yet to find is left out.
func BenchmarkMemory(b *testing.B) {
	server := startProcess(b, fmt.Sprintf("vms:%d", sample.ManyVMs))
	client := sample.NewClient(b, server.url)
	kept := keptByPage(b, client)
	heap := func(w *heapWatch) uint64 { return w.heap }
	b.Run("heap", func(b *testing.B) { measurePeak(b, kept, heap, func() int { return rowsOfAll(b, client) }) })
	b.Run("live", func(b *testing.B) {
		defer debug.SetGCPercent(debug.SetGCPercent(1))
		measurePeak(b, kept, func(w *heapWatch) uint64 { return w.live }, func() int { return rowsOfAll(b, client) })
	})
	b.Run("call", func(b *testing.B) {
		measurePeak(b, kept, heap, func() int {
			page, err := sample.AllVMs().Call(b.Context(), client)
			require.NoError(b, err)
			return len(page.Inventories)
		})
	})
}

func rowsOfAll(b *testing.B, client *zstack.Client) (rows int) {
	for _, err := range (actions.QueryVmInstanceAction{}).All(b.Context(), client, zstack.WithPageSize(sample.ManyVMs)) {
		require.NoError(b, err)
		rows++
	}
	return rows
}

// keptByPage is the memory of the decoded page.
func keptByPage(b *testing.B, client *zstack.Client) uint64 {
	_, err := sample.AllVMs().Call(b.Context(), client) // what is made once and kept is not the page's
	require.NoError(b, err)
	before := heapInUse()
	page, err := sample.AllVMs().Call(b.Context(), client)
	require.NoError(b, err)
	require.Len(b, page.Inventories, sample.ManyVMs)
	kept := heapInUse() - before
	runtime.KeepAlive(page)
	return kept
}

func measurePeak(b *testing.B, kept uint64, peak func(*heapWatch) uint64, read func() (rows int)) {
	var above, most float64
	for b.Loop() {
		before := heapInUse()
		watch := watchHeap()
		rows := read()
		watch.end()
		require.Equal(b, sample.ManyVMs, rows)
		high := float64(peak(watch)) - float64(before)
		above, most = max(above, high-float64(kept)), max(most, high)
	}
	b.ReportMetric(float64(kept)/mb, "page-MB")
	b.ReportMetric(most/mb, "peak-MB")
	b.ReportMetric(above/mb, "above-MB")
}
