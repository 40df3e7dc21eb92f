package zstack

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// repeatLimit is how long a login and a repetition of the call may take.
const repeatLimit = 2 * time.Minute

// repeat calls again after the session of the call had ended, whatever number of
// waits find that out. Others may wait for the same, so it does not end with this
// one's context.
func (j *job) repeat(ctx context.Context, failure error) (ended bool, err error) {
	select {
	case j.turn <- struct{}{}:
	case <-ctx.Done():
		return false, j.wrap(0, contextError(ctx))
	}
	type outcome struct {
		ended bool
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() { <-j.turn }()
		ended, err := j.succeed(context.WithoutCancel(ctx), failure)
		done <- outcome{ended, err}
	}()
	select {
	case o := <-done:
		return o.ended, o.err
	case <-ctx.Done():
		return false, j.wrap(0, contextError(ctx))
	}
}

// succeed gives the job a successor. Without an error the job has ended.
func (j *job) succeed(ctx context.Context, failure error) (ended bool, err error) {
	if j.hasEnded() {
		return true, nil
	}
	limit := time.Now().Add(repeatLimit)
	if !j.deadline.IsZero() && j.deadline.Before(limit) {
		limit = j.deadline
	}
	ctx, cancel := context.WithDeadline(ctx, limit)
	defer cancel()
	j.dropSession()
	next, err := j.again(ctx)
	var unknown *UnknownOutcomeError
	switch {
	case err == nil:
		next.deadline = j.deadline
		j.mu.Lock()
		j.next = next
		j.mu.Unlock()
		j.end(nil, failure)
		return true, nil
	case !errors.As(err, &unknown) && (wasNotSent(err) || isLoginError(err) && !isRefusal(err)):
		return false, err // the next poll can try
	}
	j.end(nil, err)
	return true, nil
}

// wasNotSent reports whether a failed call surely never reached an API.
func wasNotSent(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Status == 0 || e.Status == http.StatusTooManyRequests)
}
