package zstack_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// counts tells how often actions were called.
func counts(node *zstacktest.Node) map[string]int {
	list, _ := sentActions(node)
	count := make(map[string]int)
	for _, action := range list {
		count[action]++
	}
	return count
}

func TestSessionsAreRenewedAheadOfTheirEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		every          time.Duration // a call
		server, client *time.Location
		login, renew   int
	}{
		"often":                     {time.Minute, time.UTC, time.UTC, 1, 5},
		"in another zone, eastward": {time.Minute, time.FixedZone("", 8*3600), time.UTC, 1, 5},
		"in another zone, westward": {time.Minute, time.UTC, time.FixedZone("", 8*3600), 1, 5},
		"seldom":                    {3 * time.Hour, time.UTC, time.UTC, 4, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New(zstacktest.WithLocation(test.server))
				c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithLocation(test.client))
				for began := time.Now(); time.Since(began) < 11*time.Hour; time.Sleep(test.every) {
					require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
				}
				count := counts(node)
				require.Equal(t, test.login, count["LogInByAccount"])
				require.Equal(t, test.renew, count["RenewSession"])
				require.NoError(t, c.Close(t.Context()))
			})
		})
	}
}

// getCurrent is a read that needs a session and that the node answers with little.
type getCurrent struct{}

func (getCurrent) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "QueryZoneAction", Method: "GET", Path: "/zones", Session: true}
}

func TestServerThatCannotRenewGetsALogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/renew") {
					http.NotFound(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})
		}))
		c := accountClient(t, node)
		for range 118 {
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			time.Sleep(time.Minute)
		}
		require.Equal(t, 2, counts(node)["LogInByAccount"])
	})
}

func TestRenewalThatFailsDoesNotDisturb(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/renew") {
					panic(http.ErrAbortHandler)
				}
				next.ServeHTTP(w, r)
			})
		}))
		c := accountClient(t, node)
		for range 125 {
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			time.Sleep(time.Minute)
		}
		require.Equal(t, 2, counts(node)["LogInByAccount"])
	})
}

func TestAWrongPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	c := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", "hunter22")))
	for range 5 {
		require.True(t, zstack.IsAuthenticationFailed(c.Call(t.Context(), listVMs, nil)))
	}
	require.Equal(t, 1, counts(node)["LogInByAccount"])
}

func TestLoginWhoseReplyWasLostIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lost := 0
		node := zstacktest.New()
		c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
			resp, err := node.RoundTrip(r)
			if strings.HasSuffix(r.URL.Path, "/login") && lost < 2 {
				lost++
				return brokenConnection()
			}
			return resp, err
		}))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
	})
}

// A login function is asked again by each call, since it may have another password
// by then, but not by polls, nor by renewals, which are many.
func TestARefusedLoginFunctionIsAskedByCallsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, jobThatRuns(time.Hour, 200, stopped), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			logins++
			return nil, &types.ErrorCode{Code: types.IDAuthenticationError}
		})
		_, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, logins)
		require.True(t, zstack.IsAuthenticationFailed(c.Call(t.Context(), listVMs, nil)))
		require.Equal(t, 2, logins)
	})
}

func TestARefusedLoginEndsRenewing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/renew") {
				return reply(404, "")
			}
			return reply(200, "{}")
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			if logins++; logins > 1 {
				return nil, &types.ErrorCode{Code: types.IDAuthenticationError}
			}
			now := time.Now()
			return &types.SessionInventory{UUID: sessionUUID, CreateDate: now, ExpiredDate: now.Add(2 * time.Hour)}, nil
		})
		for range 119 {
			require.NoError(t, c.Call(t.Context(), getCurrent{}, nil))
			time.Sleep(time.Minute)
		}
		require.Equal(t, 2, logins)
	})
}

func livingSession(uuid string, life time.Duration) *types.SessionInventory {
	now := time.Now()
	return &types.SessionInventory{UUID: types.Secret(uuid), CreateDate: now, ExpiredDate: now.Add(life)}
}

func TestARenewalThatHangsDoesNotFailCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		var ended atomic.Bool
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/renew"):
				<-r.Context().Done()
				return nil, r.Context().Err()
			case ended.Load() && r.Header.Get("Authorization") == "OAuth session1":
				return reply(503, `{"error":{"code":"ID.1001"}}`)
			}
			return reply(200, "{}")
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			logins++
			return livingSession(fmt.Sprint("session", logins), time.Hour), nil
		})
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		time.Sleep(56 * time.Minute)
		require.NoError(t, c.Call(t.Context(), listVMs, nil)) // begins the renewal
		synctest.Wait()
		ended.Store(true)
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
	})
}

func TestARenewalThatHangsUntilTheSessionEndsGivesWayToALogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/renew") {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return reply(200, "{}")
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			logins++
			return livingSession(fmt.Sprint("session", logins), time.Hour), nil
		})
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		time.Sleep(time.Hour - 10*time.Second)
		require.NoError(t, c.Call(t.Context(), listVMs, nil)) // begins the renewal
		time.Sleep(11 * time.Second)
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
	})
}

func TestARenewalDoesNotReviveADroppedSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		var ended atomic.Bool
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/renew"):
				time.Sleep(10 * time.Second) // its reply is slow
				return reply(200, `{"inventory":{"uuid":"session1"}}`)
			case ended.Load() && r.Header.Get("Authorization") == "OAuth session1":
				return reply(503, `{"error":{"code":"ID.1001"}}`)
			}
			return reply(200, "{}")
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			logins++
			return livingSession(fmt.Sprint("session", logins), time.Hour), nil
		})
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		time.Sleep(56 * time.Minute)
		require.NoError(t, c.Call(t.Context(), listVMs, nil)) // begins the renewal
		synctest.Wait()
		ended.Store(true) // an administrator ends the session
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
	})
}

// A locked account stays so the longer the more often it is tried.
func TestPollsDoNotLogInAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		began := time.Now()
		c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/login"):
				if logins++; logins > 1 {
					return reply(503, `{"error":{"code":"ID.1100","description":"the account is locked"}}`)
				}
				return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
			case r.Method == "PUT":
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			case strings.Contains(r.URL.Path, "/api-jobs/"):
				if time.Since(began) < time.Hour {
					return reply(202, "")
				}
				return reply(200, stopped)
			}
			return reply(503, `{"error":{"code":"ID.1001"}}`) // the session has ended meanwhile
		}))
		job := start(t, c)
		require.Error(t, c.Call(t.Context(), listVMs, nil))
		_, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, logins) // the first, and the call's
	})
}

func TestALoginThatHangsDoesNotHideAJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.Method == "PUT":
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			case strings.Contains(r.URL.Path, "/api-jobs/"):
				return reply(200, stopped)
			}
			return reply(503, `{"error":{"code":"ID.1001"}}`)
		}), func(ctx context.Context, _ *zstack.Client) (*types.SessionInventory, error) {
			if logins++; logins > 1 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		require.Error(t, c.Call(t.Context(), listVMs, nil, zstack.WithTimeout(time.Second)))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_, err := job.Wait(ctx)
		require.NoError(t, err)
	})
}
