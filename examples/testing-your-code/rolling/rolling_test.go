package rolling_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/testing-your-code/rolling"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// newCloud returns a node with three VMs on one host, and a client for it. No port is used.
func newCloud(t *testing.T, options ...zstacktest.Option) (node *zstacktest.Node, client *zstack.Client, host string) {
	t.Helper()
	node = zstacktest.New(append(options, zstacktest.WithSite())...)
	host = node.Site().HostUUID
	for name, state := range map[string]string{"web-1": types.VmStateRunning, "web-2": types.VmStateStopped, "db-1": types.VmStateRunning} {
		node.Add("VmInstance", map[string]any{"name": name, "state": state, "hostUuid": host})
	}
	client, err := zstack.NewClient("http://node:8080",
		zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close(context.Background())) })
	return node, client, host
}

func reboots(node *zstacktest.Node) (n int) {
	for _, r := range node.Requests() {
		if r.Action == "RebootVmInstance" {
			n++
		}
	}
	return n
}

// What is asked for: a state in, a state out.
func TestOnlyWhatRunsIsRestarted(t *testing.T) {
	t.Parallel()
	node, client, host := newCloud(t)
	names, err := rolling.Restart(t.Context(), client, host, "web-")
	require.NoError(t, err)
	require.Equal(t, []string{"web-1"}, names)
	require.Equal(t, 1, reboots(node))
}

// What goes wrong on the server.
func TestItEndsAtTheFirstFailure(t *testing.T) {
	t.Parallel()
	node, client, host := newCloud(t)
	node.Fail("RebootVmInstance", zstacktest.WithCode(types.SysOperationError), zstacktest.WithDetails("no memory"))
	_, err := rolling.Restart(t.Context(), client, host, "")
	require.ErrorIs(t, err, types.SysOperationError)
	require.ErrorContains(t, err, "no memory")
	require.Equal(t, 1, reboots(node))
}

// What goes wrong on the way: the connection breaks when the work is done.
func TestALostReplyRestartsNothingTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, client, host := newCloud(t)
		node.Fail("RebootVmInstance", zstacktest.DropReply(), zstacktest.Times(1))
		names, err := rolling.Restart(t.Context(), client, host, "web-")
		require.NoError(t, err)
		require.Equal(t, []string{"web-1"}, names)
		require.Equal(t, 1, reboots(node))
	})
}

// What takes long: an hour of a bubble's time is no time.
func TestItEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, client, host := newCloud(t, zstacktest.WithJobDelay(time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		_, err := rolling.Restart(ctx, client, host, "web-")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute, time.Since(began))
	})
}
