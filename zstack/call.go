package zstack

import (
	"bytes"
	"cmp"
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
// A reply to a change that is the result of something else, as the package
// documentation says under "Calls and jobs", is an [*Error] with a [*DecodeError].
//
// The action is checked first; a [*ValidationError] means that nothing was
// sent. For an asynchronous action, Call waits for the job. When the session of
// a client that logs in has ended, Call logs in again and repeats the call,
// which the server had not run, unless [WithJobUUID] is given. Errors are [*Error], [*UnknownOutcomeError],
// [*JobExpiredError] or [ErrClosed]; errors.Is finds the context's end in each.
//
// Of a query action Call reads one page. Without a Limit the server stops at 1,000
// rows and does not say whether there are more: a reply with as many is logged as a
// warning (see [WithLogger]). The All methods of query actions read every row. A list
// that is too long for a URL is refused (see [In]).
func (c *Client) Call(ctx context.Context, a Action, result any, options ...CallOption) error {
	r, o, err := c.ready(ctx, a, options)
	if err != nil {
		return err
	}
	if reason := badResult(result); reason != "" {
		return &ValidationError{Action: r.action, Field: "result", Constraint: ConstraintType, Reason: reason}
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
	started, err := c.begin(ctx, r, o)
	if err != nil {
		return err
	}
	started.deadline = deadline
	job.hold(started)
	return nil
}

// Do runs any action, for instance one from the registry, and returns its
// result as it came: a JSON object, which [Client.Decode] reads, whatever action it
// is the result of. Everything else is as in [Client.Call].
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
	case c.isClosed():
		return nil, callConfig{}, ErrClosed
	}
	if err := c.refuseChange(ctx, a); err != nil {
		return nil, callConfig{}, err
	}
	o, err := parseCallOptions(nameOf(a), options)
	if err != nil {
		return nil, o, err
	}
	o.firstUUID = cmp.Or(o.jobUUID, NewJobUUID())
	named := o.firstUUID
	if c.nameless {
		named = ""
	}
	r, err := prepare(a, c.product, named, o.extra)
	if err != nil {
		return nil, o, err
	}
	return r, o, o.check(r.action, r.use())
}

// limit puts the call's own timeout on the context.
func (o callConfig) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, o.timeout)
}

// ask runs an action of the client's own that can run twice without harm.
func (c *Client) ask(ctx context.Context, a Action, result any) error {
	r, err := prepare(a, c.product, "", nil)
	if err != nil {
		return err
	}
	r.read = true
	return c.run(ctx, r, result, callConfig{})
}

// run submits a request and waits for its result.
func (c *Client) run(ctx context.Context, r *request, result any, o callConfig) error {
	j, err := c.begin(ctx, r, o)
	if err != nil {
		return err
	}
	if err := j.wait(ctx, result); err != nil {
		return err
	}
	recycle(j.body)
	return nil
}

// begin submits a request. When it failed only because the client's own session
// has ended, it is repeated after a new login: here when the server says so
// at once, and by the job when that is its result. A job uuid that the caller
// chose is used up.
func (c *Client) begin(ctx context.Context, r *request, o callConfig) (*job, error) {
	uuid := cmp.Or(o.firstUUID, NewJobUUID())
	if c.sessions == nil || !r.session || !r.credentials.empty() || o.jobUUID != "" {
		return c.submit(ctx, r, uuid, o, 0, nil)
	}
	again := &repetitions{client: c, request: r, options: o}
	j, err := c.submit(ctx, r, uuid, o, 0, again)
	for err != nil && j != nil && j.mayRepeat(err) && !again.spent() {
		j, err = again.next(ctx, NewJobUUID(), j)
	}
	return j, err
}

// isSessionEnd reports whether the server refused a call because its session has
// ended. Only an error that says so itself means that the API was not run; one
// that has it as a cause ran and failed.
func isSessionEnd(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code != nil && e.Code.Code == types.IDInvalidSession && !isLoginError(err)
}

