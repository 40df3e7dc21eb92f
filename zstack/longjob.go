package zstack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/internal/aside"
	"github.com/zstack-go/zstack-go/internal/longjob"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/progress"
	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/types"
)

// A TypedAction is an action with a Call method that returns its result, to which P
// points. All of package actions are.
type TypedAction[P any] interface {
	Action
	Call(ctx context.Context, c *Client, options ...CallOption) (P, error)
}

// LongJob makes a long job of an action, which is to be run by Call or Start and is
// found again by Resume:
//
//	res, err := zstack.LongJob(actions.AddImageAction{...}).Call(ctx, client)
//
// The server runs some actions that take long, such as those that copy images and
// volumes, in a second way besides their own: as a long job, which it keeps in its
// database. A long job outlives a restart of the server and the three hours after which
// a job is forgotten, it shows in the server's user interface, most of them tell their
// progress ([WithProgress]), and some can be canceled. An action whose
// [ActionInfo] does not say LongJob is refused with a [*ValidationError].
func LongJob[P any](a TypedAction[P]) LongAction[P] { return LongAction[P]{a} }

// A LongAction is an action that is to run as a long job. [LongJob] makes one.
type LongAction[P any] struct {
	action TypedAction[P]
}

// Call submits the long job and waits for its end, as Start and [LongJobOf.Wait] do.
func (l LongAction[P]) Call(ctx context.Context, c *Client, options ...CallOption) (P, error) {
	var none P
	job, err := l.Start(ctx, c, options...)
	if err != nil {
		return none, err
	}
	return job.Wait(ctx)
}

// Start submits the long job and returns without waiting for it. The action is checked
// as in a call of its own, first by the client and then by the server: what the server
// finds wrong with it is the error of Start, and there is no long job.
//
// A submission whose reply is lost is settled as that of any creation is, and so is what
// the action creates, whose uuid follows from the job uuid too. With [WithJobUUID], Start
// first looks for the long job that an earlier Start with the same uuid submitted, however
// long ago, and goes on with that: a program that notes the uuid before it calls submits
// one long job, even if it is killed and started again. (With [WithoutResourceUUIDs] only
// a server that takes the client's job uuid knows it by that.) The calls of
// SubmitLongJobAction do not look, and a server can take a second one with the same
// ResourceUUID as a wish to run the long job again.
func (l LongAction[P]) Start(ctx context.Context, c *Client, options ...CallOption) (*LongJobOf[P], error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	raw, err := c.submitLong(ctx, l.action, options)
	if err != nil {
		return nil, err
	}
	return &LongJobOf[P]{raw}, nil
}

// Resume returns the long job with a uuid that was noted before, perhaps by another
// process, or that somebody else submitted. Of the action only its type matters:
//
//	job := zstack.LongJob(actions.AddImageAction{}).Resume(client, uuid)
//
// It sends nothing and does not know whether there is such a long job: Wait says, with
// an error that [IsNotFound] knows where there is none, and a [*DecodeError] in an [*Error]
// where it is another action's. Of the options, [WithPollInterval], [WithProgress] and
// [WithTimeout] have a meaning here; with another one, the error of Wait is a
// [*ValidationError].
func (l LongAction[P]) Resume(c *Client, uuid string, options ...CallOption) *LongJobOf[P] {
	if err := l.check(); err != nil {
		return &LongJobOf[P]{&longJob{client: c, uuid: uuid, refused: err}}
	}
	return &LongJobOf[P]{c.resumeLong(l.action, uuid, options)}
}

// check refuses an action that returns no result to which a pointer leads.
func (l LongAction[P]) check() error {
	t := reflect.TypeFor[P]()
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return &ValidationError{Action: nameOf(l.action), Field: "result", Constraint: ConstraintType, Reason: "is not a pointer to a struct"}
	}
	return nil
}

// Format prints the action as it prints itself.
func (l LongAction[P]) Format(f fmt.State, verb rune) {
	fmt.Fprintf(f, fmt.FormatString(f, verb), l.action)
}

// LogValue is the action, which says itself what is logged of it.
func (l LongAction[P]) LogValue() slog.Value { return slog.AnyValue(l.action) }

// A LongJobOf is a long job under way, or one that has ended, whose result P points to.
// It is safe for concurrent use. The zero value is not usable: Start and Resume of a
// [LongAction] return one.
type LongJobOf[P any] struct {
	raw *longJob
}

// UUID returns the uuid of the long job, which Resume takes.
func (j *LongJobOf[P]) UUID() string {
	if j == nil || j.raw == nil {
		return ""
	}
	return j.raw.uuid
}

