package zstack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// migrateVM stands for an action that can be a long job and creates nothing.
type migrateVM struct {
	VMInstanceUUID string   `json:"vmInstanceUuid" zstack:"required,max=32"`
	HostUUID       *string  `json:"hostUuid,omitzero"`
	SystemTags     []string `json:"systemTags,omitzero"`

	SessionID string `json:"sessionId,omitzero" zstack:"credential,sensitive"`
}

var migrateVMInfo = zstack.ActionInfo{Name: "MigrateVmAction", Method: "PUT", Path: "/vm-instances/{vmInstanceUuid}/actions", Body: "migrateVm",
	Async: true, Session: true, LongJob: true}

func (migrateVM) ActionInfo() *zstack.ActionInfo { return &migrateVMInfo }

func (a migrateVM) Call(ctx context.Context, c *zstack.Client, options ...zstack.CallOption) (*vmResult, error) {
	return nil, errors.New("it runs as a long job")
}

// addImage stands for one that creates something.
type addImage struct {
	Name         string  `json:"name" zstack:"required"`
	URL          string  `json:"url" zstack:"required,sensitive=uri"`
	ResourceUUID *string `json:"resourceUuid,omitzero"`
}

var (
	queryImageInfo = zstack.ActionInfo{Name: "QueryImageAction", Method: "GET", Path: "/images", Session: true, Query: true}
	addImageInfo   = zstack.ActionInfo{Name: "AddImageAction", Method: "POST", Path: "/images", Body: "params", Async: true, Session: true,
		LongJob: true, ResourceUUID: "resourceUuid", SettledBy: &queryImageInfo}
)

func (addImage) ActionInfo() *zstack.ActionInfo { return &addImageInfo }

type imageResult struct {
	Inventory *types.ImageInventory `json:"inventory"`
}

func (a addImage) Call(ctx context.Context, c *zstack.Client, options ...zstack.CallOption) (*imageResult, error) {
	return nil, errors.New("it runs as a long job")
}

// plainOne is an action that cannot be a long job.
type plainOne struct {
	UUID string `json:"uuid"`
}

func (plainOne) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

func (plainOne) Call(context.Context, *zstack.Client, ...zstack.CallOption) (*vmResult, error) {
	return nil, nil
}

// oddOne returns no pointer.
type oddOne struct{ UUID string }

func (oddOne) ActionInfo() *zstack.ActionInfo { return &migrateVMInfo }

func (oddOne) Call(context.Context, *zstack.Client, ...zstack.CallOption) (json.RawMessage, error) {
	return nil, nil
}

// submitted returns the bodies of the submissions among requests, and the parameters
// that they hold.
func submitted(t *testing.T, requests []sent) (list []map[string]string, data []map[string]any) {
	t.Helper()
	for _, r := range requests {
		if r.Method != http.MethodPost || strings.HasSuffix(r.URL.Path, "/accounts/login") {
			continue
		}
		require.Equal(t, "/zstack/v1/longjobs", r.URL.Path)
		var body struct{ Params map[string]string }
		require.NoError(t, json.Unmarshal([]byte(r.text), &body))
		list = append(list, body.Params)
		var one map[string]any
		require.NoError(t, json.Unmarshal([]byte(body.Params["jobData"]), &one))
		data = append(data, one)
	}
	return list, data
}

func TestLongJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID))
		node.Add("VmInstance", map[string]any{"uuid": vmUUID})
		const hostUUID = "b1d5e9a0c3f24c6e8a7d4f0b2c9e6a13"
		node.Add("Host", map[string]any{"uuid": hostUUID})
		rec := record(node)
		c := clientOf(t, rec)
		var told []float64
		job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID, HostUUID: new(hostUUID), SystemTags: []string{"a::b"}}).
			Start(t.Context(), c, zstack.WithProgress(func(p zstack.Progress) { told = append(told, p.Percent) }))
		require.NoError(t, err)
		list, data := submitted(t, rec.requests())
		require.Equal(t, "APIMigrateVmMsg", list[0]["jobName"])
		require.Equal(t, job.UUID(), list[0]["resourceUuid"])
		require.Equal(t, []map[string]any{{"vmInstanceUuid": vmUUID, "hostUuid": hostUUID, "systemTags": []any{"a::b"}}}, data)

		row, err := job.Inventory(t.Context())
		require.NoError(t, err)
		require.Equal(t, types.LongJobStateRunning, row.State)
		time.Sleep(15 * time.Second)
		progress, err := job.Progress(t.Context())
		require.NoError(t, err)
		require.Regexp(t, "^2[56]$", progress[0].Content)

		result, err := job.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, &vmResult{}, result, "the node keeps no result")
		require.Greater(t, len(told), 10)
		require.IsIncreasing(t, told)
		before := len(rec.requests())
		_, err = job.Wait(t.Context())
		require.NoError(t, err)
		require.Len(t, rec.requests(), before, "a long job that is over need not be asked for")
	})
}

// The result is what the server keeps, in the forms that there are, or what was created.
func TestResultsOfLongJobs(t *testing.T) {
	t.Parallel()
	image := `{"uuid": "%s", "name": "kept", "status": "Ready", "createDate": "Nov 14, 2017 10:20:58 PM"}`
	for name, tt := range map[string]struct {
		kept string
		want string
	}{
		"an event":       {`{"apiId": "x", "success": true, "inventory": ` + image + `}`, "kept"},
		"the resource":   {image, "kept"},
		"a word":         {"Succeeded", "created"},
		"nothing":        {"", "created"},
		"other members":  {`{"stage": "done"}`, "created"},
		"cut":            {`{"inventory": {"uuid": `, "created"},
		"another object": {`{"a": 1, "a": 2}`, "created"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node, c := nodeWithSession(t, zstacktest.WithLocation(time.UTC))
				job, err := zstack.LongJob(addImage{Name: "i", URL: "http://x/i"}).Start(t.Context(), c)
				require.NoError(t, err)
				var data struct{ ResourceUUID string }
				require.NoError(t, json.Unmarshal([]byte(node.Get("LongJob", job.UUID())["jobData"].(string)), &data))
				require.Regexp(t, aResourceUUID, data.ResourceUUID)
				require.NotEqual(t, job.UUID(), data.ResourceUUID)
				node.Add("Image", map[string]any{"uuid": data.ResourceUUID, "name": "created"})
				kept := strings.ReplaceAll(tt.kept, "%s", data.ResourceUUID)
				node.Set("LongJob", job.UUID(), map[string]any{"state": "Succeeded", "jobResult": kept})

				for name, job := range map[string]*zstack.LongJobOf[*imageResult]{
					"started": job, "resumed": zstack.LongJob(addImage{}).Resume(c, job.UUID()),
				} {
					result, err := job.Wait(t.Context())
					require.NoError(t, err, name)
					require.Equal(t, [2]string{data.ResourceUUID, tt.want}, [2]string{result.Inventory.UUID, result.Inventory.Name}, name)
				}
			})
		})
	}
}

func TestResultOfALongJobThatCannotBeRead(t *testing.T) {
	t.Parallel()
	node, c := nodeWithSession(t)
	uuid := node.Add("LongJob", map[string]any{"jobName": "APIAddImageMsg", "state": "Succeeded", "jobResult": `{"inventory": {"size": "large"}}`})
	_, err := zstack.LongJob(addImage{}).Resume(c, uuid).Wait(t.Context())
	var decoding *zstack.DecodeError
	require.ErrorAs(t, err, &decoding)
	require.Equal(t, uuid, requireZError(t, err).LongJobUUID)
}

