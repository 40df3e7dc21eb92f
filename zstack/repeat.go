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
	defer j.tried()
	returned := false
	defer func() {
		if !returned {
			j.abandon()
		}
	}()
	next, err := j.again.next(ctx, j.prepareHeir(), j)
	for err != nil && next != nil && next.mayRepeat(err) && !j.again.spent() {
		j.useUpHeir()
		next, err = j.again.next(ctx, j.prepareHeir(), next)
	}
	returned = true
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

// errEscaped says that a transport did not return.
var errEscaped = errors.New("the transport panicked or ended its goroutine while the call was repeated")

// abandon ends a job whose repetition was under way when the transport panicked. Whether
// that was sent is not known, so that no other wait may send it.
func (j *job) abandon() {
	err := j.unknown(errEscaped)
	j.mu.Lock()
	err.JobUUID = j.heir
	j.mu.Unlock()
	j.end(nil, err)
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
// has been sent: whoever leaves meanwhile is told it.
func (j *job) prepareHeir() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.heir == "" {
		j.heir = NewJobUUID()
	}
	j.trying = true
	return j.heir
}

// useUpHeir says that the server has refused the repetition with that uuid.
func (j *job) useUpHeir() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.heir = ""
}

// tried says that nobody tries to repeat the call for now.
func (j *job) tried() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.trying = false
}

const (
	// mostRepetitions is how often a call is repeated whose session has ended. One that
	// ends again at once, again and again, has another reason than its age.
	mostRepetitions = 5
	// leastRepetition and mostRepetition are the shortest and the longest pause before a
	// second repetition and those after it.
	leastRepetition = 250 * time.Millisecond
	mostRepetition  = 2 * time.Second
)

// repetitions repeat a call whose session has ended. They belong to all the jobs that
// the call has one after the other; who uses them holds the turn of the last one.
type repetitions struct {
	client  *Client
	request *request
	options callConfig
	n       int // how many the server has answered
}

// spent reports whether the call has been repeated often enough.
func (r *repetitions) spent() bool { return r.n >= mostRepetitions }

// next repeats the call after a job of it, with a pause before it unless it is the first
// time.
func (r *repetitions) next(ctx context.Context, uuid string, after *job) (*job, error) {
	pause, rest := time.Duration(0), r
	after.mu.Lock()
	r.options.ranTwice = after.repeated
	after.mu.Unlock()
	if r.n > 0 {
		pause = jittered(min(leastRepetition<<(r.n-1), mostRepetition))
	}
	if r.n+1 >= mostRepetitions {
		rest = nil
	}
	j, err := r.client.submit(ctx, r.request, uuid, r.options, pause, rest)
	if err == nil || !wasNotSent(err) && !isLoginError(err) {
		r.n++
	}
	return j, err
}

// wasNotSent reports whether a failed call surely never reached an API.
func wasNotSent(err error) bool {
	if errors.Is(err, ErrClosed) {
		return asLost(err) == nil && !saysNothing(err)
	}
	var e *Error
	return errors.As(err, &e) && (e.Status == 0 || e.Status == http.StatusTooManyRequests)
}

// A doubt is a call whose sending ended with its caller's context, so that it is for
// those who wait on to find out what became of it.
type doubt struct {
	request *request
	sending sendOptions
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
	err := j.client.settle(ctx, d.request, j, d.sending, d.lost)
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
func (j *job) unknown(err error) *UnknownOutcomeError {
	e := &UnknownOutcomeError{
		Action: j.action, Server: j.client.server(), Method: j.method, Path: j.path,
		JobUUID: j.id(), Async: j.async, Err: err, made: j.made, jobless: j.jobless,
	}
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