// Wait polls until the long job has ended and returns the action's result. It can be
// called again, and from several goroutines. A long job that the server has suspended,
// as it does while a host cannot be reached, goes on being waited for: an administrator
// resumes it.
//
// The server keeps the result of some long jobs and not of others, which depends on the
// action and the release. Where it keeps none, the result has the resource that the action
// created, as its query reads it, if the action's [ActionInfo] has a ResourceUUID and
// SettledBy; otherwise its fields are zero, and success is all that is known.
//
// What does not end the wait, and what does, is as for [Job.Wait], but that a long job
// is not forgotten: errors are an [*Error] with the LongJobUUID. The error of a long job
// that failed has what the server kept of the reason, which often lacks the code; that of
// one that was canceled is found by errors.Is(err, types.LongJobCanceled). One that was
// deleted is an error that [IsNotFound] knows.
func (j *LongJobOf[P]) Wait(ctx context.Context) (P, error) {
	var none P
	if j == nil || j.raw == nil {
		return none, errNoLongJob()
	}
	result := reflect.New(reflect.TypeFor[P]().Elem()).Interface()
	if err := j.raw.wait(ctx, result); err != nil {
		return none, err
	}
	return result.(P), nil
}

// Inventory asks the server once for its record of the long job, which has its State,
// and, when it is over, what the server keeps of its result and how long it took.
func (j *LongJobOf[P]) Inventory(ctx context.Context) (*types.LongJobInventory, error) {
	if j == nil || j.raw == nil {
		return nil, errNoLongJob()
	}
	return j.raw.look(ctx)
}

// Progress returns how far the long job has come, in the server's words: none for one
// that does not tell, and after its end. [WithProgress] tells it during a wait.
func (j *LongJobOf[P]) Progress(ctx context.Context) ([]types.TaskProgressInventory, error) {
	if j == nil || j.raw == nil {
		return nil, errNoLongJob()
	}
	row, err := j.raw.look(ctx)
	if err != nil {
		return nil, err
	}
	return j.raw.client.progress(ctx, row.APIID, j.raw.credentials)
}

// Cancel asks the server to stop the long job, which not all of them allow and which
// takes its time: Wait says when it has stopped. What was done until then is not undone
// unless the action's own documentation says so. A long job that is over already, or
// cannot be stopped, is the server's error.
func (j *LongJobOf[P]) Cancel(ctx context.Context) error {
	if j == nil || j.raw == nil {
		return errNoLongJob()
	}
	if j.raw.refused != nil {
		return j.raw.refused
	}
	return j.raw.client.Call(ctx, ownAction{info: &cancelLongJob, UUID: j.raw.uuid}.as(j.raw.credentials), nil)
}

func errNoLongJob() error {
	return &ValidationError{Field: "job", Constraint: ConstraintRequired, Reason: "is nil or empty; Start and Resume of a LongAction make one"}
}

// A longJob is a LongJobOf without its type.
type longJob struct {
	client   *Client
	info     *ActionInfo
	uuid     string
	refused  error // why it cannot be used
	interval time.Duration
	report   *progress.Reporter
	deadline time.Time // zero for none
	began    time.Time // zero for one that was resumed

	mu   sync.Mutex
	over *types.LongJobInventory // as it ended; nil before

	*unprinted
}

// unprinted is the part of a long job that can hold secrets, behind a pointer of its own
// as in [job].
type unprinted struct {
	credentials authorization // the action's own credentials; empty to use the client's
	secrets     []string      // the action's
	made        *resource
}

func isLong(info *ActionInfo) error {
	if !info.LongJob {
		return &ValidationError{Action: info.Name, Constraint: ConstraintType, Reason: "cannot run as a long job, by what is known of it (see ActionInfo)"}
	}
	return nil
}

