package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/internal/faults"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Not parallel: a run compares how many goroutines there are before and after.
func TestRun(t *testing.T) {
	for name, old := range map[string]bool{"newer server": false, "older server": true} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := run(t.Context(), config{
				creations: 40, offerings: 10, changes: 8, workers: 20, faults: faults.All(), faultRate: 0.4, seed: 1, rate: 150,
				old: old, timeout: time.Minute, webhook: true, interval: time.Second,
				session: 20 * time.Second, ends: 3, race: true, progress: 100 * time.Millisecond,
			}, &out)
			t.Log("\n" + out.String())
			require.NoError(t, err)
			require.Regexp(t, `(?m)^creations \(jobs\): +40$`, out.String())
			require.Regexp(t, `(?m)^\d+ of 58 calls are over after`, out.String())
			require.Regexp(t, `(?m)^all is well$`, out.String())
		})
	}
}

// With calls that the node holds for longer than the SDK waits before it sends one
// again, and no uuid that would keep the second from being made, the soak shows it.
func TestRunShowsWhatIsMadeTwice(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), config{
		creations: 20, workers: 20, faults: []faults.Fault{faults.Late}, faultRate: 0.3, seed: 1, rate: 150,
		timeout: time.Minute, session: time.Hour, race: true, hold: 6 * time.Second, heldPart: 1, unnamed: true,
	}, &out)
	t.Log("\n" + out.String())
	require.Error(t, err)
	require.Regexp(t, `(?m)^  doubled: +[1-9]`, out.String())
}

func TestKindsAreAsManyAsWanted(t *testing.T) {
	t.Parallel()
	for _, c := range []config{{creations: 7}, {creations: 100, offerings: 10, changes: 20}, {offerings: 3, changes: 5}, {creations: 1, offerings: 1, changes: 1}, {}} {
		count := map[kind]int{}
		for _, k := range c.kinds() {
			count[k]++
		}
		require.Equal(t, [3]int{c.creations, c.offerings, c.changes}, [3]int{count[aCreation], count[anOffering], count[aChange]})
	}
}
