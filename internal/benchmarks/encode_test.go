package benchmarks

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// BenchmarkEncode makes the request of a create-VM call.
//
// In "zstack" the call has an option that is wrong, which the engine says when the
// action is checked and its method, path and body are there: what is measured is
// making the request, and one error. "call" makes it too and sends it to a transport
// that answers from memory, and "empty" does so with an action that has no
// parameters.
func BenchmarkEncode(b *testing.B) {
	action := createVM()
	b.Run("zstack", func(b *testing.B) {
		client := sample.NewClient(b, "127.0.0.1")
		wrong := zstack.WithPageSize(10) // which has no meaning for a change
		b.ReportAllocs()
		for b.Loop() {
			if err := client.Call(b.Context(), action, nil, wrong); err == nil {
				b.Fatal("the option was taken")
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		plain := plainCreateVM()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(plain); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("call", func(b *testing.B) { measureStart(b, action) })
	b.Run("empty", func(b *testing.B) { measureStart(b, noParameters{}) })
}

func measureStart(b *testing.B, action zstack.Action) {
	client := sample.NewClient(b, "127.0.0.1", sample.WithCanned(http.StatusAccepted, []byte("{}")))
	b.ReportAllocs()
	for b.Loop() {
		var job zstack.Job[struct{}]
		if err := client.Start(b.Context(), action, &job); err != nil {
			b.Fatal(err)
		}
	}
}

// createVM is what creates a usual VM instance.
func createVM() actions.CreateVmInstanceAction {
	return actions.CreateVmInstanceAction{
		Name:                  "web-1",
		Description:           new("the first web server"),
		InstanceOfferingUUID:  new("43d7a3d5c5a5462a8a2dcb6bd23f0d26"),
		ImageUUID:             new("93005c8a2a314a489635eca3c30794d4"),
		L3NetworkUUIDs:        []string{"c1f2b2e5a5d14c0e8a0a5f2c0d27e8d1"},
		DataDiskOfferingUUIDs: []string{"a0b1c2d3e4f5061728394a5b6c7d8e9f"},
		ClusterUUID:           new("b429625fe2704a3e94d698ccc0fae4fb"),
		DefaultL3NetworkUUID:  new("c1f2b2e5a5d14c0e8a0a5f2c0d27e8d1"),
		SystemTags:            []string{"hostname::web-1"},
	}
}

type plainVMParams struct {
	Name                  string   `json:"name"`
	Description           string   `json:"description,omitempty"`
	InstanceOfferingUUID  string   `json:"instanceOfferingUuid,omitempty"`
	ImageUUID             string   `json:"imageUuid,omitempty"`
	L3NetworkUUIDs        []string `json:"l3NetworkUuids,omitempty"`
	DataDiskOfferingUUIDs []string `json:"dataDiskOfferingUuids,omitempty"`
	ClusterUUID           string   `json:"clusterUuid,omitempty"`
	DefaultL3NetworkUUID  string   `json:"defaultL3NetworkUuid,omitempty"`
	Strategy              string   `json:"strategy,omitempty"`
}

type plainVMRequest struct {
	Params     plainVMParams `json:"params"`
	SystemTags []string      `json:"systemTags,omitempty"`
}

// plainCreateVM is the body of createVM.
func plainCreateVM() plainVMRequest {
	a := createVM()
	return plainVMRequest{
		Params: plainVMParams{
			Name: a.Name, Description: *a.Description, InstanceOfferingUUID: *a.InstanceOfferingUUID, ImageUUID: *a.ImageUUID,
			L3NetworkUUIDs: a.L3NetworkUUIDs, DataDiskOfferingUUIDs: a.DataDiskOfferingUUIDs,
			ClusterUUID: *a.ClusterUUID, DefaultL3NetworkUUID: *a.DefaultL3NetworkUUID, Strategy: "InstantStart",
		},
		SystemTags: a.SystemTags,
	}
}

// noParameters is a call that has nothing to encode.
type noParameters struct{}

var noParametersInfo = zstack.ActionInfo{Name: "NoParametersAction", Method: http.MethodPost, Path: "/vm-instances", Body: "params", Async: true, Session: true}

func (noParameters) ActionInfo() *zstack.ActionInfo { return &noParametersInfo }

// unwritable is a call whose parameter no JSON can hold, which is found out when the
// body is made.
type unwritable struct {
	Value map[string]any `json:"value"`
}

func (unwritable) ActionInfo() *zstack.ActionInfo { return &noParametersInfo }

// BenchmarkEncode measures something only as long as this holds.
func TestRequestsAreMadeBeforeOptionsAreRead(t *testing.T) {
	t.Parallel()
	client := sample.NewClient(t, "127.0.0.1")
	wrong := zstack.WithPageSize(10) // which has no meaning for a change
	var refused *zstack.ValidationError
	require.ErrorAs(t, client.Call(t.Context(), createVM(), nil, wrong), &refused)
	require.Equal(t, "WithPageSize", refused.Field)
	require.ErrorAs(t, client.Call(t.Context(), unwritable{map[string]any{"a": make(chan int)}}, nil, wrong), &refused)
	require.Equal(t, "value", refused.Field)
}

func TestBothEncodeTheSame(t *testing.T) {
	t.Parallel()
	var sent recorder
	client := sample.NewClient(t, "127.0.0.1", zstack.WithHTTPClient(&http.Client{Transport: &sent}), zstack.WithoutResourceUUIDs())
	_, err := createVM().Start(t.Context(), client)
	require.NoError(t, err)
	plain, err := json.Marshal(plainCreateVM())
	require.NoError(t, err)
	require.JSONEq(t, string(plain), string(sent.body))
	require.Equal(t, "POST /zstack/v1/vm-instances", sent.request)
}
