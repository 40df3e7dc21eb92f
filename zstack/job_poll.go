package zstack

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/refusal"
)

// poll asks for the job once. In a wait, which asks again in its own time, a poll
// is sent only once.
func (j *job) poll(ctx context.Context, waits bool) (ended bool, err error) {
	if ctx == nil {
		return false, &ValidationError{Action: j.request.action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if j.hasEnded() {
		return true, nil
	}
	rep, err := j.fetch(ctx, waits)
	switch {
	case err != nil:
		return false, err
	case rep.status == http.StatusAccepted:
		return false, nil
	case rep.status == http.StatusNotFound && j.isUnsettled():
		return false, nil // it may be on its way
	case rep.status == http.StatusNotFound:
		j.end(nil, j.goneError())
		return true, nil
	}
	failure := j.failure(rep)
	var unreadable *Error
	if errors.As(failure, &unreadable) && unreadable.Code == nil && j.unreadable.Add(1) <= mostUnreadable {
		return false, j.wrap(0, unreadable.Err)
	}
	if j.relogins != nil && j.isForRelogin(failure) {
		return j.relogin(ctx, failure)
	}
	j.conclude(rep, failure)
	return true, nil
}

// failure returns the error in a reply that tells of the job; nil when it holds a result.
func (j *job) failure(rep *reply) error { return j.client.failure(rep, j.error(rep.status, nil)) }

// fetch asks for the job once and returns a reply that tells of it. The configured
// server is asked, with credentials although it needs none.
func (j *job) fetch(ctx context.Context, once bool) (*reply, error) {
	c, uuid := j.client, j.id()
	if c.isClosed() {
		return nil, j.leave(ErrClosed, nil)
	}
	r := &request{action: j.request.action, method: http.MethodGet, read: true, session: true, credentials: j.request.credentials, secrets: j.secrets()}
	r.job = uuid
	r.path = "/api-jobs/" + params.EscapeSegment(uuid)
	r.plain = "/api-jobs/" + uuid
	r.shown = r.plain
	auth := r.credentials
	if auth.empty() {
		if auth = c.credentials.own(); c.sessions != nil {
			auth.session = c.sessions.ForPoll(ctx, pollPatience)
		}
	}
	rep, err := c.send(ctx, r, auth, sendOptions{rank: limit.Poll, once: once, patience: pollPatience})
	switch {
	case errors.Is(err, ErrClosed):
		return nil, j.leave(ErrClosed, nil)
	case err != nil:
		return nil, j.wrap(0, err)
	}
	switch rep.status {
	case http.StatusOK, http.StatusNoContent, http.StatusAccepted:
		return rep, nil
	case http.StatusNotFound:
		if isExpired(rep) {
			return rep, nil
		}
	case http.StatusServiceUnavailable:
		if refusal.IsErrorObject(rep.body) {
			return rep, nil
		}
	}
	return nil, j.failure(rep)
}

// mayPass reports whether to ask for the job again after an error. A 404 that is not
// the server's own comes from what stands in its place for a while, or for good.
func (j *job) mayPass(err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Status == http.StatusNotFound {
		return j.unreadable.Add(1) <= mostUnreadable
	}
	return isPassing(err)
}

// errGone says that a server lost a job that it has to know.
var errGone = errors.New("the server took the call, and then knew no such job")

// goneError is the error of a job that the server does not know. One that it took a
// short time ago was there, and may have run.
func (j *job) goneError() error {
	if !j.accepted.IsZero() && time.Since(j.accepted) < jobLifetime {
		return j.unknown(errGone)
	}
	e := &JobExpiredError{Action: j.request.action, Server: j.client.server(), JobUUID: j.id()}
	if j.request.made != nil {
		e.ResourceUUID = j.request.made.uuid
	}
	return e
}
