package peers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/bytedance/sonic"
	jsonv2 "github.com/go-json-experiment/json"
	goccy "github.com/goccy/go-json"
	segmentio "github.com/segmentio/encoding/json"
	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// libraries decode JSON that is in memory.
var libraries = []struct {
	name      string
	unmarshal func(data []byte, v any) error
}{
	{"sonic", sonic.Unmarshal},
	{"sonic-fastest", sonic.ConfigFastest.Unmarshal},
	{"goccy", goccy.Unmarshal},
	{"segmentio", func(data []byte, v any) error { return segmentio.Unmarshal(data, v) }},
	{"json-v2", func(data []byte, v any) error { return jsonv2.Unmarshal(data, v) }},
	{"encoding-json", json.Unmarshal},
}

// BenchmarkPeers reads the large reply: through the SDK from the request on, with its
// timestamps and its schema, and with each library from memory into plain structs.
func BenchmarkPeers(b *testing.B) {
	body := sample.NewCloud().VMReply(sample.ManyVMs)
	b.Run("zstack", func(b *testing.B) {
		client := newClient(b, body)
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			reply, err := allVMs().Call(b.Context(), client)
			if err != nil || len(reply.Inventories) != sample.ManyVMs {
				b.Fatal(err)
			}
		}
	})
	for _, library := range libraries {
		b.Run(library.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				var reply sample.Reply
				if err := library.unmarshal(body, &reply); err != nil || len(reply.Inventories) != sample.ManyVMs {
					b.Fatal(len(reply.Inventories), err)
				}
			}
		})
	}
}

func allVMs() actions.QueryVmInstanceAction {
	return actions.QueryVmInstanceAction{Conditions: zstack.Where(), Limit: new(int32(sample.ManyVMs))}
}

// newClient returns a client whose transport has the reply in memory, and does not say how
// long it is.
func newClient(tb testing.TB, body []byte) *zstack.Client {
	tb.Helper()
	client, err := zstack.NewClient("127.0.0.1",
		zstack.WithCredentials(zstack.Session("5f1b2c3d4e5f60718293a4b5c6d7e8f9")),
		zstack.WithLocation(time.UTC),
		zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))),
		zstack.WithHTTPClient(&http.Client{Transport: canned(body)}),
	)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, client.Close(context.Background())) })
	return client
}

type canned []byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json;charset=utf-8"}},
		Body:          io.NopCloser(bytes.NewReader(c)),
		ContentLength: -1,
		Request:       r,
	}, nil
}

// What all of them read is the same.
func TestAllReadTheSame(t *testing.T) {
	t.Parallel()
	const vms = 100
	body := sample.NewCloud().VMReply(vms)
	reply, err := allVMs().Call(t.Context(), newClient(t, body))
	require.NoError(t, err)
	require.Len(t, reply.Inventories, vms)
	for _, library := range libraries {
		var plain sample.Reply
		require.NoError(t, library.unmarshal(body, &plain), library.name)
		require.Len(t, plain.Inventories, vms)
		for i := range plain.Inventories {
			vm, want := &reply.Inventories[i], &plain.Inventories[i]
			require.Equal(t, []any{want.UUID, want.Name, int64(want.MemorySize), want.VmNics[0].MAC, want.AllVolumes[1].InstallPath},
				[]any{vm.UUID, vm.Name, vm.MemorySize, vm.VmNics[0].MAC, vm.AllVolumes[1].InstallPath}, library.name)
		}
	}
}
