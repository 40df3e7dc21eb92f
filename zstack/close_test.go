package zstack_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestCloseLogsOutOnce(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := accountClient(t, node)
	require.NoError(t, c.Call(t.Context(), listVMs, nil))
	node.ResetRequests()
	for _, err := range inParallel(10, func(int) error { return c.Close(t.Context()) }) {
		require.NoError(t, err)
	}
	actions, _ := sentActions(node)
	require.Equal(t, []string{"LogOut"}, actions)
	require.ErrorIs(t, c.Call(t.Context(), listVMs, nil), zstack.ErrClosed)
}

func TestCloseSendsNothingWhereNobodyLoggedIn(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]zstack.Credentials{
		"account that was not used": zstack.Account("admin", "password"), "session as given": zstack.Session(sessionUUID), "access key": zstack.AccessKey("AK", "SK"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			require.NoError(t, clientOf(t, rec, zstack.WithCredentials(credentials)).Close(t.Context()))
			require.Empty(t, rec.requests())
		})
	}
}

func TestCloseOfASessionThatHasEndedIsNoError(t *testing.T) {
	t.Parallel()
	c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodDelete {
			return reply(503, `{"error":{"code":"ID.1001"}}`)
		}
		return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
	}))
	require.NoError(t, c.Call(t.Context(), listVMs, nil))
	require.NoError(t, c.Close(t.Context()))
}

func TestCloseTellsWhyItCouldNotLogOut(t *testing.T) {
	t.Parallel()
	c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodDelete {
			return reply(500, "no session "+sessionUUID+" in "+r.URL.Path)
		}
		return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
	}))
	require.NoError(t, c.Call(t.Context(), listVMs, nil))
	err := c.Close(t.Context())
	require.Equal(t, "DELETE /accounts/sessions/***", requireZError(t, err).Method+" "+requireZError(t, err).Path)
	requireNoSecrets(t, printed(err))
}

func TestCloseWithoutAContextIsRefusedAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := accountClient(t, node)
	require.NoError(t, c.Call(t.Context(), listVMs, nil))
	var none context.Context
	requireRefused(t, c.Close(none), "ctx", zstack.ConstraintRequired)
	node.ResetRequests()
	require.NoError(t, c.Close(t.Context()))
	actions, _ := sentActions(node)
	require.Equal(t, []string{"LogOut"}, actions)
}

func TestCloseEndsALoginUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logins atomic.Int32
		c := accountClient(t, slowLogin(&logins))
		result := make(chan error, 1)
		go func() { result <- c.Call(t.Context(), listVMs, nil) }()
		synctest.Wait()
		began := time.Now()
		require.NoError(t, c.Close(t.Context()))
		require.Error(t, <-result)
		require.Zero(t, time.Since(began))
	})
}

func TestCloseLogsOutOfALoginThatEndsMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(always(200, "{}"))
		c := loginClient(t, rec, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			time.Sleep(time.Second) // does not mind its context
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		var group sync.WaitGroup
		group.Go(func() { _ = c.Call(t.Context(), listVMs, nil) })
		synctest.Wait()
		require.NoError(t, c.Close(t.Context()))
		group.Wait()
		logouts := 0
		for _, r := range rec.requests() {
			if r.Method == http.MethodDelete {
				logouts++
			}
		}
		require.Equal(t, 1, logouts)
	})
}

func TestCloseEndsWaitingForAJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, jobThatRuns(time.Hour, 200, stopped))
		result := make(chan error, 1)
		go func() { result <- c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil) }()
		time.Sleep(time.Minute)
		require.NoError(t, c.Close(t.Context()))
		require.ErrorIs(t, <-result, zstack.ErrClosed)
	})
}

func TestCloseLogsOutAfterTheContextHasEnded(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	ctx, cancel := context.WithCancel(t.Context())
	c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")))
	require.NoError(t, c.Call(ctx, listVMs, nil))
	cancel()
	require.NoError(t, c.Close(ctx))
	all := node.Requests()
	require.Equal(t, "DELETE", all[len(all)-1].Method)
}

func TestALoginThatOutlivesCloseIsLoggedOutOf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logouts := 0
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == "DELETE" {
				logouts++
			}
			return reply(200, "{}")
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			time.Sleep(10 * time.Second) // does not mind its context
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		go func() { _ = c.Call(t.Context(), listVMs, nil) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := c.Close(ctx)
		time.Sleep(time.Minute)
		synctest.Wait()
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 1, logouts)
	})
}