// What was created can be gone again, or unknown to the data that the server keeps.
func TestLongJobWhoseResourceIsGone(t *testing.T) {
	t.Parallel()
	node, c := nodeWithSession(t)
	for _, data := range []string{`{"resourceUuid": "` + vmUUID + `"}`, `{"resourceUuid": "../x"}`, `{"resourceUuid": 1}`, `{}`, `nonsense`, ``} {
		uuid := node.Add("LongJob", map[string]any{"jobName": "APIAddImageMsg", "state": "Succeeded", "jobResult": "Succeeded", "jobData": data})
		result, err := zstack.LongJob(addImage{}).Resume(c, uuid).Wait(t.Context())
		require.NoError(t, err, data)
		require.Nil(t, result.Inventory, data)
	}
}

func TestLongJobsThatFail(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		state, kept string
		code        error
		want        string
	}{
		"an error":               {"Failed", `{"code": "SYS.1006", "description": "d", "details": "no host"}`, types.SysOperationError, "no host"},
		"with a cause":           {"Failed", `{"code": "SYS.1006", "details": "no host", "cause": {"code": "HOST.1000", "details": "it is off"}}`, types.SysOperationError, "it is off"},
		"a short error":          {"Failed", `{"detail": "no host", "cause": "it is off"}`, nil, "it is off"},
		"a short error, no more": {"Failed", `{"message": {"message_en": "no host"}}`, nil, "no host"},
		"text":                   {"Failed", `Failed : ErrorCode [code = SYS.1006, details = no host]`, nil, "no host"},
		"text alone":             {"Failed", `Failed because management node restarted.`, nil, "management node restarted"},
		"nonsense":               {"Failed", `{"code": `, nil, `{"code":`},
		"nothing":                {"Failed", "", nil, "the long job failed"},
		"an empty object":        {"Failed", "{}", nil, "the long job failed"},
		"canceled":               {"Canceled", `{"code": "LONG_JOB.1000", "details": "long job[uuid:x] has been canceled"}`, types.LongJobCanceled, "has been canceled"},
		"canceled, in short":     {"Canceled", `{"detail": "it was stopped"}`, types.LongJobCanceled, "it was stopped"},
		"canceled in silence":    {"Canceled", ``, types.LongJobCanceled, "canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, c := nodeWithSession(t)
			uuid := node.Add("LongJob", map[string]any{"jobName": "APIMigrateVmMsg", "state": tt.state, "jobResult": tt.kept})
			_, err := zstack.LongJob(migrateVM{}).Resume(c, uuid).Wait(t.Context())
			failed := requireZError(t, err)
			require.Equal(t, [2]string{"MigrateVmAction", uuid}, [2]string{failed.Action, failed.LongJobUUID})
			require.NotNil(t, failed.Code)
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, "(long job "+uuid+")")
			if tt.code != nil {
				require.ErrorIs(t, err, tt.code)
			}
			require.Equal(t, tt.state == "Canceled", errors.Is(err, types.LongJobCanceled))
		})
	}
}

func TestCancelOfALongJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node, c := nodeWithSession(t)
		node.Add("VmInstance", map[string]any{"uuid": vmUUID})
		job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(t.Context(), c)
		require.NoError(t, err)
		time.AfterFunc(10*time.Second, func() { require.NoError(t, job.Cancel(t.Context())) })
		_, err = job.Wait(t.Context())
		require.ErrorIs(t, err, types.LongJobCanceled)
		require.Error(t, job.Cancel(t.Context()), "it is over")
	})
}

func TestWaitForALongJobThatIsLeft(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		wait func(*testing.T, *zstack.Client) (string, error)
		want error
	}{
		"context": {func(t *testing.T, c *zstack.Client) (string, error) {
			job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(t.Context(), c)
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err = job.Wait(ctx)
			return job.UUID(), err
		}, context.DeadlineExceeded},
		"WithTimeout": {func(t *testing.T, c *zstack.Client) (string, error) {
			job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(t.Context(), c, zstack.WithTimeout(time.Second))
			require.NoError(t, err)
			_, err = job.Wait(t.Context())
			return job.UUID(), err
		}, context.DeadlineExceeded},
		"Close": {func(t *testing.T, c *zstack.Client) (string, error) {
			job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(t.Context(), c)
			require.NoError(t, err)
			time.AfterFunc(time.Second, func() { _ = c.Close(context.Background()) })
			_, err = job.Wait(t.Context())
			return job.UUID(), err
		}, zstack.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node, c := nodeWithSession(t)
				node.Add("VmInstance", map[string]any{"uuid": vmUUID})
				uuid, err := tt.wait(t, c)
				require.ErrorIs(t, err, tt.want)
				require.ErrorContains(t, err, "the long job goes on")
				require.Equal(t, uuid, requireZError(t, err).LongJobUUID)

				_, err = zstack.LongJob(migrateVM{}).Resume(clientOf(t, node), uuid).Wait(t.Context())
				require.NoError(t, err)
			})
		})
	}
}

