package zstack

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/types"
)

// A receipt is what came of bringing a call to the server.
type receipt struct {
	call  *call  // as it was sent last
	reply *reply // that is its result; nil where there is a job
	job   *job   // that has the result, or will have; nil where there is none
}

// asJob returns the call's job, which has ended where the call was answered at once.
func (got receipt) asJob() *job {
	if got.job != nil {
		return got.job
	}
	j := newJob(got.call)
	j.answer(got.reply)
	return j
}

// take says what came of sending the call. told is the job whose end a webhook may have
// been told meanwhile; nil where there is none. An answer needs no job, unless the call
// may have run more than once or failed because an earlier one has.
func (k *call) take(ctx context.Context, told *job, rep *reply, err error) (receipt, error) {
	accepted, err := k.judge(ctx, rep, err)
	j, lost := told, asLost(err)
	if j == nil && !accepted && lost == nil && !k.ranTwice.Load() && (err == nil || !k.isReused()) {
		if err == nil {
			k.client.warnIfCut(ctx, k.request, rep)
		}
		return receipt{call: k, reply: rep}, err
	}
	if j == nil {
		j = newJob(k)
	}
	got := receipt{call: k, job: j}
	switch {
	case accepted:
		j.relocate(rep)
	case err == nil:
		j.answer(rep)
	case lost != nil && !j.hasEnded(): // the webhook may know better by now
		if err = j.settle(ctx, lost); j.isUnsettled() && !j.hasEnded() {
			return got, err
		}
	}
	if err != nil {
		j.end(nil, err) // unless the webhook has
		if err = j.outcome(ctx); err != nil {
			return got, err
		}
	}
	if j.jobless && !j.hasEnded() {
		j.jobless = false // it became one
	}
	j.accepted = time.Now()
	return got, nil
}

// judge reads the reply to the call. It is accepted when a job is under way; otherwise,
// without an error, the reply is the result. A [*lostError] means that nothing is known.
func (k *call) judge(ctx context.Context, rep *reply, err error) (accepted bool, _ error) {
	if err == nil && rep.arrival != nil && rep.arrival.isResult() {
		return false, nil
	}
	r, lost := k.request, asLost(err)
	switch {
	case lost != nil && lost.status == http.StatusAccepted:
		return true, nil // the rest of the reply would only have said where the job is
	case lost != nil && !r.read && lost.status >= 400 && lost.status < 500:
		return false, k.wrap(lost.status, lost.err) // refused, whatever the reason was
	case lost != nil && !r.read:
		return false, lost
	case lost != nil:
		return false, k.wrap(0, lost.err)
	case err != nil:
		return false, k.wrap(0, err)
	case rep.status == http.StatusAccepted:
		return true, nil
	case r.method != http.MethodGet && isDuplicate(rep, k.jobUUID):
		k.client.remembers.Store(itDoes)
		return true, nil // the job is there already, from an earlier sending of the call
	case !r.read && isProxyFault(rep):
		return false, &lostError{rep.status, k.client.failure(rep, k.error(rep.status, nil))}
	}
	if r.login {
		k.client.findZone(ctx, rep) // before the result is read
	}
	failure := k.client.failure(rep, k.error(rep.status, nil))
	var failed *Error
	switch {
	case failure == nil:
	case isSessionEnd(failure):
		k.dropSession()
	case !r.read && rep.status < 300 && errors.As(failure, &failed) && failed.Code == nil:
		return false, &lostError{rep.status, failure} // it may have run, but what came back is no result
	}
	return false, failure
}

// suspicion says how a change can be answered with what is no result of it. What answers
// a call that only reads is believed.
func (k *call) suspicion() schema.Suspicion {
	if k.request.read {
		return schema.Suspicion{}
	}
	return schema.Suspicion{Explanation: "this server seems to lack the API, and to have run another one that has the same path"}
}

// isDuplicate reports whether the server turned a call away because it has a job
// with the call's uuid.
func isDuplicate(rep *reply, uuid string) bool {
	return rep.status == http.StatusBadRequest && bytes.Contains(rep.body, []byte("Duplicate job uuid["+uuid+"]"))
}

// isProxyFault reports whether a reply comes from a proxy that lost the server's.
func isProxyFault(rep *reply) bool {
	switch rep.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return !refusal.IsErrorObject(rep.body)
	}
	return false
}

// failure returns the error in a reply, which is written into e, or nil when it holds a
// result. The server's error object counts whatever the status.
func (c *Client) failure(rep *reply, e *Error) error {
	e.retryAfter = rep.retryAfter
	code, err := c.verdict(rep)
	ok := rep.status == http.StatusOK
	switch {
	case err == nil && code != nil:
		refusal.Hide(code, redact.Hider(rep.to.secrets()))
		e.Code = code
		return e
	case ok && err == nil:
		return nil
	case rep.status == http.StatusNoContent:
		return nil
	case ok:
		// Cut short, HTML, or not an object.
		if e.Err = decodeError(err); refusal.IsMarkup(rep.body) {
			e.Err = &network.AdvisedError{Err: e.Err, Advice: refusal.ErrNoAPI.Error()}
		}
	case rep.status >= 300 && rep.status < 400:
		e.Err = errors.New("the server redirects, which a management node does not; set the endpoint to where it leads")
	default:
		said := refusal.Reply{Status: rep.status, Body: rep.body, Date: rep.date}
		e.Err = said.Meaning(c.Location())
	}
	const much = 64 << 10 // more than is shown, since secrets are masked first
	body := rep.body[:min(len(rep.body), much)]
	if rep.status < 300 {
		// What a result begins with can be a session, or a key.
		body = redact.WithoutStrings(body)
	}
	e.Body = redact.Excerpt(body, redact.Hider(rep.to.secrets()))
	return e
}

// verdict reads the error in a reply, if it has one, and finds out whether the reply is one
// JSON object.
func (c *Client) verdict(rep *reply) (code *types.ErrorCode, err error) {
	if rep.arrival != nil {
		return rep.arrival.verdict()
	}
	err = c.decoder().Members(rep.body, func(name string) any {
		if name == "error" {
			return &code
		}
		return nil
	})
	return code, err
}
