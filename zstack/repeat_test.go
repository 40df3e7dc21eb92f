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
