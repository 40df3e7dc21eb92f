package zstack_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// getVM reads a VM instance as actions.GetVmInstance does.
func getVM(c *zstack.Client, uuid string) func(context.Context) (*types.VmInstanceInventory, error) {
	return func(ctx context.Context) (*types.VmInstanceInventory, error) {
		var result queryVMResult
		if err := c.Get(ctx, queryVM{Conditions: []string{}}, uuid, &result); err != nil {
			return nil, err
		}
		return &result.Inventories[0], nil
	}
}

func isRunning(vm *types.VmInstanceInventory) bool { return vm.State == "Running" }

func TestUntil(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		vm := node.Add("VmInstance", map[string]any{"state": "Starting"})
		began := time.Now()
		time.AfterFunc(time.Minute, func() { node.Set("VmInstance", vm, map[string]any{"state": "Running"}) })
		found, err := zstack.Until(t.Context(), c, getVM(c, vm), isRunning)
		require.NoError(t, err)
		require.Equal(t, "Running", found.State)
		require.InDelta(t, time.Minute, time.Since(began), float64(4*time.Second))
	})
}

// What is there already is found by one request, without a pause.
func TestUntilLooksAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := nodeWithSession(t)
		n, began := 0, time.Now()
		_, err := zstack.Until(t.Context(), c,
			func(context.Context) (int, error) { n++; return n, nil }, func(int) bool { return true })
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Zero(t, time.Since(began))
	})
}

func TestUntilKeepsToTheSchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := nodeWithSession(t)
		var last time.Time
		var longest time.Duration
		n, began := 0, time.Now()
		_, err := zstack.Until(t.Context(), c, func(context.Context) (time.Duration, error) {
			if n++; n > 1 {
				require.GreaterOrEqual(t, time.Since(last), 18*time.Millisecond)
				longest = max(longest, time.Since(last))
			}
			last = time.Now()
			return time.Since(began), nil
		}, func(age time.Duration) bool { return age > time.Hour })
		require.NoError(t, err)
		require.Less(t, longest, 4*time.Second)
		require.InDelta(t, 1060, n, 60)
	})
}

// Many that wait share the client's limit of requests.
func TestUntilKeepsToTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, always(200, `{}`), zstack.WithRateLimiter(zstack.NewRateLimiter(10)))
		const waits = 80 // each can ask every ten seconds
		counts := make(chan int, waits)
		began := time.Now()
		for range waits {
			go func() {
				n := 0
				_, err := zstack.Until(t.Context(), c,
					func(context.Context) (int, error) { n++; return n, nil },
					func(int) bool { return time.Since(began) > 100*time.Second })
				if err != nil {
					n = 1000
				}
				counts <- n
			}()
		}
		total := 0
		for range waits {
			total += <-counts
		}
		require.LessOrEqual(t, total, waits*16)
	})
}

func TestUntilTellsTheLastValue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		vm := node.Add("VmInstance", map[string]any{"state": "Starting"})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		found, err := zstack.Until(ctx, c, getVM(c, vm), isRunning)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var failed *zstack.UntilError
		require.ErrorAs(t, err, &failed)
		require.Same(t, found, failed.Last)
		require.Equal(t, "Starting", found.State)
		require.Equal(t, time.Minute, failed.Waited)
		require.EqualError(t, err, "zstack: waited for 1m0s (last state Starting): context deadline exceeded")
	})
}

// An error shows the state and the status of a value, and nothing else of it.
func TestUntilShowsNoMoreThanTheState(t *testing.T) {
	t.Parallel()
	_, c := nodeWithSession(t)
	ctx, cancel := context.WithCancel(t.Context())
	for name, tt := range map[string]struct {
		value any
		want  string
	}{
		"state and status": {&types.ImageInventory{Name: "secret", State: "Enabled", Status: "Creating"}, " (last state Enabled, last status Creating)"},
		"a struct":         {types.VmInstanceInventory{Name: "secret", State: "Stopped"}, " (last state Stopped)"},
		"an inner one":     {&types.ApplianceVmInventory{VmInstanceInventory: types.VmInstanceInventory{State: "Stopped"}, Status: "Connected"}, " (last state Stopped, last status Connected)"},
		"no state":         {&types.ZoneInventory{Name: "secret"}, ""},
		"nil":              {(*types.VmInstanceInventory)(nil), ""},
		"a string":         {"secret", ""},
		"a list":           {struct{ State []string }{[]string{"secret"}}, ""},
	} {
		_, err := zstack.Until(ctx, c, func(context.Context) (any, error) { cancel(); return tt.value, nil }, func(any) bool { return false })
		require.ErrorIs(t, err, context.Canceled, name)
		require.Regexp(t, `^zstack: waited for [^ ]+`+regexp.QuoteMeta(tt.want)+`: context canceled$`, err.Error(), name)
		ctx, cancel = context.WithCancel(t.Context())
	}
	cancel()
}

