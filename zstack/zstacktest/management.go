package zstacktest

import (
	"strconv"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

func managementAPIs() []*api {
	return []*api{
		on("GetVersion", getVersion),
		on("GetCurrentTime", getCurrentTime),
		on("IsReadyToGo", isReadyToGo),
		on("GetTaskProgress", getTaskProgress),
	}
}

func getVersion(c *call) (*javajson.Object, *apierr.Error) {
	o := &javajson.Object{}
	o.Add("success", true)
	o.Add("version", c.node.config.version)
	return o, nil
}

func getCurrentTime(c *call) (*javajson.Object, *apierr.Error) {
	times := &javajson.Object{}
	times.Add("MillionSeconds", c.now.UnixMilli())
	times.Add("Seconds", c.now.Unix())
	o := &javajson.Object{}
	o.Add("currentTime", times)
	o.Add("success", true)
	return o, nil
}

func isReadyToGo(*call) (*javajson.Object, *apierr.Error) { return nil, nil }

// getTaskProgress tells how much of the time of a job, or of the long job that it
// began, has passed, in percent. A job that is not known has made no progress, and what
// a long job had is dropped when it is over.
func getTaskProgress(c *call) (*javajson.Object, *apierr.Error) {
	tasks := []*javajson.Object{}
	add := func(name string, percent int) {
		t := &javajson.Object{Class: "org.zstack.header.core.progress.TaskProgressInventory"}
		t.Add("taskUuid", c.str("apiId"))
		t.Add("taskName", name)
		t.Add("type", "Progress")
		t.Add("content", strconv.Itoa(percent))
		t.Add("time", c.now.UnixMilli())
		tasks = append(tasks, t)
	}
	j := c.node.jobs[c.str("apiId")]
	switch {
	case j == nil:
	case !j.done:
		add(j.call.api.name, int(100*c.now.Sub(j.submitted)/c.node.config.jobDelay))
	case j.call.api.name == "SubmitLongJob":
		for _, l := range c.node.longJobs {
			if l.row.Str("apiId") == j.uuid && !isOver(l.row) {
				add(l.row.Str("jobName"), 100-int(100*l.end.Sub(c.now)/max(c.node.config.longJobDelay, 1)))
			}
		}
	default:
		add(j.call.api.name, 100)
	}
	o := &javajson.Object{}
	o.Add("inventories", tasks)
	return o, nil
}
