package conformance

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// submissions is a server that takes long jobs, all of which have succeeded.
type submissions struct {
	name string
	data map[string]any
	kept string
}

func (s *submissions) RoundTrip(r *http.Request) (*http.Response, error) {
	inventory, _ := json.Marshal(map[string]string{"uuid": "0123456789abcdef0123456789abcdef", "jobName": s.name, "state": "Succeeded", "jobResult": s.kept})
	text := `{"inventories": [` + string(inventory) + `]}`
	if r.Method == http.MethodPost {
		var body struct {
			Params struct{ JobName, JobData string }
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, err
		}
		s.name = body.Params.JobName
		if err := json.Unmarshal([]byte(body.Params.JobData), &s.data); err != nil {
			return nil, err
		}
		text = `{"inventory": {"uuid": "0123456789abcdef0123456789abcdef"}}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text))}, nil
}

// The actions' results follow from the actions, and the data are all of their
// parameters, wherever those travel in a call.
func TestActionsAsLongJobs(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	connect := func(s *submissions) *zstack.Client {
		c, err := zstack.NewClient("mn", zstack.WithCredentials(zstack.Session("s")), zstack.WithHTTPClient(&http.Client{Transport: s}))
		require.NoError(t, err)
		return c
	}
	t.Run("by PUT", func(t *testing.T) {
		t.Parallel()
		s := &submissions{kept: `{"inventory": {"name": "web", "state": "Running"}}`}
		res, err := zstack.LongJob(actions.MigrateVmAction{VmInstanceUUID: "v", HostUUID: new("h"), SystemTags: []string{"a::b"}}).Call(ctx, connect(s))
		require.NoError(t, err)
		require.Equal(t, "Running", res.Inventory.State)
		require.Equal(t, "APIMigrateVmMsg", s.name)
		require.Equal(t, map[string]any{"vmInstanceUuid": "v", "hostUuid": "h", "allowUnknown": false, "systemTags": []any{"a::b"}}, s.data)
	})
	t.Run("by POST, with the resource alone", func(t *testing.T) {
		t.Parallel()
		s := &submissions{kept: `{"uuid": "h", "name": "host"}`}
		res, err := zstack.LongJob(&actions.AddKVMHostAction{
			Name: "host", ManagementIP: "10.0.0.1", ClusterUUID: "c", Username: "root", Password: "p", ResourceUUID: new(zstack.NewUUID()),
		}).Call(ctx, connect(s))
		require.NoError(t, err)
		require.Equal(t, "host", res.Inventory.Name)
		require.Equal(t, "APIAddKVMHostMsg", s.name)
	})
	t.Run("by DELETE", func(t *testing.T) {
		t.Parallel()
		s := &submissions{kept: "Succeeded"}
		_, err := zstack.LongJob(actions.DeleteVolumeSnapshotAction{UUID: "u"}).Call(ctx, connect(s))
		require.NoError(t, err)
		require.Equal(t, "APIDeleteVolumeSnapshotMsg", s.name)
		require.Equal(t, map[string]any{"uuid": "u", "deleteMode": "Permissive"}, s.data)
	})
}
