package jobs

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// Submission makes the action that submits another as a long job, with its parameters as JSON.
func Submission(client *zstack.Client, action zstack.Action, data []byte) (*actions.SubmitLongJobAction, error) {
	info := action.ActionInfo()
	if err := client.Validate(action); err != nil {
		return nil, err
	}
	if !info.LongJob {
		return nil, &zstack.ValidationError{Action: info.Name, Constraint: zstack.ConstraintType, Reason: "cannot run as a long job"}
	}
	return &actions.SubmitLongJobAction{JobName: "API" + strings.TrimSuffix(info.Name, "Action") + "Msg", JobData: types.Secret(data)}, nil
}

var over = map[types.LongJobState]bool{
	types.LongJobStateSucceeded: true, types.LongJobStateFailed: true, types.LongJobStateCanceled: true,
}

// FindLong reads a long job. It reports false where there is none with the UUID.
func FindLong(ctx context.Context, client *zstack.Client, uuid string) (types.LongJobInventory, bool, error) {
	found, err := actions.QueryLongJobAction{Conditions: zstack.Where(zstack.Eq("uuid", uuid))}.First(ctx, client)
	switch {
	case zstack.IsNotFound(err):
		return types.LongJobInventory{}, false, nil
	case err != nil:
		return types.LongJobInventory{}, false, err
	}
	return *found, true, nil
}

// WaitLong waits until a long job is over.
func WaitLong(ctx context.Context, client *zstack.Client, uuid string, teller *Teller) (types.LongJobInventory, error) {
	return zstack.Until(ctx, client, func(ctx context.Context) (types.LongJobInventory, error) {
		job, found, err := FindLong(ctx, client, uuid)
		if err == nil && !found {
			err = errors.New("the long job " + uuid + " is gone")
		}
		if err == nil && !over[job.State] {
			tell(ctx, client, job, teller)
		}
		return job, err
	}, func(job types.LongJobInventory) bool { return over[job.State] })
}

// tell asks for the progress of a long job. That it cannot be told does not matter.
func tell(ctx context.Context, client *zstack.Client, job types.LongJobInventory, teller *Teller) {
	if job.APIID == "" || !teller.due() {
		return
	}
	res, err := actions.GetTaskProgressAction{APIID: &job.APIID}.Call(ctx, client)
	if err != nil || len(res.Inventories) == 0 {
		teller.Percent(-1, "")
		return
	}
	last := res.Inventories[len(res.Inventories)-1]
	percent, err := strconv.ParseFloat(last.Content, 64)
	if err != nil {
		percent = -1
	}
	teller.Percent(percent, "")
}
