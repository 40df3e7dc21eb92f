package zstack

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/zstack-go/zstack-go/internal/params"
)

// Resolve asks again what became of the call, which may be known later than when the
// call ended: a job that had begun has come to its end, or a server that could not be
// reached can be again. It sends no change. It returns the result as it would have come,
// which [Client.Decode] reads into the action's result type; where only what the call
// created was there to ask, that is its row alone, as the result's inventory.
//
// It asks for the job of an asynchronous action, waiting for it under the context, and
// for the resource where the action has a query that returns it ([ActionInfo]) and the
// error comes from the call itself: one that was put together from its exported fields
// leads to the job only. The client may be another one than that of the call; its
// credentials are used.
//
// The error is the call's own when it is known to have failed, a [*JobExpiredError] when
// the server knows no job of the call and there is no resource to look for, and an
// [*UnknownOutcomeError] once more when it still cannot be said. A synchronous call
// without such a resource leaves nothing to ask for, so that nothing is sent.
func (e *UnknownOutcomeError) Resolve(ctx context.Context, c *Client) (json.RawMessage, error) {
	if e == nil {
		return nil, &ValidationError{Field: "error", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	if err := c.usable(e.Action); err != nil {
		return nil, err
	}
	switch {
	case ctx == nil:
		return nil, &ValidationError{Action: e.Action, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	case c.isClosed():
		return nil, ErrClosed
	case e.Async && params.BadSegment(e.JobUUID) != "":
		return nil, &ValidationError{Action: e.Action, Field: "JobUUID", Constraint: ConstraintPath, Reason: params.BadSegment(e.JobUUID) + " and is not a job uuid"}
	}
	k := c.newCall(&request{action: e.Action, method: e.Method, shown: e.Path, async: e.Async, made: e.made}, callConfig{ranTwice: true})
	k.jobUUID = e.JobUUID
	j := newJob(k)
	j.jobless = e.jobless
	if !e.Async {
		j.end(nil, e)
	}
	var result json.RawMessage
	err := j.wait(ctx, &result)
	if isExpiredError(err) && (e.made != nil || errors.Is(e.Err, errGone)) {
		err = j.unknown(err)
	}
	return result, err
}
