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

const submitBody = `{"params": {"jobName": "APIAddImageMsg", "jobData": "{\"name\": \"i\"}"}}`

func TestLifeOfALongJob(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now), WithJobDelay(time.Second), WithLongJobDelay(90*time.Second))
	rep := c.with("X-Job-UUID", jobA).send("POST", "/longjobs", submitBody)
	require.Equal(t, http.StatusAccepted, rep.status, rep.text)
	clock.Advance(time.Second)
	rep = c.with("X-JSON-Schema", "true").poll(jobA)
	require.Equal(t, map[string]any{"inventory": "org.zstack.header.longjob.LongJobInventory"}, rep.body["schema"])
	l := rep.body["inventory"].(map[string]any)
	uuid := l["uuid"].(string)
	require.Equal(t, map[string]any{
		"uuid": uuid, "name": "APIAddImageMsg", "apiId": jobA, "jobName": "APIAddImageMsg", "jobData": `{"name": "i"}`,
		"state": "Running", "managementNodeUuid": c.node.uuid,
		"createDate": "Nov 14, 2017 10:20:58 PM", "lastOpDate": "Nov 14, 2017 10:20:58 PM",
	}, l)
	require.True(t, isUUID(c.node.uuid))

	query := func(target string) map[string]any {
		found := c.send("GET", target, "").body["inventories"].([]any)
		require.Len(t, found, 1)
		return found[0].(map[string]any)
	}
	clock.Advance(89 * time.Second)
	require.Equal(t, "Running", query("/longjobs?q=apiId%3D" + jobA)["state"])
	clock.Advance(time.Hour)
	for _, target := range []string{"/longjobs?q=apiId%3D" + jobA, "/longjobs?q=state%3DSucceeded", "/longjobs/" + uuid} {
		l = query(target)
		require.Equal(t, "Succeeded", l["state"])
		require.Equal(t, "Succeeded", l["jobResult"])
		require.Equal(t, "90", fmt.Sprint(l["executeTime"]))
		require.Equal(t, "Nov 14, 2017 10:22:28 PM", l["lastOpDate"], "it ended on time, whenever somebody looked")
	}
	require.Empty(t, c.send("GET", "/longjobs?q=apiId%3D"+uuid, "").body["inventories"])
	require.Empty(t, c.node.longJobs)
}

func TestParametersOfALongJob(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	l := c.ok("POST", "/longjobs", `{"params": {"jobName": "APIAddImageMsg", "jobData": "{}", "name": "n", "description": "d",
		"targetResourceUuid": "`+adminUUID+`", "resourceUuid": "`+resourceA+`"}}`)
	require.Equal(t, []any{resourceA, "n", "d", adminUUID}, []any{l["uuid"], l["name"], l["description"], l["targetResourceUuid"]})
	for _, body := range []string{`{"params": {"jobData": "{}"}}`, `{"params": {"jobName": "APIAddImageMsg"}}`} {
		c.fails("POST", "/longjobs", body, apierr.CodeInvalidArgument)
	}
	c.fails("POST", "/longjobs", `{"params": {"jobName": "APIAddImageMsg", "jobData": "{}", "resourceUuid": "`+resourceA+`"}}`, apierr.CodeInternal)
	require.Len(t, c.node.store.All("LongJob"), 1)
}

func TestLongJobThatTakesAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		uuid := c.ok("POST", "/longjobs", submitBody)["uuid"].(string)
		polls := 0
		for c.node.Get("LongJob", uuid)["state"] == "Running" {
			polls++
			time.Sleep(time.Second)
		}
		require.Equal(t, 60, polls)
		require.Equal(t, "Succeeded", c.node.Get("LongJob", uuid)["state"])
	})
}

