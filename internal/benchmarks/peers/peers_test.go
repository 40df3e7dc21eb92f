package peers

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/bytedance/sonic"
	jsonv2 "github.com/go-json-experiment/json"
	goccy "github.com/goccy/go-json"
	segmentio "github.com/segmentio/encoding/json"
	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
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
		client := sample.NewClient(b, "127.0.0.1", sample.WithCanned(http.StatusOK, body))
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			reply, err := sample.AllVMs().Call(b.Context(), client)
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

// What all of them read is the same.
func TestAllReadTheSame(t *testing.T) {
	t.Parallel()
	const vms = 100
	body := sample.NewCloud().VMReply(vms)
	reply, err := sample.AllVMs().Call(t.Context(), sample.NewClient(t, "127.0.0.1", sample.WithCanned(http.StatusOK, body)))
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