// submitLong submits a long job.
func (c *Client) submitLong(ctx context.Context, a Action, options []CallOption) (*longJob, error) {
	if err := c.accepts(ctx, a); err != nil {
		return nil, err
	}
	b, err := newBuilder(a, c.product)
	if err != nil {
		return nil, err
	}
	if err := isLong(b.info); err != nil {
		return nil, err
	}
	o, err := readCallOptions(b.info.Name, useLong, options)
	if err != nil {
		return nil, err
	}
	o.firstUUID = cmp.Or(o.jobUUID, NewJobUUID())
	l, r, err := c.prepareLong(b, o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := o.limit(ctx)
	defer cancel()
	if o.jobUUID != "" {
		earlier := Eq("apiId", o.jobUUID)
		if r.made != nil {
			earlier = Eq("uuid", r.made.uuid)
		}
		if row, err := l.find(ctx, earlier); err != nil || row != nil {
			if err == nil {
				err = l.adopt(row)
			}
			return l, err
		}
	}
	return l, l.submit(ctx, r, o)
}

// prepareLong makes the long job of an action, and the request that submits it.
func (c *Client) prepareLong(b *builder, o callConfig) (*longJob, *request, error) {
	named := c.namedAfter(o.firstUUID)
	b.nameResource(named)
	data, refused := b.Object()
	if refused != nil {
		return nil, nil, violation(b.info.Name, refused)
	}
	own := b.request.credentials
	submit := ownAction{info: &submitLongJob, JobName: longjob.Name(b.info.Name), JobData: string(data), RequestIP: b.request.requestIP}.as(own)
	r, err := prepare(submit, c.product, named, nil)
	if err != nil {
		return nil, nil, err
	}
	r.secrets = append(r.secrets, b.request.secrets...)
	l := &longJob{client: c, info: b.info, interval: o.interval, report: o.report, began: time.Now(),
		unprinted: &unprinted{credentials: own, secrets: r.secrets, made: b.request.made}}
	if o.timeout > 0 {
		l.deadline = l.began.Add(o.timeout)
	}
	return l, r, nil
}

// submit calls the action that submits the long job.
func (l *longJob) submit(ctx context.Context, r *request, o callConfig) error {
	o.report, o.interval = nil, 0 // they are about the long job
	var result struct {
		Inventory *types.LongJobInventory `json:"inventory"`
	}
	if err := l.client.newCall(r, o).run(ctx, &result); err != nil {
		return err
	}
	if result.Inventory == nil || result.Inventory.UUID == "" {
		return l.said(&DecodeError{Field: "inventory", Err: errors.New("is missing, so that it is unknown which long job was submitted")})
	}
	l.uuid = result.Inventory.UUID
	return nil
}

// adopt makes the long job one that was submitted earlier.
func (l *longJob) adopt(row *types.LongJobInventory) error {
	l.uuid, l.began = row.UUID, time.Time{}
	return l.isOurs(row)
}

// resumeLong returns a long job that was submitted before.
func (c *Client) resumeLong(a Action, uuid string, options []CallOption) *longJob {
	l := &longJob{client: c, uuid: uuid, unprinted: new(unprinted)}
	if l.refused = c.usable(nameOf(a)); l.refused != nil {
		return l
	}
	v, err := structOf(a)
	if err != nil {
		l.refused = err
		return l
	}
	if l.info = a.ActionInfo(); l.info == nil {
		l.refused = &ValidationError{Action: v.Type().Name(), Constraint: ConstraintType, Reason: "does not describe a call: its ActionInfo is nil"}
		return l
	}
	o, err := readCallOptions(l.info.Name, useLongResume, options)
	l.refused = cmp.Or(isLong(l.info), err)
	if l.refused == nil && params.BadSegment(uuid) != "" {
		l.refused = &ValidationError{Action: l.info.Name, Field: "uuid", Constraint: ConstraintPath, Reason: params.BadSegment(uuid) + " and is not the uuid of a long job"}
	}
	l.interval, l.report = o.interval, o.report
	if o.timeout > 0 {
		l.deadline = time.Now().Add(o.timeout)
	}
	return l
}

// error makes an error of the long job.
func (l *longJob) error(err error) *Error {
	e := &Error{Action: l.info.Name, Server: l.client.server(), LongJobUUID: l.uuid}
	if err != nil {
		e.Err = redact.Error(err, l.secrets)
	}
	return e
}

// said is an error of what the server said of the long job, which another question does
// not mend.
func (l *longJob) said(err error) *Error {
	e := l.error(err)
	e.Status = http.StatusOK
	return e
}

// find asks for the one long job that a condition selects; nil when there is none.
func (l *longJob) find(ctx context.Context, condition Condition, options ...CallOption) (*types.LongJobInventory, error) {
	var result struct {
		Inventories []types.LongJobInventory `json:"inventories"`
	}
	err := l.client.Call(ctx, ownAction{info: &queryLongJob, Conditions: Where(condition)}.as(l.credentials), &result, options...)
	if err != nil || len(result.Inventories) == 0 {
		return nil, err
	}
	return &result.Inventories[0], nil
}

// look asks for the long job once.
func (l *longJob) look(ctx context.Context, options ...CallOption) (*types.LongJobInventory, error) {
	if l.refused != nil {
		return nil, l.refused
	}
	row, err := l.find(ctx, Eq("uuid", l.uuid), options...)
	switch {
	case err != nil:
		return nil, err
	case row == nil:
		return nil, l.said(ErrNotFound)
	}
	return row, l.isOurs(row)
}

// isOurs refuses a long job of another action.
func (l *longJob) isOurs(row *types.LongJobInventory) error {
	if want := longjob.Name(l.info.Name); row.JobName != want {
		return l.said(&DecodeError{Field: "jobName", Err: fmt.Errorf("got %s, want %s: the long job is another action's", redact.Brief(row.JobName), want)})
	}
	return nil
}

// wait waits until the long job is over and reads its result.
func (l *longJob) wait(ctx context.Context, result any) error {
	switch {
	case l.refused != nil:
		return l.refused
	case ctx == nil:
		return &ValidationError{Action: l.info.Name, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if !l.deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, l.deadline)
		defer cancel()
	}
	row, err := l.await(ctx)
	if err != nil {
		return err
	}
	return l.outcome(ctx, row, result)
}

// await polls until the long job is over.
func (l *longJob) await(ctx context.Context) (*types.LongJobInventory, error) {
	l.mu.Lock()
	over := l.over
	l.mu.Unlock()
	if over != nil {
		return over, nil
	}
	w := l.client.watch()
	defer w.end()
	w.key, w.interval = "long job of "+l.info.Name, l.interval
	if l.report != nil {
		w.add(1)
	}
	if !l.began.IsZero() {
		w.began = l.began
	}
	row, seen, err := l.poll(ctx, w)
	var refused *ValidationError
	switch {
	case err == nil:
	case ctx.Err() != nil || errors.Is(err, ErrClosed):
		return nil, l.error(&leftError{reason: err, rest: "the long job goes on"})
	case errors.As(err, &refused) && !isLoginError(err):
		return nil, err
	default:
		return nil, l.named(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over == nil {
		if l.over = row; seen && !l.began.IsZero() && row.State == types.LongJobStateSucceeded {
			l.client.schedule.Note(w.key, time.Since(l.began))
		}
	}
	return l.over, nil
}

// poll asks for the long job until it is over. seen says that it was not at first.
func (l *longJob) poll(ctx context.Context, w *watch) (row *types.LongJobInventory, seen bool, err error) {
	err = w.until(ctx, func() (bool, error) {
		var err error
		aside.Run(func() { row, err = l.look(ctx, asPoll) })
		if err != nil {
			return false, err
		}
		if longjob.IsOver(row.State) {
			return true, nil
		}
		seen = true
		l.report.Report(ctx, row.APIID, func(ctx context.Context) (tasks []types.TaskProgressInventory, err error) {
			aside.Run(func() { tasks, err = l.client.progress(ctx, row.APIID, l.credentials, asPoll) })
			return tasks, err
		})
		return false, nil
	})
	return row, seen, err
}

// named adds the long job to the error of a question about it.
func (l *longJob) named(err error) error {
	var e *Error
	if errors.As(err, &e) && e.LongJobUUID == "" {
		known := *e
		known.LongJobUUID = l.uuid
		return &known
	}
	return err
}

// outcome is the error of a long job that is over. When it succeeded, its result is read.
func (l *longJob) outcome(ctx context.Context, row *types.LongJobInventory, result any) error {
	if code := longjob.Failure(l.client.decoder(), row); code != nil {
		refusal.Hide(code, redact.Hider(l.secrets))
		e := l.said(nil)
		e.Code = code
		return e
	}
	kept, err := longjob.Kept(l.client.decoder(), row.JobResult, reflect.TypeOf(result).Elem())
	if err == nil && kept == nil {
		kept, err = l.created(ctx, row)
	}
	if err == nil && kept != nil {
		err = l.client.decodeResult(kept, result)
	}
	var decoding *DecodeError
	if errors.As(err, &decoding) {
		return l.said(err)
	}
	return err
}

// created reads what the action created as its result; nil where nothing says which
// resource that is, or it is gone.
func (l *longJob) created(ctx context.Context, row *types.LongJobInventory) ([]byte, error) {
	made := l.made
	if made == nil && l.info.SettledBy != nil {
		made = &resource{uuid: longjob.Created(row, l.info.ResourceUUID), query: l.info.SettledBy}
	}
	if made == nil || made.query == nil || params.BadSegment(made.uuid) != "" {
		return nil, nil
	}
	asking := &call{client: l.client, request: &request{credentials: l.credentials, secrets: l.secrets}}
	seen, err := asking.look(ctx, &resource{uuid: made.uuid, query: made.query})
	if err != nil {
		return nil, l.named(err)
	}
	return seen.Result, nil
}
