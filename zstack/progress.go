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

// WithProgress has the wait for a job call a function with the job's progress, each time
// that the server says something new of it. Of [Job.Wait] and its kin it holds for
// every wait for the job that the call started; a call that does not become a job tells
// nothing, and neither do many of those that do.
//
// The function is called by the goroutine that waits: never by two at the same time, not
// even where several wait for one job, and not after the wait has returned, which it
// holds up as long as it takes. The progress is asked for after a poll for the job that found
// it running, at most once a second, through the client's limit of requests. It can lag
// behind the job, and the last one need not say 100 percent. That it cannot be asked for
// does not disturb the wait. A job whose end a webhook is told is polled for as though
// there were none.
func WithProgress(progress func(Progress)) CallOption {
	return func(o *callConfig) error {
		if progress == nil {
			return &ValidationError{Field: "WithProgress", Constraint: ConstraintRequired, Reason: "is nil"}
		}
		o.report = &reporter{tell: progress}
		return nil
	}
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
