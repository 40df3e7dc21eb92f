package benchmarks

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// BenchmarkGzip reads a thousand VM instances over a socket, compressed, as the SDK
// asks for it and servers behind a proxy do, and as they are.
func BenchmarkGzip(b *testing.B) {
	server := startProcess(b, "gzip:1000")
	plain := http.DefaultTransport.(*http.Transport).Clone()
	plain.DisableCompression = true
	defer plain.CloseIdleConnections()
	for name, client := range map[string]*zstack.Client{
		"gzip":  sample.NewClient(b, server.url),
		"plain": sample.NewClient(b, server.url, zstack.WithHTTPClient(&http.Client{Transport: plain})),
	} {
		b.Run(name, func(b *testing.B) {
			before := server.seen(b)
			for b.Loop() {
				page, err := sample.AllVMs().Call(b.Context(), client)
				require.NoError(b, err)
				require.Len(b, page.Inventories, 1000)
			}
			after := server.seen(b)
			b.ReportMetric(float64(after.Bytes-before.Bytes)/float64(after.Requests-before.Requests)/1e3, "KB/reply")
		})
	}
}

// A gzipService answers with many VM instances, compressed for who accepts that.
type gzipService struct {
	plain, compressed []byte
	requests, bytes   atomic.Int64
}

func newGzipService(argument string) (service, error) {
	vms, err := strconv.Atoi(argument)
	if err != nil {
		return nil, err
	}
	s := &gzipService{plain: sample.NewCloud().VMReply(vms)}
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(s.plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	s.compressed = buf.Bytes()
	return s, nil
}

func (s *gzipService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	reply := s.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		reply = s.compressed
		w.Header().Set("Content-Encoding", "gzip")
	}
	s.requests.Add(1)
	s.bytes.Add(int64(len(reply)))
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_, _ = w.Write(reply) // the client has gone
}

func (s *gzipService) seen() observations {
	return observations{Requests: s.requests.Load(), Bytes: s.bytes.Load()}
}