// submit sends a request and returns its job, which is done already when the
// server answered at once. It begins after a pause. The job calls again, unless that is
// nil, when its session had ended. It also returns a job whose outcome is unknown.
func (c *Client) submit(ctx context.Context, r *request, uuid string, o callConfig, pause time.Duration, again *repetitions) (*job, error) {
	j := newJob(c, uuid)
	j.action, j.method, j.path, j.interval, j.async, j.again = r.action, r.method, r.shown, o.interval, r.async, again
	j.report = o.report
	j.jobless, j.reads = !r.async, r.read
	if again != nil {
		j.turn = make(chan struct{}, 1)
	}
	j.reused, j.repeated = o.jobUUID != "", o.ranTwice
	j.allowed, j.ownTimeout = cmp.Or(o.apiTimeout, r.timeout), o.apiTimeout > 0
	j.expect(r.made)
	j.pollAfter, j.whole = r.pollAfter, r.whole
	if pause > 0 {
		if err := c.rest(ctx, pause); err != nil {
			return nil, j.wrap(0, &unsentError{", after the session had ended again", err})
		}
	}
	g, err := c.authorization(ctx, r)
	if err != nil {
		if isLoginError(err) {
			j.uuid = "" // the reader is to look for the login's instead
		}
		return nil, j.wrap(0, err)
	}
	j.into = o.raw
	j.sent, j.own, j.carried = g, !r.credentials.empty(), r.secrets
	if ctx.Err() != nil {
		// Nothing has been sent, so nothing is unknown.
		return nil, j.wrap(0, &unsentError{err: contextError(ctx)})
	}
	m := sendOptions{jobUUID: j.uuid, apiTimeout: o.apiTimeout, rank: forCall, learn: j.learn, stream: o.stream}
	switch {
	case r.async:
		m.patience = acceptPatience
	case o.poll:
		m.rank, m.once, m.patience = forPoll, true, pollPatience
	}
	if c.webhook != nil && r.async && !r.read {
		m.webhook, j.hooked, j.poke = c.webhook, true, make(chan struct{}, 1)
		j.learn(c.webhook.token())
		c.webhook.watch(j)
	}
	rep, err := c.send(ctx, r, g, m)
	err = j.take(ctx, r, rep, err)
	// The webhook may know better by now.
	if lost := asLost(err); lost != nil && !j.hasEnded() {
		if j.turn == nil {
			j.turn = make(chan struct{}, 1)
		}
		err = j.settleFor(ctx, &doubt{r, m, lost})
	}
	if j.isDoubtful() && !j.hasEnded() {
		return j, err
	}
	if err != nil {
		j.end(nil, err) // unless the webhook has
		if err = j.outcome(ctx); err != nil {
			return j, err
		}
	}
	if j.jobless && !j.hasEnded() {
		j.jobless = false // it became one
	}
	c.warnIfCut(ctx, r, rep)
	j.accepted = time.Now()
	return j, nil
}

// acceptPatience is how long an asynchronous call may take to be accepted, which
// is no work for the server.
const acceptPatience = time.Minute

// take reads the reply to a call. Without an error the job is under way, or has
// ended well; a [*lostError] means that nothing is known.
func (j *job) take(ctx context.Context, r *request, rep *reply, err error) error {
	lost := asLost(err)
	switch {
	case lost != nil && lost.status == http.StatusAccepted:
		return nil // the rest of the reply would only have said where the job is
	case lost != nil && !r.read && lost.status >= 400 && lost.status < 500:
		return j.wrap(lost.status, lost.err) // refused, whatever the reason was
	case lost != nil && !r.read:
		return lost
	case lost != nil:
		return j.wrap(0, lost.err)
	case err != nil:
		return j.wrap(0, err)
	case rep.status == http.StatusAccepted:
		j.relocate(rep.body)
		return nil
	case r.method != http.MethodGet && isDuplicate(rep, j.id()):
		j.client.remembers.Store(itDoes)
		return nil // the job is there already, from an earlier sending of the call
	case !r.read && isProxyFault(rep):
		return &lostError{rep.status, j.failure(rep)}
	}
	if r.login {
		j.client.findZone(ctx, rep) // before the result is read
	}
	failure := j.failure(rep)
	var failed *Error
	switch {
	case failure == nil:
		j.body = rep.body
		j.conclude(rep, nil)
	case isSessionEnd(failure):
		j.dropSession()
	case !r.read && rep.status < 300 && errors.As(failure, &failed) && failed.Code == nil:
		return &lostError{rep.status, failure} // it may have run, but what came back is no result
	}
	return failure
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
		return !isErrorObject(rep.body)
	}
	return false
}

// authorization returns what a request is sent with: the action's own
// credentials, else the client's.
func (c *Client) authorization(ctx context.Context, r *request) (authorization, error) {
	switch {
	case !r.session:
		return authorization{}, nil
	case !r.credentials.empty():
		return r.credentials, nil
	case c.sessions == nil && c.fixed().empty():
		return authorization{}, &ValidationError{Action: r.action, Field: "sessionId", Constraint: ConstraintRequired, Reason: "is not set, and the client has no credentials; WithCredentials gives it some"}
	}
	return c.own(ctx)
}

// own returns the client's own credentials, logging in first if need be.
func (c *Client) own(ctx context.Context) (authorization, error) {
	if c.sessions == nil {
		return c.fixed(), nil
	}
	session, err := c.sessions.get(ctx)
	switch {
	case err == nil || errors.Is(err, ErrClosed):
	case ctx.Err() != nil:
		err = &unsentError{", still waiting for a login", err}
	default:
		err = &loginError{certain(err)}
	}
	return authorization{session: session}, err
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
		return &Error{
			Action: unknown.Action, Server: unknown.Server, Method: unknown.Method, Path: unknown.Path,
			JobUUID: unknown.JobUUID, Err: unknown.Err, jobless: unknown.jobless,
		}
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
