package zstack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// A Job is an asynchronous call under way, or one that has ended. T is the
// action's result. It is safe for concurrent use. The zero Job is not usable:
// jobs come from the Start methods of actions and from [ResumeJob].
type Job[T any] = JobOf[*T]

// A JobOf is a [Job] whose result P points to. All of them share their code, which
// is compiled once for every pointer and would be for each result, of which there
// are two thousand.
type JobOf[P any] struct {
	raw *job
}

// A jobShell is a *Job of any type.
type jobShell interface{ hold(*job) }

func (j *JobOf[P]) hold(raw *job) { j.raw = raw }

// ResumeJob returns the job with a uuid that was noted before, perhaps by
// another process. It sends nothing and does not know whether the job exists:
// Wait says, with a [*JobExpiredError] when the server knows no such job, which it
// also says of a uuid that was noted wrongly. T has to be the result of the action
// that was called. Wait refuses the result of another one with an [*Error] and a
// [*DecodeError] where it can be told: it has members but none of T's, or the server's
// schema names a class that a member of T cannot hold. It cannot be told where the job's
// result is empty, as those of deletions are. Of the options, [WithPollInterval],
// [WithProgress], [WithTimeout] and [WithRaw] have a meaning here; with another one, the
// job's error is a [*ValidationError].
func ResumeJob[T any](c *Client, uuid string, options ...CallOption) *Job[T] {
	raw := newJob(c, uuid)
	raw.method, raw.path = http.MethodGet, "/api-jobs/"+uuid
	o, err := readCallOptions("", useResume, options)
	switch unusable := c.usable(""); {
	case unusable != nil:
		err = unusable
	case err == nil && badSegment(uuid) != "":
		err = &ValidationError{Field: "uuid", Constraint: ConstraintPath, Reason: badSegment(uuid) + " and is no job uuid"}
	}
	raw.interval, raw.report, raw.into = o.interval, o.report, o.raw
	if err != nil {
		raw.end(nil, err)
	}
	if o.timeout > 0 {
		raw.deadline = time.Now().Add(o.timeout)
	}
	return &Job[T]{raw: raw}
}

// UUID returns the job's uuid, which [ResumeJob] takes. It is another one after
// the call was repeated because its session had ended, which Wait and Poll find
// out.
func (j *JobOf[P]) UUID() string {
	if j == nil || j.raw == nil {
		return ""
	}
	return j.raw.latest().id()
}

// Wait polls until the job ends and returns its result. It can be called again,
// and from several goroutines; an ended job answers without asking the server.
//
// Broken connections, 5xx from proxies and a server that restarts do not end it, nor
// do the first few 404s that are not the server's own words for a job that it does not
// know. What does is the job's end, a [*JobExpiredError] when the server knows no such
// job, an [*UnknownOutcomeError] when it knows none less than three hours after it took
// the call, another refusal, and ctx: then the error is an [*Error] that carries
// the job uuid, and the job goes on. So it does when the server could not be asked
// for three hours, after which it forgets the result.
func (j *JobOf[P]) Wait(ctx context.Context) (P, error) {
	var none P
	if j == nil || j.raw == nil {
		return none, errNoJob()
	}
	result := reflect.New(reflect.TypeFor[P]().Elem()).Interface()
	if err := j.raw.wait(ctx, result); err != nil {
		return none, err
	}
	return result.(P), nil
}

// Poll asks the server once whether the job has ended; Wait then returns at
// once. The error is about the asking, not about how the job ended.
func (j *JobOf[P]) Poll(ctx context.Context) (ended bool, err error) {
	if j == nil || j.raw == nil {
		return false, errNoJob()
	}
	ended, err = j.raw.latest().poll(ctx, false)
	last := j.raw.latest()
	if ended = ended && last.hasEnded(); ended && last.hears() {
		return last.hearOnce(ctx)
	}
	return ended, err
}

func errNoJob() error {
	return &ValidationError{Field: "job", Constraint: ConstraintRequired, Reason: "is nil or empty; Start and ResumeJob make one"}
}

