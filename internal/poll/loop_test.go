package poll_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/poll"
)

var (
	errPasses = errors.New("passes")
	errFinal  = errors.New("final")
)

// loop polls each second, and gives faults a minute.
func loop() *poll.Loop {
	return &poll.Loop{
		Rest: func(ctx context.Context, d time.Duration) error {
			select {
			case <-time.After(d):
				return ctx.Err()
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		Pause:      func(bool) time.Duration { return time.Second },
		Passes:     func(err error) bool { return err == errPasses },
		RetryAfter: func(error) time.Duration { return 0 },
		Lasting:    time.Minute,
	}
}

func TestLoop(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		look  func(n int) (bool, error) // by how often it was called before
		limit time.Duration             // of the context
		want  *poll.End
		looks int
	}{
		"done at once":            {func(int) (bool, error) { return true, nil }, time.Hour, nil, 1},
		"done after a while":      {func(n int) (bool, error) { return n == 3, nil }, time.Hour, nil, 4},
		"a fault that passes":     {func(n int) (bool, error) { return n == 1, map[bool]error{true: errPasses}[n == 0] }, time.Hour, nil, 2},
		"an error that does not":  {func(int) (bool, error) { return false, errFinal }, time.Hour, &poll.End{Err: errFinal}, 1},
		"the context's end":       {func(int) (bool, error) { return false, nil }, 2500 * time.Millisecond, &poll.End{Reason: context.DeadlineExceeded}, 3},
		"its end after a fault":   {func(int) (bool, error) { return false, errPasses }, 500 * time.Millisecond, &poll.End{Reason: context.DeadlineExceeded, Err: errPasses}, 1},
		"no look before its end":  {func(int) (bool, error) { return true, nil }, 0, &poll.End{Reason: context.DeadlineExceeded}, 0},
		"done beats an old fault": {func(n int) (bool, error) { return n == 2, map[bool]error{true: errPasses}[n < 2] }, time.Hour, nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
				defer cancel()
				looks := 0
				end := loop().Run(ctx, 0, func() (bool, error) {
					looks++
					return tt.look(looks - 1)
				})
				require.Equal(t, tt.want, end)
				require.Equal(t, tt.looks, looks)
			})
		})
	}
}

// Faults end a loop only when no look has seen anything for too long.
func TestLoopEndsWhenFaultsLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		end := loop().Run(t.Context(), 0, func() (bool, error) {
			if time.Since(began) < 30*time.Second {
				return false, nil
			}
			return false, errPasses
		})
		require.Equal(t, &poll.End{Err: errPasses}, end)
		took := time.Since(began)
		require.Greater(t, took, 80*time.Second)
		require.Less(t, took, 100*time.Second)
	})
}

// Whoever sent an error says how long it wants to be left alone.
func TestLoopHonoursRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, began, n := loop(), time.Now(), 0
		l.RetryAfter = func(error) time.Duration { return 20 * time.Second }
		require.Nil(t, l.Run(t.Context(), 0, func() (bool, error) {
			n++
			return n == 2, map[bool]error{true: errPasses}[n == 1]
		}))
		require.Equal(t, 20*time.Second, time.Since(began))
	})
}

func TestTimersWakeThoseWhoAreDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var timers poll.Timers
		began := time.Now()
		late, early, never := timers.Set(3*time.Second), timers.Set(time.Second), timers.Set(time.Hour)
		timers.Stop(never)
		<-early.Due()
		require.Equal(t, time.Second, time.Since(began))
		<-late.Due()
		require.Equal(t, 3*time.Second, time.Since(began))
		rest := timers.Set(time.Hour)
		timers.WakeAll()
		<-rest.Due()
		require.Equal(t, 3*time.Second, time.Since(began))
	})
}
