package zstack_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestTimeoutOfAResumedJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		job := zstack.ResumeJob[vmResult](clientOf(t, always(202, "")), jobUUID, zstack.WithTimeout(10*time.Second))
		began := time.Now()
		_, err := job.Wait(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(began))
	})
}

func TestResumedJobIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rec := record(always(200, stopped))
		job := zstack.ResumeJob[vmResult](clientOf(t, rec), jobUUID)
		require.Equal(t, jobUUID, job.UUID())
		require.Empty(t, rec.requests())
		began := time.Now()
		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Stopped", result.Inventory.State)
		require.Zero(t, time.Since(began))
		require.Equal(t, "OAuth "+sessionUUID, rec.only(t).Header.Get("Authorization"))
	})
}

func TestResumedJobNeedsNoCredentials(t *testing.T) {
	t.Parallel()
	rec := record(always(200, stopped))
	c, err := zstack.NewClient("mn", zstack.WithHTTPClient(&http.Client{Transport: rec}))
	require.NoError(t, err)
	_, err = zstack.ResumeJob[vmResult](c, jobUUID).Wait(t.Context())
	require.NoError(t, err)
	require.Empty(t, rec.only(t).Header.Values("Authorization"))
}

func TestJobResumedByAnotherClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t, zstacktest.WithJobDelay(time.Minute))
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job))
		result, err := zstack.ResumeJob[vmResult](clientOf(t, node), job.UUID()).Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Stopped", result.Inventory.State)
	})
}

func TestJobThatTheServerForgot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vm}, job))
		time.Sleep(4 * time.Hour)
		for name, forgotten := range map[string]*zstack.Job[vmResult]{"own": job, "resumed": zstack.ResumeJob[vmResult](c, job.UUID()), "unknown": zstack.ResumeJob[vmResult](c, jobUUID)} {
			_, err := forgotten.Wait(t.Context())
			var expired *zstack.JobExpiredError
			require.ErrorAs(t, err, &expired, name)
			require.Equal(t, forgotten.UUID(), expired.JobUUID)
		}
	})
}

func TestResumeRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		uuid   string
		option zstack.CallOption
		field  string
	}{
		"empty": {"", nil, "uuid"}, "slash": {"../x", nil, "uuid"}, "dots": {"..", nil, "uuid"}, "line end": {"a\n", nil, "uuid"}, "invalid UTF-8": {"a\xff", nil, "uuid"},
		"option": {jobUUID, zstack.WithTimeout(-1), "WithTimeout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			_, err := zstack.ResumeJob[vmResult](clientOf(t, rec), test.uuid, test.option).Wait(t.Context())
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, test.field, refused.Field)
			require.Empty(t, rec.requests())
		})
	}
}

func TestUUIDOfAResumedJobIsOneSegment(t *testing.T) {
	t.Parallel()
	for _, uuid := range []string{"a?b", "a#b", "%2e%2e", "a%2Fb", "a b", "a+b", "中"} {
		t.Run(uuid, func(t *testing.T) {
			t.Parallel()
			rec := record(always(404, expiredText))
			_, err := zstack.ResumeJob[vmResult](clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK"))), uuid).Wait(t.Context())
			var expired *zstack.JobExpiredError
			require.ErrorAs(t, err, &expired)
			r := rec.only(t)
			require.Equal(t, "/zstack/v1/api-jobs/"+uuid, r.URL.Path)
			require.Empty(t, r.URL.RawQuery)
			require.Equal(t, "ZStack AK:"+signature("SK", r.Request), r.Header.Get("Authorization"))
		})
	}
}