// A job is a Job without its type.
type job struct {
	client       *Client
	action       string
	method, path string
	interval     time.Duration // fixed; 0 for one that grows
	pollAfter    time.Duration // before which it is not asked for
	whole        *whole        // what the result has to hold; nil for nothing
	report       *reporter     // tells the progress; nil where nobody wants to know
	deadline     time.Time     // zero for none
	accepted     time.Time     // zero for a resumed job
	allowed      time.Duration // what the server gives the call; 0 for what it usually does
	hooked       bool          // the server was asked to tell the webhook of the end
	async        bool          // the action usually runs as a job
	jobless      bool          // the server runs nothing as a job, as far as is known
	reads        bool          // the call changes nothing

	ended chan struct{} // closed when there is a result, an error or a successor
	poke  chan struct{} // holds something when a job with a webhook should be polled at once
	turn  chan struct{} // held by who repeats or settles the call; nil where nobody does

	garbled atomic.Int32 // results that could not be read

	mu     sync.Mutex
	uuid   string
	err    error
	next   *job   // the call's repetition, after its session had ended
	heir   string // the uuid of that, once it is known that the session has ended
	trying bool   // somebody is repeating the call

	repeated bool // the call may have run twice
	reused   bool // the caller chose the job uuid, perhaps that of an earlier call

	ownTimeout bool // the caller chose what the server gives the call

	*hidden
}

// hidden is the part of a job that can hold secrets. It is behind a pointer of
// its own because fmt looks behind the first one, with verbs such as %s.
type hidden struct {
	sent    authorization    // what the call was sent with
	own     bool             // that is the action's own, and not the client's
	carried []string         // the secrets among the call's parameters
	learned []string         // what else the call carried that no error may show; guarded by the job's mu
	result  *wire.Document   // the reply that ended the job; guarded by the job's mu
	body    []byte           // the reply to the call itself, where that was the result
	doubt   *doubt           // what has to be settled first; guarded by the job's mu
	into    *json.RawMessage // where the first wait puts the result as it came; guarded by the job's mu
	made    *creation        // what the call creates; nil where that is not known
	word    *word            // what that has said; nil where nothing returns it

	again *repetitions // calls again; nil when that must not be
}

// credentials are the action's own, for polls; empty to use the client's.
func (h *hidden) credentials() authorization {
	if h.own {
		return h.sent
	}
	return authorization{}
}

func newJob(c *Client, uuid string) *job {
	return &job{
		client: c, uuid: uuid, hidden: new(hidden),
		ended: make(chan struct{}),
	}
}

func (j *job) id() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.uuid
}

// learn notes secrets of the call.
func (j *job) learn(secrets ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.learned = append(j.learned[:len(j.learned):len(j.learned)], secrets...)
}

// secrets are the secrets of the call.
func (j *job) secrets() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := append([]string{j.sent.session, j.sent.secret}, j.learned...)
	return append(list, j.carried...)
}

// latest is the job, or what came of repeating its call.
func (j *job) latest() *job {
	for {
		j.mu.Lock()
		next := j.next
		j.mu.Unlock()
		if next == nil {
			return j
		}
		j = next
	}
}

func (j *job) hasEnded() bool {
	select {
	case <-j.ended:
		return true
	default:
		return false
	}
}

// relocate takes the time that the server gives the call, and the job's uuid from its
// word for where that is. The rest of the location can be an inner address and is never used.
func (j *job) relocate(body []byte) {
	var given struct {
		APITimeout int64 `json:"apiTimeout"` // in milliseconds
	}
	if j.client.decoder().Decode(body, &given) == nil && given.APITimeout > 0 && !j.ownTimeout {
		j.allowed = max(j.allowed, time.Duration(min(given.APITimeout, mostAllowed.Milliseconds()))*time.Millisecond)
	}
	var where struct {
		Location string `json:"location"`
	}
	if j.client.decoder().Decode(body, &where) != nil {
		return
	}
	uuid := where.Location[strings.LastIndexByte(where.Location, '/')+1:]
	if !isUUID(uuid) || uuid == j.id() {
		return
	}
	j.mu.Lock()
	j.uuid = uuid
	j.mu.Unlock()
	if j.hooked {
		j.client.webhook.watch(j)
	}
}

