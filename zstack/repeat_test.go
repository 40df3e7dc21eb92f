package zstack_test

import (
	"context"
	"errors"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestAPollThatRepeatsTheCallDoesNotSayThatItHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		changes := 0
		var began time.Time
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == "PUT" {
				changes++
				began = time.Now()
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			}
			switch {
			case changes == 1:
				return reply(503, `{"error":{"code":"ID.1001"}}`)
			case time.Since(began) < time.Hour:
				return reply(202, "")
			}
			return reply(200, stopped)
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		ended, err := job.Poll(t.Context())
		require.NoError(t, err)
		require.False(t, ended)
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
		ended, err = job.Poll(t.Context())
		require.NoError(t, err)
		require.True(t, ended)
	})
}

func TestARepetitionDoesNotEndWithTheWaitThatBeganIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var jobs []string // as they were sent
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == "PUT" {
				mu.Lock()
				jobs = append(jobs, r.Header.Get("X-Job-UUID"))
				n := len(jobs)
				mu.Unlock()
				if n == 2 {
					select { // slow to accept; it does arrive
					case <-time.After(5 * time.Second):
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				}
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			}
			mu.Lock()
			defer mu.Unlock()
			if strings.HasSuffix(r.URL.Path, jobs[0]) {
				return reply(503, `{"error":{"code":"ID.1001"}}`)
			}
			return reply(200, stopped)
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		var group sync.WaitGroup
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := job.Wait(ctx)
			require.Error(t, err)
		})
		time.Sleep(time.Second / 2)
		_, err := job.Wait(t.Context()) // has all the time
		group.Wait()
		require.NoError(t, err)
	})
}

func TestALoginThatMeetsARestartDoesNotEndAJob(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func() (*http.Response, error){
		"502":     func() (*http.Response, error) { return reply(502, "") },
		"refused": func() (*http.Response, error) { return nil, errRefused },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				changes, logins := 0, 0
				c := accountClient(t, transport(func(r *http.Request) (*http.Response, error) {
					if strings.HasSuffix(r.URL.Path, "/login") {
						if logins++; logins > 1 && time.Since(began) < 5*time.Minute {
							return fault() // the node restarts
						}
						return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
					}
					if r.Method == "PUT" {
						changes++
						return reply(202, accepted(r.Header.Get("X-Job-UUID")))
					}
					if changes == 1 {
						return reply(503, `{"error":{"code":"ID.1001"}}`)
					}
					return reply(200, stopped)
				}))
				require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
			})
		})
	}
}

