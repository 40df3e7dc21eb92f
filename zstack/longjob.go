package zstack

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"

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