// wait waits until the job has ended and decodes its result.
func (j *job) wait(ctx context.Context, result any) error {
	if ctx == nil {
		return &ValidationError{Action: j.action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if !j.deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, j.deadline)
		defer cancel()
	}
	for {
		j = j.latest()
		if err := j.await(ctx); err != nil {
			return err
		}
		if j.latest() == j {
			break
		}
	}
	if err := j.outcome(ctx); err != nil {
		return err
	}
	if err := j.complete(ctx); err != nil {
		return err
	}
	j.mu.Lock()
	doc := j.result
	if j.into != nil {
		*j.into, j.into = bytes.Clone(doc.Data()), nil // once: after that, its owner may read it
	}
	j.mu.Unlock()
	if err := j.client.decodeDocument(doc, result, j.suspicion()); err != nil {
		return j.wrap(http.StatusOK, err)
	}
	return nil
}

// suspicion says how a change can end with what is no result of it. What a call that
// only reads ends with is believed.
func (j *job) suspicion() suspicion {
	switch {
	case j.reads:
		return suspicion{}
	case j.body != nil:
		return suspicion{explanation: "this server seems to lack the API, and to have run another one that has the same path"}
	default:
		return suspicion{
			explanation: "the job seems to be of another action, or this server to lack the API",
			chosen:      j.reused || j.accepted.IsZero(), // a resumed job was not accepted here
		}
	}
}

// await polls until the job has ended or been repeated.
func (j *job) await(ctx context.Context) error {
	if err := j.ascertain(ctx); err != nil && !j.hasEnded() {
		return err
	}
	// A job that was just accepted has not ended; one that was resumed may have
	// long ago, and is asked for at once.
	pause, began := time.Duration(0), time.Now()
	if !j.accepted.IsZero() && !j.hasEnded() {
		began = j.accepted
		pause = max(j.delay(0), j.pollAfter) - time.Since(began)
		if time.Since(began) < leastPoll {
			defer j.remember()
		}
	}
	if !j.relies() && !j.hasEnded() {
		// Thousands that begin to wait at once must not all ask at once: those on
		// their way at the same time take the memory, and the connections.
		if others := j.client.limiter.spacing(); others > 0 {
			pause = max(pause, rand.N(others))
		}
		requests := int64(1)
		if j.report != nil {
			requests++
		}
		j.client.limiter.watched.Add(requests)
		defer j.client.limiter.watched.Add(-requests)
	}
	var fault error // what kept the server from being asked, last
	faults, since := 0, time.Now()
	for !j.hasEnded() {
		switch err := j.rest(ctx, pause); {
		case j.hasEnded():
			return nil
		case err != nil:
			return j.leave(err, fault)
		}
		ended, err := j.pollAside(ctx)
		var unknown *UnknownOutcomeError
		switch {
		case ended:
			return nil
		case err == nil && j.isForgotten(ctx, time.Since(began)):
			j.end(nil, j.unknown(errForgotten))
			return nil
		case errors.As(err, &unknown):
			return err // the call's repetition was cut off
		case err == nil:
			fault, faults, since = nil, 0, time.Now()
			j.report.report(ctx, j.id(), j.progressAside)
			pause = j.delay(time.Since(began))
		case ctx.Err() != nil:
			return j.leave(contextError(ctx), fault)
		case !j.mayPass(err) || time.Since(since) > jobLifetime:
			return err
		default:
			fault = err
			pause = backoff(faults)
			if !j.relies() {
				pause = max(pause, j.delay(time.Since(began)))
			}
			pause = max(pause, wishOf(err))
			faults++
		}
	}
	return nil
}

const (
	// jobLifetime is how long a server keeps the result of a job.
	jobLifetime = 3 * time.Hour
	// hookedDelay is how often a job is asked for whose end the server is to tell:
	// callbacks get lost.
	hookedDelay = 30 * time.Second
	// pollPatience is how long a poll may take, which is no work for the server.
	pollPatience = 30 * time.Second
	// mostGarbled is how often a result that comes cut short, or as something else
	// than a result, is asked for again.
	mostGarbled = 5
)

// relies reports whether the job's end is left to the webhook to tell.
func (j *job) relies() bool { return j.hooked && j.report == nil }

// delay is how long to wait before the next poll of a job of this age.
func (j *job) delay(age time.Duration) time.Duration {
	switch {
	case j.interval > 0:
		return j.interval
	case j.relies():
		return hookedDelay
	}
	return max(j.client.schedule.pause(j.action, age), j.client.limiter.spacing())
}

