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
				creations: 40, changes: 8, workers: 20, faults: faults.All(), faultRate: 0.4, seed: 1, rate: 150,
				old: old, timeout: time.Minute, webhook: true, interval: time.Second,
				session: 20 * time.Second, ends: 3,
			}, &out)
			t.Log("\n" + out.String())
			require.NoError(t, err)
			require.Regexp(t, `(?m)^creations \(jobs\): +40$`, out.String())
			require.Regexp(t, `(?m)^all is well$`, out.String())
		})
	}
}
