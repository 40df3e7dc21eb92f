package zstacktest_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestCopy(t *testing.T) {
	t.Parallel()
	clock := zstacktest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	cloud := zstacktest.New(zstacktest.WithModel(zstacktest.Model{Zones: 2, VMs: 2100}), zstacktest.WithClock(clock.Now))
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	clock.Advance(time.Hour)
	cloud.Add("VmInstance", map[string]any{"name": "tagged", "userTags": []string{"web"}})
	c := connect(t, cloud, zstack.WithReadOnly())
	node, err := zstacktest.Copy(t.Context(), c, zstacktest.WithClock(clock.Now), zstacktest.WithJobDelay(0))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, node.Close()) })

	for _, kind := range []string{"Zone", "Cluster", "Host", "VmInstance", "Volume", "VmNic", "UsedIp", "Image", "UserTag"} {
		want := make(map[any]map[string]any)
		for _, r := range cloud.All(kind) {
			// The number of a VM instance is only in the results of jobs.
			delete(r, "internalId")
			want[r["uuid"]] = r
		}
		got := make(map[any]map[string]any)
		for _, r := range node.All(kind) {
			got[r["uuid"]] = r
		}
		require.Equal(t, want, got, kind)
	}
	copied := connect(t, node)
	vms, err := actions.QueryVmInstanceAction{Conditions: []string{"__userTag__=web"}}.One(t.Context(), copied)
	require.NoError(t, err)
	require.Equal(t, "tagged", vms.Name)
	_, err = actions.CloneVmInstanceAction{VmInstanceUUID: node.All("VmInstance")[0]["uuid"].(string), Names: []string{"clone"}}.Call(t.Context(), copied)
	require.NoError(t, err)
	macs := make(map[any]bool)
	for _, nic := range node.All("VmNic") {
		require.False(t, macs[nic["mac"]], "two NICs have the address %v", nic["mac"])
		macs[nic["mac"]] = true
	}
	hosts, err := actions.QueryHostAction{}.First(t.Context(), copied)
	require.NoError(t, err)
	require.NotEmpty(t, hosts.UUID)
}

func TestCopyOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	t.Run("a server that lacks a query", func(t *testing.T) {
		t.Parallel()
		cloud := zstacktest.New(zstacktest.WithModel(zstacktest.Model{VMs: 1}))
		t.Cleanup(func() { require.NoError(t, cloud.Close()) })
		cloud.Fail("QueryVolume", zstacktest.WithCode(types.SysOperationError))
		node, err := zstacktest.Copy(t.Context(), connect(t, cloud))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, node.Close()) })
		require.Empty(t, node.All("Volume"))
		require.Len(t, node.All("VmInstance"), 1)
	})
	t.Run("a wrong password", func(t *testing.T) {
		t.Parallel()
		cloud := zstacktest.New()
		t.Cleanup(func() { require.NoError(t, cloud.Close()) })
		c, err := zstack.NewClient("http://mn:8080", zstack.WithHTTPClient(&http.Client{Transport: cloud}), zstack.WithCredentials(zstack.Account("admin", "wrong")))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
		_, err = zstacktest.Copy(t.Context(), c)
		require.ErrorContains(t, err, "zstacktest: cannot copy the cloud: zstack: QueryZoneAction: ")
		require.ErrorContains(t, err, "cannot log in")
	})
	t.Run("a context that has ended", func(t *testing.T) {
		t.Parallel()
		cloud := zstacktest.New()
		t.Cleanup(func() { require.NoError(t, cloud.Close()) })
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := zstacktest.Copy(ctx, connect(t, cloud))
		require.ErrorIs(t, err, context.Canceled)
	})
}
