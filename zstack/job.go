package zstack

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/zstack-go/zstack-go/internal/params"
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
	case err == nil && params.BadSegment(uuid) != "":
		err = &ValidationError{Field: "uuid", Constraint: ConstraintPath, Reason: params.BadSegment(uuid) + " and is not a job uuid"}
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
