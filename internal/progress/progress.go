// Package progress tells the caller of a call how far its job has come: no more often than it
// can be of use, and only what is news.
package progress

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/types"
)

const (
	// leastReport is how far apart the questions for a job's progress are at least.
	leastReport = time.Second
	// reportPatience is how long one of them may take, since the poll after it waits.
	reportPatience = 5 * time.Second
)

// A Reporter tells the caller of a call how far that has come. All jobs that the call
// has one after the other share it, and all who wait for them.
type Reporter struct {
	// Tell is told what is news.
	Tell func(jobUUID string, percent float64, tasks []types.TaskProgressInventory)
	// Passes reports whether it passes that the progress cannot be asked for.
	Passes func(error) bool

	asking  sync.Mutex // held by who asks and tells
	asked   time.Time
	refused bool // the server does not answer such questions
	last    []types.TaskProgressInventory
}

// Report asks for the progress and tells it when it is news. A nil Reporter does nothing.
func (r *Reporter) Report(ctx context.Context, jobUUID string, ask func(context.Context) ([]types.TaskProgressInventory, error)) {
	if r == nil || !r.asking.TryLock() {
		return // another wait is at it
	}
	defer r.asking.Unlock()
	if r.refused || !r.asked.IsZero() && time.Since(r.asked) < leastReport {
		return
	}
	r.asked = time.Now()
	limited, cancel := context.WithTimeout(ctx, reportPatience)
	defer cancel()
	tasks, err := ask(limited)
	switch {
	case err != nil:
		r.refused = limited.Err() == nil && !r.Passes(err)
	case ctx.Err() == nil && len(tasks) > 0 && !reflect.DeepEqual(tasks, r.last):
		r.last = tasks
		r.Tell(jobUUID, percentOf(tasks), tasks)
	}
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
