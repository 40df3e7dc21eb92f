package zstacktest

import (
	"encoding/json"
	"strings"
	"time"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// longJobAPIs returns the APIs of long jobs: APIs that are handed over to run in
// the background. The node runs none of them; it makes the record that says how
// far one has got.
func longJobAPIs() []*api {
	return []*api{
		on("SubmitLongJob", submitLongJob),
		on("CancelLongJob", cancelLongJob),
		on("DeleteLongJob", deleteLongJob),
	}
}

// A longJob is a long job that was submitted and will succeed at its end.
type longJob struct {
	row *store.Row
	end time.Time
}

// submitLongJob starts a long job, which bears the name of its API if it is given
// no other.
func submitLongJob(c *call) (*javajson.Object, *apierr.Error) {
	if err := c.checkLongJob(); err != nil {
		return nil, err
	}
	fields := map[string]any{"apiId": c.jobUUID, "managementNodeUuid": c.node.uuid}
	if !c.has("name") {
		fields["name"] = c.str("jobName")
	}
	r, err := c.insert("LongJob", fields)
	if err != nil {
		return nil, err
	}
	c.node.longJobs = append(c.node.longJobs, longJob{r, c.now.Add(c.node.config.longJobDelay)})
	return c.answer(r)
}

// checkLongJob checks that what a long job is to run is an API, and can be read. The references
// of a job to run are checked as those of a call.
func (c *call) checkLongJob() *apierr.Error {
	name, ok := strings.CutPrefix(strings.TrimSuffix(c.str("jobName"), "Msg"), "API")
	target, known := calls.Lookup(name + "Action")
	if !ok || !known {
		return apierr.Failf(apierr.CodeInvalidArgument, "%s is not an API", c.str("jobName"))
	}
	var params map[string]any
	if err := json.Unmarshal([]byte(c.str("jobData")), &params); err != nil {
		return apierr.Failf(apierr.CodeInternal, "the data of the job cannot be read: %v", err)
	}
	inner := &call{node: c.node, api: &api{Call: target, name: name}, args: params}
	return inner.checkRefs(target.Params())
}

// settleLongJobs ends the long jobs whose time is over. One that is no longer
// running, or no longer there, is left alone.
func (n *Node) settleLongJobs(now time.Time) {
	for len(n.longJobs) > 0 && !n.longJobs[0].end.After(now) {
		l := n.longJobs[0]
		n.longJobs = n.longJobs[1:]
		if n.store.Get("LongJob", l.row.Key) == l.row && l.row.Str("state") == "Running" {
			n.endLongJob(l.row, l.end, map[string]any{"state": "Succeeded", "jobResult": "Succeeded"})
		}
	}
}

// endLongJob brings a long job into its last state and notes how many seconds it
// took, of which the server counts one at least.
func (n *Node) endLongJob(r *store.Row, now time.Time, changes map[string]any) {
	created, _ := r.Fields["createDate"].(time.Time)
	changes["executeTime"] = max(1, int64(now.Sub(created)/time.Second))
	n.store.Touch(r, now, changes)
}

// isOver reports whether a long job is in one of its last states.
func isOver(longJob *store.Row) bool {
	switch longJob.Str("state") {
	case "Succeeded", "Canceled", "Failed":
		return true
	}
	return false
}

func cancelLongJob(c *call) (*javajson.Object, *apierr.Error) {
	r := c.row("uuid")
	if isOver(r) {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "long job[uuid:%s] is %s and cannot be canceled", r.Key, r.Str("state"))
	}
	c.node.endLongJob(r, c.now, map[string]any{"state": "Canceled"})
	return nil, nil
}

// deleteLongJob deletes a long job that is over, as the server does.
func deleteLongJob(c *call) (*javajson.Object, *apierr.Error) {
	r := c.row("uuid")
	if !isOver(r) {
		return nil, apierr.Failf(apierr.CodeInvalidArgument, "long job[uuid:%s] is %s and cannot be deleted before it is over", r.Key, r.Str("state"))
	}
	return remove(c)
}
