package zstack

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/poll"
)

const (
	// settleLimit is how long it is tried to settle a call whose context has no
	// deadline: longer than a network stumbles, and bearable for who waits.
	settleLimit = 15 * time.Second
	// lateLimit is how long a job that the server does not know is asked for where the
	// call must not be sent again: it can still be on its way.
	lateLimit = 10 * time.Second
)

// A server checks a job uuid and stores the job in two steps. While it stands still,
// a call can wait between them whose connection has broken, and the server says that
// it knows no such job: a second sending then runs as well as the first. So the
// server has to show that it does not stand still before a call is sent again.
const (
	// restLimit is how long after a sending broke off its job must be unknown.
	restLimit = 3 * time.Second
	// absenceGap is how far apart the server has to say so twice.
	absenceGap = time.Second
	// promptLimit is how soon it has to say so each time.
	promptLimit = 500 * time.Millisecond
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
		limited, cancel = context.WithTimeout(ctx, settleLimit)
	}
	defer cancel()
	s := &settling{job: j, lost: lost, broke: time.Now(), retryAfter: retryAfterOf(lost)}
	began := s.broke.Round(0) // by the wall, which goes on while the machine sleeps
	var found error
	questions := poll.Loop{Rest: j.rest, Pause: func(time.Duration, bool) time.Duration { return s.pause() }}
	end := questions.Run(limited, s.pause(), func() (settled bool, _ error) {
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
	job  *job
	lost *lostError // what is told when nothing can be found out

	broke      time.Time     // when the last sending broke off
	absent     time.Time     // when the server first said that it knows no such job; zero for not yet
	resent     int           // how often the call was sent again
	questions  int           // since a sending
	retryAfter time.Duration // how long the server wants to be left alone
}

// pause is how long to wait before the next question.
func (s *settling) pause() time.Duration {
	pause := poll.Backoff(s.questions)
	s.questions++
	switch since := time.Since(s.broke); {
	case !s.absent.IsZero():
		pause = absenceGap - time.Since(s.absent)
	case since < restLimit:
		pause = min(pause, restLimit-since)
	}
	return max(pause, s.retryAfter)
}

// step asks for the job once, and sends the call again when it is time to.
func (s *settling) step(ctx context.Context) (settled bool, err error) {
	rep, err := s.job.fetch(ctx, true)
	s.retryAfter = retryAfterOf(err)
	switch {
	case err == nil && rep.status != http.StatusNotFound:
		return true, nil
	case err != nil && (ctx.Err() != nil || s.job.mayPass(err)):
		s.absent = time.Time{}
		return false, nil
	case err != nil:
		return true, s.lost // nothing can be concluded from what the server says
	}
	may, err := s.mayResend(ctx)
	switch {
	case err != nil:
		return false, nil
	case !may && time.Since(s.broke) > lateLimit:
		return true, s.lost
	case !may || !s.isGone(rep):
		return false, nil
	}
	return s.resend(ctx)
}

// isGone reports whether the server can be believed that it knows no such job.
func (s *settling) isGone(rep *reply) bool {
	switch {
	case rep.took > promptLimit:
		s.absent = time.Time{}
		return false
	case rep.sentAt.Sub(s.broke) < restLimit:
		return false
	case s.absent.IsZero():
		s.absent = time.Now()
		return false
	}
	return rep.sentAt.Sub(s.absent) >= absenceGap
}

// mayResend reports whether the call may be sent once more. The uuid of what a call
// creates keeps that from being there twice on every server.
func (s *settling) mayResend(ctx context.Context) (bool, error) {
	switch {
	case s.resent >= s.job.client.maxRetries:
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
	s.absent, s.questions = time.Time{}, 0
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
		s.lost, s.retryAfter, s.broke = lost, retryAfterOf(lost), time.Now()
		s.resent++
	case !errors.As(err, &failed) || failed.Status == 0 || failed.Status == http.StatusTooManyRequests:
		// It did not arrive, which says nothing of the one before.
	case failed.Code != nil:
		return true, err
	default:
		return true, &lostError{err: err} // turned away, and the first can still arrive
	}
	return false, nil
}

// jobExpired is what a server says of a job that it does not know. Proxies and
// servers of other kinds answer 404 as well, in words of their own.
const jobExpired = "the job has been expired"

// isExpired reports whether the server knows no such job.
func isExpired(rep *reply) bool {
	return rep.status == http.StatusNotFound && string(bytes.TrimSpace(rep.body)) == jobExpired
}

// What is known about whether the server refuses a job uuid that it has.
const (
	itMay = iota
	itDoes
	itDoesNot
)

// What is surely an old release of ZStack Cloud lies between these, the second one
// excluded: the first release seen to refuse a job uuid that it has. No release before
// 4.5 does, and those in between have not been seen. Servers of 2026 call themselves
// 1.0.0 and do.
var firstThatAccepts, firstThatRefuses = []int{2}, []int{4, 7, 21}

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
	release := readRelease(result.Version)
	if slices.Compare(release, firstThatAccepts) >= 0 && slices.Compare(release, firstThatRefuses) < 0 {
		known = itDoesNot
	}
	c.remembers.CompareAndSwap(itMay, known) // unless it has shown it meanwhile
	return c.remembers.Load() == itDoes, nil
}

// readRelease reads the numbers at the start of a release such as "4.8.0-beta",
// or returns nil.
func readRelease(text string) (release []int) {
	for part := range strings.SplitSeq(text, ".") {
		digits := part
		if i := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
			digits = part[:i]
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			break
		}
		release = append(release, n)
		if digits != part {
			break
		}
	}
	return release
}
