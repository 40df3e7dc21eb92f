package zstack_test

import (
	"context"
	"net/http"
	"strings"
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
