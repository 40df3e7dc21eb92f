package zstack

import (
	"context"
	"errors"
	"time"

	"github.com/zstack-go/zstack-go/types"
)

// ErrNotCancelable is found by errors.Is in the error of [Job.Cancel] when the
// server has no way to stop the call.
var ErrNotCancelable = errors.New("the call is not a long job, and only long jobs can be canceled")

// Cancel asks the server to stop the call. Only long jobs can be stopped: calls of
// SubmitLongJobAction, and of those actions whose result is a LongJobInventory
// (RerunLongJobAction, UpdateClusterOSAction and others). For all others the error
// is an [*Error] with [ErrNotCancelable], and the call goes on. A long job that is
// over already is the server's error. To find out what the call is takes up to two
// seconds. A client with [WithReadOnly] refuses to cancel anything, and sends nothing.
//
// The server stops a long job in its own time; its state, which
// QueryLongJobAction reads, says when it has. What was done until then is not
// undone unless the job's own documentation says so.
func (j *JobOf[P]) Cancel(ctx context.Context) error {
	if j == nil || j.raw == nil {
		return errNoJob()
	}
	return j.raw.latest().cancel(ctx)
}

// longJobPatience is how long a call that was accepted may take to begin its long
// job.
const longJobPatience = 2 * time.Second

func (j *job) cancel(ctx context.Context) error {
	if j.client.usable("") != nil {
		return j.err // of a job that could not be resumed
	}
	if err := j.client.refuseChange(ctx, ownAction{info: &cancelLongJob}); err != nil {
		return err // before it is asked what there is to cancel
	}
	var uuid string
	// The long job comes into being shortly after the call was accepted.
	for began := time.Now(); ; {
		j = j.latest()
		over := j.hasEnded() || time.Since(began) > longJobPatience
		var err error
		if uuid, err = j.longJob(ctx); err != nil {
			return err
		}
		if uuid != "" {
			break
		}
		if over {
			return j.error(0, ErrNotCancelable)
		}
		if err := j.rest(ctx, 100*time.Millisecond); err != nil {
			return j.leave(err, nil)
		}
		if _, err := j.poll(ctx, false); err != nil {
			return err
		}
	}
	return j.client.Call(ctx, ownAction{info: &cancelLongJob, UUID: uuid}.as(j.request.credentials), nil)
}

// longJob returns the uuid of the long job that the call began, if it did.
func (j *job) longJob(ctx context.Context) (string, error) {
	var result struct {
		Inventories []types.LongJobInventory `json:"inventories"`
	}
	err := j.client.Call(ctx, ownAction{info: &queryLongJob, Conditions: Where(Eq("apiId", j.id()))}.as(j.request.credentials), &result)
	if err != nil || len(result.Inventories) == 0 {
		return "", err
	}
	return result.Inventories[0].UUID, nil
}

// Progress returns how far the call has come, in the server's words: none before
// it began and for calls that do not tell, and the last ones for some time after
// it has ended. [WithProgress] tells it during a wait.
func (j *JobOf[P]) Progress(ctx context.Context) ([]types.TaskProgressInventory, error) {
	if j == nil || j.raw == nil {
		return nil, errNoJob()
	}
	return j.raw.latest().progress(ctx)
}

func (j *job) progress(ctx context.Context, options ...CallOption) ([]types.TaskProgressInventory, error) {
	if j.client.usable("") != nil {
		return nil, j.err // of a job that could not be resumed
	}
	return j.client.progress(ctx, j.id(), j.request.credentials, options...)
}

// progress asks how far the call with a job uuid has come.
func (c *Client) progress(ctx context.Context, jobUUID string, own authorization, options ...CallOption) ([]types.TaskProgressInventory, error) {
	var result struct {
		Inventories []types.TaskProgressInventory `json:"inventories"`
	}
	err := c.Call(ctx, ownAction{info: &getTaskProgress, APIID: jobUUID}.as(own), &result, options...)
	return result.Inventories, err
}
