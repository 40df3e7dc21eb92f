package zstacktest

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// jobA is the UUID of a job, which can be any, and resourceA one that a resource can have.
const (
	jobA      = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	resourceA = "aaaaaaaaaaaa4aaa8aaaaaaaaaaaaaaa"
)

func TestJobRunsOnceAndKeepsItsResult(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithJobDelay(time.Minute))
	rep := c.with("X-Job-UUID", jobA).with("X-API-Timeout", "600").send("POST", "/zones", `{"params": {"name": "z"}}`)
	require.Equal(t, http.StatusAccepted, rep.status)
	require.Equal(t, "http://example.com/zstack/v1/api-jobs/"+jobA, rep.body["location"])
	require.Equal(t, "600000", fmt.Sprint(rep.body["apiTimeout"]))

	clock.Advance(59 * time.Second)
	rep = c.poll(jobA)
	require.Equal(t, http.StatusAccepted, rep.status)
	require.Equal(t, "{}", rep.text)
	require.Empty(t, c.send("GET", "/zones", "").body["inventories"])

	clock.Advance(time.Second)
	for range 2 {
		rep = c.poll(jobA)
		require.Equal(t, http.StatusOK, rep.status)
		inventory := rep.body["inventory"].(map[string]any)
		require.Equal(t, "z", inventory["name"])
		require.Equal(t, "Nov 14, 2017 10:21:57 PM", inventory["createDate"])
	}
	require.Len(t, c.send("GET", "/zones", "").body["inventories"], 1)

	clock.Advance(3*time.Hour - time.Second)
	require.Equal(t, http.StatusOK, c.poll(jobA).status)
	clock.Advance(time.Second)
	require.Equal(t, http.StatusNotFound, c.poll(jobA).status)
	require.Empty(t, c.node.jobs)
}

func TestJobsEndInTheOrderOfTheirSubmission(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithJobDelay(time.Second))
	zone := c.node.Add("Zone", map[string]any{"name": "old"})
	for i := range 5 {
		c.send("PUT", "/zones/"+zone+"/actions", fmt.Sprintf(`{"updateZone": {"name": "new-%d"}}`, i))
		clock.Advance(time.Duration(i%2) * time.Millisecond)
	}
	require.Equal(t, "old", c.node.Get("Zone", zone)["name"])
	clock.Advance(time.Hour)
	require.Equal(t, "new-4", c.node.Get("Zone", zone)["name"])
}

func TestJobThatTakesLongerThanItMay(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithJobDelay(time.Minute))
	rep := c.with("X-API-Timeout", "5").send("POST", "/zones", `{"params": {"name": "z"}}`)
	clock.Advance(5 * time.Second)
	require.Equal(t, []string{apierr.CodeTimeout}, c.poll(rep.jobUUID()).codes())
	clock.Advance(time.Hour)
	require.Empty(t, c.send("GET", "/zones", "").body["inventories"])
}

func TestDuplicateJobUUID(t *testing.T) {
	t.Parallel()
	const body = `{"params": {"name": "z"}}`
	c := newClient(t).with("X-Job-UUID", jobA)
	require.Equal(t, http.StatusAccepted, c.send("POST", "/zones", body).status)
	rep := c.send("POST", "/zones", body)
	require.Equal(t, http.StatusBadRequest, rep.status)
	require.Equal(t, "Duplicate job uuid["+jobA+"]", rep.text)
	require.Equal(t, http.StatusOK, c.send("GET", "/zones", "").status, "a GET may repeat it")
	require.Len(t, c.node.store.All("Zone"), 1)

	c = newClient(t, WithoutDuplicateCheck()).with("X-Job-UUID", jobA)
	for range 2 {
		require.Equal(t, http.StatusAccepted, c.send("POST", "/zones", body).status)
	}
	require.Len(t, c.node.store.All("Zone"), 2)
}

// TestJobUUIDs: the server looks at the length alone, and makes one up where there is none.
func TestJobUUIDs(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for uuid, status := range map[string]int{
		"": http.StatusAccepted, jobA: http.StatusAccepted, "Not-a-UUID-but-32-characters-...": http.StatusAccepted,
		"x": http.StatusBadRequest, jobA + "0": http.StatusBadRequest,
	} {
		rep := c.with("X-Job-UUID", uuid).send("POST", "/zones", `{"params": {"name": "z"}}`)
		require.Equal(t, status, rep.status, uuid)
		if status == http.StatusAccepted && uuid != "" {
			require.Equal(t, uuid, rep.jobUUID())
		}
	}
	require.Equal(t, http.StatusOK, c.with("X-Job-UUID", "x").send("GET", "/zones", "").status, "queries do not mind")
}

func TestTaskProgress(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithJobDelay(time.Minute))
	c.with("X-Job-UUID", jobA).send("POST", "/zones", `{"params": {"name": "z"}}`)
	progress := func() any {
		rep := c.send("GET", "/task-progresses/"+jobA, "")
		return rep.body["inventories"].([]any)[0].(map[string]any)["content"]
	}
	clock.Advance(15 * time.Second)
	require.Equal(t, "25", progress())
	clock.Advance(time.Minute)
	require.Equal(t, "100", progress())
	require.Empty(t, c.send("GET", "/task-progresses/unknown", "").body["inventories"])
}

func TestProgressOfALongJob(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithLongJobDelay(time.Minute))
	c.with("X-Job-UUID", jobA).send("POST", "/longjobs", submitBody)
	progress := func() []any { return c.send("GET", "/task-progresses/"+jobA, "").body["inventories"].([]any) }
	clock.Advance(15 * time.Second)
	task := progress()[0].(map[string]any)
	require.Equal(t, []any{jobA, "APIAddImageMsg", "25"}, []any{task["taskUuid"], task["taskName"], task["content"]})
	clock.Advance(time.Minute)
	require.Empty(t, progress())
}

// Under testing/synctest, time passes only when everybody waits: a job of an hour
// is over at once.
func TestJobsInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, WithJobDelay(time.Hour))
		rep := c.send("POST", "/zones", `{"params": {"name": "z"}}`)
		polls := 0
		for c.poll(rep.jobUUID()).status == http.StatusAccepted {
			polls++
			time.Sleep(time.Minute)
		}
		require.Equal(t, 60, polls)
		require.Equal(t, http.StatusOK, c.poll(rep.jobUUID()).status)
	})
}
