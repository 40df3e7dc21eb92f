package zstack_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// forgetsJobs says for ever that a job runs.
func forgetsJobs(apiTimeout string) transport {
	return func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet && !strings.Contains(r.URL.Path, "/api-jobs/") {
			return reply(200, `{"inventories":[]}`)
		}
		return reply(202, "{"+apiTimeout+"}")
	}
}

func TestAWaitForAForgottenJobEnds(t *testing.T) {
	t.Parallel()
	timed := func(d time.Duration) zstack.Action {
		return newZone{Name: "z", info: variantOf(func(i *zstack.ActionInfo) { i.Timeout, i.ResourceUUID, i.SettledBy = d, "", nil })}
	}
	for name, test := range map[string]struct {
		action  zstack.Action
		said    string // in the 202
		options []zstack.CallOption
		after   time.Duration
	}{
		"nothing is known":           {timed(0), ``, nil, 3 * time.Hour},
		"the action's own time":      {timed(12 * time.Hour), ``, nil, 12 * time.Hour},
		"the server's word":          {timed(0), `"apiTimeout":1800000.0`, nil, 30 * time.Minute},
		"the longer one of both":     {timed(12 * time.Hour), `"apiTimeout":1800000`, nil, 12 * time.Hour},
		"the server's is longer":     {timed(time.Hour), `"apiTimeout":7200000`, nil, 2 * time.Hour},
		"the caller's":               {timed(12 * time.Hour), `"apiTimeout":43200000`, []zstack.CallOption{zstack.WithAPITimeout(10 * time.Minute)}, 10 * time.Minute},
		"no time at all":             {timed(0), `"apiTimeout":0`, nil, 3 * time.Hour},
		"a time that is none":        {timed(0), `"apiTimeout":"soon"`, nil, 3 * time.Hour},
		"a creation, nothing there":  {newZone{Name: "z"}, ``, nil, 3 * time.Hour},
		"the poll interval is fixed": {timed(0), ``, []zstack.CallOption{zstack.WithPollInterval(time.Minute)}, 3 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := clientOf(t, forgetsJobs(test.said)).Call(t.Context(), test.action, nil, test.options...)
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				require.InDelta(t, test.after+time.Hour, time.Since(began), float64(time.Minute+10*time.Second))
			})
		})
	}
}

func TestAForgottenCreationIsTakenFromItsResource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &maker{change: acceptOnce, job: stays(202, "{}"), zone: row(`"name":"z","state":"Enabled"`)}
		var result zoneResult
		require.NoError(t, clientOf(t, server).Call(t.Context(), newZone{Name: "z"}, &result))
		require.Equal(t, "z", result.Inventory.Name)
	})
}

func TestADeadlineAloneEndsAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := clientOf(t, forgetsJobs("")).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(100*time.Hour))
		require.ErrorContains(t, err, "the job goes on")
		require.Equal(t, 100*time.Hour, time.Since(began))
	})
}

func TestAResumedJobThatIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := zstack.ResumeJob[vmResult](clientOf(t, forgetsJobs("")), jobUUID).Wait(t.Context())
		var unknown *zstack.UnknownOutcomeError
		require.ErrorAs(t, err, &unknown)
		require.Equal(t, jobUUID, unknown.JobUUID)
		require.InDelta(t, 4*time.Hour, time.Since(began), float64(time.Minute))
	})
}
