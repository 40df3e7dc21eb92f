package benchmarks

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// BenchmarkSimulator measures the simulated node itself: how long one takes to start, what a
// cloud of 100,000 VM instances takes, and how many reads a second it answers beside net/http
// that answers with the same bytes.
func BenchmarkSimulator(b *testing.B) {
	b.Run("start", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, zstacktest.New().Close())
		}
	})
	b.Run("model", func(b *testing.B) {
		const vms = 100_000
		for b.Loop() {
			before := heap()
			node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{VMs: vms}))
			b.ReportMetric(float64(heap()-before)/vms, "B/vm")
			runtime.KeepAlive(node)
		}
	})

	node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{VMs: 100_000}), zstacktest.WithSession(simulatorSession))
	b.Cleanup(func() { require.NoError(b, node.Close()) })
	target := "/zstack/v1/vm-instances?q=name%3Dvm-77777"
	if reply := readSimulator(b, listen(b, node), target); len(reply) < 1000 {
		b.Fatalf("got %q", reply)
	} else {
		same := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(reply) })
		b.Run("reads-in-process", func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, target, nil)
					r.Header.Set("Authorization", "OAuth "+simulatorSession)
					node.ServeHTTP(w, r)
					if w.Code != http.StatusOK {
						b.Error(w.Body)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
		})
		for _, server := range []struct {
			name    string
			handler http.Handler
		}{{"reads", node}, {"net-http", same}} {
			b.Run(server.name, func(b *testing.B) {
				address := listen(b, server.handler)
				b.SetParallelism(8)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						readSimulator(b, address, target)
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
			})
		}
	}
}

const simulatorSession = "0123456789abcdef0123456789abcdef"

// heap is how much memory is in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// listen serves a handler on an address of its own.
func listen(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }() // It ends with the benchmark.
	b.Cleanup(func() { require.NoError(b, server.Close()) })
	return l.Addr().String()
}

var simulatorClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

func readSimulator(b *testing.B, address, target string) []byte {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("http://%s%s", address, target), nil)
	if err != nil {
		b.Error(err)
		return nil
	}
	req.Header.Set("Authorization", "OAuth "+simulatorSession)
	resp, err := simulatorClient.Do(req)
	if err != nil {
		b.Error(err)
		return nil
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Errorf("got status %d, %v: %s", resp.StatusCode, err, data)
	}
	return data
}
