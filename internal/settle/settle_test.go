package settle_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/settle"
)

func TestForgets(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"4.4.52": true, "4.7.20": true, "3.10.38": true, "2": true, "4.7.9-beta": true,
		"4.7.21": false, "4.8.0": false, "5.3.20": false, "1.0.0": false, "": false, "unknown": false,
	} {
		require.Equal(t, want, settle.Forgets(version), version)
	}
}

// The server has to say twice, and promptly each time, that it knows no such job, and not
// right after the sending broke off.
func TestIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := settle.New(-1)
		ask := func(after, took time.Duration) bool {
			time.Sleep(after)
			return c.IsGone(time.Now(), took)
		}
		require.False(t, ask(2999*time.Millisecond, 0), "too early")
		require.False(t, ask(time.Millisecond, 0), "the first time")
		require.False(t, ask(999*time.Millisecond, 0), "too soon after it")
		require.False(t, ask(time.Millisecond, time.Second), "a server that stands still")
		require.False(t, ask(2*time.Second, 0), "the first time again")
		require.True(t, ask(time.Second, 0))
		require.False(t, c.IsLate())
		time.Sleep(10 * time.Second)
		require.True(t, c.IsLate())
	})
}

func TestPauseHonoursRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := settle.New(7 * time.Second)
		require.Equal(t, 7*time.Second, c.Pause())
		c.Asked(-1)
		require.Less(t, c.Pause(), 3*time.Second)
		c.Lost(2 * time.Second)
		require.Equal(t, 1, c.Times())
		require.GreaterOrEqual(t, c.Pause(), 2*time.Second)
	})
}