// A node that cannot be asked for a while does not end the wait.
func TestWaitForALongJobSurvivesAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithLongJobDelay(20*time.Minute))
		node.Add("VmInstance", map[string]any{"uuid": vmUUID})
		began := time.Now()
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			if age := time.Since(began); age > time.Minute && age < 10*time.Minute {
				return reply(502, "bad gateway")
			}
			return node.RoundTrip(r)
		}))
		_, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Call(t.Context(), c)
		require.NoError(t, err)
		require.InDelta(t, 20*time.Minute, time.Since(began), float64(5*time.Second))
	})
}

// A program that notes the job uuid submits once, however often it is started again.
func TestLongJobIsSubmittedOnce(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]zstack.Option{"uuid": nil, "job uuid": {zstack.WithoutResourceUUIDs()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New(zstacktest.WithLongJobDelay(5 * time.Hour))
				node.Add("VmInstance", map[string]any{"uuid": vmUUID})
				rec := record(node)
				var jobs []string
				for range 3 {
					c := clientOf(t, rec, append(options, zstack.WithCredentials(zstack.Account("admin", "password")))...)
					job, err := zstack.LongJob(addImage{Name: "i", URL: "http://x/i"}).Start(t.Context(), c, zstack.WithJobUUID(jobUUID))
					require.NoError(t, err)
					jobs = append(jobs, job.UUID())
					time.Sleep(4 * time.Hour) // after which the node has forgotten the job
				}
				list, _ := submitted(t, rec.requests())
				require.Len(t, list, 1)
				require.Equal(t, []string{jobs[0], jobs[0], jobs[0]}, jobs)
			})
		})
	}
}

// A submission whose reply is lost is settled, and not made twice.
func TestLongJobWhoseSubmissionLosesItsReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID))
		node.Add("VmInstance", map[string]any{"uuid": vmUUID})
		rec := record(transport(func(r *http.Request) (*http.Response, error) {
			answer, err := node.RoundTrip(r)
			if err == nil && r.Method == http.MethodPost {
				_ = answer.Body.Close()
				return nil, errors.New("connection reset")
			}
			return answer, err
		}))
		job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(t.Context(), clientOf(t, rec))
		require.NoError(t, err)
		list, _ := submitted(t, rec.requests())
		require.Len(t, list, 1)
		require.Equal(t, "APIMigrateVmMsg", node.Get("LongJob", job.UUID())["jobName"])
	})
}

// A job uuid that was noted for another action is a mistake.
func TestLongJobOfAnotherAction(t *testing.T) {
	t.Parallel()
	node, c := nodeWithSession(t)
	uuid := node.Add("LongJob", map[string]any{"jobName": "APIMigrateVmMsg", "state": "Succeeded"})
	_, err := zstack.LongJob(addImage{}).Resume(c, uuid).Wait(t.Context())
	var decoding *zstack.DecodeError
	require.ErrorAs(t, err, &decoding)
	require.Equal(t, "jobName", decoding.Field)
}

func TestLongJobThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, c := nodeWithSession(t)
	job := zstack.LongJob(migrateVM{}).Resume(c, vmUUID)
	_, err := job.Wait(t.Context())
	require.True(t, zstack.IsNotFound(err), "%v", err)
	require.Equal(t, vmUUID, requireZError(t, err).LongJobUUID)
	_, err = job.Progress(t.Context())
	require.True(t, zstack.IsNotFound(err), "%v", err)
	require.True(t, zstack.IsNotFound(job.Cancel(t.Context())))
}

