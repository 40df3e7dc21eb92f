package zstack

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/types"
)

// A Progress is how far a job or a long job has come.
type Progress struct {
	// JobUUID is the uuid of the job, or of the call that submitted the long job.
	JobUUID string
	// Percent is how much is done, from 0 to 100; -1 where the server does not say.
	Percent float64
	// Tasks are the server's own words, of which Percent is taken.
	Tasks []types.TaskProgressInventory
}

const (
	// leastReport is how far apart the questions for a job's progress are at least.
	leastReport = time.Second
	// reportPatience is how long one of them may take, since the poll after it waits.
	reportPatience = 5 * time.Second
)

// A reporter tells the caller of a call how far that has come. All jobs that the call
// has one after the other share it, and all who wait for them.
type reporter struct {
	tell func(Progress)

	turn    sync.Mutex // held by who asks and tells
	asked   time.Time
	refused bool // the server does not answer such questions
	last    []types.TaskProgressInventory
}

// report asks for the progress and tells it when it is news. A nil reporter does nothing.
func (r *reporter) report(ctx context.Context, jobUUID string, ask func(context.Context) ([]types.TaskProgressInventory, error)) {
	if r == nil || !r.turn.TryLock() {
		return // another wait is at it
	}
	defer r.turn.Unlock()
	if r.refused || !r.asked.IsZero() && time.Since(r.asked) < leastReport {
		return
	}
	r.asked = time.Now()
	limited, cancel := context.WithTimeout(ctx, reportPatience)
	defer cancel()
	tasks, err := ask(limited)
	switch {
	case err != nil:
		r.refused = limited.Err() == nil && !isPassing(err)
	case ctx.Err() == nil && len(tasks) > 0 && !reflect.DeepEqual(tasks, r.last):
		r.last = tasks
		r.tell(Progress{JobUUID: jobUUID, Percent: percentOf(tasks), Tasks: tasks})
	}
}

// asPoll ranks a call as a poll, which is sent only once.
func asPoll(o *callConfig) error {
	o.poll = true
	return nil
}

// percentOf is the percentage in the last of the tasks that has one; -1 for none. Newer
// servers count steps instead.
func percentOf(tasks []types.TaskProgressInventory) float64 {
	for i := len(tasks) - 1; i >= 0; i-- {
		t := &tasks[i]
		percent, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(t.Content), "%"), 64)
		if err != nil && t.TotalStep > 0 {
			percent, err = 100*float64(t.CurrentStep)/float64(t.TotalStep), nil
		}
		if err == nil && percent >= 0 && percent <= 100 {
			return percent
		}
	}
	return -1
}
