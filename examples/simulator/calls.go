package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// lastCalls is how many calls the page shows.
const lastCalls = 50

// A callLog writes a line for each call and remembers the last ones. What calls carry stays
// out of it, so that no password or signature gets in.
type callLog struct {
	out io.Writer // nil for no lines

	mu    sync.Mutex
	calls []loggedCall
}

type loggedCall struct {
	Time                     time.Time
	Method, What, UUID, Code string
	Status                   int
	Duration                 time.Duration
}

// add takes a call. Polls of jobs are many and say nothing, unless one ends badly.
func (l *callLog) add(o zstacktest.Observation) {
	if o.Action == "" && o.Status < 300 {
		return
	}
	c := loggedCall{Time: time.Now(), Method: o.Method, What: cmp.Or(o.Action, o.Path), Status: o.Status, Code: o.Code, Duration: o.Duration.Round(time.Microsecond)}
	c.UUID, _ = o.Params["uuid"].(string)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls = append(l.calls, c); len(l.calls) > lastCalls {
		l.calls = slices.Delete(l.calls, 0, 1)
	}
	if l.out != nil {
		fmt.Fprintf(l.out, "%s %-6s %q %s %d %s %s\n", c.Time.Format(time.TimeOnly), c.Method, c.What, cmp.Or(c.UUID, "-"), c.Status, cmp.Or(c.Code, "-"), c.Duration)
	}
}

// last returns the last calls, the newest first.
func (l *callLog) last() []loggedCall {
	l.mu.Lock()
	defer l.mu.Unlock()
	calls := slices.Clone(l.calls)
	slices.Reverse(calls)
	return calls
}
