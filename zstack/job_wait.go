package zstack

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/aside"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/types"
)

const (
	// webhookDelay is how often a job is asked for whose end the server is to tell:
	// callbacks get lost.
	webhookDelay = 30 * time.Second
	// pollPatience is how long a poll may take, which is no work for the server.
	pollPatience = 30 * time.Second
	// mostUnreadable is how often a result that comes cut short, or as something else
	// than a result, is asked for again.
	mostUnreadable = 5
)

// wait waits until the job has ended and decodes its result.
func (j *job) wait(ctx context.Context, result any) error {
	if ctx == nil {
		return &ValidationError{Action: j.request.action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	ctx, cancel := j.limit(ctx)
	defer cancel()
	for {
		j = j.latest()
		if err := j.await(ctx); err != nil {
			return err
		}
		if j.latest() == j {
			break
		}
	}
	if err := j.outcome(ctx); err != nil {
		return err
	}
	j.mu.Lock()
	body := j.result
	j.mu.Unlock()
	whole, err := j.complete(ctx, body)
	if err != nil {
		return j.error(http.StatusOK, err)
	}
	j.mu.Lock()
	j.result = whole
	if j.raw != nil {
		*j.raw, j.raw = bytes.Clone(whole), nil // once: after that, its owner may read it
	}
	j.mu.Unlock()
	if err := j.client.decodeResult(whole, result, j.suspicion()); err != nil {
		return j.wrap(http.StatusOK, err)
	}
	return nil
}

// limit puts the job's own deadline on the context.
func (j *job) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if j.deadline.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, j.deadline)
}

// suspicion says how a change can end with what is no result of it.
func (j *job) suspicion() schema.Suspicion {
	j.mu.Lock()
	answered := j.answered
	j.mu.Unlock()
	if answered || j.request.read {
		return j.call.suspicion()
	}
	return schema.Suspicion{
		Explanation: "the job seems to be of another action, or this server to lack the API",
		Chosen:      j.isReused() || j.accepted.IsZero(), // a resumed job was not accepted here
	}
}

// await polls until the job has ended, or its call has been made again.
func (j *job) await(ctx context.Context) error {
	if err := j.ascertain(ctx); err != nil && !j.hasEnded() {
		return err
	}
	if j.hasEnded() {
		return nil
	}
	// A job that was just accepted has not ended; one that was resumed may have
	// long ago, and is asked for at once.
	pause, began := time.Duration(0), time.Now()
	if !j.accepted.IsZero() {
		began = j.accepted
		pause = max(j.delay(0), j.request.pollAfter) - time.Since(began)
		if time.Since(began) < poll.LeastPause {
			defer j.remember()
		}
	}
	if !j.reliesOnWebhook() {
		// Thousands that begin to wait at once must not all ask at once: those on
		// their way at the same time take the memory, and the connections.
		if others := j.client.limiter.Spacing(); others > 0 {
			pause = max(pause, rand.N(others))
		}
		requests := int64(1)
		if j.options.report != nil {
			requests++
		}
		j.client.limiter.Watch(requests)
		defer j.client.limiter.Watch(-requests)
	}
	return j.pollUntilEnd(ctx, pause, began)
}

// pollUntilEnd polls for a job that began at a time, after a first pause.
func (j *job) pollUntilEnd(ctx context.Context, first time.Duration, began time.Time) error {
	var cutOff error // that of the call made again
	polls := poll.Loop{Rest: j.rest, Passes: j.mayPass, RetryAfter: retryAfterOf, Lasting: jobLifetime,
		Pause: func(fault bool) time.Duration {
			if fault && j.reliesOnWebhook() {
				return 0
			}
			return j.delay(time.Since(began))
		},
	}
	end := polls.Run(ctx, first, func() (bool, error) {
		ended, err := j.pollAside(ctx)
		var unknown *UnknownOutcomeError
		switch {
		case ended:
			return true, nil
		case errors.As(err, &unknown):
			cutOff = err
			return true, nil
		case err != nil:
			return false, err
		case j.isForgotten(ctx, time.Since(began)):
			j.end(nil, j.unknown(errForgotten))
			return true, nil
		}
		j.options.report.Report(ctx, j.id(), j.progressAside)
		return false, nil
	})
	switch {
	case end == nil:
		return cutOff
	case end.Reason == nil:
		return end.Err
	case j.hasEnded():
		return nil
	}
	return j.leave(end.Reason, end.Err)
}

// delay is how long to wait before the next poll of a job of this age.
func (j *job) delay(age time.Duration) time.Duration {
	if j.options.interval == 0 && j.reliesOnWebhook() {
		return webhookDelay
	}
	return j.client.pollPause(j.request.action, j.options.interval, age)
}

// pollPause is how long to wait before the next poll of something of an age: a fixed
// interval, or what the schedule says of its like, which key names.
func (c *Client) pollPause(key string, interval, age time.Duration) time.Duration {
	if interval > 0 {
		return interval
	}
	return max(c.schedule.Pause(key, age), c.limiter.Spacing())
}

// pollAside polls in a goroutine of its own, whose stack grows for that and is used
// again by others: ten thousand callers who wait keep theirs small. What ends that
// goroutine ends the caller's.
func (j *job) pollAside(ctx context.Context) (ended bool, err error) {
	aside.Run(func() { ended, err = j.poll(ctx, true) })
	return ended, err
}

// progressAside asks for the progress as pollAside does for the job.
func (j *job) progressAside(ctx context.Context) (tasks []types.TaskProgressInventory, err error) {
	aside.Run(func() { tasks, err = j.progress(ctx, asPoll) })
	return tasks, err
}

// remember notes how long the job took, for those that come later. Failures say
// little about that.
func (j *job) remember() {
	j.mu.Lock()
	succeeded := j.err == nil
	j.mu.Unlock()
	if j.hasEnded() && succeeded {
		j.client.schedule.Note(j.request.action, time.Since(j.accepted))
	}
}

// rest waits for a while, or until there is reason to go on at once.
func (j *job) rest(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return j.client.rest(ctx, 0)
	}
	timer := j.client.timers.Set(d)
	defer j.client.timers.Stop(timer)
	if j.client.isClosed() { // a timer that was set before that is due
		return ErrClosed
	}
	select {
	case <-j.ended:
	case <-timer.Due():
		if j.client.isClosed() {
			return ErrClosed
		}
	case <-j.wake:
	case <-ctx.Done():
		return network.ContextError(ctx)
	}
	return nil
}

// errForgotten says that a job runs for longer than jobs do.
var errForgotten = errors.New("the job has been running for longer than the server gives it, perhaps since the node that ran it was restarted")

// isForgotten reports whether a job that is said to run surely does not. A node that
// ended in the middle of it goes on saying so after its restart.
func (j *job) isForgotten(ctx context.Context, age time.Duration) bool {
	_, limited := ctx.Deadline()
	return !limited && age > j.ownTime()
}

// leave is the error of a wait that ended before the job.
func (j *job) leave(err, fault error) error {
	j.mu.Lock()
	uuid, rest := j.uuid, "the job goes on"
	switch {
	case j.nextUUID != "" && j.relogging:
		uuid, rest = j.nextUUID, "the server did not run the call, whose session had ended, and another wait sends it again"
	case j.nextUUID != "":
		rest = "the server did not run the call, whose session had ended, and it was not sent again"
	}
	j.mu.Unlock()
	e := j.error(0, &leftError{err, fault, rest})
	e.JobUUID = uuid
	return e
}
