package benchmarks

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/types"
)

// BenchmarkDecode reads the large reply: through the SDK from the request on, with
// encoding/json from memory into the same shape, and as tokens alone.
func BenchmarkDecode(b *testing.B) {
	body := sample.NewCloud().VMReply(sample.ManyVMs)
	b.Run("zstack", func(b *testing.B) { decodeWithSDK(b, body) })
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			var reply sample.Reply
			if err := json.Unmarshal(body, &reply); err != nil || len(reply.Inventories) != sample.ManyVMs {
				b.Fatal(len(reply.Inventories), err)
			}
		}
	})
	b.Run("jsontext", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if n, err := countTokens(body); err != nil || n < 100*sample.ManyVMs {
				b.Fatal(n, err)
			}
		}
	})
	appliances := sample.NewCloud()
	appliances.Appliances = true
	body = appliances.VMReply(sample.ManyVMs)
	b.Run("zstack-subtypes", func(b *testing.B) { decodeWithSDK(b, body) })
}

func decodeWithSDK(b *testing.B, body []byte) {
	client := sample.NewClient(b, "127.0.0.1", sample.WithCanned(http.StatusOK, body))
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		reply, err := sample.AllVMs().Call(b.Context(), client)
		if err != nil || len(reply.Inventories) != sample.ManyVMs {
			b.Fatal(err)
		}
	}
}

// countTokens reads every token of a reply, with the leniency that the SDK has.
func countTokens(body []byte) (n int, err error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for ; ; n++ {
		switch _, err := dec.ReadToken(); {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		}
	}
}

func TestBothDecodeTheSame(t *testing.T) {
	t.Parallel()
	cloud := sample.NewCloud()
	cloud.Appliances = true
	const vms = 300
	body := cloud.VMReply(vms)
	var plain sample.Reply
	require.NoError(t, json.Unmarshal(body, &plain))
	reply, err := sample.AllVMs().Call(t.Context(), sample.NewClient(t, "127.0.0.1", sample.WithCanned(http.StatusOK, body)))
	require.NoError(t, err)
	require.Len(t, reply.Inventories, vms)
	require.Len(t, plain.Inventories, vms)
	for i := range reply.Inventories {
		vm, want := &reply.Inventories[i], &plain.Inventories[i]
		_, appliance := vm.Concrete().(*types.ApplianceVmInventory)
		require.Equal(t, i%100 == 99, appliance)
		require.Equal(t, want.UUID, vm.UUID)
		require.Equal(t, int64(want.MemorySize), vm.MemorySize)
		require.Equal(t, want.CreateDate, vm.CreateDate.Format("Jan 2, 2006 3:04:05 PM"))
		require.Len(t, vm.VmNics, 1)
		require.Equal(t, want.VmNics[0].IP, vm.VmNics[0].IP)
		require.Len(t, vm.AllVolumes, 2)
		require.Equal(t, want.AllVolumes[1].InstallPath, vm.AllVolumes[1].InstallPath)
		require.Equal(t, int64(want.AllVolumes[0].Size), vm.AllVolumes[0].Size)
	}
}

func TestTheLargeReplyIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	reply := sample.NewCloud().VMReply(sample.ManyVMs)
	require.True(t, json.Valid(reply))
	require.InDelta(t, 24e6, len(reply), 1e6)
	require.True(t, bytes.Equal(reply, sample.NewCloud().VMReply(sample.ManyVMs)))
}
