package zstack_test

import (
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// What is sent again until it is taken is not when its client has been closed.
func TestNothingIsSentAgainAfterTheClosing(t *testing.T) {
	t.Parallel()
	for fault, answer := range map[string]transport{
		"no connection": func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: errBroken}
		},
		"429": always(429, ""),
		"Retry-After": func(*http.Request) (*http.Response, error) {
			resp, err := reply(429, "")
			resp.Header.Set("Retry-After", "20")
			return resp, err
		},
		"503 of a proxy": always(503, "busy"),
	} {
		for kind, action := range map[string]zstack.Action{
			"asynchronous change": recoverVM{UUID: vmUUID}, "synchronous change": newAccount{Name: "a", Password: "b"}, "read": listVMs,
		} {
			t.Run(fault+", "+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					rec := record(answer)
					c := clientOf(t, rec)
					var before atomic.Int32
					time.AfterFunc(10*time.Millisecond, func() {
						_ = c.Close(t.Context())
						before.Store(int32(len(rec.requests())))
					})
					require.Error(t, c.Call(t.Context(), action, nil))
					time.Sleep(time.Minute)
					require.Len(t, rec.requests(), int(before.Load()))
					require.NotZero(t, before.Load())
				})
			})
		}
	}
}

func TestACallInTheQueueEndsWithTheClosing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(always(200, "{}"))
		c := clientOf(t, rec, zstack.WithRateLimiter(zstack.NewRateLimiter(0.1)))
		require.NoError(t, c.Call(t.Context(), newAccount{Name: "a", Password: "b"}, nil))
		time.AfterFunc(time.Second, func() { _ = c.Close(t.Context()) })
		require.ErrorIs(t, c.Call(t.Context(), newAccount{Name: "b", Password: "b"}, nil), zstack.ErrClosed)
		require.Len(t, rec.requests(), 1)
	})
}

func TestALogoutIsSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logouts := 0
		c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/login"):
				return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
			case r.Method == http.MethodDelete:
				if logouts++; logouts == 1 {
					return brokenConnection()
				}
			}
			return reply(200, `{"inventories":[]}`)
		}))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.NoError(t, c.Close(t.Context()))
		require.Equal(t, 2, logouts)
	})
}
