package zstacktest

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

const ownUUID = "9ae0d3f2c1b845679abcdef012345678"

// sendTwice sends one call twice, one after the other by a gap, and returns the errors
// of its job.
func sendTwice(t *testing.T, c *testClient, gap time.Duration, path, body string) (statuses []int, codes []string) {
	t.Helper()
	statuses = make([]int, 2)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			time.Sleep(time.Duration(i) * gap)
			statuses[i] = c.with(headerJobUUID, jobA).send("POST", path, body).status
		})
	}
	group.Wait()
	time.Sleep(time.Second)
	return statuses, c.poll(jobA).codes()
}

func TestRace(t *testing.T) {
	t.Parallel()
	const taken, refused = http.StatusAccepted, http.StatusBadRequest
	offering := `{"params": {"name": "o", "cpuNum": 1, "memorySize": 1073741824`
	for name, test := range map[string]struct {
		gap        time.Duration
		path, body string
		kind       string
		second     int
		made       int
		code       string
	}{
		"side by side":                      {10 * time.Millisecond, "/zones", `{"params": {"name": "z"}}`, "Zone", taken, 2, ""},
		"after the first was stored":        {60 * time.Millisecond, "/zones", `{"params": {"name": "z"}}`, "Zone", refused, 1, ""},
		"with one uuid":                     {10 * time.Millisecond, "/zones", `{"params": {"name": "z", "resourceUuid": "` + ownUUID + `"}}`, "Zone", taken, 1, apierr.CodeInternal},
		"with one uuid, undone":             {0, "/instance-offerings", offering + `, "resourceUuid": "` + ownUUID + `"}}`, "InstanceOffering", taken, 0, apierr.CodeInternal},
		"without a uuid, nothing is undone": {10 * time.Millisecond, "/instance-offerings", offering + `}}`, "InstanceOffering", taken, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, WithRace(func() time.Duration { return 50 * time.Millisecond }))
				statuses, codes := sendTwice(t, c, test.gap, test.path, test.body)
				require.Equal(t, []int{taken, test.second}, statuses)
				require.Len(t, c.node.store.All(test.kind), test.made)
				if test.code != "" {
					require.Equal(t, []string{test.code}, codes)
				} else {
					require.Empty(t, codes)
				}
			})
		})
	}
}

func TestAJobIsUnknownUntilItIsStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, WithRace(func() time.Duration { return time.Second })).with(headerJobUUID, jobA)
		var group sync.WaitGroup
		group.Go(func() { c.send("POST", "/zones", `{"params": {"name": "z"}}`) })
		time.Sleep(500 * time.Millisecond)
		require.Equal(t, http.StatusNotFound, c.poll(jobA).status)
		group.Wait()
		require.Equal(t, http.StatusOK, c.poll(jobA).status)
	})
}

func TestALaterCallUndoesNothing(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithJobDelay(0))
	body := `{"params": {"name": "o", "cpuNum": 1, "memorySize": 1073741824, "resourceUuid": "` + ownUUID + `"}}`
	c.ok("POST", "/instance-offerings", body)
	clock.Advance(time.Millisecond)
	c.fails("POST", "/instance-offerings", body, apierr.CodeInternal)
	require.Len(t, c.node.store.All("InstanceOffering"), 1)
}
