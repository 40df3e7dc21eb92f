package zstack

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/network"
)

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
	result   []byte           // the reply that ended the job
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
		j.end(rep.result(), nil)
		return
	}
	if isSessionEnd(failure) {
		j.dropSession()
	}
	j.end(nil, failure)
}

func (j *job) end(result []byte, err error) {
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
