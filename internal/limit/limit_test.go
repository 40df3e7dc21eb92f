package limit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// Tickets that were given up must not pile up in the bucket's queues, which no
// public API shows.
func TestTicketsThatWereGivenUpAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New(1)
		for range 100 {
			require.NoError(t, b.Wait(t.Context(), Call))
			for range 5 {
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				require.Error(t, b.Wait(ctx, Call))
				cancel()
			}
			time.Sleep(time.Second)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		require.Empty(t, b.queues[Call])
	})
}
