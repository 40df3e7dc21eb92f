package zstack

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// settleLimit is how long it is tried to settle a call whose context has no
	// deadline: longer than a network stumbles, and bearable for who waits.
	settleLimit = 15 * time.Second
	// lateLimit is how long an older server is asked for a job that it does not
	// know: the call can still be on its way, and must not be sent again.
	lateLimit = 10 * time.Second
)

// settle finds out what became of a call whose reply was lost. It asks for the
// call's job by its uuid. While the server knows no such job, the call is sent
// again with the same uuid, which is harmless because the server refuses a uuid
// that it has: either the first one or the second is taken. A server that does
// not do so is only asked.
//
// It returns nil when the job is known, the error of the API when that ran, and a
// [*lostError] when nothing could be found out. Calls that are synchronous leave
// no trace to ask for.
func (c *Client) settle(ctx context.Context, r *request, j *job, m manner, lost *lostError) error {
	if ctx.Err() != nil || !r.async || lost.status >= 200 && lost.status < 300 {
		return lost // or ran without a job, contrary to what is known of the action
	}
	m.again = true
	limited, cancel := ctx, context.CancelFunc(func() {})
	if _, ok := ctx.Deadline(); !ok {
		limited, cancel = context.WithTimeout(ctx, settleLimit)
	}
	defer cancel()
	began := time.Now().Round(0) // by the wall, which goes on while the machine sleeps
	wish := wishOf(lost)
	for attempt := 0; ; attempt++ {
		err := j.rest(limited, max(backoff(leastBackoff, mostBackoff, attempt, nil), wish))
		switch {
		case j.hasEnded():
			return nil // the webhook was told
		case err != nil && (ctx.Err() != nil || errors.Is(err, ErrClosed)):
			return &lostError{err: &endedError{err, lost.err}}
		case err != nil:
			return lost
		}
		rep, err := j.ask(limited, true)
		switch {
		case err == nil && rep.status != http.StatusNotFound:
			return nil
		case err != nil && (isPassing(err) || limited.Err() != nil):
			wish = wishOf(err)
			continue
		case err != nil || time.Since(began) > jobLifetime/2:
			return lost // nothing can be concluded from what the server says
		}
		again, err := c.mayRepeat(limited)
		switch {
		case err != nil:
			continue
		case !again && time.Since(began) > lateLimit:
			return lost
		case !again:
			continue
		}
		rep, err = c.send(limited, r, j.sent, m)
		if err = j.take(r, rep, err); err == nil {
			return nil
		}
		var failed *Error
		switch still := asLost(err); {
		case still != nil:
			lost, wish = still, wishOf(still)
		case !errors.As(err, &failed) || failed.Status == 0 || failed.Status == http.StatusTooManyRequests:
			// It did not arrive, which says nothing of the one before.
		case failed.Code != nil:
			return err
		default:
			return &lostError{err: err} // turned away, and the first can still arrive
		}
	}
}

// What is known about whether the server refuses a job uuid that it has.
const (
	itMay = iota
	itDoes
	itDoesNot
)

// firstThatRefuses is the first release seen to refuse a job uuid that it has. No
// release before 4.5 does, and those in between have not been seen.
var firstThatRefuses = []int{4, 7, 21}

// mayRepeat reports whether a call may be sent a second time with the same job
// uuid. It asks the server for its release, once.
func (c *Client) mayRepeat(ctx context.Context) (bool, error) {
	switch {
	case c.retries == 0:
		return false, nil
	case c.product.rules() == ZSphere || c.remembers.Load() == itDoes:
		return true, nil
	case c.remembers.Load() == itDoesNot:
		return false, nil
	}
	var result struct {
		Version string `json:"version"`
	}
	err := c.ask(ctx, getVersion{}, &result)
	if err != nil && isPassing(err) {
		return false, err
	}
	known := int32(itDoes) // also where something in between hides the release
	if release := readRelease(result.Version); release != nil && slices.Compare(release, firstThatRefuses) < 0 {
		known = itDoesNot
	}
	c.remembers.Store(known)
	return known == itDoes, nil
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

type getVersion struct{}

func (getVersion) ActionInfo() *ActionInfo {
	return &ActionInfo{Name: "GetVersionAction", Method: "PUT", Path: "/management-nodes/actions", Body: "getVersion"}
}
