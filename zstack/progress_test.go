package zstack_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestWithProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithJobDelay(time.Minute))
		rec := record(node)
		c := clientOf(t, rec)
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		var told []zstack.Progress
		began := time.Now()
		err := c.Call(t.Context(), recoverVM{UUID: vm}, nil, zstack.WithProgress(func(p zstack.Progress) {
			require.InDelta(t, 100*time.Since(began).Seconds()/60, p.Percent, 1)
			told = append(told, p)
		}))
		require.NoError(t, err)
		require.Greater(t, len(told), 15)
		require.Less(t, len(told), 30)
		polls, asked := 0, 0
		for _, r := range rec.requests() {
			switch {
			case strings.Contains(r.URL.Path, "/api-jobs/"):
				polls++
				require.True(t, strings.HasSuffix(r.URL.Path, told[0].JobUUID))
			case strings.Contains(r.URL.Path, "/task-progresses/"):
				asked++
			}
		}
		require.Equal(t, len(told), asked)
		require.Less(t, asked, polls)
		require.Equal(t, "RecoverVmInstance", told[0].Tasks[0].TaskName)
	})
}

// What the server says a second time is no news.
func TestProgressIsToldOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		tasks string
		want  float64
	}{
		"percent":         {`[{"type": "Progress", "content": "42"}]`, 42},
		"a fraction":      {`[{"type": "Progress", "content": "42.5"}]`, 42.5},
		"with a sign":     {`[{"type": "Progress", "content": " 42 % "}]`, -1},
		"percent sign":    {`[{"type": "Progress", "content": "42%"}]`, 42},
		"the last of two": {`[{"content": "7"}, {"content": "42"}, {"content": "copying"}]`, 42},
		"steps":           {`[{"content": "copying", "currentStep": 3, "totalStep": 4}]`, 75},
		"words":           {`[{"content": "copying"}]`, -1},
		"nonsense":        {`[{"content": "NaN"}, {"content": "-3"}, {"content": "101"}, {"content": "5", "totalStep": -1}, {"content": "x", "currentStep": 3, "totalStep": 2}]`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					switch {
					case strings.Contains(r.URL.Path, "/task-progresses/"):
						return reply(200, `{"inventories": `+tt.tasks+`}`)
					case time.Since(began) > time.Minute:
						return reply(200, `{}`)
					}
					return reply(202, accepted(jobUUID))
				}))
				var told []float64
				err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithProgress(func(p zstack.Progress) { told = append(told, p.Percent) }))
				require.NoError(t, err)
				require.Equal(t, []float64{tt.want}, told)
			})
		})
	}
}

// A wait does not need the progress.
func TestProgressThatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer transport
		asked  int // at most, in a minute
	}{
		"refused":       {always(403, `{"error": {"code": "ID.1002"}}`), 1},
		"unknown":       {always(404, "not found"), 1},
		"nothing":       {always(200, `{"inventories": []}`), 30},
		"broken":        {always(502, ""), 30},
		"never answers": {func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began, asked := time.Now(), 0
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					switch {
					case strings.Contains(r.URL.Path, "/task-progresses/"):
						asked++
						return tt.answer(r)
					case time.Since(began) > time.Minute:
						return reply(200, `{}`)
					}
					return reply(202, accepted(jobUUID))
				}))
				err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithProgress(func(zstack.Progress) { t.Error("there is none to tell") }))
				require.NoError(t, err)
				require.GreaterOrEqual(t, asked, 1)
				require.LessOrEqual(t, asked, tt.asked)
				require.Less(t, time.Since(began), 70*time.Second)
			})
		})
	}
}

// However many wait for a job, one of them tells at a time, and none that has left.
func TestProgressIsToldByWhoWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t, zstacktest.WithJobDelay(5*time.Minute))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		var busy, told, waiting atomic.Int32
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job, zstack.WithProgress(func(zstack.Progress) {
			require.True(t, busy.CompareAndSwap(0, 1), "two tell at once")
			require.Positive(t, waiting.Load(), "nobody waits")
			told.Add(1)
			time.Sleep(10 * time.Second) // which holds up the wait that tells, and no other
			busy.Store(0)
		})))
		time.Sleep(time.Minute)
		require.Zero(t, told.Load(), "nobody waits yet")

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var waits sync.WaitGroup
		for range 3 {
			waiting.Add(1)
			waits.Go(func() {
				defer waiting.Add(-1)
				_, err := job.Wait(ctx)
				require.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
		waits.Wait()
		before := told.Load()
		require.Greater(t, before, int32(3))
		time.Sleep(time.Minute)
		require.Equal(t, before, told.Load())

		waiting.Add(1)
		_, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Greater(t, told.Load(), before)
	})
}

// What a progress function throws goes to its caller, and takes nothing with it.
func TestProgressThatPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t, zstacktest.WithJobDelay(time.Minute))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		job := new(zstack.Job[vmResult])
		panics := true
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job, zstack.WithProgress(func(zstack.Progress) {
			if panics {
				panics = false
				panic("mine")
			}
		})))
		require.PanicsWithValue(t, "mine", func() { _, _ = job.Wait(t.Context()) })
		_, err := job.Wait(t.Context())
		require.NoError(t, err)
	})
}

func TestResumedJobsTellTheirProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t, zstacktest.WithJobDelay(time.Minute))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job))
		told := 0
		_, err := zstack.ResumeJob[vmResult](c, job.UUID(), zstack.WithProgress(func(zstack.Progress) { told++ })).Wait(t.Context())
		require.NoError(t, err)
		require.Greater(t, told, 10)
	})
}

func TestProgressMustBeAFunction(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{}`))
	requireRefused(t, clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithProgress(nil)), "WithProgress", zstack.ConstraintRequired)
	require.Empty(t, rec.requests())
}

func ExampleWithProgress() {
	srv, err := zstacktest.Listen(zstacktest.WithJobDelay(100 * time.Millisecond))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	vm := srv.Add("VmInstance", map[string]any{"state": "Destroyed"})
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close(ctx)

	last := -1.0
	err = client.Call(ctx, recoverVM{UUID: vm}, nil, zstack.WithProgress(func(p zstack.Progress) {
		last = p.Percent // a program shows it
	}))
	fmt.Println(last >= 0, err)
	// Output: true <nil>
}
