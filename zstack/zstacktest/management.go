package zstacktest

import "strconv"

func managementAPIs() []*api {
	return []*api{
		on("GetVersion", "PUT /management-nodes/actions", "", getVersion, open),
		on("GetCurrentTime", "PUT /management-nodes/actions", "", getCurrentTime, open),
		on("IsReadyToGo", "GET /management-nodes/ready", "", isReadyToGo, open),
		on("GetTaskProgress", "GET /task-progresses/{apiId}", "apiId all:bool", getTaskProgress),
	}
}

func getVersion(c *call) (*object, *apiError) {
	o := &object{}
	o.add("version", c.node.config.version)
	return o, nil
}

func getCurrentTime(c *call) (*object, *apiError) {
	times := &object{}
	times.add("MillionSeconds", c.now.UnixMilli())
	times.add("Seconds", c.now.Unix())
	o := &object{}
	o.add("currentTime", times)
	return o, nil
}

func isReadyToGo(*call) (*object, *apiError) { return nil, nil }

// getTaskProgress tells how much of a job's time has passed, in percent. A job
// that is not known has made no progress.
func getTaskProgress(c *call) (*object, *apiError) {
	tasks := []*object{}
	if j := c.node.jobs[c.str("apiId")]; j != nil {
		percent := 100
		if !j.done {
			percent = int(100 * c.now.Sub(j.submitted) / c.node.config.jobDelay)
		}
		t := &object{class: "org.zstack.header.core.progress.TaskProgressInventory"}
		t.add("taskUuid", j.uuid)
		t.add("taskName", j.call.api.name)
		t.add("type", "Progress")
		t.add("content", strconv.Itoa(percent))
		t.add("time", c.now.UnixMilli())
		tasks = append(tasks, t)
	}
	o := &object{}
	o.add("inventories", tasks)
	return o, nil
}
