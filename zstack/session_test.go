package zstack_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
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

var listVMs = queryVM{Conditions: []string{}}

// slowLogin is a server whose login takes a second; every session is good.
func slowLogin(logins *atomic.Int32) transport {
	return func(r *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(r.URL.Path, "/login") {
			return reply(200, `{"inventories":[]}`)
		}
		logins.Add(1)
		select {
		case <-time.After(time.Second):
			return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func accountClient(t *testing.T, rt http.RoundTripper) *zstack.Client {
	t.Helper()
	return clientOf(t, rt, zstack.WithCredentials(zstack.Account("admin", "password")))
}

func loginClient(t *testing.T, rt http.RoundTripper, login func(context.Context, *zstack.Client) (*types.SessionInventory, error)) *zstack.Client {
	t.Helper()
	return clientOf(t, rt, zstack.WithCredentials(zstack.Login(login)))
}

func TestLogins(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		credentials zstack.Credentials
		action      string
		path, body  string
	}{
		"account": {zstack.Account("admin", "password"), "LogInByAccount", "/zstack/v1/accounts/login", `{"logInByAccount":{"accountName":"admin","password":"` + string(zstack.HashPassword("password")) + `"}}`},
		"user":    {zstack.User("admin", "admin", "password"), "LogInByUser", "/zstack/v1/accounts/users/login", `{"logInByUser":{"accountName":"admin","userName":"admin","password":"` + string(zstack.HashPassword("password")) + `"}}`},
		"LDAP":    {zstack.LDAP("admin", "password"), "LogInByLdap", "/zstack/v1/ldap/login", `{"logInByLdap":{"uid":"admin","password":"password"}}`},
		"IAM2":    {zstack.IAM2("admin", "password"), "LoginIAM2VirtualID", "/zstack/v1/iam2/virtual-ids/login", `{"loginIAM2VirtualID":{"name":"admin","password":"` + string(zstack.HashPassword("password")) + `"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.New()
			c := clientOf(t, node, zstack.WithCredentials(test.credentials))
			require.Empty(t, node.Requests()) // nothing before the first call
			require.NoError(t, c.Call(t.Context(), listVMs, nil))
			require.NoError(t, c.Call(t.Context(), listVMs, nil))
			login := node.Requests()[0]
			require.Equal(t, []string{test.action, "PUT", test.path}, []string{login.Action, login.Method, login.Path})
			require.JSONEq(t, test.body, string(login.Body))
			require.Empty(t, login.Header.Values("Authorization"))
			require.Len(t, node.Requests(), 3) // one login for both
			require.NoError(t, c.Close(t.Context()))
			logout := node.Requests()[3]
			require.Equal(t, "LogOut", logout.Action)
			require.Empty(t, logout.Header.Values("Authorization"))
		})
	}
}

func TestPasswordsAreNotTrimmed(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithAccount(" admin ", " password "))
	for name, credentials := range map[string]zstack.Credentials{"account": zstack.Account(" admin ", " password "), "LDAP": zstack.LDAP(" admin ", " password ")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, clientOf(t, node, zstack.WithCredentials(credentials)).Call(t.Context(), listVMs, nil))
		})
	}
}

func TestManyCallsShareOneLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logins atomic.Int32
		c := accountClient(t, slowLogin(&logins))
		errs := inParallel(100, func(int) error { return c.Call(t.Context(), listVMs, nil) })
		for _, err := range errs {
			require.NoError(t, err)
		}
		require.Equal(t, int32(1), logins.Load())
	})
}

// inParallel runs a function n times at once.
func inParallel(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = f(i) })
	}
	group.Wait()
	return errs
}

func TestManyCallsRenewASessionOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New()
		c := accountClient(t, node)
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		node.ExpireSessions()
		node.ResetRequests()
		for _, err := range inParallel(50, func(int) error { return c.Call(t.Context(), listVMs, nil) }) {
			require.NoError(t, err)
		}
		logins := 0
		for _, r := range node.Requests() {
			if r.Action == "LogInByAccount" {
				logins++
			}
		}
		require.Equal(t, 1, logins)
	})
}

func TestFailedLoginIsToldToAllAndNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, always(200, "{}"), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			time.Sleep(time.Second)
			if logins++; logins == 1 {
				return nil, errors.New("the token service is down")
			}
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		for _, err := range inParallel(10, func(int) error { return c.Call(t.Context(), listVMs, nil) }) {
			require.ErrorContains(t, err, "cannot log in: the token service is down")
		}
		require.Equal(t, 1, logins)
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
	})
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	err := clientOf(t, node, zstack.WithCredentials(zstack.Account("admin", password))).Call(t.Context(), listVMs, nil)
	failed := requireZError(t, err)
	require.Equal(t, "QueryVmInstanceAction", failed.Action)
	require.ErrorIs(t, err, types.IDAuthenticationError)
	require.ErrorContains(t, err, "PUT http://mn:8080/zstack/v1/accounts/login")
	requireNoSecrets(t, printed(err))
}

func TestLoginGoesOnForThoseWhoStay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logins atomic.Int32
		c := accountClient(t, slowLogin(&logins))
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		errs := inParallel(2, func(i int) error {
			if i == 0 {
				return c.Call(short, listVMs, nil)
			}
			time.Sleep(10 * time.Millisecond) // so that the short one begins the login
			return c.Call(t.Context(), listVMs, nil)
		})
		require.ErrorIs(t, errs[0], context.DeadlineExceeded)
		require.NoError(t, errs[1])
		require.Equal(t, int32(1), logins.Load())
	})
}

func TestLoginEndsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ended time.Duration
		began := time.Now()
		c := loginClient(t, always(200, "{}"), func(ctx context.Context, _ *zstack.Client) (*types.SessionInventory, error) {
			<-ctx.Done()
			ended = time.Since(began)
			return nil, ctx.Err()
		})
		inParallel(3, func(i int) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*time.Second)
			defer cancel()
			return c.Call(ctx, listVMs, nil)
		})
		synctest.Wait()
		require.Equal(t, 3*time.Second, ended)
	})
}

func TestCallAfterAnAbandonedLoginLogsInAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, always(200, "{}"), func(ctx context.Context, _ *zstack.Client) (*types.SessionInventory, error) {
			if logins++; logins > 1 {
				return &types.SessionInventory{UUID: sessionUUID}, nil
			}
			<-ctx.Done()
			time.Sleep(time.Second) // slow to give up
			return nil, ctx.Err()
		})
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Call(short, listVMs, nil), context.DeadlineExceeded)
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.Equal(t, 2, logins)
	})
}

func TestLoginKeepsTheValuesOfTheContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	var got any
	c := loginClient(t, always(200, "{}"), func(ctx context.Context, _ *zstack.Client) (*types.SessionInventory, error) {
		got = ctx.Value(key{})
		return &types.SessionInventory{UUID: sessionUUID}, nil
	})
	require.NoError(t, c.Call(context.WithValue(t.Context(), key{}, "trace"), listVMs, nil))
	require.Equal(t, "trace", got)
}

func TestLoginFunctionsThatGoWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		login func(context.Context, *zstack.Client) (*types.SessionInventory, error)
		want  string
	}{
		"calls what needs the session": {func(ctx context.Context, c *zstack.Client) (*types.SessionInventory, error) {
			return nil, c.Call(ctx, listVMs, nil)
		}, "a login cannot call an action that needs the session it is to open"},
		"panics": {func(context.Context, *zstack.Client) (*types.SessionInventory, error) { panic("no token") }, "the login function panicked: no token"},
		"leaves": {func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			runtime.Goexit()
			return nil, nil
		}, "ended its goroutine"},
		"returns nothing": {func(context.Context, *zstack.Client) (*types.SessionInventory, error) { return nil, nil }, "returned no session"},
		"returns no uuid": {func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{}, nil
		}, "returned no session"},
		"returns a line end": {func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: "a\nb"}, nil
		}, "not valid in a header"},
		"returns the error of an ended session": {func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return nil, types.IDInvalidSession
		}, "cannot log in: ID.1001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			logins := 0
			c := loginClient(t, rec, func(ctx context.Context, c *zstack.Client) (*types.SessionInventory, error) {
				logins++
				return test.login(ctx, c)
			})
			err := c.Call(t.Context(), listVMs, nil)
			require.ErrorContains(t, err, test.want)
			requireZError(t, err)
			require.Equal(t, 1, logins)
			require.Empty(t, rec.requests())
		})
	}
}

func TestLoginFunctionCallsWhatNeedsNoSession(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := loginClient(t, rec, func(ctx context.Context, c *zstack.Client) (*types.SessionInventory, error) {
		return &types.SessionInventory{UUID: sessionUUID}, c.Call(ctx, getVersion{}, nil)
	})
	require.NoError(t, c.Call(t.Context(), listVMs, nil))
	require.Len(t, rec.requests(), 2)
	require.Equal(t, "OAuth "+sessionUUID, rec.requests()[1].Header.Get("Authorization"))
}

func TestCallThatNeedsNoSessionDoesNotLogIn(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"open": getVersion{}, "with a session of its own": queryVM{Conditions: []string{}, SessionID: "own"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			require.NoError(t, accountClient(t, rec).Call(t.Context(), action, nil))
			require.Len(t, rec.requests(), 1)
		})
	}
}

func TestLateWordOfAnEndedSessionDoesNotDropTheNewOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		logins := 0
		rt := transport(func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "OAuth session2" {
				return reply(200, "{}")
			}
			if calls.Add(1) == 1 {
				time.Sleep(time.Minute) // the first learns last that the session has ended
			}
			return reply(503, `{"error":{"code":"ID.1001"}}`)
		})
		c := loginClient(t, rt, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			logins++
			return &types.SessionInventory{UUID: types.Secret(fmt.Sprint("session", logins))}, nil
		})
		for _, err := range inParallel(2, func(i int) error {
			time.Sleep(time.Duration(i) * time.Second)
			return c.Call(t.Context(), listVMs, nil)
		}) {
			require.NoError(t, err)
		}
		require.Equal(t, 2, logins)
	})
}

func TestLoginThatSucceedsAfterAllHaveLeftIsOfUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := loginClient(t, always(200, "{}"), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			logins++
			time.Sleep(time.Second) // does not mind its context
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		short, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		require.ErrorIs(t, c.Call(short, listVMs, nil), context.DeadlineExceeded)
		require.NoError(t, c.Call(t.Context(), listVMs, nil)) // comes before the login ends
		require.Equal(t, 1, logins)
	})
}

func TestAFailedLoginIsTheCallsError(t *testing.T) {
	t.Parallel()
	c := clientOf(t, zstacktest.New(), zstack.WithCredentials(zstack.Account("admin", "hunter22")))
	err := c.Call(t.Context(), listVMs, nil)
	var failed *zstack.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "QueryVmInstanceAction", failed.Action)
	require.Equal(t, 503, failed.Status)
	require.Equal(t, types.IDAuthenticationError, failed.Code.Code)
	require.Empty(t, failed.JobUUID)
	require.True(t, zstack.IsAuthenticationFailed(err))
	require.Equal(t, 1, strings.Count(err.Error(), "zstack:"))
	require.Equal(t, 1, strings.Count(err.Error(), "ID.1000"))
}
