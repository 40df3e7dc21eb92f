package zstack

import (
	"context"
	"fmt"
	"time"

	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/redact"
)

// Until calls get until done says that what it returned is what is waited for, and
// returns that. It is for states that no job tells of: a VM instance that has to come
// up, a host that has to connect, a resource that has to be gone.
//
//	vm, err := zstack.Until(ctx, client,
//		func(ctx context.Context) (*types.VmInstanceInventory, error) {
//			return actions.GetVmInstance(ctx, client, uuid)
//		},
//		func(vm *types.VmInstanceInventory) bool { return vm.State == "Running" })
//
// The first call of get is made at once. The pauses between those after it grow from 20
// milliseconds to 3.5 seconds with the time that has passed, and are longer where the
// client has so much to poll for that it would use up its limit of requests, which the
// requests of get go through as all others. Nothing else limits the wait: ctx has to have a
// deadline, or be canceled some time. Both functions are called by the goroutine that
// called Until.
//
// What passes on its own does not end the wait: get's error of a connection that broke
// or could not be made, of a 429 and of a 5xx that is not the server's word on the call,
// after which get is called again, in pauses of up to five seconds, unless that goes on
// for three hours. Every other error of get does, such as a refusal or that there is no
// such resource. So where its absence is what is waited for, or is to be waited out, get
// has to turn the error into a value:
//
//	vm, err := actions.GetVmInstance(ctx, client, uuid)
//	if zstack.IsNotFound(err) {
//		return nil, nil // which done is called with
//	}
//	return vm, err
//
// The error is an [*UntilError] with the last value of get, which Until returns beside
// it; errors.Is finds context.Canceled or context.DeadlineExceeded, [ErrClosed], or
// whatever get returned. It is a [*ValidationError] where an argument is nil.
func Until[T any](ctx context.Context, c *Client, get func(context.Context) (T, error), done func(T) bool) (T, error) {
	var last T
	switch err := c.usable(""); {
	case err != nil:
		return last, err
	case ctx == nil:
		return last, &ValidationError{Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	case get == nil:
		return last, &ValidationError{Field: "get", Constraint: ConstraintRequired, Reason: "is nil"}
	case done == nil:
		return last, &ValidationError{Field: "done", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	w := c.watch()
	defer w.end()
	seen := false
	err := w.until(ctx, func() (bool, error) {
		value, err := get(ctx)
		if err != nil {
			return false, err
		}
		last, seen = value, true
		return done(value), nil
	})
	if err == nil {
		return last, nil
	}
	e := &UntilError{Waited: time.Since(w.began), Err: err}
	if seen {
		e.Last = last
	}
	return last, e
}

// An UntilError says that [Until] did not come to what it was waiting for.
type UntilError struct {
	// Last is what get returned last, of the type that it returns; nil where it never
	// returned without an error.
	Last any `json:"-"`
	// Waited is how long Until waited.
	Waited time.Duration
	// Err is what ended the wait: the context's end, [ErrClosed], or an error of get.
	Err error
}

func (e *UntilError) Error() string {
	return fmt.Sprintf("zstack: waited for %v%s: %s", e.Waited.Round(time.Millisecond), redact.StateOf(e.Last), whatOf(e.Err))
}

// Unwrap returns what ended the wait.
func (e *UntilError) Unwrap() error { return e.Err }

// A watch polls for something that is not a job. While it goes on, the client knows that
// there is one thing more that is polled for.
type watch struct {
	client   *Client
	key      string        // what the schedule knows its like by; empty for nothing
	interval time.Duration // fixed; 0 for one that grows
	began    time.Time
	weight   int64 // how many requests a look takes
}

// watch begins to watch something now.
func (c *Client) watch() *watch {
	w := &watch{client: c, began: time.Now(), weight: 1}
	c.limiter.Watch(w.weight)
	return w
}

// add adds to how many requests a look takes.
func (w *watch) add(n int64) {
	w.weight += n
	w.client.limiter.Watch(n)
}

func (w *watch) end() { w.client.limiter.Watch(-w.weight) }

// until looks until that says that it is done. Faults that pass do not end it.
func (w *watch) until(ctx context.Context, look func() (done bool, err error)) error {
	looks := poll.Loop{Rest: w.client.rest, RetryAfter: retryAfterOf, Lasting: jobLifetime,
		Passes: func(err error) bool { return isPassing(err) && !isAnswer(err) },
		Pause: func(bool) time.Duration {
			return w.client.pollPause(w.key, w.interval, time.Since(w.began))
		},
	}
	switch end := looks.Run(ctx, 0, look); {
	case end == nil:
		return nil
	case end.Reason == nil:
		return end.Err
	default:
		return afterFault(end.Reason, end.Err)
	}
}