func TestCancelFollowsARepetition(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		changes, canceled := 0, false
		var latest string
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case strings.Contains(r.URL.Path, "/vm-instances/"):
				changes++
				latest = r.Header.Get("X-Job-UUID")
				return reply(202, accepted(latest))
			case r.Method == "PUT":
				canceled = true
				return reply(200, "{}")
			case strings.HasSuffix(r.URL.Path, "/longjobs"):
				if changes == 2 && r.URL.Query().Get("q") == "apiId="+latest {
					return reply(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`)
				}
				return reply(200, `{"inventories":[]}`)
			case changes == 1:
				return reply(503, `{"error":{"code":"ID.1001"}}`)
			}
			return reply(202, "")
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		require.NoError(t, job.Cancel(t.Context()))
		require.True(t, canceled)
	})
}

// A repeating server has ended the session of the first call, which only its job says.
// The call's repetition is answered as hold says.
type repeatingServer struct {
	hold func(r *http.Request) // while the second change is on its way

	mu   sync.Mutex
	jobs []string // of the changes, as they came
}

func (s *repeatingServer) RoundTrip(r *http.Request) (*http.Response, error) {
	uuid := r.Header.Get("X-Job-UUID")
	s.mu.Lock()
	if r.Method == http.MethodPut {
		s.jobs = append(s.jobs, uuid)
	}
	jobs := s.jobs
	s.mu.Unlock()
	switch {
	case r.Method == http.MethodPut && len(jobs) == 2 && s.hold != nil:
		s.hold(r)
		if r.Context().Err() != nil {
			return nil, r.Context().Err()
		}
		return reply(202, accepted(uuid))
	case r.Method == http.MethodPut:
		return reply(202, accepted(uuid))
	case strings.HasSuffix(r.URL.Path, jobs[0]):
		return reply(503, `{"error":{"code":"ID.1001"}}`)
	}
	return reply(200, stopped)
}

func (s *repeatingServer) changes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.jobs...)
}

// slowAgain is a login that takes a moment the first time and a minute from then on,
// whatever becomes of its context.
func slowAgain() func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
	logins := 0
	return func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
		if logins++; logins > 1 {
			time.Sleep(time.Minute)
		}
		return &types.SessionInventory{UUID: sessionUUID}, nil
	}
}

func TestNothingIsSentForACallerWhoHasLeft(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *zstack.Client) error{
		"Call": func(ctx context.Context, c *zstack.Client) error {
			return c.Call(ctx, recoverVM{UUID: vmUUID}, nil)
		},
		"Wait": func(ctx context.Context, c *zstack.Client) error {
			job := new(zstack.Job[vmResult])
			if err := c.Start(context.WithoutCancel(ctx), recoverVM{UUID: vmUUID}, job); err != nil {
				return err
			}
			_, err := job.Wait(ctx)
			return err
		},
		"Poll": func(ctx context.Context, c *zstack.Client) error {
			job := new(zstack.Job[vmResult])
			if err := c.Start(context.WithoutCancel(ctx), recoverVM{UUID: vmUUID}, job); err != nil {
				return err
			}
			_, err := job.Poll(ctx)
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := new(repeatingServer)
				c := loginClient(t, server, slowAgain())
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				require.ErrorIs(t, call(ctx, c), context.DeadlineExceeded)
				time.Sleep(time.Hour)
				require.Len(t, server.changes(), 1)
			})
		})
	}
}

func TestAWaitThatEndsBeforeItsRepetitionIsSentSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := new(repeatingServer)
		err := loginClient(t, server, slowAgain()).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(time.Second))
		failed := requireZError(t, err)
		require.Equal(t, server.changes()[0], failed.JobUUID)
		require.ErrorContains(t, err, "did not run the call")
		require.NotContains(t, err.Error(), "goes on")
		time.Sleep(time.Minute) // the login ends
	})
}

// holds keeps a request for a while, unless its sender gives it up.
func holds(d time.Duration) func(*http.Request) {
	return func(r *http.Request) {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
	}
}

func TestARepetitionThatIsCutOffIsUnknownUnderItsOwnUUID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &repeatingServer{hold: holds(time.Minute)}
		c := loginClient(t, server, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(time.Second))
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, server.changes()[1], unknown.JobUUID)
		time.Sleep(time.Hour)
		require.Len(t, server.changes(), 2)
	})
}

func TestAJobWhoseRepetitionWasCutOffCanBeWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &repeatingServer{hold: holds(time.Minute)}
		c := loginClient(t, server, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := job.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, server.changes()[1], job.UUID())
		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Stopped", result.Inventory.State)
		require.Len(t, server.changes(), 2)
	})
}

// Two wait for one job, and one of them repeats the call. The other one leaves with the
// uuid that the repetition goes by.
func TestWhoLeavesWhileAnotherRepeatsIsToldTheNewUUID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &repeatingServer{hold: holds(10 * time.Second)}
		c := loginClient(t, server, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		var group sync.WaitGroup
		group.Go(func() {
			_, err := job.Wait(t.Context())
			require.NoError(t, err)
		})
		synctest.Wait()
		time.Sleep(time.Second) // the repetition is on its way
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := job.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, server.changes()[1], requireZError(t, err).JobUUID)
		group.Wait()
	})
}

// The result of a call that was sent twice can be the second run's, whose session had
// ended, after the first run has changed something.
func TestACallThatWasSentTwiceIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action zstack.Action
		jobs   int // different ones
	}{
		"a change":                       {recoverVM{UUID: vmUUID}, 1},
		"a creation, which has its uuid": {newZone{Name: "z"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				jobs := make(map[string]int)
				server := transport(func(r *http.Request) (*http.Response, error) {
					uuid := r.Header.Get("X-Job-UUID")
					switch {
					case strings.HasSuffix(r.URL.Path, "/login"):
						return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
					case strings.HasSuffix(r.URL.Path, "/management-nodes/actions"):
						return reply(200, `{"version":"5.3.20"}`)
					case r.Method != http.MethodGet:
						if jobs[uuid]++; len(jobs) == 1 && jobs[uuid] == 1 {
							return brokenConnection()
						}
						return reply(202, accepted(uuid))
					case len(jobs) == 1:
						for _, sent := range jobs {
							if sent == 1 {
								return reply(404, expiredText)
							}
						}
						return reply(503, `{"error":{"code":"ID.1001"}}`)
					case strings.Contains(r.URL.Path, "/zones/"):
						return reply(200, `{"inventories":[{"uuid":"`+path.Base(r.URL.Path)+`"}]}`)
					}
					return reply(200, `{"inventory":{}}`)
				})
				err := accountClient(t, server).Call(t.Context(), test.action, nil)
				require.Len(t, jobs, test.jobs)
				var unknown *zstack.UnknownOutcomeError
				require.Equal(t, test.jobs == 1, errors.As(err, &unknown), "%v", err)
			})
		})
	}
}

// The first run of a creation makes the resource, the second one's result says that the
// session had ended, and the database refuses the repetition after the new login.
func TestARepetitionOfACreationThatWasSentTwiceAsksItsResource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		row      string
		succeeds bool
	}{
		"it is there": {`"name":"z","state":"Enabled"`, true},
		"it is not":   {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &maker{
					change: acceptTwice,
					job: func(m *maker, _ time.Duration) (int, string) {
						switch len(m.changes) {
						case 1:
							return 404, expiredText
						case 2:
							return 503, `{"error":{"code":"ID.1001"}}`
						}
						return 503, internalError
					},
					zone: row(test.row),
				}
				c := loginClient(t, server, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
					return &types.SessionInventory{UUID: sessionUUID}, nil
				})
				var result zoneResult
				err := c.Call(t.Context(), newZone{Name: "z"}, &result)
				require.Len(t, server.changes, 3)
				require.NotEqual(t, server.changes[1], server.changes[2])
				if !test.succeeds {
					require.ErrorIs(t, err, types.SysInternal)
					return
				}
				require.NoError(t, err)
				require.Equal(t, "z", result.Inventory.Name)
			})
		})
	}
}

// A transport that panics while a lost repetition is settled leaves it open whether the
// server has that: nobody sends it once more without asking.
func TestARepetitionWhoseSettlingPanicsIsNotSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var jobs []string
		panics := true
		c := loginClient(t, transport(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.Method == http.MethodPut:
				if jobs = append(jobs, r.Header.Get("X-Job-UUID")); len(jobs) == 2 {
					return brokenConnection()
				}
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			case strings.HasSuffix(r.URL.Path, jobs[0]):
				return reply(503, `{"error":{"code":"ID.1001"}}`)
			case panics:
				panics = false
				panic("on purpose")
			}
			return reply(200, stopped)
		}), func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		job := start(t, c)
		require.PanicsWithValue(t, "on purpose", func() { _, _ = job.Wait(t.Context()) })
		_, err := job.Wait(t.Context())
		require.Len(t, jobs, 2)
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		require.Equal(t, jobs[1], unknown.JobUUID)
		_, err = unknown.Resolve(t.Context(), c)
		require.NoError(t, err)
	})
}

// A wait that settles a repetition sends it again, and the transport panics: the next
// wait knows that it may have run twice.
func TestASettlingThatPanicsIsRememberedAsASending(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &maker{
			change: func(n int, r *http.Request) (*http.Response, error) {
				switch n {
				case 2:
					<-r.Context().Done()
					return nil, r.Context().Err()
				case 3:
					panic("on purpose")
				}
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			},
			job: func(m *maker, _ time.Duration) (int, string) {
				switch len(m.changes) {
				case 1:
					return 503, `{"error":{"code":"ID.1001"}}`
				case 2:
					return 404, expiredText
				}
				return 503, internalError
			},
			zone: row(`"name":"z","state":"Enabled"`),
		}
		c := loginClient(t, server, func(context.Context, *zstack.Client) (*types.SessionInventory, error) {
			return &types.SessionInventory{UUID: sessionUUID}, nil
		})
		var job zstack.Job[zoneResult]
		require.NoError(t, c.Start(t.Context(), newZone{Name: "z"}, &job))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := job.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.PanicsWithValue(t, "on purpose", func() { _, _ = job.Wait(t.Context()) })
		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "z", result.Inventory.Name)
		require.Len(t, server.changes, 3)
	})
}
