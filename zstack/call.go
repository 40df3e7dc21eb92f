package zstack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/types"
)

// Call runs an action and decodes its result into result: a pointer to the
// action's result struct, a *json.RawMessage for the reply as it came, or nil
// to drop it. It is what the Call methods of actions use.
//
// The action is checked first; a [*ValidationError] means that nothing was
// sent. For an asynchronous action, Call waits for the job. When the session of
// a client that logs in has ended, Call logs in again and repeats the call once,
// which the server had not run. Errors are [*Error], [*UnknownOutcomeError],
// [*JobExpiredError] or [ErrClosed]; errors.Is finds the context's end in each.
func (c *Client) Call(ctx context.Context, a Action, result any, options ...CallOption) error {
	r, o, err := c.ready(ctx, a, options)
	if err != nil {
		return err
	}
	if isNoPointer(result) {
		return &ValidationError{Action: r.action, Field: "result", Constraint: ConstraintType, Reason: "is no pointer"}
	}
	ctx, cancel := o.limit(ctx)
	defer cancel()
	return c.run(ctx, r, result, o)
}

// Start runs an action without waiting for its job, which it puts into job. It
// is what the Start methods of actions use. A synchronous action has ended when
// Start returns, and its job with it.
func (c *Client) Start(ctx context.Context, a Action, job jobShell, options ...CallOption) error {
	r, o, err := c.ready(ctx, a, options)
	if err != nil {
		return err
	}
	if job == nil || isNoPointer(job) {
		return &ValidationError{Action: r.action, Field: "job", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	var deadline time.Time
	if o.timeout > 0 {
		deadline = time.Now().Add(o.timeout)
	}
	ctx, cancel := o.limit(ctx)
	defer cancel()
	started, err := c.submit(ctx, r, o)
	if err != nil && c.renewable(r, o, err) {
		started, err = c.submit(ctx, r, o)
	}
	if err != nil {
		return err
	}
	started.deadline = deadline
	job.hold(started)
	return nil
}

// Do runs any action, for instance one from the registry, and returns its
// result as it came: a JSON object, which [Client.Decode] reads. Everything
// else is as in [Client.Call].
func Do(ctx context.Context, c *Client, a Action, options ...CallOption) (json.RawMessage, error) {
	var result json.RawMessage
	if err := c.Call(ctx, a, &result, options...); err != nil {
		return nil, err
	}
	return result, nil
}

// ready checks all that can be checked before anything is sent.
func (c *Client) ready(ctx context.Context, a Action, options []CallOption) (*request, callConfig, error) {
	if err := c.usable(nameOf(a)); err != nil {
		return nil, callConfig{}, err
	}
	switch {
	case ctx == nil:
		return nil, callConfig{}, &ValidationError{Action: nameOf(a), Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	case c.closed.Load():
		return nil, callConfig{}, ErrClosed
	}
	r, err := prepare(a, c.product)
	if err != nil {
		return nil, callConfig{}, err
	}
	o, err := readCallOptions(r.action, options)
	return r, o, err
}

// limit puts the call's own timeout on the context.
func (o callConfig) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, o.timeout)
}

// run submits a request and waits for its result.
func (c *Client) run(ctx context.Context, r *request, result any, o callConfig) error {
	for again := true; ; again = false {
		j, err := c.submit(ctx, r, o)
		if err == nil {
			err = j.wait(ctx, result)
		}
		if !again || !c.renewable(r, o, err) {
			return err
		}
	}
}

// renewable reports whether a call failed only because the client's own session
// has ended, so that it may be repeated after a new login. A job uuid that the
// caller chose is used up.
func (c *Client) renewable(r *request, o callConfig, err error) bool {
	return c.sessions != nil && r.session && r.credentials.empty() && o.jobUUID == "" && isSessionEnd(err)
}

// isSessionEnd reports whether the server refused a call because its session has
// ended. Only an error that says so itself means that the API was not run; one
// that has it as a cause ran and failed.
func isSessionEnd(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code != nil && e.Code.Code == types.IDInvalidSession && !isLoginError(err)
}

// submit sends a request and returns its job, which is done already when the
// server answered at once.
func (c *Client) submit(ctx context.Context, r *request, o callConfig) (*job, error) {
	j := &job{client: c, action: r.action, method: r.method, path: r.shown, interval: o.interval, accepted: time.Now(), hidden: new(hidden)}
	j.uuid = o.jobUUID
	if j.uuid == "" {
		j.uuid = NewJobUUID()
	}
	g, err := c.authorization(ctx, r)
	if err != nil {
		if isLoginError(err) {
			j.uuid = "" // the reader is to look for the login's instead
		}
		return nil, j.wrap(0, err)
	}
	j.credentials, j.sent, j.secrets = r.credentials, g, append(g.secrets(), r.secrets...)
	if ctx.Err() != nil {
		// Nothing has been sent, so nothing is unknown.
		return nil, j.wrap(0, contextError(ctx))
	}
	rep, err := c.send(ctx, r, g, j.uuid, o.apiTimeout)
	if err != nil {
		arrived := !neverArrived(err)
		if ctx.Err() != nil {
			err = contextError(ctx)
		}
		if r.method != http.MethodGet && arrived {
			return nil, &UnknownOutcomeError{Action: r.action, Method: r.method, Path: r.shown, JobUUID: j.uuid, Async: r.async, Err: masked(err, j.secrets)}
		}
		return nil, j.wrap(0, err)
	}
	if rep.status == http.StatusAccepted {
		j.relocate(rep.body)
		return j, nil
	}
	if r.method != http.MethodGet && isDuplicate(rep) {
		return j, nil // the job is there already, from an earlier call with the same uuid
	}
	if r.method != http.MethodGet && isProxyFault(rep) {
		return nil, &UnknownOutcomeError{Action: r.action, Method: r.method, Path: r.shown, JobUUID: j.uuid, Async: r.async, Err: j.failure(rep)}
	}
	j.settle(rep)
	return j, j.err
}

// isDuplicate reports whether the server turned a call away because it has a job
// with the call's uuid.
func isDuplicate(rep *reply) bool {
	return rep.status == http.StatusBadRequest && bytes.Contains(rep.body, []byte("Duplicate job uuid"))
}

// isProxyFault reports whether a reply comes from a proxy that lost the server's.
func isProxyFault(rep *reply) bool {
	switch rep.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return !isErrorObject(rep.body)
	}
	return false
}

