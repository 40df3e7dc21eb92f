package zstack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/types"
)

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
	o.firstUUID = orNewJobUUID(o.jobUUID)
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
	submit := ownAction{info: &submitLongJob, JobName: longjob.Name(b.info.Name), JobData: types.Secret(data), RequestIP: b.request.requestIP}.as(own)
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
		err = l.client.decodeResult(kept, result, schema.Suspicion{})
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
