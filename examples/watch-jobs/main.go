// Watch-jobs shows how the long jobs of a simulated management node go on until they have ended.
// It changes nothing:
//
//	go run ./examples/watch-jobs
//	ZSTACK_ENDPOINT=http://mn:8080 ZSTACK_ACCOUNT=admin ZSTACK_PASSWORD=... go run ./examples/watch-jobs [LONG-JOB-UUID...]
package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func main() { program().Main() }

func program() example.Program {
	return example.Program{
		Name: "watch-jobs",
		About: "Watch-jobs watches long jobs, those that are named or all that have not ended, and prints a line\n" +
			"for each that changes its state, until all have ended.",
		Args:    "[LONG-JOB-UUID...]",
		Node:    []zstacktest.Option{zstacktest.WithLongJobDelay(500 * time.Millisecond)},
		Prepare: begin,
		Run:     run,
	}
}

// begin begins two long jobs on the simulated node.
func begin(ctx context.Context, run *example.Run) (uuids []string, err error) {
	for _, name := range []string{"debian", "windows"} {
		job, err := zstack.LongJob(actions.AddImageAction{
			Name: name, URL: types.SecretURL("http://files.example.com/" + name + ".qcow2"),
			BackupStorageUUIDs: []string{run.Node.Site().BackupStorageUUID},
		}).Start(ctx, run.Client)
		if err != nil {
			return nil, err
		}
		uuids = append(uuids, job.UUID())
	}
	return uuids, nil
}

// over are the states that a long job does not leave by itself.
var over = []types.LongJobState{types.LongJobStateSucceeded, types.LongJobStateFailed, types.LongJobStateCanceled, types.LongJobStateSuspended}

func run(ctx context.Context, run *example.Run) error {
	uuids := run.Args
	if len(uuids) == 0 {
		query := actions.QueryLongJobAction{Conditions: zstack.Where(zstack.NotIn("state", over...))}
		for job, err := range query.All(ctx, run.Client) {
			if err != nil {
				return err
			}
			uuids = append(uuids, job.UUID)
		}
		run.Printf("%d long jobs have not ended\n", len(uuids))
	}
	if len(uuids) == 0 {
		return nil
	}
	states := map[string]types.LongJobState{} // as they were printed
	jobs, err := zstack.Until(ctx, run.Client,
		func(ctx context.Context) (map[string]types.LongJobInventory, error) {
			return look(ctx, run.Client, uuids)
		},
		func(jobs map[string]types.LongJobInventory) bool {
			ended := 0
			for _, uuid := range uuids {
				job, found := jobs[uuid]
				if found && states[uuid] != job.State {
					states[uuid] = job.State
					run.Printf("%s %q (%s): %s\n", uuid, job.Name, job.JobName, job.State)
				}
				if !found || slices.Contains(over, job.State) {
					ended++
				}
			}
			return ended == len(uuids)
		})
	if err != nil {
		return err
	}
	for _, uuid := range uuids {
		if _, found := jobs[uuid]; !found {
			return fmt.Errorf("there is no long job %s", uuid)
		}
	}
	return nil
}

// look reads all the jobs by one query.
func look(ctx context.Context, client *zstack.Client, uuids []string) (map[string]types.LongJobInventory, error) {
	jobs := map[string]types.LongJobInventory{}
	query := actions.QueryLongJobAction{
		Conditions: zstack.Where(zstack.In("uuid", uuids...)),
		Fields:     []string{"uuid", "name", "jobName", "state"},
	}
	for job, err := range query.All(ctx, client) {
		if err != nil {
			return nil, err
		}
		jobs[job.UUID] = job
	}
	return jobs, nil
}