// authorization returns what a request is sent with: the action's own
// credentials, else the client's.
func (c *Client) authorization(ctx context.Context, r *request) (grant, error) {
	switch {
	case !r.session:
		return grant{}, nil
	case !r.credentials.empty():
		return r.credentials, nil
	case c.sessions == nil && c.grant().empty():
		return grant{}, &ValidationError{Action: r.action, Field: "sessionId", Constraint: ConstraintRequired, Reason: "is not set, and the client has no credentials; WithCredentials gives it some"}
	}
	return c.own(ctx)
}

// own returns the client's own credentials, logging in first if need be.
func (c *Client) own(ctx context.Context) (grant, error) {
	if c.sessions == nil {
		return c.grant(), nil
	}
	session, err := c.sessions.get(ctx)
	if err != nil && ctx.Err() == nil && !errors.Is(err, ErrClosed) {
		err = &loginError{certain(err)}
	}
	return grant{session: session}, err
}

// certain takes the doubt out of a login's error. Whether a login ran says
// nothing about the call that needed it, which surely did not.
func certain(err error) error {
	var unknown *UnknownOutcomeError
	var failed *Error
	if errors.As(err, &unknown) && errors.As(unknown.Err, &failed) {
		return failed
	}
	if unknown != nil {
		return &Error{Action: unknown.Action, Method: unknown.Method, Path: unknown.Path, JobUUID: unknown.JobUUID, Err: unknown.Err}
	}
	return err
}

// A loginError tells a failed login from a failed call: the one says nothing
// about the session of the other.
type loginError struct{ err error }

func (e *loginError) Error() string {
	return "cannot log in: " + strings.TrimPrefix(e.err.Error(), "zstack: ")
}

func (e *loginError) Unwrap() error { return e.err }

func isLoginError(err error) bool {
	var login *loginError
	return errors.As(err, &login)
}
