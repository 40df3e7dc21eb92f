package zstack

import (
	"context"
	"errors"
	"time"

	"github.com/zstack-go/zstack-go/internal/poll"
)

const (
	// mostRelogins is how often a call is made again whose session has ended. One that
	// ends again at once, again and again, has another reason than its age.
	mostRelogins = 5
	// leastReloginPause and mostReloginPause are the shortest and the longest pause before
	// a call is made again for the second time, and those after it.
	leastReloginPause = 250 * time.Millisecond
	mostReloginPause  = 2 * time.Second
)

// relogins make a call again whose session has ended. They belong to all the jobs that
// the call has one after the other; who uses them holds the lock of the last one.
type relogins struct {
	first *call
	n     int // how many the server has answered
}

// mayRelogin reports whether the call is made again when its session has ended. It has to
// be the client's own, and a job uuid that the caller chose is used up.
func (k *call) mayRelogin() bool {
	return k.client.sessions != nil && k.request.session && k.request.credentials.empty() && k.options.jobUUID == ""
}

// spent reports whether the call has been made often enough.
func (r *relogins) spent() bool { return r.n >= mostRelogins }

// next makes the call again, with a pause before it unless it is the first time.
func (r *relogins) next(ctx context.Context, uuid string, after *call) (receipt, error) {
	o := r.first.options
	o.firstUUID, o.ranTwice = uuid, after.ranTwice.Load()
	k := r.first.client.newCall(r.first.request, o)
	if r.n+1 < mostRelogins {
		k.relogins = r
	}
	got, err := receipt{call: k}, error(nil)
	if r.n > 0 {
		if err = k.client.rest(ctx, poll.Jitter(min(leastReloginPause<<(r.n-1), mostReloginPause))); err != nil {
			err = k.wrap(0, &unsentError{", after the session had ended again", err})
		}
	}
	if err == nil {
		got, err = k.deliver(ctx)
	}
	if err == nil || !wasNotSent(err) && !isLoginError(err) {
		r.n++
	}
	return got, err
}

// relogin makes the call again after its session had ended, whatever number of
// waits find that out. One of them does it, under its own context, so that nothing is
// sent for a caller who has been told that the call is over.
func (j *job) relogin(ctx context.Context, failure error) (ended bool, err error) {
	ctx, cancel := j.limit(ctx)
	defer cancel()
	if err := j.lock(ctx); err != nil {
		return false, j.wrap(0, err)
	}
	defer j.unlock()
	if j.hasEnded() {
		return true, nil
	}
	j.dropSession()
	defer j.setRelogging(false)
	got, err := j.callAgain(ctx)
	var unknown *UnknownOutcomeError
	switch {
	case err == nil:
		j.replace(got.asJob(), failure)
		return true, nil
	case errors.As(err, &unknown) && got.job != nil:
		// What came of it is for the successor to find out, should anybody wait on.
		j.replace(got.job, failure)
		return false, err
	case wasNotSent(err) || isLoginError(err) && !isRefusal(err):
		return false, err // the next poll can try
	}
	j.end(nil, err)
	return true, nil
}

// callAgain makes the call again, until the server takes it or says why not.
func (j *job) callAgain(ctx context.Context) (receipt, error) {
	returned := false
	defer func() {
		if !returned {
			j.abandon()
		}
	}()
	got, err := j.relogins.next(ctx, j.prepareNext(), j.call)
	for err != nil && got.call.isForRelogin(err) && !j.relogins.spent() {
		j.useUpNext()
		got, err = j.relogins.next(ctx, j.prepareNext(), got.call)
	}
	returned = true
	return got, err
}

// errEscaped says that a transport did not return.
var errEscaped = errors.New("the transport panicked or ended its goroutine while the call was repeated")

// abandon ends a job whose call was being made again when the transport panicked. Whether
// that was sent is not known, so that no other wait may send it.
func (j *job) abandon() {
	err := j.unknown(errEscaped)
	j.mu.Lock()
	err.JobUUID = j.nextUUID
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

// prepareNext returns the job uuid of the call when it is made again, which is the same
// until that has been sent: whoever leaves meanwhile is told it.
func (j *job) prepareNext() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.nextUUID == "" {
		j.nextUUID = NewJobUUID()
	}
	j.relogging = true
	return j.nextUUID
}

// useUpNext says that the server has refused the call that was made again with that uuid.
func (j *job) useUpNext() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.nextUUID = ""
}

func (j *job) setRelogging(relogging bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.relogging = relogging
}