// pollAside polls in a goroutine of its own, whose stack grows for that and is used
// again by others: ten thousand callers who wait keep theirs small. What ends that
// goroutine ends the caller's.
func (j *job) pollAside(ctx context.Context) (ended bool, err error) {
	aside(func() { ended, err = j.poll(ctx, true) })
	return ended, err
}

// progressAside asks for the progress as pollAside does for the job.
func (j *job) progressAside(ctx context.Context) (tasks []types.TaskProgressInventory, err error) {
	aside(func() { tasks, err = j.progress(ctx, asPoll) })
	return tasks, err
}

// remember notes how long the job took, for those that come later. Failures say
// little about that.
func (j *job) remember() {
	j.mu.Lock()
	succeeded := j.err == nil
	j.mu.Unlock()
	if j.hasEnded() && succeeded {
		j.client.schedule.note(j.action, time.Since(j.accepted))
	}
}

// expect prepares the job to ask what it creates.
func (j *job) expect(made *creation) {
	if j.made = made; made == nil || made.query == nil {
		return
	}
	j.word = new(word)
	if j.turn == nil {
		j.turn = make(chan struct{}, 1)
	}
}

// rest waits for a while, or until there is reason to go on at once.
func (j *job) rest(ctx context.Context, d time.Duration) error {
	timer := j.client.alarms.set(d)
	defer j.client.alarms.stop(timer)
	if j.client.isClosed() { // an alarm that was set before that rings
		return ErrClosed
	}
	select {
	case <-j.ended:
	case <-timer.rings:
		if j.client.isClosed() {
			return ErrClosed
		}
	case <-j.poke:
	case <-ctx.Done():
		return contextError(ctx)
	}
	return nil
}

// rest waits for a while.
func (c *Client) rest(ctx context.Context, d time.Duration) error {
	timer := c.alarms.set(d)
	defer c.alarms.stop(timer)
	if !c.isClosed() { // an alarm that was set before that rings
		select {
		case <-timer.rings:
		case <-ctx.Done():
			return contextError(ctx)
		}
	}
	if c.isClosed() {
		return ErrClosed
	}
	return nil
}

// error makes an error of the call.
func (j *job) error(status int, err error) *Error {
	return &Error{
		Action: j.action, Server: j.client.server(), Method: j.method, Path: j.path,
		Status: status, JobUUID: j.id(), Err: err, jobless: j.jobless,
	}
}

const (
	// allowedMargin is how much longer than the server gives a call it is waited for.
	allowedMargin = time.Hour
	// mostAllowed bounds what a server says that it gives a call.
	mostAllowed = 365 * 24 * time.Hour
)

// ownTime is how long the server can take for the call.
func (j *job) ownTime() time.Duration {
	if j.allowed == 0 {
		return jobLifetime + allowedMargin
	}
	return j.allowed + allowedMargin
}

// errForgotten says that a job runs for longer than jobs do.
var errForgotten = errors.New("the job has been running for longer than the server gives it, perhaps since the node that ran it was restarted")

// isForgotten reports whether a job that is said to run surely does not. A node that
// ended in the middle of it goes on saying so after its restart.
func (j *job) isForgotten(ctx context.Context, age time.Duration) bool {
	_, limited := ctx.Deadline()
	return !limited && age > j.ownTime()
}

// leave is the error of a wait that ended before the job.
func (j *job) leave(err, fault error) error {
	j.mu.Lock()
	uuid, rest := j.uuid, "the job goes on"
	switch {
	case j.heir != "" && j.trying:
		uuid, rest = j.heir, "the server did not run the call, whose session had ended, and another wait sends it again"
	case j.heir != "":
		rest = "the server did not run the call, whose session had ended, and it was not sent again"
	}
	j.mu.Unlock()
	e := j.error(0, &leftError{err, fault, rest})
	e.JobUUID = uuid
	return e
}

// A leftError says why nobody waits for a job any more, and what becomes of it.
type leftError struct {
	reason, fault error
	rest          string
}

func (e *leftError) Error() string {
	text := whatOf(e.reason) + "; " + e.rest
	if e.fault != nil {
		text += ", and when it was last asked for: " + whatOf(e.fault)
	}
	return text
}

func (e *leftError) Unwrap() error { return e.reason }

