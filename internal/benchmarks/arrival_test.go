package benchmarks

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// arrivingVMs is how many VM instances arrive over a socket.
const arrivingVMs = 1_000

// BenchmarkArrival reads a reply from memory, and off a socket: from its first byte, when
// the header has been read, to the last row.
func BenchmarkArrival(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		measureArrival(b, "127.0.0.1", sample.Canned{Status: http.StatusOK, Body: sample.NewCloud().VMReply(arrivingVMs)})
	})
	b.Run("loopback", func(b *testing.B) {
		measureArrival(b, startProcess(b, "vms:1000").url, http.DefaultTransport.(*http.Transport).Clone())
	})
}

// A beginning is a transport that notes when the last reply began.
type beginning struct {
	http.RoundTripper
	last time.Time
}

func (t *beginning) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(r)
	t.last = time.Now()
	return resp, err
}

func measureArrival(b *testing.B, endpoint string, from http.RoundTripper) {
	transport := &beginning{RoundTripper: from}
	client := sample.NewClient(b, endpoint, zstack.WithHTTPClient(&http.Client{Transport: transport}))
	var took time.Duration
	for b.Loop() {
		reply, err := sample.AllVMs().Call(b.Context(), client)
		took += time.Since(transport.last)
		require.NoError(b, err)
		require.Len(b, reply.Inventories, arrivingVMs)
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "arrival-ns")
}
