package zstack_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// A jobServer accepts every call, and says that its job runs for a while.
type jobServer struct {
	runs time.Duration
	done func() (*http.Response, error) // what polls get then

	mu    sync.Mutex
	began time.Time
	polls []time.Duration // when, after the call
}

func jobThatRuns(d time.Duration, status int, body string) *jobServer {
	return &jobServer{runs: d, done: func() (*http.Response, error) { return reply(status, body) }}
}

func (s *jobServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.Contains(r.URL.Path, "/api-jobs/") {
		s.began = time.Now()
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	}
	s.polls = append(s.polls, time.Since(s.began))
	if time.Since(s.began) < s.runs {
		return reply(202, "")
	}
	return s.done()
}

func (s *jobServer) polled() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.polls)
}

const stopped = `{"inventory":{"state":"Stopped"}}`

func start(t *testing.T, c *zstack.Client, options ...zstack.CallOption) *zstack.Job[vmResult] {
	t.Helper()
	job := new(zstack.Job[vmResult])
	require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, job, options...))
	return job
}

func TestCallPollsUntilTheJobHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(time.Minute, 200, stopped)
		var result vmResult
		began := time.Now()
		require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, &result))
		require.Equal(t, "Stopped", result.Inventory.State)
		require.GreaterOrEqual(t, time.Since(began), time.Minute)
		require.LessOrEqual(t, time.Since(began), time.Minute+3850*time.Millisecond)
	})
}

func TestPollsGrowApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(10*time.Minute, 200, stopped)
		require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		require.InDelta(t, 20*time.Millisecond, server.polls[0], float64(2*time.Millisecond))
		for i := 1; i < len(server.polls); i++ {
			gap := server.polls[i] - server.polls[i-1]
			want := min(max(server.polls[i-1]/5, 20*time.Millisecond), 3500*time.Millisecond)
			require.InDelta(t, want, gap, float64(want/10+1)) // which keeps jobs that began together apart
		}
	})
}

func TestPollInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(7*time.Second, 200, stopped)
		require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithPollInterval(2*time.Second)))
		require.Equal(t, []time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second, 8 * time.Second}, server.polls)
	})
}

func TestTimeoutOfACallCoversItsJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(time.Hour, 200, stopped)
		began := time.Now()
		err := clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(10*time.Second), zstack.WithJobUUID(jobUUID))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, jobUUID, requireZError(t, err).JobUUID)
		require.Equal(t, 10*time.Second, time.Since(began))
	})
}

func TestTimeoutOfAStartCoversItsWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		job := start(t, clientOf(t, jobThatRuns(time.Hour, 200, stopped)), zstack.WithTimeout(10*time.Second))
		time.Sleep(4 * time.Second)
		began := time.Now()
		_, err := job.Wait(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 6*time.Second, time.Since(began))
	})
}

func TestStartAndWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(time.Second, 200, stopped)
		job := start(t, clientOf(t, server), zstack.WithJobUUID(jobUUID))
		require.Equal(t, jobUUID, job.UUID())
		require.Zero(t, server.polled())
		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Stopped", result.Inventory.State)
	})
}

func TestWaitAfterTheEndAsksNobody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
	}{"done": {200, stopped}, "failed": {503, notFound}, "expired": {404, expiredText}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := jobThatRuns(time.Second, test.status, test.body)
				job := start(t, clientOf(t, server))
				first, firstErr := job.Wait(t.Context())
				polls := server.polled()
				ended, cancel := context.WithCancel(t.Context())
				cancel()
				second, secondErr := job.Wait(ended)
				require.Equal(t, first, second)
				require.Equal(t, firstErr, secondErr)
				require.Equal(t, polls, server.polled())
			})
		})
	}
}

func TestResultsOfTwoWaitsAreNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		job := start(t, clientOf(t, jobThatRuns(0, 200, stopped)))
		first, err := job.Wait(t.Context())
		require.NoError(t, err)
		first.Inventory.State = "changed"
		second, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Stopped", second.Inventory.State)
	})
}

func TestManyWaitForOneJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		job := start(t, clientOf(t, jobThatRuns(5*time.Second, 200, stopped)))
		var group sync.WaitGroup
		states := make([]string, 20)
		for i := range states {
			group.Go(func() {
				if result, err := job.Wait(t.Context()); err == nil {
					states[i] = result.Inventory.State
				}
			})
		}
		group.Wait()
		for _, state := range states {
			require.Equal(t, "Stopped", state)
		}
	})
}

func TestPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := jobThatRuns(5*time.Second, 200, stopped)
		job := start(t, clientOf(t, server))
		ended, err := job.Poll(t.Context())
		require.NoError(t, err)
		require.False(t, ended)
		time.Sleep(5 * time.Second)
		ended, err = job.Poll(t.Context())
		require.NoError(t, err)
		require.True(t, ended)
		ended, err = job.Poll(t.Context())
		require.NoError(t, err)
		require.True(t, ended)
		require.Equal(t, 2, server.polled()) // the third was not sent
	})
}

func TestPollOfAJobThatFailedIsNoError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		job := start(t, clientOf(t, jobThatRuns(0, 503, notFound)))
		ended, err := job.Poll(t.Context())
		require.NoError(t, err)
		require.True(t, ended)
		_, err = job.Wait(t.Context())
		require.True(t, zstack.IsNotFound(err))
	})
}

func TestRepliesToPollsThatSayNothingOfTheJob(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
	}{
		"HTML 503": {503, "<html>busy</html>"}, "502": {502, ""}, "400": {400, "bad"}, "401": {401, ""}, "403": {403, ""}, "500": {500, "bad"}, "429": {429, "slow down"},
		"text error 503": {503, `{"error":"upstream is busy"}`}, "302": {302, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := jobThatRuns(0, test.status, test.body)
				job := start(t, clientOf(t, server, zstack.WithMaxRetries(0)))
				ended, err := job.Poll(t.Context())
				require.False(t, ended)
				failed := requireZError(t, err)
				require.Equal(t, test.status, failed.Status)
				require.Equal(t, job.UUID(), failed.JobUUID)

				server.done = func() (*http.Response, error) { return reply(200, stopped) }
				_, err = job.Wait(t.Context())
				require.NoError(t, err) // the job was not given up
			})
		})
	}
}

func TestFaultsOfPollsPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		faults := []func() (*http.Response, error){
			func() (*http.Response, error) { return nil, http.ErrServerClosed },
			func() (*http.Response, error) { return reply(502, "") },
			func() (*http.Response, error) { return reply(503, "<html>") },
			func() (*http.Response, error) { return reply(429, "") },
		}
		polls := 0
		server := jobOf(transport(func(*http.Request) (*http.Response, error) {
			if polls++; polls <= len(faults) {
				return faults[polls-1]()
			}
			return reply(200, stopped)
		}))
		require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		require.Equal(t, 5, polls)
	})
}

func TestJobUUIDComesFromTheReply(t *testing.T) {
	t.Parallel()
	const other = "ffffffffffffffffffffffffffffffff"
	for name, test := range map[string]struct{ body, want string }{
		"another":            {accepted(other), other},
		"none":               {`{}`, jobUUID},
		"no body":            {``, jobUUID},
		"no JSON":            {`<html>`, jobUUID},
		"no uuid":            {`{"location":"http://10.0.0.1/zstack/v1/api-jobs/"}`, jobUUID},
		"something else":     {`{"location":"http://10.0.0.1/zstack/v1/api-jobs/../../x"}`, jobUUID},
		"upper case":         {`{"location":"/api-jobs/` + strings.ToUpper(other) + `"}`, jobUUID},
		"query behind":       {`{"location":"/api-jobs/` + other + `?x=y"}`, jobUUID},
		"number":             {`{"location":1}`, jobUUID},
		"only the uuid":      {`{"location":"` + other + `"}`, other},
		"more in the object": {`{"apiTimeout":1800000.0,"new":[],"location":"x/` + other + `"}`, other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(transport(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return reply(200, "{}")
				}
				return reply(202, test.body)
			}))
			job := start(t, clientOf(t, rec), zstack.WithJobUUID(jobUUID))
			require.Equal(t, test.want, job.UUID())
			_, err := job.Poll(t.Context())
			require.NoError(t, err)
			require.Equal(t, "http://mn:8080/zstack/v1/api-jobs/"+test.want, rec.requests()[1].URL.String())
		})
	}
}

func TestOnlyTheConfiguredServerIsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return reply(200, "{}")
			}
			return reply(202, `{"location":"http://evil.example/zstack/v1/api-jobs/`+jobUUID+`"}`)
		}))
		require.NoError(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		for _, r := range rec.requests() {
			require.Equal(t, "mn:8080", r.URL.Host)
		}
	})
}

func TestAcceptedReadsBecomeJobsToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var result queryVMResult
		c := clientOf(t, jobThatRuns(time.Second, 200, `{"total":7}`))
		require.NoError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, &result))
		require.Equal(t, int64(7), result.Total)
	})
}

func TestSynchronousCallHasEndedWhenStartReturns(t *testing.T) {
	t.Parallel()
	rec := record(always(200, stopped))
	job := start(t, clientOf(t, rec))
	result, err := job.Wait(t.Context())
	require.NoError(t, err)
	require.Equal(t, "Stopped", result.Inventory.State)
	require.Len(t, rec.requests(), 1)
}

func TestStartThatFailsMakesNoJob(t *testing.T) {
	t.Parallel()
	job := new(zstack.Job[vmResult])
	err := clientOf(t, always(503, notFound)).Start(t.Context(), recoverVM{UUID: vmUUID}, job)
	require.True(t, zstack.IsNotFound(err))
	require.Empty(t, job.UUID())
}

func TestJobsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, job := range map[string]*zstack.Job[vmResult]{"nil": nil, "zero": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, job.UUID())
			_, err := job.Wait(t.Context())
			requireRefused(t, err, "job", zstack.ConstraintRequired)
			_, err = job.Poll(t.Context())
			requireRefused(t, err, "job", zstack.ConstraintRequired)
		})
	}
}

func TestWaitThatIsCutOffCanBeRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		job := start(t, clientOf(t, jobThatRuns(time.Minute, 200, stopped)))
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := job.Wait(short)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, job.UUID())
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
	})
}

func TestWaitingAddsLittleToJobsOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, runs := range []time.Duration{0, 10 * time.Millisecond, 100 * time.Millisecond, time.Second, 7 * time.Second, time.Minute, time.Hour} {
		t.Run(runs.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				require.NoError(t, clientOf(t, jobThatRuns(runs, 200, stopped)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
				over := time.Since(began) - runs
				require.LessOrEqual(t, over, min(max(runs/4, 22*time.Millisecond), 3850*time.Millisecond))
			})
		})
	}
}

func TestACallWhoseJobIsThereAlreadyWaitsForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		node.Add("VmInstance", map[string]any{"uuid": vmUUID, "name": "web", "state": "Destroyed"})
		for range 2 {
			var result vmResult
			require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, &result, zstack.WithJobUUID(jobUUID)))
			require.Equal(t, "Stopped", result.Inventory.State)
		}
	})
}

// A connection that ends in good order cuts a result that came without a length,
// even where it looks like an end. The server has the rest.
func TestResultsThatComeCutShortAreAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"at once":                "",
		"in a text":              `{"inventory":{"name":"v`,
		"after an inner object":  `{"inventory":{"uuid":"1","zone":{}}`,
		"after the inventory":    `{"inventory":{"uuid":"1"}`,
		"between members":        `{"inventory":{"uuid":"1"},`,
		"inside an inner object": `{"inventory":{"zone":{"name":"z"},"name":`,
		"of a proxy":             "<html>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					switch {
					case r.Method != http.MethodGet:
						return reply(202, "{}")
					case polls < 3:
						polls++
						return reply(200, body)
					}
					return reply(200, stopped)
				}))
				var result vmResult
				require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, &result))
				require.Equal(t, "Stopped", result.Inventory.State)
			})
		})
	}
}