// poll asks for the job once. In a wait, which asks again in its own time, a poll
// is sent only once.
func (j *job) poll(ctx context.Context, waits bool) (ended bool, err error) {
	if ctx == nil {
		return false, &ValidationError{Action: j.action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if j.hasEnded() {
		return true, nil
	}
	rep, err := j.ask(ctx, waits)
	switch {
	case err != nil:
		return false, err
	case rep.status == http.StatusAccepted:
		return false, nil
	case rep.status == http.StatusNotFound && j.isDoubtful():
		return false, nil // it may be on its way
	case rep.status == http.StatusNotFound:
		j.end(nil, j.goneError())
		return true, nil
	}
	failure := j.failure(rep)
	var garbled *Error
	if errors.As(failure, &garbled) && garbled.Code == nil && j.garbled.Add(1) <= mostGarbled {
		return false, j.wrap(0, garbled.Err)
	}
	if j.again != nil && j.mayRepeat(failure) {
		return j.repeat(ctx, failure)
	}
	j.conclude(rep, failure)
	return true, nil
}

// ask asks for the job once and returns a reply that tells of it. The configured
// server is asked, with credentials although it needs none.
func (j *job) ask(ctx context.Context, once bool) (*reply, error) {
	c, uuid := j.client, j.id()
	if c.isClosed() {
		return nil, j.leave(ErrClosed, nil)
	}
	r := &request{action: j.action, method: http.MethodGet, read: true, session: true, credentials: j.credentials(), secrets: j.secrets()}
	r.job = uuid
	r.path = "/api-jobs/" + escapeSegment(uuid)
	r.plain = "/api-jobs/" + uuid
	r.shown = r.plain
	g := j.credentials()
	if g.empty() {
		if g = c.fixed(); c.sessions != nil {
			g.session = c.sessions.forPoll(ctx)
		}
	}
	rep, err := c.send(ctx, r, g, sendOptions{rank: forPoll, once: once, patience: pollPatience})
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
		if isErrorObject(rep.body) {
			return rep, nil
		}
	}
	return nil, j.failure(rep)
}

// isPassing reports whether what kept a job from being asked for can pass.
func isPassing(err error) bool {
	var e *Error
	switch {
	case !errors.As(err, &e) || errors.Is(err, ErrClosed) || errors.Is(err, errTooLarge) || isCertificateError(err):
		return false
	case e.Status == 0 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooManyRequests:
		return true
	default:
		return e.Status >= 500
	}
}

// mayPass reports whether to ask for the job again after an error. A 404 that is not
// the server's own comes from what stands in its place for a while, or for good.
func (j *job) mayPass(err error) bool {
	var e *Error
	if errors.As(err, &e) && e.Status == http.StatusNotFound {
		return j.garbled.Add(1) <= mostGarbled
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
	e := &JobExpiredError{Action: j.action, Server: j.client.server(), JobUUID: j.id()}
	if j.made != nil {
		e.ResourceUUID = j.made.uuid
	}
	return e
}

// conclude ends the job with a reply that decides it, and the error in it.
func (j *job) conclude(rep *reply, failure error) {
	switch {
	case failure != nil:
		if isSessionEnd(failure) {
			j.dropSession()
		}
		j.end(nil, failure)
	case rep.status == http.StatusNoContent:
		j.end(j.client.decoder().EmptyDocument(), nil)
	default:
		j.end(rep.result, nil)
	}
}

// dropSession forgets the session that the call was sent with, which the server
// does not know any more.
func (j *job) dropSession() {
	if c := j.client; c.sessions != nil && j.sent.session != "" {
		c.sessions.drop(j.sent.session)
	}
}

func (j *job) end(result *wire.Document, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.hasEnded() {
		return
	}
	j.result, j.err = result, err
	close(j.ended)
	if j.hooked {
		j.client.webhook.forget(j.uuid, j)
	}
}

// wrap makes an Error of what went wrong on our side of a call.
func (j *job) wrap(status int, err error) error {
	var refused *ValidationError
	if errors.Is(err, ErrClosed) || errors.As(err, &refused) && !isLoginError(err) {
		return err
	}
	e := j.error(status, masked(err, j.secrets()))
	var login *Error
	if isLoginError(err) && errors.As(err, &login) {
		// What the server said to the login is why the call failed.
		e.Status, e.Code = login.Status, login.Code
	}
	return e
}
