package zstack_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

type submitLongJob struct {
	JobName string `json:"jobName" zstack:"required"`
	JobData string `json:"jobData" zstack:"required"`
}

func (submitLongJob) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "SubmitLongJobAction", Method: "POST", Path: "/longjobs", Body: "params", Async: true, Session: true}
}

type longJobResult struct {
	Inventory *types.LongJobInventory `json:"inventory"`
}

func TestCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		job := new(zstack.Job[longJobResult])
		require.NoError(t, c.Start(t.Context(), submitLongJob{JobName: "APIAddImageMsg", JobData: "{}"}, job))
		require.NoError(t, zstack.ResumeJob[longJobResult](c, job.UUID()).Cancel(t.Context()))
		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Canceled", node.Get("LongJob", result.Inventory.UUID)["state"])
		require.Error(t, job.Cancel(t.Context())) // it is over, which the server says
	})
}

func TestWhatCannotBeCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t, zstacktest.WithJobDelay(1e9))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job))
		err := job.Cancel(t.Context())
		require.ErrorIs(t, err, zstack.ErrNotCancelable)
		require.Equal(t, "RecoverVmInstanceAction", requireZError(t, err).Action)
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
	})
}

func TestProgress(t *testing.T) {
	t.Parallel()
	node, c := nodeWithSession(t, zstacktest.WithJobDelay(1e12))
	vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
	job := new(zstack.Job[vmResult])
	require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job))
	progress, err := job.Progress(t.Context())
	require.NoError(t, err)
	require.Len(t, progress, 1)
	require.Equal(t, job.UUID(), progress[0].TaskUUID)
}

func TestNoJobIsNeitherCanceledNorAsked(t *testing.T) {
	t.Parallel()
	for name, job := range map[string]*zstack.Job[vmResult]{"nil": nil, "zero": {}, "not resumed": zstack.ResumeJob[vmResult](nil, jobUUID)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused *zstack.ValidationError
			require.ErrorAs(t, job.Cancel(t.Context()), &refused)
			_, err := job.Progress(t.Context())
			require.ErrorAs(t, err, &refused)
		})
	}
}
