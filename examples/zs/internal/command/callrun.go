package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/jobs"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A callRun is a call under way.
type callRun struct {
	*program
	cloud  *cloud.Cloud
	entry  registry.Entry
	flags  callFlags
	extra  map[string]any // parameters that the action does not have
	action zstack.Action
	data   []byte // the parameters as JSON
}

// options are those of the call.
func (r *callRun) options(more ...zstack.CallOption) []zstack.CallOption {
	for name, value := range r.extra {
		more = append(more, zstack.WithParam(name, value))
	}
	return more
}

// find finds resources by names, for which the server has to be asked.
func (r *callRun) find(ctx context.Context, resources []string, name string) (string, bool, error) {
	if !r.cloud.HasCredentials() {
		return "", false, nil
	}
	return kinds.Find(ctx, r.cloud.Client, resources, name)
}

// run calls the action in the way that the flags say, and returns what is to be printed.
func (r *callRun) run(ctx context.Context) (json.RawMessage, error) {
	info := r.action.ActionInfo()
	changes := !info.Reads && !info.Query
	client := r.cloud.Client
	action := r.action
	if r.flags.longJob {
		submission, err := r.submission()
		if err != nil {
			return nil, err
		}
		action = submission
	}
	r.giveSession()
	if r.dryRun && changes {
		request, err := r.cloud.DryRun(ctx, action, r.extra)
		if err == nil {
			fmt.Fprint(r.Out, request)
		}
		return nil, err
	}
	switch {
	case r.flags.longJob:
		return r.runLong(ctx, action)
	case r.flags.noWait && changes && info.Async:
		var job zstack.JobOf[*json.RawMessage]
		if err := client.Start(ctx, action, &job, r.options()...); err != nil {
			return nil, err
		}
		return result(map[string]any{"jobUuid": job.UUID()})
	case !info.Async:
		return r.finish(ctx, nil)
	}
	teller := jobs.Tell(r.Err, kinds.Short(r.entry))
	defer teller.Close()
	return r.finish(ctx, teller)
}

// submission makes the action that submits the other as a long job, which gets what is extra.
func (r *callRun) submission() (zstack.Action, error) {
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal(r.data, &object); err != nil {
		return nil, err
	}
	for name, value := range r.extra {
		data, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		object[name] = data
	}
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	r.extra = nil
	return jobs.Submission(r.cloud.Client, r.action, data)
}

// finish makes the call and does what comes after some of them.
func (r *callRun) finish(ctx context.Context, teller *jobs.Teller) (json.RawMessage, error) {
	options := r.options()
	if teller != nil {
		options = append(options, zstack.WithProgress(teller.Progress))
	}
	raw, err := zstack.Do(ctx, r.cloud.Client, r.action, options...)
	if err != nil {
		return nil, err
	}
	return cleaned(raw), r.keepSession(ctx, raw)
}

// runLong submits a long job and waits for its end, unless it is not to be waited for.
func (r *callRun) runLong(ctx context.Context, submission zstack.Action) (json.RawMessage, error) {
	raw, err := zstack.Do(ctx, r.cloud.Client, submission)
	if err != nil {
		return nil, err
	}
	uuid, err := madeUUID(raw)
	if err != nil {
		return nil, err
	}
	if r.flags.noWait {
		return result(map[string]any{"longJobUuid": uuid})
	}
	job, err := r.waitLong(ctx, r.cloud.Client, uuid)
	if err != nil {
		return nil, err
	}
	return result(map[string]any{"inventory": job})
}

// waitLong waits for a long job, whose failure is an error.
func (p *program) waitLong(ctx context.Context, client *zstack.Client, uuid string) (*types.LongJobInventory, error) {
	teller := jobs.Tell(p.Err, lang.S("long job"))
	defer teller.Close()
	job, err := jobs.WaitLong(ctx, client, uuid, teller)
	switch {
	case errors.Is(err, context.Canceled):
		return nil, &cloud.Error{Message: lang.S("interrupted; the job goes on: zs wait %s", uuid), Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &cloud.Error{Message: lang.S("timed out; the job goes on: zs wait %s", uuid), Err: err}
	case err != nil:
		return nil, err
	case job.State != types.LongJobStateSucceeded:
		return nil, &cloud.Error{Message: lang.S("the long job %s ended as %s: %s", uuid, string(job.State), job.JobResult), Err: errLongJob}
	}
	return &job, nil
}

var errLongJob = errors.New("the long job failed")
