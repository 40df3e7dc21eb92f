package zstack_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// What a caller's transport throws comes to the caller, wherever the request was made.
func TestAPanicInATransportSurfaces(t *testing.T) {
	t.Parallel()
	thrown := new(int)
	for name, call := range map[string]func(context.Context, *zstack.Client){
		"a poll of Call": func(ctx context.Context, c *zstack.Client) { _ = c.Call(ctx, recoverVM{UUID: vmUUID}, nil) },
		"a poll of Wait": func(ctx context.Context, c *zstack.Client) {
			_, _ = zstack.ResumeJob[vmResult](c, jobUUID).Wait(ctx)
		},
		"a Poll": func(ctx context.Context, c *zstack.Client) {
			_, _ = zstack.ResumeJob[vmResult](c, jobUUID).Poll(ctx)
		},
		"a page": func(ctx context.Context, c *zstack.Client) {
			pager := zstack.NewPager(c, queryVM{Conditions: []string{}}, new(queryVMResult), zstack.WithPageSize(1))
			for pager.Next(ctx) {
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					switch {
					case r.Method != http.MethodGet:
						return reply(202, accepted(r.Header.Get("X-Job-UUID")))
					case strings.HasSuffix(r.URL.Path, "/vm-instances") && len(r.URL.Query()["q"]) == 0:
						return reply(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`)
					}
					panic(thrown)
				}))
				require.PanicsWithValue(t, thrown, func() { call(t.Context(), c) })
			})
		})
	}
}

// So does the end of its goroutine.
func TestATransportThatEndsItsGoroutineEndsTheCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, jobOf(transport(func(*http.Request) (*http.Response, error) {
			runtime.Goexit()
			return nil, nil
		})))
		returned := false
		var group sync.WaitGroup
		group.Go(func() {
			_ = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			returned = true
		})
		group.Wait()
		require.False(t, returned)
	})
}

// Nobody waits for a renewal, nor for the end of a session that nobody has use for.
func TestAPanicWhereNobodyWaitsEndsNothing(t *testing.T) {
	t.Parallel()
	t.Run("renewal", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/renew") {
					panic("no renewal")
				}
				return reply(200, "{}")
			}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
				return livingSession(sessionUUID, time.Hour), nil
			})
			for range 59 {
				require.NoError(t, c.Call(t.Context(), listVMs, nil))
				time.Sleep(time.Minute)
			}
		})
	})
	t.Run("logout", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodDelete {
					panic("no logout")
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
			require.ErrorIs(t, c.Close(ctx), context.DeadlineExceeded)
			time.Sleep(time.Minute)
		})
	})
}
