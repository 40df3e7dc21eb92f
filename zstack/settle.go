package zstack

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/internal/settle"
)

// isUnsettled reports whether it is not known yet that the server has the job.
func (j *job) isUnsettled() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lost != nil
}

// ascertain settles a job under the context of one of those who wait for it, where the
// sending of its call ended with its caller's. Without an error, the server has the job
// or it has ended.
func (j *job) ascertain(ctx context.Context) error {
	if !j.isUnsettled() {
		return nil
	}
	if err := j.lock(ctx); err != nil {
		return j.unknown(err)
	}
	defer j.unlock()
	j.mu.Lock()
	lost := j.lost
	j.mu.Unlock()
	if lost == nil || j.hasEnded() {
		return nil
	}
	return j.settle(ctx, lost)
}

// settle finds out what became of a call whose reply was lost. A call that could not be
// settled before the context's end stays unsettled; otherwise the job is under way or has
// ended, in an error perhaps.
func (j *job) settle(ctx context.Context, lost *lostError) error {
	err := j.findOut(ctx, lost)
	if still := asLost(err); still != nil {
		err = j.unknown(still.err)
		if ctx.Err() != nil && j.request.async {
			j.mu.Lock()
			j.lost = still
			j.mu.Unlock()
			return err
		}
	}
	if err != nil {
		j.end(nil, err)
	}
	j.mu.Lock()
	j.lost = nil
	j.accepted = time.Now()
	j.mu.Unlock()
	return err
}

// findOut asks for the call's job by its uuid. When the server knows no such job for long
// enough to be believed, the call is sent again with the same uuid, which the server
// refuses when it has the first one after all. A server that does not do so is only asked.
//
// It returns nil when the job is known, the error of the API when that ran, and a
// [*lostError] when nothing could be found out. Calls that are synchronous leave
// no trace to ask for.
func (j *job) findOut(ctx context.Context, lost *lostError) error {
	if ctx.Err() != nil || !j.request.async || lost.status >= 200 && lost.status < 300 {
		return lost // or ran without a job, contrary to what is known of the action
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel = context.WithTimeout(ctx, settle.Limit)
	}
	defer cancel()
	s := &settling{job: j, lost: lost, Case: settle.New(retryAfterOf(lost))}
	began := time.Now().Round(0) // by the wall, which goes on while the machine sleeps
	var found error
	questions := poll.Loop{Rest: j.rest, Pause: func(bool) time.Duration { return s.Pause() }}
	end := questions.Run(limited, s.Pause(), func() (settled bool, _ error) {
		switch {
		case j.hasEnded():
			return true, nil // the webhook was told
		case time.Since(began) > jobLifetime/2:
			found = s.lost // after which nothing can be concluded from what the server says
			return true, nil
		}
		settled, found = s.step(limited)
		return settled, nil
	})
	switch {
	case end == nil:
		return found
	case j.hasEnded():
		return nil
	case ctx.Err() != nil || errors.Is(end.Reason, ErrClosed):
		return &lostError{err: &endedError{end.Reason, s.lost.err}}
	}
	return s.lost
}

// A settling finds out what became of a call whose reply was lost.
type settling struct {
	*settle.Case
	job  *job
	lost *lostError // what is told when nothing can be found out
}

// step asks for the job once, and sends the call again when it is time to.
func (s *settling) step(ctx context.Context) (settled bool, err error) {
	rep, err := s.job.fetch(ctx, true)
	s.Asked(retryAfterOf(err))
	switch {
	case err == nil && rep.status != http.StatusNotFound:
		return true, nil
	case err != nil && (ctx.Err() != nil || s.job.mayPass(err)):
		s.Doubt()
		return false, nil
	case err != nil:
		return true, s.lost // nothing can be concluded from what the server says
	}
	may, err := s.mayResend(ctx)
	switch {
	case err != nil:
		return false, nil
	case !may && s.IsLate():
		return true, s.lost
	case !may || !s.IsGone(rep.sentAt, rep.took):
		return false, nil
	}
	return s.resend(ctx)
}

// mayResend reports whether the call may be sent once more. The uuid of what a call
// creates keeps that from being there twice on every server.
func (s *settling) mayResend(ctx context.Context) (bool, error) {
	switch {
	case s.Times() >= s.job.client.maxRetries:
		return false, nil
	case s.job.request.made != nil:
		return true, nil
	}
	return s.job.client.refusesDuplicates(ctx)
}

// resend sends the call again.
func (s *settling) resend(ctx context.Context) (settled bool, err error) {
	j := s.job
	if j.client.isClosed() {
		return true, &lostError{err: &endedError{ErrClosed, s.lost.err}}
	}
	before := j.ranTwice.Swap(true) // should the transport panic, it may have been sent
	o := j.sendOptions()
	o.resent = true
	rep, err := j.client.send(ctx, j.request, j.auth, o)
	accepted, err := j.judge(ctx, rep, err)
	if wasNotSent(err) {
		j.ranTwice.Store(before)
	}
	s.Resent()
	if err == nil {
		if accepted {
			j.relocate(rep)
		} else {
			j.answer(rep)
		}
		return true, nil
	}
	var failed *Error
	switch lost := asLost(err); {
	case lost != nil:
		s.lost = lost
		s.Lost(retryAfterOf(lost))
	case !errors.As(err, &failed) || failed.Status == 0 || failed.Status == http.StatusTooManyRequests:
		// It did not arrive, which says nothing of the one before.
	case failed.Code != nil:
		return true, err
	default:
		return true, &lostError{err: err} // turned away, and the first can still arrive
	}
	return false, nil
}

// isExpired reports whether the server knows no such job.
func isExpired(rep *reply) bool {
	return rep.status == http.StatusNotFound && string(bytes.TrimSpace(rep.body)) == refusal.JobExpired
}

// What is known about whether the server refuses a job uuid that it has.
const (
	itMay = iota
	itDoes
	itDoesNot
)

// refusesDuplicates reports whether the server refuses a job uuid that it has. It asks
// the server for its release, once.
func (c *Client) refusesDuplicates(ctx context.Context) (bool, error) {
	switch {
	case c.product.rules() == ZSphere || c.remembers.Load() == itDoes:
		return true, nil
	case c.remembers.Load() == itDoesNot:
		return false, nil
	}
	var result struct {
		Version string `json:"version"`
	}
	err := c.callOwn(ctx, ownAction{info: &getVersion}, &result)
	if err != nil && isPassing(err) {
		return false, err
	}
	known := int32(itDoes) // also where something in between hides the release
	if settle.Forgets(result.Version) {
		known = itDoesNot
	}
	c.remembers.CompareAndSwap(itMay, known) // unless it has shown it meanwhile
	return c.remembers.Load() == itDoes, nil
}