// What the server finds wrong with the action is the error of the submission.
func TestLongJobThatTheServerRefuses(t *testing.T) {
	t.Parallel()
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return reply(202, accepted(r.Header.Get("X-Job-Uuid")))
		}
		return reply(503, `{"error": {"code": "SYS.1003", "details": "invalid field[vmInstanceUuid]"}}`)
	}))
	_, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Call(t.Context(), c)
	require.ErrorIs(t, err, types.SysResourceNotFound)
}

func TestSubmissionWithoutAnInventory(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, `{}`))
	_, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Call(t.Context(), c)
	var decoding *zstack.DecodeError
	require.ErrorAs(t, err, &decoding)
}

func TestLongJobsThatAreRefused(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{}`))
	c := clientOf(t, rec)
	closed := clientOf(t, rec)
	require.NoError(t, closed.Close(t.Context()))
	var none context.Context
	for name, tt := range map[string]struct {
		call              func() error
		field, constraint string
	}{
		"no long job":           {func() error { _, err := zstack.LongJob(plainOne{}).Call(t.Context(), c); return err }, "", zstack.ConstraintType},
		"no long job, resumed":  {func() error { _, err := zstack.LongJob(plainOne{}).Resume(c, vmUUID).Wait(t.Context()); return err }, "", zstack.ConstraintType},
		"no pointer":            {func() error { _, err := zstack.LongJob(oddOne{}).Call(t.Context(), c); return err }, "result", zstack.ConstraintType},
		"no pointer, resumed":   {func() error { _, err := zstack.LongJob(oddOne{}).Resume(c, vmUUID).Wait(t.Context()); return err }, "result", zstack.ConstraintType},
		"a missing parameter":   {func() error { _, err := zstack.LongJob(migrateVM{}).Call(t.Context(), c); return err }, "vmInstanceUuid", zstack.ConstraintRequired},
		"no client":             {func() error { _, err := zstack.LongJob(migrateVM{}).Call(t.Context(), nil); return err }, "client", zstack.ConstraintRequired},
		"no client, resumed":    {func() error { _, err := zstack.LongJob(migrateVM{}).Resume(nil, vmUUID).Wait(t.Context()); return err }, "client", zstack.ConstraintRequired},
		"no client, canceled":   {func() error { return zstack.LongJob(migrateVM{}).Resume(nil, vmUUID).Cancel(t.Context()) }, "client", zstack.ConstraintRequired},
		"no action":             {func() error { _, err := zstack.LongAction[*vmResult]{}.Call(t.Context(), c); return err }, "", zstack.ConstraintRequired},
		"no action, resumed":    {func() error { _, err := zstack.LongAction[*vmResult]{}.Resume(c, vmUUID).Wait(t.Context()); return err }, "", zstack.ConstraintRequired},
		"a nil action":          {func() error { _, err := zstack.LongJob((*migrateVM)(nil)).Call(t.Context(), c); return err }, "", zstack.ConstraintRequired},
		"no context":            {func() error { _, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(none, c); return err }, "ctx", zstack.ConstraintRequired},
		"no context for a wait": {func() error { _, err := zstack.LongJob(migrateVM{}).Resume(c, vmUUID).Wait(none); return err }, "ctx", zstack.ConstraintRequired},
		"no uuid":               {func() error { _, err := zstack.LongJob(migrateVM{}).Resume(c, "").Wait(t.Context()); return err }, "uuid", zstack.ConstraintPath},
		"no job":                {func() error { _, err := (*zstack.LongJobOf[*vmResult])(nil).Wait(t.Context()); return err }, "job", zstack.ConstraintRequired},
		"an empty job":          {func() error { _, err := new(zstack.LongJobOf[*vmResult]).Inventory(t.Context()); return err }, "job", zstack.ConstraintRequired},
		"an empty job's tasks":  {func() error { _, err := new(zstack.LongJobOf[*vmResult]).Progress(t.Context()); return err }, "job", zstack.ConstraintRequired},
		"an empty job's end":    {func() error { return new(zstack.LongJobOf[*vmResult]).Cancel(t.Context()) }, "job", zstack.ConstraintRequired},
	} {
		t.Run(name, func(t *testing.T) {
			requireRefused(t, tt.call(), tt.field, tt.constraint)
		})
	}
	require.Empty(t, new(zstack.LongJobOf[*vmResult]).UUID())
	_, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Call(t.Context(), closed)
	require.ErrorIs(t, err, zstack.ErrClosed)
	require.Empty(t, rec.requests())
}

// The action's own credentials travel in the headers of all that is sent for it.
func TestCredentialsOfALongJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID))
		node.Add("VmInstance", map[string]any{"uuid": vmUUID})
		rec := record(node)
		c, err := zstack.NewClient("mn", zstack.WithHTTPClient(&http.Client{Transport: rec}))
		require.NoError(t, err)
		_, err = zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID, SessionID: sessionUUID}).
			Call(t.Context(), c, zstack.WithProgress(func(zstack.Progress) {}))
		require.NoError(t, err)
		for _, r := range rec.requests() {
			require.Equal(t, "OAuth "+sessionUUID, r.Header.Get("Authorization"), r.URL.Path)
			require.NotContains(t, r.text, sessionUUID)
		}
	})
}

const urlSecret = "pa55-word"

func TestSecretsOfALongJob(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	action := zstack.LongJob(addImage{Name: "i", URL: "ftp://user:" + urlSecret + "@x/i"})
	for name, server := range map[string]transport{
		"the submission quotes them": func(r *http.Request) (*http.Response, error) {
			return reply(400, "cannot read "+textOf(r)+" with "+urlSecret)
		},
		"the server quotes them": func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return reply(200, `{"inventory": {"uuid": "`+vmUUID+`", "jobName": "APIAddImageMsg"}}`)
			}
			return reply(200, `{"inventories": [{"uuid": "`+vmUUID+`", "jobName": "APIAddImageMsg", "state": "Failed", "jobResult": "Failed : no `+urlSecret+`"}]}`)
		},
	} {
		c := clientOf(t, server, zstack.WithLogger(debugLogger(&log)))
		_, err := action.Call(t.Context(), c)
		require.Error(t, err, name)
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), urlSecret, name)
	}
	require.NotContains(t, log.String(), urlSecret)

	_, c := nodeWithSession(t)
	job, err := action.Start(t.Context(), c)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q"} {
		require.NotContains(t, fmt.Sprintf(verb, job), urlSecret, verb)
		require.NotContains(t, fmt.Sprintf(verb, *job), urlSecret, verb)
	}
}

// guarded is an action that prints itself, as those of package actions do.
type guarded struct{ migrateVM }

func (guarded) Format(f fmt.State, _ rune) { fmt.Fprint(f, "guarded") }
func (guarded) LogValue() slog.Value       { return slog.StringValue("guarded") }

func TestLongActionPrintsAsItsAction(t *testing.T) {
	t.Parallel()
	action := zstack.LongJob(guarded{migrateVM{SessionID: sessionUUID}})
	require.Equal(t, "guarded guarded", fmt.Sprintf("%v %+v", action, action))
	require.Equal(t, "guarded", slog.AnyValue(action).Resolve().String())
}

func ExampleLongJob() {
	srv, err := zstacktest.Listen(zstacktest.WithLongJobDelay(50 * time.Millisecond))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.Add("VmInstance", map[string]any{"uuid": vmUUID})
	ctx := context.Background()
	client, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Account("admin", "password")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close(ctx)

	job, err := zstack.LongJob(migrateVM{VMInstanceUUID: vmUUID}).Start(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}
	uuid := job.UUID() // which a program notes

	// Later, or in another process:
	result, err := zstack.LongJob(migrateVM{}).Resume(client, uuid).Wait(ctx)
	fmt.Println(result != nil, err)
	// Output: true <nil>
}
