package zstack_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// lose makes a node whose replies to the first changes are lost: after the node
// has done the work, before it, or some time later than the client gives up.
func lose(n int, how string, options ...zstacktest.Option) *zstacktest.Node {
	return zstacktest.New(append(options, zstacktest.WithSession(sessionUUID), zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/vm-instances/") || n == 0 {
				next.ServeHTTP(w, r)
				return
			}
			n--
			switch how {
			case "after":
				next.ServeHTTP(httptest.NewRecorder(), r)
			case "late":
				late := httptest.NewRequest(r.Method, r.URL.Path, strings.NewReader(textOf(r)))
				late.Header = r.Header.Clone()
				time.AfterFunc(time.Second, func() { next.ServeHTTP(httptest.NewRecorder(), late) })
			case "502":
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			panic(http.ErrAbortHandler)
		})
	}))...)
}

// sentTimes counts the sendings of a call.
func sentTimes(rec *recorder) (n int) {
	for _, r := range changesOf(rec.requests()) {
		if strings.Contains(r.text, "recoverVmInstance") {
			n++
		}
	}
	return n
}

func TestLostRepliesAreSettled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lost int
		how  string
		sent int
	}{
		"the server did the work":   {1, "after", 1},
		"the server never got it":   {1, "before", 2},
		"never, three times":        {3, "before", 4},
		"a proxy could not deliver": {2, "502", 3},
		"it arrives late":           {1, "late", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := lose(test.lost, test.how)
				vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
				rec := record(node)
				var result vmResult
				require.NoError(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vm}, &result, zstack.WithJobUUID(jobUUID)))
				require.Equal(t, "Stopped", result.Inventory.State)
				require.Equal(t, test.sent, sentTimes(rec))
				for _, r := range changesOf(rec.requests()) {
					if strings.Contains(r.text, "recoverVmInstance") {
						require.Equal(t, jobUUID, r.Header.Get("X-Job-UUID"))
					}
				}
				time.Sleep(2 * time.Second) // what is late arrives
			})
		})
	}
}

func TestOlderServersGetACallOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		how     string
		unknown bool
	}{"the server did the work": {"after", false}, "it arrives late": {"late", false}, "it never arrives": {"before", true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := lose(1, test.how, zstacktest.WithoutDuplicateCheck())
				vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
				rec := record(node)
				err := clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vm}, nil)
				var unknown *zstack.UnknownOutcomeError
				require.Equal(t, test.unknown, errors.As(err, &unknown), err)
				require.Equal(t, 1, sentTimes(rec))
			})
		})
	}
}

func TestReleasesThatRefuseADuplicate(t *testing.T) {
	t.Parallel()
	for version, again := range map[string]bool{
		"4.4.52": false, "4.7.20": false, "4.7.21": true, "4.7.21.3": true, "4.8": true, "4.10.10": true, "5.3.20": true, "5.3.20-beta": true, "3": false, "4.7.3-c76": false,
		// What tells no release is taken for a current one.
		"": true, "unknown": true,
		// So is what is not a release of Cloud: servers of 2026 call themselves 1.0.0.
		"1.0.0": true, "1": true, "0.9": true, "2.0": false, "2": false, "2.0.0": false,
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := lose(1, "before", zstacktest.WithVersion(version))
				vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
				err := clientOf(t, node).Call(t.Context(), recoverVM{UUID: vm}, nil)
				require.Equal(t, again, err == nil, err)
			})
		})
	}
}

func TestCallThatCannotBeSettled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit time.Duration // of the context; 0 for none
		takes time.Duration
		is    error
	}{
		"until the deadline":    {time.Hour, time.Hour, context.DeadlineExceeded},
		"without a deadline":    {0, 15 * time.Second, errBroken},
		"deadline that is near": {time.Second, time.Second, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.limit > 0 {
					limited, cancel := context.WithTimeout(ctx, test.limit)
					defer cancel()
					ctx = limited
				}
				began := time.Now()
				err := clientOf(t, transport(func(*http.Request) (*http.Response, error) { return brokenConnection() })).
					Call(ctx, recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID))
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				require.Equal(t, jobUUID, unknown.JobUUID)
				require.ErrorIs(t, err, test.is)
				require.ErrorIs(t, err, errBroken)
				require.Equal(t, test.takes, time.Since(began))
			})
		})
	}
}

