package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/faults"
)

const (
	// jobDelay is how long a creation takes on the node.
	jobDelay = 30 * time.Millisecond
	// maxRetries leaves it to a call's timeout when to give up.
	maxRetries = 50
)

// A config is what a run is told by flags.
type config struct {
	creations, offerings, changes, workers int

	faults    []faults.Fault
	faultRate float64
	seed      uint64
	rate      float64
	old       bool
	timeout   time.Duration
	webhook   bool
	interval  time.Duration
	session   time.Duration // how long a session lives
	ends      int           // how often all sessions are ended early, at most

	race     bool          // the node checks a job uuid and stores it in two steps
	hold     time.Duration // how long some creations are held between them
	heldPart float64       // how many of them
	unnamed  bool          // creations carry no uuid of what they create
	progress time.Duration // how often to tell how far the run is; 0 for never
}

// plan returns the faults between clients and the node, or those between the node
// and the webhook.
func (c config) plan(hooks bool, calls *faults.Calls) faults.Plan {
	p := faults.Plan{Seed: c.seed, Rate: c.faultRate, Calls: calls}
	for _, f := range c.faults {
		if f.IsHook() == hooks {
			p.Faults = append(p.Faults, f)
		}
	}
	return p
}

// mostRequests is how many requests may come within one second: the rate and what the
// limiter lets through at once after a quiet time. The fifth on top is for requests
// that were held up on their way and come together, and for those that the standard
// library's transport sends a second time on its own when a kept connection breaks.
func (c config) mostRequests() int { return int(1.2*(c.rate+max(c.rate/5, 1))) + 1 }

// isSureOfOfferings reports whether what was reported of offerings has to be true. A
// sending that the node holds for longer than the SDK waits before the next one can undo
// what that has made after it was reported, and without uuids nothing is undone.
func (c config) isSureOfOfferings() bool { return c.hold == 0 && !c.unnamed }

// command is how to have the same calls meet the same faults again.
func (c config) command() string {
	names := make([]string, len(c.faults))
	for i, f := range c.faults {
		names[i] = string(f)
	}
	return fmt.Sprintf("go run ./internal/faults/soak -n %d -offerings %d -sync %d -workers %d -faults %s -fault-rate %v -seed %d -rate %v -old=%v -timeout %v -webhook=%v -poll %v -session %v -ends %d -race=%v -hold %v -held %v -resource-uuids=%v",
		c.creations, c.offerings, c.changes, c.workers, strings.Join(names, ","), c.faultRate, c.seed, c.rate, c.old, c.timeout, c.webhook, c.interval, c.session, c.ends, c.race, c.hold, c.heldPart, !c.unnamed)
}
