package main

import (
	"slices"
	"time"
)

// A tally compares what was reported of the calls of one kind with the truth.
type tally struct {
	calls            int
	once             int             // done exactly once
	success          int             // reported as done
	doubled          int             // done more than once, whatever was reported
	lost             int             // reported as done, and not there
	hidden           int             // reported as failed, and there
	failures         int             // reported as failed
	done, undone     int             // reported as unknown, and there or not
	left             int             // not waited for to the end
	wrong            int             // reported as done, with the result of another or none
	strangers        int             // done, and never called for
	times            []time.Duration // how long each took
	problems, errors []string
}

// count fills a tally. There is how often each name was done.
func count(calls []result, there map[string]int) *tally {
	t := &tally{calls: len(calls)}
	known := make(map[string]bool)
	for _, r := range calls {
		known[r.name] = true
		t.times = append(t.times, r.took)
		times := there[r.name]
		switch {
		case times == 1:
			t.once++
		case times > 1:
			t.doubled++
			t.problem("%s was done %d times", r.name, times)
		}
		if r.err != nil && r.outcome != unknown {
			t.errors = append(t.errors, r.name+": "+r.err.Error())
		}
		switch r.outcome {
		case succeeded:
			t.success++
			if r.err != nil {
				t.wrong++
			}
			if times == 0 {
				t.lost++
				t.problem("%s was reported as done, and was not", r.name)
			}
		case failed:
			t.failures++
			if times > 0 {
				t.hidden++
				t.problem("%s was reported as failed, and was done: %v", r.name, r.err)
			}
		case unknown:
			if times > 0 {
				t.done++
			} else {
				t.undone++
			}
		case leftAlone:
			t.left++
		}
	}
	for name, times := range there {
		if !known[name] {
			t.strangers += times
			t.problem("%q was done, and nobody called for it", name)
		}
	}
	return t
}

// took returns how long a fraction of the calls took at most.
func (t *tally) took(fraction float64) time.Duration {
	if t.calls == 0 {
		return 0
	}
	slices.Sort(t.times)
	return t.times[int(fraction*float64(t.calls-1))].Round(10 * time.Millisecond)
}

func (t *tally) unknown() int { return t.done + t.undone }
