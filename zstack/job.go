package zstack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Job is an asynchronous call under way, or one that has ended. T is the
// action's result. It is safe for concurrent use. The zero Job is not usable:
// jobs come from the Start methods of actions and from [ResumeJob].
type Job[T any] struct {
	raw *job
}

// A jobShell is a *Job of any type.
type jobShell interface{ hold(*job) }

func (j *Job[T]) hold(raw *job) { j.raw = raw }

// ResumeJob returns the job with a uuid that was noted before, perhaps by
// another process. It sends nothing and does not know whether the job exists:
// Wait says, with a [*JobExpiredError] when the server knows no such job. T is
// the result of the action that was called. Of the options, WithPollInterval and
// WithTimeout have a meaning here.
func ResumeJob[T any](c *Client, uuid string, options ...CallOption) *Job[T] {
	raw := &job{client: c, uuid: uuid, method: http.MethodGet, path: "/api-jobs/" + uuid, hidden: new(hidden)}
	o, err := readCallOptions("", options)
	switch unusable := c.usable(""); {
	case unusable != nil:
		err = unusable
	case err == nil && badSegment(uuid) != "":
		err = &ValidationError{Field: "uuid", Constraint: ConstraintPath, Reason: badSegment(uuid) + " and is no job uuid"}
	}
	raw.interval, raw.done, raw.err = o.interval, err != nil, err
	if o.timeout > 0 {
		raw.deadline = time.Now().Add(o.timeout)
	}
	return &Job[T]{raw: raw}
}

// UUID returns the job's uuid, which [ResumeJob] takes.
func (j *Job[T]) UUID() string {
	if j == nil || j.raw == nil {
		return ""
	}
	return j.raw.uuid
}

// Wait polls until the job ends and returns its result. It can be called again,
// and from several goroutines; an ended job answers without asking the server.
// When ctx ends first, the error is an [*Error] that carries the job uuid, and
// the job goes on.
func (j *Job[T]) Wait(ctx context.Context) (*T, error) {
	if j == nil || j.raw == nil {
		return nil, &ValidationError{Field: "job", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	result := new(T)
	if err := j.raw.wait(ctx, result); err != nil {
		return nil, err
	}
	return result, nil
}

// Poll asks the server once whether the job has ended; Wait then returns at
// once. The error is about the asking, not about how the job ended.
func (j *Job[T]) Poll(ctx context.Context) (ended bool, err error) {
	if j == nil || j.raw == nil {
		return false, &ValidationError{Field: "job", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	return j.raw.poll(ctx)
}

// A job is a Job without its type.
type job struct {
	client       *Client
	action       string
	method, path string
	uuid         string
	interval     time.Duration // fixed; 0 for one that grows
	deadline     time.Time     // zero for none
	accepted     time.Time     // when the call was sent; zero for a resumed job

	mu   sync.Mutex
	done bool
	err  error

	*hidden
}

// hidden is the part of a job that can hold secrets. It is behind a pointer of
// its own because fmt looks behind the first one, with verbs such as %s.
type hidden struct {
	credentials grant // the action's own, for polls; empty to use the client's
	sent        grant // what the call was sent with
	secrets     []string
	body        []byte // the reply that ended the job; guarded by the job's mu
}

// relocate takes the job's uuid from the server's word for where it is. The
// rest of the location can be an inner address and is never used.
func (j *job) relocate(body []byte) {
	var where struct {
		Location string `json:"location"`
	}
	if wire.DecodeInput(body, &where) != nil {
		return
	}
	uuid := where.Location[strings.LastIndexByte(where.Location, '/')+1:]
	if isUUID(uuid) {
		j.uuid = uuid
	}
}

// wait polls until the job has ended and decodes its result.
func (j *job) wait(ctx context.Context, result any) error {
	if ctx == nil {
		return &ValidationError{Action: j.action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if !j.deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, j.deadline)
		defer cancel()
	}
	// A job that was just accepted has not ended; one that was resumed may have
	// long ago, and is asked for at once.
	began := j.accepted
	wait := j.delay(0) - time.Since(began)
	if began.IsZero() {
		wait, began = 0, time.Now()
	}
	for !j.ended() {
		if err := sleep(ctx, wait); err != nil {
			return j.wrap(0, err)
		}
		if _, err := j.poll(ctx); err != nil {
			return err
		}
		wait = j.delay(time.Since(began))
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	if err := j.client.decodeResult(j.body, result); err != nil {
		return j.wrap(http.StatusOK, err)
	}
	return nil
}

func (j *job) ended() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done
}

// delay is how long to wait before the next poll of a job of this age: a sixth
// of it, so that waiting adds little to jobs of any length.
func (j *job) delay(age time.Duration) time.Duration {
	if j.interval > 0 {
		return j.interval
	}
	return min(max(age/6, 25*time.Millisecond), 3*time.Second)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return contextError(ctx)
	}
}

// poll asks for the job once. The configured server is asked, with credentials
// although it needs none.
func (j *job) poll(ctx context.Context) (ended bool, err error) {
	if ctx == nil {
		return false, &ValidationError{Action: j.action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if j.ended() {
		return true, nil
	}
	c := j.client
	if c.closed.Load() {
		return false, ErrClosed
	}
	r := &request{action: j.action, method: http.MethodGet, session: true, credentials: j.credentials, secrets: j.secrets}
	r.job = j.uuid
	r.path = "/api-jobs/" + escapeSegment(j.uuid)
	r.plain = "/api-jobs/" + j.uuid
	r.shown = r.plain
	g := j.credentials
	if g.empty() && (c.sessions != nil || !c.grant().empty()) {
		if g, err = c.own(ctx); err != nil {
			return false, j.wrap(0, err)
		}
	}
	rep, err := c.send(ctx, r, g, "", 0)
	if err != nil {
		if ctx.Err() != nil {
			err = contextError(ctx)
		}
		return false, j.wrap(0, masked(err, g.secrets()))
	}
	switch rep.status {
	case http.StatusAccepted:
		return false, nil
	case http.StatusNotFound:
		j.end(nil, &JobExpiredError{Action: j.action, JobUUID: j.uuid})
		return true, nil
	case http.StatusOK, http.StatusNoContent:
		j.settle(rep)
		return true, nil
	case http.StatusServiceUnavailable:
		if isErrorObject(rep.body) {
			j.settle(rep)
			return true, nil
		}
	}
	return false, j.failure(rep)
}

// settle ends the job with a reply that decides it.
func (j *job) settle(rep *reply) {
	if rep.status == http.StatusNoContent {
		j.end([]byte("{}"), nil)
		return
	}
	if err := j.failure(rep); err != nil {
		if c := j.client; c.sessions != nil && j.sent.session != "" && isSessionEnd(err) {
			c.sessions.drop(j.sent.session)
		}
		j.end(nil, err)
		return
	}
	j.end(rep.body, nil)
}

func (j *job) end(body []byte, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.done {
		j.done, j.body, j.err = true, body, err
	}
}

// wrap makes an Error of what went wrong on our side of a call.
func (j *job) wrap(status int, err error) error {
	var refused *ValidationError
	if errors.Is(err, ErrClosed) || errors.As(err, &refused) && !isLoginError(err) {
		return err
	}
	e := &Error{Action: j.action, Method: j.method, Path: j.path, Status: status, JobUUID: j.uuid, Err: masked(err, j.secrets)}
	var login *Error
	if isLoginError(err) && errors.As(err, &login) {
		// What the server said to the login is why the call failed.
		e.Status, e.Code = login.Status, login.Code
	}
	return e
}
