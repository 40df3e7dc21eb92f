package benchmarks

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
)

// workers is how many callers share a client.
const workers = 100

// BenchmarkThroughput makes small calls by many workers at once.
func BenchmarkThroughput(b *testing.B) {
	server := startProcess(b, "zone")
	b.Run("zstack", func(b *testing.B) {
		client := sample.NewClient(b, server.url)
		measureThroughput(b, server, func(ctx context.Context) error { return sdkZone(ctx, client) })
	})
	b.Run("bare", func(b *testing.B) {
		client := newBareClient(b, server.url, workers)
		measureThroughput(b, server, func(ctx context.Context) error { _, err := client.zone(ctx); return err })
	})
}

// measureThroughput makes the calls, after some that open the connections. Where all
// workers find none at once, net/http opens more than it will keep.
func measureThroughput(b *testing.B, server *process, call func(context.Context) error) {
	b.ReportAllocs()
	require.NoError(b, callByMany(b.Context(), 20*workers, call))
	before := server.seen(b)
	b.ResetTimer()
	err := callByMany(b.Context(), b.N, call)
	b.StopTimer()
	require.NoError(b, err)
	after := server.seen(b)
	require.Equal(b, int64(b.N), after.Requests-before.Requests)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(after.Connections-before.Connections), "connections")
}

// callByMany makes a number of calls by all workers and returns the first error.
func callByMany(ctx context.Context, calls int, call func(context.Context) error) error {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, workers)
	for range workers {
		all.Go(func() {
			for next.Add(1) <= int64(calls) {
				if err := call(ctx); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs
}
