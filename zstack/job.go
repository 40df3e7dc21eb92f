package zstack

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/wire"
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
	return &Job[T]{raw: c.resume(uuid, options)}
}

func (c *Client) resume(uuid string, options []CallOption) *job {
	o, err := readCallOptions("", useResume, options)
	switch unusable := c.usable(""); {
	case unusable != nil:
		err = unusable
	case err == nil && badSegment(uuid) != "":
		err = &ValidationError{Field: "uuid", Constraint: ConstraintPath, Reason: badSegment(uuid) + " and is no job uuid"}
	}
	k := c.newCall(&request{method: http.MethodGet, shown: "/api-jobs/" + uuid}, o)
	k.jobUUID = uuid
	j := newJob(k)
	j.jobless = false
	if err != nil {
		j.end(nil, err)
	}
	if o.timeout > 0 {
		j.deadline = time.Now().Add(o.timeout)
	}
	return j
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
	if ended = ended && last.hasEnded(); ended && last.hasInquiry() {
		return last.inquireOnce(ctx)
	}
	return ended, err
}

func errNoJob() error {
	return &ValidationError{Field: "job", Constraint: ConstraintRequired, Reason: "is nil or empty; Start and ResumeJob make one"}
}

// A job is a Job without its type: a call that has to be waited for, as a rule because
// the server runs it as a job.
type job struct {
	*call // behind a pointer, since fmt looks behind the first one, with verbs such as %s
	*jobState

	deadline time.Time     // zero for none
	accepted time.Time     // zero for a resumed job
	allowed  time.Duration // what the server gives the call; 0 for what it usually does
	jobless  bool          // the server runs nothing as a job, as far as is known

	hasWebhook bool // that the server is to tell of the end

	ended chan struct{} // closed when there is a result, an error or a successor
	wake  chan struct{} // holds something when a job with a webhook should be polled at once
	claim chan struct{} // held by who settles the call, makes it again, or asks what it created

	unreadable atomic.Int32 // results that could not be read
}

// jobState is what becomes of a job, some of which is secret.
type jobState struct {
	mu       sync.Mutex
	uuid     string
	result   *wire.Document   // the reply that ended the job
	err      error            // that ended the job
	raw      *json.RawMessage // where the first wait puts the result as it came
	lost     *lostError       // why it has to be settled first that the server has the job
	answered bool             // the reply to the call was its result
	inquiry  creation.Inquiry // into what the call creates

	next      *job   // the call made again, after its session had ended
	nextUUID  string // the job uuid of that, once it is known that the session has ended
	relogging bool   // somebody is making the call again
}

// newJob makes the job of a call.
func newJob(k *call) *job {
	return &job{
		call: k, jobState: &jobState{uuid: k.jobUUID, raw: k.options.raw},
		allowed: cmp.Or(k.options.apiTimeout, k.request.timeout), jobless: !k.request.async,
		ended: make(chan struct{}), claim: make(chan struct{}, 1),
	}
}

func (j *job) id() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.uuid
}

// latest is the job, or that of the call when it was made again last.
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

// lock claims what one of those who wait does for all. Its error is the context's end.
func (j *job) lock(ctx context.Context) error {
	select {
	case j.claim <- struct{}{}:
		return nil
	case <-ctx.Done():
		return network.ContextError(ctx)
	}
}

func (j *job) unlock() { <-j.claim }

const (
	// jobLifetime is how long a server keeps the result of a job.
	jobLifetime = 3 * time.Hour
	// allowedMargin is how much longer than the server gives a call it is waited for.
	allowedMargin = time.Hour
	// mostAllowed bounds what a server says that it gives a call.
	mostAllowed = 365 * 24 * time.Hour
)

// relocate takes the time that the server gives the call, and the job's uuid, from its
// word for where that is, if it has come. The rest of the location can be an inner address
// and is never used.
func (j *job) relocate(rep *reply) {
	if rep == nil || rep.status != http.StatusAccepted {
		return
	}
	var given struct {
		APITimeout int64 `json:"apiTimeout"` // in milliseconds
	}
	if j.client.decoder().Decode(rep.body, &given) == nil && given.APITimeout > 0 && j.options.apiTimeout == 0 {
		j.allowed = max(j.allowed, time.Duration(min(given.APITimeout, mostAllowed.Milliseconds()))*time.Millisecond)
	}
	var where struct {
		Location string `json:"location"`
	}
	if j.client.decoder().Decode(rep.body, &where) != nil {
		return
	}
	uuid := where.Location[strings.LastIndexByte(where.Location, '/')+1:]
	if !creation.IsUUID(uuid) || uuid == j.id() {
		return
	}
	j.mu.Lock()
	j.uuid = uuid
	j.mu.Unlock()
	if j.hasWebhook {
		j.client.webhook.waiting.Add(j.id(), j)
	}
}

// ownTime is how long the server can take for the call.
func (j *job) ownTime() time.Duration {
	if j.allowed == 0 {
		return jobLifetime + allowedMargin
	}
	return j.allowed + allowedMargin
}

// answer ends the job with the reply to the call, which is its result.
func (j *job) answer(rep *reply) {
	j.mu.Lock()
	j.answered = true
	j.mu.Unlock()
	j.conclude(rep, nil)
}

// conclude ends the job with a reply that decides it, and the error in it.
func (j *job) conclude(rep *reply, failure error) {
	if failure == nil {
		j.end(j.client.resultOf(rep), nil)
		return
	}
	if isSessionEnd(failure) {
		j.dropSession()
	}
	j.end(nil, failure)
}

func (j *job) end(result *wire.Document, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.hasEnded() {
		return
	}
	j.result, j.err = result, err
	close(j.ended)
	if j.hasWebhook {
		j.client.webhook.waiting.Remove(j.uuid, j)
	}
}

// error makes an error of the call, with the uuid of its job.
func (j *job) error(status int, err error) *Error {
	e := j.call.error(status, err)
	e.JobUUID, e.jobless = j.id(), j.jobless
	return e
}

// wrap makes an error of what went wrong on our side of the call.
func (j *job) wrap(status int, err error) error { return wrap(j.error(status, nil), j.call, err) }

// unknown says that nobody knows what became of the call.
func (j *job) unknown(err error) *UnknownOutcomeError {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &UnknownOutcomeError{
		Action: j.request.action, Server: j.client.server(), Method: j.request.method, Path: j.request.shown,
		JobUUID: j.uuid, Async: j.request.async, Err: err, Row: j.inquiry.Row, made: j.request.made, jobless: j.jobless,
	}
	if e.made != nil {
		e.ResourceUUID = e.made.uuid
	}
	return e
}
