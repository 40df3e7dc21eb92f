package zstack

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/settle"
)

var (
	errNotThere = errors.New("the call's job succeeded, but what it creates is not there")
	errNoWord   = errors.New("what the call creates did not come to a state that lasts in time")
	errUntold   = errors.New("what the call creates is there, and may have been before")
)

// An unreadError says that the resource could not be asked. It unwraps to nothing, since
// what the server said to the question is no word on the call.
type unreadError struct{ err error }

func (e *unreadError) Error() string {
	return "what the call creates could not be read: " + whatOf(e.err)
}

// outcome is the error of a job that has ended, after the resource that the call creates
// had its say; nil when the call succeeded.
func (j *job) outcome(ctx context.Context) error {
	if err := j.inquire(ctx); err != nil {
		return err
	}
	j.mu.Lock()
	err := j.err
	j.mu.Unlock()
	if err == nil || !j.ranTwice.Load() {
		return err
	}
	made := j.request.made
	if made == nil && isSessionEnd(err) || made != nil && made.query == nil && isInternal(err) {
		return j.unknown(err) // of the second run perhaps, after the first
	}
	return err
}

// hasInquiry reports whether the resource has to be asked what became of the call: when
// the call was sent twice, its job's result is that of whichever run ended last, and
// where the job says nothing, the resource may.
func (j *job) hasInquiry() bool {
	made := j.request.made
	if made == nil || made.query == nil {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.inquiry.Over:
		return false
	case j.ranTwice.Load() || saysNothing(j.err):
		return true
	}
	// A server that has forgotten an earlier call with the job uuid runs this one, and
	// its database refuses what that creates.
	return j.isReused() && !made.chosen && isInternal(j.err)
}

// wordOf is what an error of a job says of the call.
func wordOf(err error) creation.Word {
	switch {
	case err == nil:
		return creation.Success
	case isExpiredError(err):
		return creation.Expired
	case saysNothing(err):
		return creation.Silence
	default:
		return creation.Failure
	}
}

// inquire asks the resource of a creation until it has said what became of the call. The
// error is that of a wait which ended before.
func (j *job) inquire(ctx context.Context) error {
	if !j.hasInquiry() {
		return nil
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel = context.WithTimeout(ctx, max(j.ownTime()-time.Since(j.request.made.began), settle.Limit))
	}
	defer cancel()
	if err := j.silence(); ctx.Err() != nil && err != nil {
		return err // says that already
	}
	began := time.Now()
	looks := poll.Loop{Rest: j.client.rest, RetryAfter: retryAfterOf, Lasting: settle.Limit,
		Passes: func(err error) bool { return isPassing(err) || isSessionEnd(err) },
		Pause: func(fault bool) time.Duration {
			switch {
			case fault:
				return 0
			case j.isMissing():
				return creation.AbsenceGap
			}
			return j.client.schedule.Pause("", time.Since(began))
		},
	}
	end := looks.Run(limited, 0, func() (bool, error) { return j.inquireOnce(limited) })
	switch {
	case end == nil:
		return nil
	case ctx.Err() != nil:
		return j.unheard(network.ContextError(ctx))
	case errors.Is(end.Reason, ErrClosed):
		return j.unheard(end.Reason)
	case end.Reason != nil:
		j.giveUp(errNoWord)
	default:
		j.giveUp(&unreadError{end.Err})
	}
	return nil
}

// silence is the job's error where that leaves open what became of the call; else nil.
func (j *job) silence() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if saysNothing(j.err) {
		return j.err
	}
	return nil
}

// inquireOnce looks at the resource once. It is done when that says all.
func (j *job) inquireOnce(ctx context.Context) (done bool, err error) {
	if err := j.lock(ctx); err != nil {
		return false, err
	}
	defer j.unlock()
	if !j.hasInquiry() {
		return true, nil
	}
	seen, err := j.look(ctx, j.request.made)
	if err != nil {
		return false, err
	}
	j.mu.Lock()
	verdict := j.inquiry.Weigh(seen, wordOf(j.err), j.ranTwice.Load())
	j.mu.Unlock()
	switch verdict {
	case creation.Open:
		return false, nil
	case creation.Succeeded:
		j.succeed(seen)
	case creation.Stands:
		j.stand()
	case creation.Unclear:
		j.giveUp(map[creation.Finding]error{creation.Absent: errNotThere, creation.Untold: errUntold}[seen.Finding])
	}
	return true, nil
}

// isMissing reports whether the resource was not there when it was last looked for.
func (j *job) isMissing() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.inquiry.Row == nil
}

// succeed ends the inquiry well. A result of the job's own is better than the row.
func (j *job) succeed(seen *creation.Sight) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.inquiry.Over = true
	if j.err != nil {
		j.result, j.err = seen.Result, nil
	}
}

// stand ends the inquiry with what the job said.
func (j *job) stand() {
	err := j.silence()
	var unknown *UnknownOutcomeError
	if errors.As(err, &unknown) {
		err = j.unknown(unknown.Err) // which has the row now
	}
	j.endInquiry(err)
}

// giveUp ends the inquiry without an answer.
func (j *job) giveUp(reason error) {
	err := j.silence()
	if !isExpiredError(err) {
		err = j.unheard(reason)
	}
	j.endInquiry(err)
}

// endInquiry ends the inquiry with an error; nil leaves what the job said.
func (j *job) endInquiry(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.inquiry.Over {
		return // another wait has heard more
	}
	if j.inquiry.Over = true; err != nil {
		j.result, j.err = nil, err
	}
}

// unheard says that the resource could not tell what became of the call.
func (j *job) unheard(reason error) error {
	j.mu.Lock()
	before := j.err
	j.mu.Unlock()
	var unknown *UnknownOutcomeError
	if errors.As(before, &unknown) {
		before = unknown.Err
	}
	if before != nil {
		reason = &endedError{reason, before}
	}
	return j.unknown(reason)
}

// look reads the resource of a creation.
func (k *call) look(ctx context.Context, made *resource) (*creation.Sight, error) {
	c := k.client
	if c.isClosed() {
		return nil, ErrClosed
	}
	query, path := made.query, made.query.Path
	if v := query.variant(c.product); v != nil {
		path = v.Path
	}
	r := &request{action: query.Name, method: http.MethodGet, read: true, session: query.Session, credentials: k.request.credentials, secrets: k.secrets()}
	r.plain = path + "/" + made.uuid
	r.shown, r.path = r.plain, path+"/"+params.EscapeSegment(made.uuid)
	asking := &call{client: c, request: r}
	var err error
	if asking.auth, err = c.authorization(ctx, r); err != nil {
		return nil, asking.wrap(0, err)
	}
	rep, err := c.send(ctx, r, asking.auth, sendOptions{rank: limit.Call, patience: pollPatience})
	if _, err = asking.judge(ctx, rep, err); err != nil {
		return nil, err
	}
	seen, err := creation.Resource{UUID: made.uuid, Chosen: made.chosen, Began: made.began}.Find(c.decoder(), rep.body, rep.date)
	if err != nil {
		return nil, asking.wrap(rep.status, decodeError(err))
	}
	return seen, nil
}
