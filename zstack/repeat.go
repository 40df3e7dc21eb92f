package zstack

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// repeat calls again after the session of the call had ended, whatever number of
// waits find that out. One of them does it, under its own context, so that nothing is
// sent for a caller who has been told that the call is over.
func (j *job) repeat(ctx context.Context, failure error) (ended bool, err error) {
	if !j.deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, j.deadline)
		defer cancel()
	}
	select {
	case j.turn <- struct{}{}:
	case <-ctx.Done():
		return false, j.wrap(0, contextError(ctx))
	}
	defer func() { <-j.turn }()
	if j.hasEnded() {
		return true, nil
	}
	j.dropSession()
	uuid := j.prepareHeir()
	defer j.tried()
	next, err := j.again(ctx, uuid)
	var unknown *UnknownOutcomeError
	switch {
	case err == nil:
		j.replace(next, failure)
		return true, nil
	case errors.As(err, &unknown) && next != nil:
		// What came of it is for the successor to find out, should anybody wait on.
		j.replace(next, failure)
		return false, err
	case wasNotSent(err) || isLoginError(err) && !isRefusal(err):
		return false, err // the next poll can try
	}
	j.end(nil, err)
	return true, nil
}

// replace ends the job with a successor.
func (j *job) replace(next *job, failure error) {
	next.deadline = j.deadline
	j.mu.Lock()
	j.next = next
	j.mu.Unlock()
	j.end(nil, failure)
}

// prepareHeir returns the uuid of the call's repetition, which is the same until that
// has been sent: whoever leaves meanwhile has to be told it.
func (j *job) prepareHeir() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.heir == "" {
		j.heir = NewJobUUID()
	}
	j.trying = true
	return j.heir
}

// tried says that nobody tries to repeat the call for now.
func (j *job) tried() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.trying = false
}

// wasNotSent reports whether a failed call surely never reached an API.
func wasNotSent(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Status == 0 || e.Status == http.StatusTooManyRequests)
}

// A doubt is a call whose sending ended with its caller's context, so that it is for
// those who wait on to find out what became of it.
type doubt struct {
	request *request
	manner  manner
	lost    *lostError
}

// isDoubtful reports whether it has not been settled yet that the server has the job.
func (j *job) isDoubtful() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.doubt != nil
}

// ascertain settles a doubtful job under the context of one of those who wait for it.
// Without an error, the server has the job or it has ended.
func (j *job) ascertain(ctx context.Context) error {
	if !j.isDoubtful() {
		return nil
	}
	select {
	case j.turn <- struct{}{}:
	case <-ctx.Done():
		return j.unknown(contextError(ctx))
	}
	defer func() { <-j.turn }()
	j.mu.Lock()
	d := j.doubt
	j.mu.Unlock()
	if d == nil || j.hasEnded() {
		return nil
	}
	return j.settleFor(ctx, d)
}

// settleFor settles a call. A call that could not be settled before the context's end
// stays doubtful; otherwise the job is under way or has ended, in an error perhaps.
func (j *job) settleFor(ctx context.Context, d *doubt) error {
	err := j.client.settle(ctx, d.request, j, d.manner, d.lost)
	if lost := asLost(err); lost != nil {
		err = j.unknown(lost.err)
		if ctx.Err() != nil && d.request.async {
			d.lost = lost
			j.mu.Lock()
			j.doubt = d
			j.mu.Unlock()
			return err
		}
	}
	if err != nil {
		j.end(nil, err)
	}
	j.mu.Lock()
	j.doubt, j.accepted = nil, time.Now()
	j.mu.Unlock()
	return err
}

// unknown says that nobody knows what became of the call.
func (j *job) unknown(err error) error {
	e := &UnknownOutcomeError{Action: j.action, Method: j.method, Path: j.path, JobUUID: j.id(), Async: j.async, Err: err, made: j.made}
	if j.made != nil {
		e.ResourceUUID = j.made.uuid
	}
	if j.word != nil {
		j.mu.Lock()
		e.Row = j.word.row
		j.mu.Unlock()
	}
	return e
}