func TestLongJobThatTakesNoTime(t *testing.T) {
	t.Parallel()
	c := newClient(t, WithLongJobDelay(0))
	l := c.ok("POST", "/longjobs", submitBody)
	require.Equal(t, "Running", l["state"], "so it was submitted")
	l = c.node.Get("LongJob", l["uuid"].(string))
	require.Equal(t, "Succeeded", l["state"])
	require.Equal(t, int64(1), l["executeTime"])
}

func TestCancelAndDeleteLongJobs(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now))
	uuid := c.ok("POST", "/longjobs", submitBody)["uuid"].(string)
	actions := "/longjobs/" + uuid + "/actions"
	c.fails("DELETE", "/longjobs/"+uuid, "", apierr.CodeInvalidArgument)
	clock.Advance(10 * time.Second)

	// Another action of the server's is not taken for the one that cancels.
	require.Equal(t, http.StatusOK, c.call("PUT", actions, `{"rerunLongJob": {}}`).status)
	require.Equal(t, "Running", c.node.Get("LongJob", uuid)["state"])

	require.Equal(t, http.StatusOK, c.call("PUT", actions, `{"cancelLongJob": {}}`).status)
	clock.Advance(time.Hour)
	l := c.node.Get("LongJob", uuid)
	require.Equal(t, "Canceled", l["state"], "it does not succeed afterwards")
	require.Equal(t, int64(10), l["executeTime"])
	require.NotContains(t, l, "jobResult")

	for _, state := range []string{"Canceled", "Succeeded", "Failed"} {
		over := c.node.Add("LongJob", map[string]any{"state": state})
		c.fails("PUT", "/longjobs/"+over+"/actions", `{"cancelLongJob": {}}`, apierr.CodeInvalidArgument)
		require.Equal(t, http.StatusOK, c.call("DELETE", "/longjobs/"+over, "").status)
		require.Nil(t, c.node.Get("LongJob", over))
	}
	c.fails("PUT", "/longjobs/unknown/actions", `{"cancelLongJob": {}}`, apierr.CodeNotFound)
	c.fails("DELETE", "/longjobs/unknown", "", apierr.CodeNotFound)
}

// A job that cancels a long job comes too late when the long job ends first, even
// if nobody looked in between.
func TestLongJobsAndJobsEndInTheirOrder(t *testing.T) {
	t.Parallel()
	for delay, state := range map[time.Duration]string{
		9 * time.Second: "Succeeded", 10 * time.Second: "Succeeded", 11 * time.Second: "Canceled",
	} {
		clock := newTestClock()
		c := newClient(t, WithClock(clock.Now), WithJobDelay(10*time.Second), WithLongJobDelay(delay))
		rep := c.send("POST", "/longjobs", `{"params": {"jobName": "APIAddImageMsg", "jobData": "{}", "resourceUuid": "`+resourceA+`"}}`)
		clock.Advance(10 * time.Second)
		require.Equal(t, http.StatusOK, c.poll(rep.jobUUID()).status)
		c.send("PUT", "/longjobs/"+resourceA+"/actions", `{"cancelLongJob": {}}`)
		clock.Advance(time.Hour)
		require.Equal(t, state, c.node.Get("LongJob", resourceA)["state"])
	}
}

func TestLongJobsThatTestsHaveChanged(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	c := newClient(t, WithClock(clock.Now))
	submit := func() string { return c.ok("POST", "/longjobs", submitBody)["uuid"].(string) }
	failed, removed, replaced, added := submit(), submit(), submit(), c.node.Add("LongJob", nil)
	c.node.Set("LongJob", failed, map[string]any{"state": "Failed", "jobResult": "no space"})
	c.node.Remove("LongJob", removed)
	c.node.Add("LongJob", map[string]any{"uuid": replaced, "name": "other"})
	clock.Advance(time.Hour)
	require.Equal(t, "Failed", c.node.Get("LongJob", failed)["state"])
	require.Nil(t, c.node.Get("LongJob", removed))
	require.Equal(t, "Running", c.node.Get("LongJob", replaced)["state"])
	require.Equal(t, "Running", c.node.Get("LongJob", added)["state"])
}
