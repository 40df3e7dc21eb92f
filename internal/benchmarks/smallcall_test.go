package benchmarks

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// BenchmarkSmallCall makes one small synchronous call after the other over one
// connection.
func BenchmarkSmallCall(b *testing.B) {
	server := startProcess(b, "zone")
	b.Run("zstack", func(b *testing.B) {
		client := sample.NewClient(b, server.url)
		measureCalls(b, func(ctx context.Context) error { return sdkZone(ctx, client) })
	})
	b.Run("bare", func(b *testing.B) {
		client := newBareClient(b, server.url, 1)
		measureCalls(b, func(ctx context.Context) error { _, err := client.zone(ctx); return err })
	})
}

func measureCalls(b *testing.B, call func(context.Context) error) {
	require.NoError(b, call(b.Context())) // connects
	b.ReportAllocs()
	for b.Loop() {
		if err := call(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// sdkZone makes the small call through the SDK.
func sdkZone(ctx context.Context, client *zstack.Client) error {
	_, err := zoneAction().Call(ctx, client)
	return err
}

func zoneAction() actions.QueryZoneAction {
	return actions.QueryZoneAction{Conditions: zstack.Where(zstack.Eq("uuid", zoneUUID))}
}

func TestSmallCallsGetTheSame(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "zone")
	reply, err := zoneAction().Call(t.Context(), sample.NewClient(t, server.url))
	require.NoError(t, err)
	plain, err := newBareClient(t, server.url, 1).zone(t.Context())
	require.NoError(t, err)
	require.Len(t, plain.Inventories, 1)
	require.Len(t, reply.Inventories, 1)
	require.Equal(t, zoneUUID, reply.Inventories[0].UUID)
	require.Equal(t, plain.Inventories[0].UUID, reply.Inventories[0].UUID)
	require.Equal(t, observations{Requests: 2, Connections: 2}, server.seen(t))
}
