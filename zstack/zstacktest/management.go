package zstacktest

import (
	"strconv"
)

func managementAPIs() []*api {
	return []*api{
		on("GetVersion", getVersion),
		on("GetCurrentTime", getCurrentTime),
		on("IsReadyToGo", isReadyToGo),
		on("GetTaskProgress", getTaskProgress),
	}
}

func getVersion(c *call) (*object, *apiError) {
	o := &object{}
	o.add("success", true)
	o.add("version", c.node.config.version)
	return o, nil
}

func getCurrentTime(c *call) (*object, *apiError) {
	times := &object{}
	times.add("MillionSeconds", c.now.UnixMilli())
	times.add("Seconds", c.now.Unix())
	o := &object{}
	o.add("currentTime", times)
	o.add("success", true)
	return o, nil
}

func isReadyToGo(*call) (*object, *apiError) { return nil, nil }

// getTaskProgress tells how much of the time of a job, or of the long job that it
// began, has passed, in percent. A job that is not known has made no progress, and what
// a long job had is dropped when it is over.
func getTaskProgress(c *call) (*object, *apiError) {
	tasks := []*object{}
	add := func(name string, percent int) {
		t := &object{class: "org.zstack.header.core.progress.TaskProgressInventory"}
		t.add("taskUuid", c.str("apiId"))
		t.add("taskName", name)
		t.add("type", "Progress")
		t.add("content", strconv.Itoa(percent))
		t.add("time", c.now.UnixMilli())
		tasks = append(tasks, t)
	}
	j := c.node.jobs[c.str("apiId")]
	switch {
	case j == nil:
	case !j.done:
		add(j.call.api.name, int(100*c.now.Sub(j.submitted)/c.node.config.jobDelay))
	case j.call.api.name == "SubmitLongJob":
		for _, l := range c.node.longJobs {
			if l.row.str("apiId") == j.uuid && !isOver(l.row) {
				add(l.row.str("jobName"), 100-int(100*l.end.Sub(c.now)/max(c.node.config.longJobDelay, 1)))
			}
		}
	default:
		add(j.call.api.name, 100)
	}
	o := &object{}
	o.add("inventories", tasks)
	return o, nil
}