// An outage that is longer than what the client sends again for does not end a wait.
func TestUntilSurvivesAnOutage(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]transport{
		"no connection":  func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") },
		"a proxy's 502":  always(502, "bad gateway"),
		"a broken reply": always(200, `{"inventories": [`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					if time.Since(began) < 10*time.Minute {
						return fault(r)
					}
					return reply(200, `{"inventories": [{"uuid": "`+vmUUID+`", "state": "Running"}]}`)
				}))
				get := getVM(c, vmUUID)
				if name == "a broken reply" {
					_, err := zstack.Until(t.Context(), c, get, isRunning)
					var decoding *zstack.DecodeError
					require.ErrorAs(t, err, &decoding, "it may be the server's for good")
					return
				}
				_, err := zstack.Until(t.Context(), c, get, isRunning)
				require.NoError(t, err)
			})
		})
	}
}

func TestUntilTellsWhatKeptItFromLooking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, always(502, "bad gateway"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := zstack.Until(ctx, c, getVM(c, vmUUID), isRunning)
		var failed *zstack.UntilError
		require.ErrorAs(t, err, &failed)
		require.Nil(t, failed.Last)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestWhatEndsUntil(t *testing.T) {
	t.Parallel()
	own := errors.New("my own")
	node, c := nodeWithSession(t)
	vm := node.Add("VmInstance", map[string]any{"state": "Starting"})
	get := getVM(c, vm)
	for name, tt := range map[string]struct {
		get  func(context.Context) (*types.VmInstanceInventory, error)
		want func(error) bool
	}{
		"nothing there": {getVM(c, zstack.NewUUID()), zstack.IsNotFound},
		"no row": {func(ctx context.Context) (*types.VmInstanceInventory, error) {
			return nil, c.One(ctx, queryVM{Conditions: zstack.Where(zstack.Eq("name", "none"))}, new(queryVMResult))
		}, zstack.IsNotFound},
		"its own error":     {func(context.Context) (*types.VmInstanceInventory, error) { return nil, own }, func(err error) bool { return errors.Is(err, own) }},
		"the server's word": {getVM(clientOf(t, always(503, `{"error": {"code": "SYS.1000"}}`)), vm), func(err error) bool { return errors.Is(err, types.SysInternal) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			looked := false
			_, err := zstack.Until(t.Context(), c, func(ctx context.Context) (*types.VmInstanceInventory, error) {
				if !looked {
					looked = true
					return get(ctx)
				}
				return tt.get(ctx)
			}, isRunning)
			require.True(t, tt.want(err), "%v", err)
			var failed *zstack.UntilError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, "Starting", failed.Last.(*types.VmInstanceInventory).State)
		})
	}
}

func TestUntilItIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		time.AfterFunc(time.Minute, func() { node.Remove("VmInstance", vm) })
		_, err := zstack.Until(t.Context(), c, func(ctx context.Context) (*types.VmInstanceInventory, error) {
			found, err := getVM(c, vm)(ctx)
			if zstack.IsNotFound(err) {
				return nil, nil
			}
			return found, err
		}, func(found *types.VmInstanceInventory) bool { return found == nil })
		require.NoError(t, err)
	})
}

func TestUntilEndsWithTheClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, c := nodeWithSession(t)
		time.AfterFunc(time.Minute, func() { _ = c.Close(context.Background()) })
		_, err := zstack.Until(t.Context(), c, func(context.Context) (int, error) { return 1, nil }, func(int) bool { return false })
		require.ErrorIs(t, err, zstack.ErrClosed)
	})
}

func TestArgumentsOfUntil(t *testing.T) {
	t.Parallel()
	_, c := nodeWithSession(t)
	get, done := func(context.Context) (int, error) { return 1, nil }, func(int) bool { return true }
	_, err := zstack.Until(t.Context(), nil, get, done)
	requireRefused(t, err, "client", zstack.ConstraintRequired)
	var none context.Context
	_, err = zstack.Until(none, c, get, done)
	requireRefused(t, err, "ctx", zstack.ConstraintRequired)
	_, err = zstack.Until(t.Context(), c, nil, done)
	requireRefused(t, err, "get", zstack.ConstraintRequired)
	_, err = zstack.Until(t.Context(), c, get, nil)
	requireRefused(t, err, "done", zstack.ConstraintRequired)
}

func ExampleUntil() {
	srv, vm := exampleNode()
	defer srv.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close(ctx)

	// Somebody recovers the VM instance while it is waited for.
	go client.Call(ctx, recoverVM{UUID: vm}, nil)

	found, err := zstack.Until(ctx, client,
		func(ctx context.Context) (*types.VmInstanceInventory, error) {
			var result queryVMResult // of actions.GetVmInstance(ctx, client, vm)
			err := client.Get(ctx, queryVM{Conditions: zstack.Where()}, vm, &result)
			if err != nil {
				return nil, err
			}
			return &result.Inventories[0], nil
		},
		func(vm *types.VmInstanceInventory) bool { return !vm.Deleted() })
	fmt.Println(found.State, err)
	// Output: Stopped <nil>
}
