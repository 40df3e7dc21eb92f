package zstack_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// slowPages answers after a second, unless the request's context ends, and counts.
func slowPages(n int) (rt transport, begun, ended *atomic.Int32) {
	begun, ended = new(atomic.Int32), new(atomic.Int32)
	return func(r *http.Request) (*http.Response, error) {
		begun.Add(1)
		defer ended.Add(1)
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-time.After(time.Second):
			return fullPages(n, "").RoundTrip(r)
		}
	}, begun, ended
}

func TestTheNextPageComesWhileOneIsLookedAt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options []zstack.CallOption
		took    time.Duration
	}{
		"ahead":     {nil, 5 * time.Second},
		"on demand": {[]zstack.CallOption{zstack.WithoutPrefetch()}, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rt, begun, _ := slowPages(1900)
				began, rows := time.Now(), 0
				var page queryVMResult
				p := zstack.NewPager(clientOf(t, rt), queryVM{}, &page, test.options...)
				for p.Next(t.Context()) {
					rows += len(page.Inventories)
					time.Sleep(time.Second)
				}
				require.NoError(t, p.Err())
				require.Equal(t, 1900, rows)
				require.EqualValues(t, 4, begun.Load())
				require.Equal(t, test.took, time.Since(began))
			})
		})
	}
}

func TestClosingAPagerStopsThePageUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt, begun, ended := slowPages(1900)
		p := zstack.NewPager(clientOf(t, rt), queryVM{}, new(queryVMResult))
		require.True(t, p.Next(t.Context()))
		synctest.Wait()
		require.EqualValues(t, 2, begun.Load())
		require.EqualValues(t, 1, ended.Load())
		p.Close()
		synctest.Wait()
		require.EqualValues(t, 2, ended.Load())
		p.Close()
		require.False(t, p.Next(t.Context()))
		require.NoError(t, p.Err())
	})
}

func TestTheContextStopsThePageUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt, begun, ended := slowPages(1900)
		ctx, cancel := context.WithCancel(t.Context())
		p := zstack.NewPager(clientOf(t, rt), queryVM{}, new(queryVMResult))
		require.True(t, p.Next(ctx))
		synctest.Wait()
		cancel()
		synctest.Wait()
		require.EqualValues(t, 2, begun.Load())
		require.EqualValues(t, 2, ended.Load())
		require.False(t, p.Next(ctx))
		require.ErrorIs(t, p.Err(), context.Canceled)
	})
}

// Each Next may have a context of its own, which ends before the next one.
func TestEachPageMayHaveItsOwnContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt, _, _ := slowPages(1900)
		var page queryVMResult
		p, rows := zstack.NewPager(clientOf(t, rt), queryVM{}, &page), 0
		next := func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer synctest.Wait()
			defer cancel()
			return p.Next(ctx)
		}
		for next() {
			rows += len(page.Inventories)
		}
		require.NoError(t, p.Err())
		require.Equal(t, 1900, rows)
	})
}

func TestWaitingForThePageUnderWayEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt, _, _ := slowPages(1900)
		p := zstack.NewPager(clientOf(t, rt), queryVM{}, new(queryVMResult))
		require.True(t, p.Next(t.Context()))
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		require.False(t, p.Next(ctx))
		require.ErrorIs(t, p.Err(), context.DeadlineExceeded)
	})
}

func TestPageSize(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 25)
	p := zstack.NewPager(c, queryVM{Limit: new(int32(22))}, new(queryVMResult), zstack.WithPageSize(10))
	for p.Next(t.Context()) {
	}
	require.NoError(t, p.Err())
	var limits []string
	for _, r := range node.Requests() {
		limits = append(limits, r.Query["limit"]...)
	}
	require.Equal(t, "[10 10 2]", fmt.Sprint(limits))
}

// A page under way outlives the deadline of the context that it was begun with.
func TestDeadlineOfAnEarlierPagesContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt, _, _ := slowPages(1900)
		p, n := zstack.NewPager(clientOf(t, rt), queryVM{}, new(queryVMResult)), 0
		next := func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			t.Cleanup(cancel)
			return p.Next(ctx)
		}
		for next() {
			n++
			time.Sleep(time.Second)
		}
		require.NoError(t, p.Err())
		require.Equal(t, 4, n)
	})
}

func TestAnEndedContextEndsThePagesThatAreThere(t *testing.T) {
	t.Parallel()
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			rt, _, _ := slowPages(1900)
			ctx, cancel := context.WithCancel(t.Context())
			p := zstack.NewPager(clientOf(t, rt), queryVM{}, new(queryVMResult))
			defer p.Close()
			require.True(t, p.Next(ctx))
			time.Sleep(5 * time.Second)
			cancel()
			require.False(t, p.Next(ctx))
			require.ErrorIs(t, p.Err(), context.Canceled)
		})
	}
}
