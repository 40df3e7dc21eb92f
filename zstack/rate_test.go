package zstack_test

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// A meter notes when requests come.
type meter struct {
	next http.RoundTripper

	mu    sync.Mutex
	times []time.Time
	kinds []string
}

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.times = append(m.times, time.Now())
	kind := "call"
	if strings.Contains(r.URL.Path, "/api-jobs/") {
		kind = "poll"
	}
	if strings.HasSuffix(r.URL.Path, "/login") {
		kind = "login"
	}
	m.kinds = append(m.kinds, kind)
	m.mu.Unlock()
	return m.next.RoundTrip(r)
}

// worst is the most requests within any second.
func (m *meter) worst() (most int) {
	for i, first := 0, 0; i < len(m.times); i++ {
		for m.times[i].Sub(m.times[first]) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func TestRates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options []zstack.Option
		takes   time.Duration // for 600 requests
		worst   int
	}{
		"default": {nil, 3800 * time.Millisecond, 180},
		"less":    {[]zstack.Option{zstack.WithRateLimiter(zstack.NewRateLimiter(10))}, 59800 * time.Millisecond, 12},
		"none":    {[]zstack.Option{zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1)))}, 0, 600},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &meter{next: always(200, "{}")}
				c := clientOf(t, m, test.options...)
				began := time.Now()
				for _, err := range inParallel(600, func(int) error { return c.Call(t.Context(), listVMs, nil) }) {
					require.NoError(t, err)
				}
				require.InDelta(t, test.takes, time.Since(began), float64(100*time.Millisecond))
				require.InDelta(t, test.worst, m.worst(), 1)
			})
		})
	}
}

func TestClientsShareALimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &meter{next: always(200, "{}")}
		shared := zstack.WithRateLimiter(zstack.NewRateLimiter(10))
		clients := []*zstack.Client{clientOf(t, m, shared), clientOf(t, m, shared)}
		inParallel(100, func(i int) error { return clients[i%2].Call(t.Context(), listVMs, nil) })
		require.LessOrEqual(t, m.worst(), 12)
	})
}

func TestRatesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, limiter := range map[string]*zstack.RateLimiter{"nil": nil, "empty": {}, "0": zstack.NewRateLimiter(0), "negative": zstack.NewRateLimiter(-1), "NaN": zstack.NewRateLimiter(math.NaN())} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := zstack.NewClient("mn", zstack.WithRateLimiter(limiter))
			requireRefused(t, err, "option", zstack.ConstraintType)
		})
	}
}

func TestAllCallersWaitAfterA429(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &meter{}
		var sent atomic.Int32
		m.next = transport(func(*http.Request) (*http.Response, error) {
			if sent.Add(1) > 1 {
				return reply(200, "{}")
			}
			resp, err := reply(429, "")
			resp.Header.Set("Retry-After", "20")
			return resp, err
		})
		c := clientOf(t, m)
		began := time.Now()
		for _, err := range inParallel(10, func(i int) error {
			time.Sleep(time.Duration(i) * time.Second) // the first one is turned away
			return c.Call(t.Context(), listVMs, nil)
		}) {
			require.NoError(t, err)
		}
		for _, at := range m.times[1:] {
			require.GreaterOrEqual(t, at.Sub(began), 20*time.Second)
		}
	})
}

// Pauses grow while nothing but 429 comes back, and begin small again after that.
func TestPausesAfterA429(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rejects     func(sent int) bool
		least, most time.Duration // that 60 calls take, one after the other
	}{
		"each fifth request": {func(sent int) bool { return sent%5 == 0 }, 5 * time.Second, 25 * time.Second},
		"the first five":     {func(sent int) bool { return sent <= 5 }, 15 * time.Second, 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
					if sent++; tc.rejects(sent) {
						return reply(429, "")
					}
					return reply(200, "{}")
				}), zstack.WithMaxRetries(10))
				began := time.Now()
				for range 60 {
					require.NoError(t, c.Call(t.Context(), listVMs, nil))
				}
				require.GreaterOrEqual(t, time.Since(began), tc.least)
				require.LessOrEqual(t, time.Since(began), tc.most)
			})
		})
	}
}

func TestOutageIsNotAmplified(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &meter{next: transport(func(*http.Request) (*http.Response, error) { return brokenConnection() })}
		c := clientOf(t, m, zstack.WithMaxRetries(50))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		inParallel(300, func(int) error { return c.Call(ctx, listVMs, nil) })
		// 300 calls, and a fifth of 150 a second for what is sent again.
		require.LessOrEqual(t, len(m.times), 300+31+60*30)
	})
}

func TestCallsGoBeforePollsAndPollsStillGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &meter{next: jobThatRuns(10*time.Second, 200, stopped)}
		c := clientOf(t, m, zstack.WithRateLimiter(zstack.NewRateLimiter(10)))
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { _ = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil) })
		}
		for range 200 {
			group.Go(func() { _ = c.Call(t.Context(), listVMs, nil) })
		}
		group.Wait()
		calls, polls := 0, 0
		for _, kind := range m.kinds[50:150] {
			if kind == "poll" {
				polls++
			} else {
				calls++
			}
		}
		require.Greater(t, calls, 70)
		require.GreaterOrEqual(t, polls, 15)
	})
}

func TestContextEndsWaitingForATurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(always(200, "{}"))
		c := clientOf(t, rec, zstack.WithRateLimiter(zstack.NewRateLimiter(0.01)))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		for _, action := range []zstack.Action{listVMs, change{"POST"}, recoverVM{UUID: vmUUID}} {
			err := c.Call(t.Context(), action, nil, zstack.WithTimeout(time.Second))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			requireZError(t, err) // and not an unknown outcome: nothing was sent
		}
		require.Len(t, rec.requests(), 1)
		time.Sleep(3 * time.Minute) // the limiter's timer ends
	})
}

func TestLoginsGoFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &meter{next: always(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)}
		limiter := zstack.WithRateLimiter(zstack.NewRateLimiter(10))
		busy, late := clientOf(t, m, limiter), clientOf(t, m, limiter, zstack.WithCredentials(zstack.Account("admin", "password")))
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { _ = busy.Call(t.Context(), listVMs, nil) })
		}
		synctest.Wait()
		began := time.Now()
		require.NoError(t, late.Call(t.Context(), listVMs, nil))
		group.Wait()
		login := slices.Index(m.kinds, "login")
		require.Less(t, m.times[login].Sub(began), time.Second)
	})
}

// An outage during which callers give up is over when it is over.
func TestRetriesThatWereGivenUpLeaveNoDebt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		first := true
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			if down.Load() {
				return nil, errRefused
			}
			if first {
				first = false
				return nil, errRefused
			}
			return reply(200, "{}")
		}))
		for range 60 { // a minute of outage, 150 calls a second that each have a second
			inParallel(150, func(int) error { return c.Call(t.Context(), listVMs, nil, zstack.WithTimeout(time.Second)) })
		}
		down.Store(false)
		time.Sleep(10 * time.Second) // nobody waits for anything
		began := time.Now()
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.Less(t, time.Since(began), 5*time.Second)
	})
}

// A wait of centuries does not become one of no time.
func TestATinyRateLetsNothingSpin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, always(200, "{}"), zstack.WithRateLimiter(zstack.NewRateLimiter(1e-11)))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.ErrorIs(t, c.Call(t.Context(), listVMs, nil, zstack.WithTimeout(time.Hour)), context.DeadlineExceeded)
		time.Sleep(200 * 365 * 24 * time.Hour) // the limiter's timer ends
	})
}
