package zstack

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zstack-go/zstack-go/types"
)

// A word is what the resource of a creation has said of the call so far. It is guarded
// by the job's mu.
type word struct {
	final  bool            // nothing is left to ask
	row    json.RawMessage // the resource as it was last seen; nil when it has not been
	absent time.Time       // since when it has not been there; zero where it was, or was not looked for
}

// absenceLimit is how long it is looked for a resource that is not there and whose job
// does not say that it failed.
const absenceLimit = 4 * time.Second

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

// hears reports whether the resource has to be asked what became of the call: when the
// call was sent twice, its job's result is that of whichever run ended last, and
// where the job says nothing, the resource may.
func (j *job) hears() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.word == nil || j.word.final:
		return false
	case j.repeated || saysNothing(j.err):
		return true
	}
	// A server that has forgotten an earlier call with the job uuid runs this one, and
	// its database refuses what that creates.
	return j.reused && !j.made.chosen && isInternal(j.err)
}

// saysNothing reports whether an error leaves open what became of the call.
func saysNothing(err error) bool {
	var unknown *UnknownOutcomeError
	return errors.As(err, &unknown) || isExpiredError(err)
}

func isExpiredError(err error) bool {
	var expired *JobExpiredError
	return errors.As(err, &expired)
}

// isInternal reports whether an error can be the one about a second resource of the
// same uuid.
func isInternal(err error) bool {
	var e *Error
	return errors.As(err, &e) && errors.Is(err, types.SysInternal)
}

// outcome is the error of a job that has ended, after its resource had its say; nil
// when the call succeeded.
func (j *job) outcome(ctx context.Context) error {
	if err := j.hear(ctx); err != nil {
		return err
	}
	j.mu.Lock()
	err, repeated := j.err, j.repeated
	j.mu.Unlock()
	switch {
	case !repeated || err == nil:
	case j.made == nil && isSessionEnd(err), j.made != nil && j.word == nil && isInternal(err):
		return j.unknown(err) // of the second run perhaps, after the first
	}
	return err
}

// mayRepeat reports whether a call can be made again, with another job uuid, that the
// server refused because its session had ended. Of a call that was sent twice this may
// be the second run's result, after the first: then only a resource of the same uuid
// keeps that from being done twice.
func (j *job) mayRepeat(failure error) bool {
	if !isSessionEnd(failure) {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return !j.repeated || j.made != nil
}

// hear asks the resource of a creation until it has said what became of the call. The
// error is that of a wait which ended before.
func (j *job) hear(ctx context.Context) error {
	if !j.hears() {
		return nil
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel = context.WithTimeout(ctx, max(j.ownTime()-time.Since(j.made.began), settleLimit))
	}
	defer cancel()
	if err := j.silence(); ctx.Err() != nil && err != nil {
		return err // says that already
	}
	began, since := time.Now(), time.Now()
	for faults := 0; ; {
		done, err := j.hearOnce(limited)
		pause := j.client.schedule.pause("", time.Since(began))
		switch {
		case done:
			return nil
		case ctx.Err() != nil:
			return j.unheard(contextError(ctx))
		case errors.Is(err, ErrClosed):
			return j.unheard(err)
		case limited.Err() != nil:
			j.giveUpHearing(errNoWord)
			return nil
		case err == nil:
			since, faults = time.Now(), 0
			if j.missed() {
				pause = absenceGap
			}
		case !isPassing(err) && !isSessionEnd(err) || time.Since(since) > settleLimit:
			j.giveUpHearing(&unreadError{err})
			return nil
		default:
			pause = max(backoff(faults), wishOf(err))
			faults++
		}
		if err := j.client.rest(limited, pause); err != nil && limited.Err() == nil {
			return j.unheard(err)
		}
	}
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

// hearOnce looks at the resource once. It is done when that says all.
func (j *job) hearOnce(ctx context.Context) (done bool, err error) {
	select {
	case j.turn <- struct{}{}:
	case <-ctx.Done():
		return false, contextError(ctx)
	}
	defer func() { <-j.turn }()
	if !j.hears() {
		return true, nil
	}
	seen, err := j.look(ctx, j.made)
	if err != nil {
		return false, err
	}
	j.mu.Lock()
	j.word.row = seen.row
	verdict := j.weigh(seen)
	j.mu.Unlock()
	switch verdict {
	case succeeded:
		j.succeed(seen)
	case stands:
		j.stand()
	case open:
		return false, nil
	case unclear:
		j.giveUpHearing(map[finding]error{isAbsent: errNotThere, isUntold: errUntold}[seen.finding])
	}
	return true, nil
}

// A verdict is what follows from the resource and the job's own word.
type verdict int

const (
	open      verdict = iota // it is too early to say
	succeeded                // the call made what is there
	stands                   // what the job said
	unclear                  // nobody can say
)

// weigh compares the job's word with the resource; j.mu is held.
func (j *job) weigh(seen *sight) verdict {
	w, silent := j.word, saysNothing(j.err)
	failed := j.err != nil && !silent
	switch seen.finding {
	case isThere:
		return succeeded
	case isUnderWay:
		w.absent = time.Time{}
		return open
	case isBare:
		if !silent {
			return succeeded // since the job has ended
		}
	case isUntold:
		if failed {
			return unclear
		}
	case isAbsent:
		if w.absent.IsZero() {
			w.absent = time.Now()
		}
		since := time.Since(w.absent)
		switch {
		case failed && j.repeated && since < absenceGap, !failed && !isExpiredError(j.err) && since < absenceLimit:
			return open
		case j.err == nil:
			return unclear
		}
	}
	return stands
}

// missed reports whether the resource was not there when it was last looked for.
func (j *job) missed() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.word.row == nil
}

// succeed ends the asking well. A result of the job's own is better than the row.
func (j *job) succeed(seen *sight) {
	result, err := j.client.decoder().Document(seen.result)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.word.final = true
	if j.err != nil {
		j.result, j.err = result, decodeError(err)
	}
}

// stand ends the asking with what the job said.
func (j *job) stand() {
	err := j.silence()
	var unknown *UnknownOutcomeError
	if errors.As(err, &unknown) {
		err = j.unknown(unknown.Err) // which has the row now
	}
	j.settleOn(err)
}

// giveUpHearing ends the asking without an answer.
func (j *job) giveUpHearing(reason error) {
	err := j.silence()
	if !isExpiredError(err) {
		err = j.unheard(reason)
	}
	j.settleOn(err)
}

// settleOn ends the asking with an error; nil leaves what the job said.
func (j *job) settleOn(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.word.final {
		return // another wait has heard more
	}
	if j.word.final = true; err != nil {
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
