package zstack_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"runtime/pprof"
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

// TestWaitingLearnsFromEarlierJobs has a client wait for jobs of one action again and
// again: it asks little before they usually end, and often around that.
func TestWaitingLearnsFromEarlierJobs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		runs         func(n int) time.Duration
		added        time.Duration // on average
		polls        float64       // on average
		firstAtLeast time.Duration
	}{
		"300 ms each":      {func(int) time.Duration { return 300 * time.Millisecond }, 20 * time.Millisecond, 4, 200 * time.Millisecond},
		"250 to 350 ms":    {func(n int) time.Duration { return time.Duration(250+(n*37)%100) * time.Millisecond }, 20 * time.Millisecond, 8, 100 * time.Millisecond},
		"5 s each":         {func(int) time.Duration { return 5 * time.Second }, 500 * time.Millisecond, 14, 900 * time.Millisecond},
		"5 minutes each":   {func(int) time.Duration { return 5 * time.Minute }, 5 * time.Second, 120, 900 * time.Millisecond},
		"nothing at all":   {func(int) time.Duration { return 0 }, 22 * time.Millisecond, 1, 18 * time.Millisecond},
		"shorter and less": {func(n int) time.Duration { return 3 * time.Second / time.Duration(n+1) }, 450 * time.Millisecond, 12, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := jobThatRuns(0, 200, stopped)
				c := clientOf(t, server)
				const times = 30
				var added time.Duration
				polls := 0
				for n := range times {
					server.runs, server.polls = test.runs(n), nil
					began := time.Now()
					require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
					added += time.Since(began) - server.runs
					polls += len(server.polls)
				}
				require.LessOrEqual(t, added/times, test.added)
				require.LessOrEqual(t, float64(polls)/times, test.polls)
				require.GreaterOrEqual(t, server.polls[0], test.firstAtLeast)
			})
		})
	}
}

// What failed, and what nobody waited for from its beginning, teaches nothing.
func TestWhatWaitingDoesNotLearnFrom(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*testing.T, *zstack.Client, *jobServer){
		"a failure": func(t *testing.T, c *zstack.Client, server *jobServer) {
			server.runs, server.done = 10*time.Second, func() (*http.Response, error) { return reply(503, `{"error":{"code":"SYS.1000"}}`) }
			require.Error(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		},
		"a late wait": func(t *testing.T, c *zstack.Client, server *jobServer) {
			server.runs = time.Second
			job := start(t, c)
			time.Sleep(10 * time.Second)
			_, err := job.Wait(t.Context())
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := jobThatRuns(0, 200, stopped)
				c := clientOf(t, server)
				spoil(t, c, server)
				server.runs, server.polls, server.done = time.Second, nil, func() (*http.Response, error) { return reply(200, stopped) }
				require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
				require.Less(t, server.polls[0], 50*time.Millisecond)
			})
		})
	}
}

// Many jobs that are waited for share the limit of requests: none waits in the
// limiter's queue for its polls.
func TestPollsOfManyJobsFitTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const jobs, perSecond = 1000, 200
		var mu sync.Mutex
		began := make(map[string]time.Time)
		var polls []time.Time
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			uuid := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
			switch since, known := began[uuid]; {
			case r.Method != http.MethodGet:
				began[r.Header.Get("X-Job-UUID")] = time.Now()
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			case known && time.Since(since) < 30*time.Second:
				polls = append(polls, time.Now())
				return reply(202, "")
			}
			return reply(200, stopped)
		}), zstack.WithRateLimiter(zstack.NewRateLimiter(perSecond)))
		for _, err := range inParallel(jobs, func(int) error { return c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil) }) {
			require.NoError(t, err)
		}
		slices.SortFunc(polls, time.Time.Compare)
		// From the tenth second on all jobs are under way, and nothing else is sent.
		from := polls[0].Add(10 * time.Second)
		count := 0
		for _, at := range polls {
			if at.After(from) && at.Before(from.Add(10*time.Second)) {
				count++
			}
		}
		require.LessOrEqual(t, float64(count), 0.95*10*perSecond)
		require.GreaterOrEqual(t, float64(count), 0.5*10*perSecond)
	})
}

func TestWithoutALimitPollsAreNotSpaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(time.Second, 200, stopped)
		c := clientOf(t, server, zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))))
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		require.Greater(t, len(server.polls), 10)
	})
}

// Whatever the number of those who wait, and whenever some of them leave, the others
// are woken in time.
func TestManyWaitersAreWokenInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, jobThatRuns(time.Hour, 200, stopped), zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))))
		job := start(t, c)
		for i, err := range inParallel(200, func(i int) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+i)*time.Second)
			defer cancel()
			began := time.Now()
			_, err := job.Wait(ctx)
			if took := time.Since(began); took != time.Duration(1+i)*time.Second {
				return fmt.Errorf("took %s", took)
			}
			return err
		}) {
			require.ErrorIs(t, err, context.DeadlineExceeded, "%d", i)
		}
		_, err := job.Wait(t.Context())
		require.NoError(t, err)
	})
}

// Waiting starts nothing that stays. The test is not parallel, since it counts the
// goroutines of all.
func TestWaitersAreAllThereIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(time.Hour, 200, stopped)
		c := clientOf(t, server, zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))))
		const jobs = 300
		ctx, cancel := context.WithCancel(t.Context())
		var waiting sync.WaitGroup
		for range jobs {
			job := start(t, c)
			waiting.Go(func() { _, _ = job.Wait(ctx) })
		}
		time.Sleep(time.Second)
		synctest.Wait()
		var stacks bytes.Buffer
		require.NoError(t, pprof.Lookup("goroutine").WriteTo(&stacks, 2))
		require.Equal(t, jobs, strings.Count(stacks.String(), "zstack.(*job).await("))
		require.Zero(t, strings.Count(stacks.String(), "zstack.(*job).pollAside.func"))
		cancel()
		waiting.Wait()
	})
}

// Who begins to wait asks the later the more others wait, and at once when nobody
// does.
func TestWaitsThatBeginTogetherDoNotAskTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const jobs, atOnce = 1000, 100 // a fifth of them could go at once
		var early atomic.Int32
		began := time.Now()
		c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
			if time.Since(began) < 5*time.Millisecond {
				early.Add(1)
				return reply(202, "")
			}
			return reply(200, "{}")
		}), zstack.WithRateLimiter(zstack.NewRateLimiter(jobs)))
		var all sync.WaitGroup
		for range jobs {
			all.Go(func() {
				_, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(t.Context())
				require.NoError(t, err)
			})
		}
		all.Wait()
		require.Less(t, early.Load(), int32(atOnce))
		require.Less(t, time.Since(began), 5*time.Second)
	})
}