func TestWithoutRetriesACallIsAskedForAndNotSentAgain(t *testing.T) {
	t.Parallel()
	for how, unknown := range map[string]bool{"after": false, "before": true} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := lose(1, how)
				vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
				rec := record(node)
				err := clientOf(t, rec, zstack.WithMaxRetries(0)).Call(t.Context(), recoverVM{UUID: vm}, nil)
				var lost *zstack.UnknownOutcomeError
				require.Equal(t, unknown, errors.As(err, &lost), err)
				require.Equal(t, 1, sentTimes(rec))
			})
		})
	}
}

func TestWaitsSurvive(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func() (*http.Response, error){
		"broken connections": brokenConnection,
		"replies that break": breaksOff,
		"nobody listens":     func() (*http.Response, error) { return nil, errRefused },
		"502":                func() (*http.Response, error) { return reply(502, "") },
		"503 of a proxy":     func() (*http.Response, error) { return reply(503, "<html>") },
		"500":                func() (*http.Response, error) { return reply(500, "starting") },
		"429":                func() (*http.Response, error) { return reply(429, "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				server := jobOf(transport(func(*http.Request) (*http.Response, error) {
					if time.Since(began) < 20*time.Minute {
						return fault()
					}
					return reply(200, stopped)
				}))
				require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
				require.Less(t, time.Since(began), 21*time.Minute)
			})
		})
	}
}

func TestWaitThatTheContextEndsSaysThatTheJobGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobOf(transport(func(*http.Request) (*http.Response, error) { return brokenConnection() }))
		err := clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(time.Minute), zstack.WithJobUUID(jobUUID))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, jobUUID, requireZError(t, err).JobUUID)
		require.ErrorContains(t, err, "the job goes on")
		require.ErrorContains(t, err, errBroken.Error())
	})
}

func TestWaitEndsWhenTheResultMustBeGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		server := jobOf(transport(func(*http.Request) (*http.Response, error) { return brokenConnection() }))
		require.ErrorIs(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil), errBroken)
		require.InDelta(t, 3*time.Hour, time.Since(began), float64(time.Minute))
	})
}

func TestPollThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		polls := 0
		server := jobOf(transport(func(r *http.Request) (*http.Response, error) {
			if polls++; polls == 1 {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return reply(200, stopped)
		}))
		began := time.Now()
		require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		require.Less(t, time.Since(began), 40*time.Second)
	})
}

func TestSessionThatEndsInAJobIsRenewedByItsWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			lost := false
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/actions") && !lost {
					lost = true
					r.Header.Set("Authorization", "OAuth ended")
				}
				next.ServeHTTP(w, r)
			})
		}))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		c := accountClient(t, node)
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job))
		first := job.UUID()
		for _, err := range inParallel(5, func(int) error { _, err := job.Wait(t.Context()); return err }) {
			require.NoError(t, err)
		}
		require.NotEqual(t, first, job.UUID())
		actions, _ := sentActions(node)
		count := map[string]int{}
		for _, a := range actions {
			count[a]++
		}
		require.Equal(t, 2, count["RecoverVmInstance"])
		require.Equal(t, 2, count["LogInByAccount"])
	})
}

func TestSettlingWaitsAsLongAsAProxyWishes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var times []time.Time
		c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
			times = append(times, time.Now())
			resp, err := reply(503, "maintenance")
			resp.Header.Set("Retry-After", "10")
			return resp, err
		}))
		_ = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
		require.GreaterOrEqual(t, times[1].Sub(times[0]), 10*time.Second)
	})
}

func TestAReleaseIsNotAskedForWhereItSaysNothing(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]*string{"the client's uuid": nil, "the caller's uuid": new("9ae0d3f2c1b845679abcdef012345678")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				lost := false
				node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithVersion("4.4.52"), zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.Method == http.MethodPost && !lost {
							lost = true
							panic(http.ErrAbortHandler)
						}
						next.ServeHTTP(w, r)
					})
				}))
				require.NoError(t, clientOf(t, node).Call(t.Context(), newZone{Name: "z", ResourceUUID: own}, nil))
				require.Zero(t, counts(node)["GetVersion"])
				require.Equal(t, 1, counts(node)["CreateZone"])
			})
		})
	}
}

func TestADuplicateShowsThatAServerRefusesThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		quiet, lost := true, 0
		node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithVersion("4.7.20"), zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/vm-instances/") && r.Method == http.MethodPut && !quiet && lost == 0 {
					lost++
					panic(http.ErrAbortHandler)
				}
				next.ServeHTTP(w, r)
			})
		}))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		c := clientOf(t, node)
		for range 2 { // the second is a duplicate
			require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, nil, zstack.WithJobUUID(jobUUID)))
		}
		quiet = false
		vm = node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, nil))
		require.Equal(t, 1, lost)
	})
}
