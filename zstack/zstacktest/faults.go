package zstacktest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// A Fault says how a call goes wrong, and which calls do. Faults are given to [Node.Fail].
type Fault func(*fault)

// A fault is what the options of one add up to.
type fault struct {
	action string // empty for every request
	// left is how many calls it still hits; negative for all.
	left int
	// skip is how many calls it leaves alone first.
	skip        int
	probability float64
	dice        *rand.Rand

	failure  *Error
	delay    time.Duration
	stall    time.Duration
	status   int
	body     string
	dropped  bool // before the work
	lost     bool // after it
	truncate bool
}

// WithCode ends the call with an error of a code, which can be a constant of package types.
// The API is not run. Calls that become jobs fail when their time is over.
func WithCode[C ~string](code C) Fault {
	return func(f *fault) { f.error().Code = string(code) }
}

// WithDetails sets the details of the error, whose code is SYS.1006 without [WithCode].
func WithDetails(details string) Fault {
	return func(f *fault) { f.error().Details = details }
}

func (f *fault) error() *Error {
	if f.failure == nil {
		f.failure = &Error{Code: apierr.CodeOperation, Details: "a fault of the simulated node"}
	}
	return f.failure
}

// WithReply answers the call with a status and a body in place of the node, as something
// between a client and a server does: nothing is run.
func WithReply(status int, body string) Fault {
	return func(f *fault) { f.status, f.body = status, body }
}

// WithDelay has the reply wait. The node has done its work by then.
func WithDelay(d time.Duration) Fault {
	return func(f *fault) { f.delay = d }
}

// WithStall has the node stand still for a while when the call comes: every request waits,
// this one included, and all of them go on at once when it is over.
func WithStall(d time.Duration) Fault {
	return func(f *fault) { f.stall = d }
}

// DropRequest breaks the connection before the node does anything.
func DropRequest() Fault { return func(f *fault) { f.dropped = true } }

// DropReply breaks the connection when the node has done its work.
func DropReply() Fault { return func(f *fault) { f.lost = true } }

// TruncateReply sends half of the reply's body and breaks the connection then.
func TruncateReply() Fault { return func(f *fault) { f.truncate = true } }

// Times limits a fault to a number of calls. Without it every call meets the fault.
func Times(n int) Fault { return func(f *fault) { f.left = n } }

// After has a fault leave a number of calls alone first.
func After(n int) Fault { return func(f *fault) { f.skip = n } }

// WithProbability has a part of the calls meet the fault, from 0 to 1. Which ones depends on the seed and
// on the order in which the calls come, and on nothing else.
func WithProbability(p float64, seed uint64) Fault {
	return func(f *fault) { f.probability, f.dice = p, rand.New(rand.NewPCG(seed, seed)) }
}

// Fail makes calls of an action go wrong, until stop is called or [Times] are over. The name is
// the action's, with or without "Action" at its end; "*" stands for every request, polls of
// jobs included. Without any fault but a limit the call ends with an error of the code
// SYS.1006. Of several that a call could meet, it meets the one that was made last.
//
// Fail panics when there is no such action, since that is a mistake in the test.
func (n *Node) Fail(action string, faults ...Fault) (stop func()) {
	f := &fault{left: -1}
	if action != "*" {
		f.action = shortName(mustCall(action))
	}
	for _, option := range faults {
		option(f)
	}
	if f.probability < 0 || f.probability > 1 {
		panic(fmt.Sprintf("zstacktest: the probability of a fault is %v, not between 0 and 1", f.probability))
	}
	if f.delay == 0 && f.stall == 0 && f.status == 0 && !f.dropped && !f.lost && !f.truncate {
		f.error()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults = append(n.faults, f)
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.faults = slices.DeleteFunc(n.faults, func(other *fault) bool { return other == f })
	}
}

// faultOf is the fault that a call of an action meets; nil when it meets none.
func (n *Node) faultOf(action string) *fault {
	for _, f := range slices.Backward(n.faults) {
		switch {
		case f.action != "" && f.action != action || f.left == 0:
			continue
		case f.dice != nil && f.dice.Float64() >= f.probability:
			continue
		case f.skip > 0:
			f.skip--
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return f
	}
	return nil
}

// apiError is the error that a fault has an API end with; nil when it has none.
func (f *fault) apiError() *apierr.Error {
	if f == nil || f.failure == nil {
		return nil
	}
	e := apierr.Failf(f.failure.Code, "%s", f.failure.Details)
	e.Description = f.failure.Description
	return e
}

// isBefore reports whether a fault comes before the node's work, and in place of it.
func (f *fault) isBefore() bool { return f != nil && (f.dropped || f.status != 0) }

// pause is the delay of the reply, which ends when nobody waits for that any more.
func (f *fault) pause(ctx context.Context) {
	if f.delay <= 0 {
		return
	}
	timer := time.NewTimer(f.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// replace answers in place of the node, or breaks the connection.
func (f *fault) replace(ctx context.Context, w http.ResponseWriter) {
	f.pause(ctx)
	if f.dropped {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(f.status)
	_, _ = w.Write([]byte(f.body)) // Nobody is left to tell when the client has gone.
}

// after does what a fault does after the node's work, and returns what is left of the reply.
func (f *fault) after(ctx context.Context, data []byte) (rest []byte, broken bool) {
	if f == nil {
		return data, false
	}
	f.pause(ctx)
	if f.lost {
		panic(http.ErrAbortHandler)
	}
	if f.truncate {
		return data[:len(data)/2], true
	}
	return data, false
}
