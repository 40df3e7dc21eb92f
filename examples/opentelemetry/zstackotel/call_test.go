package zstackotel_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestACallIsATree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithJobDelay(time.Second))
		recorded := newRecording(t)
		client := recorded.client(t, node)
		res, err := zstackotel.Call(t.Context(), recorded.Telemetry, client, actions.CreateZoneAction{Name: "east"})
		require.NoError(t, err)
		require.Equal(t, "east", res.Inventory.Name)

		spans := recorded.spans()
		call := spans[0]
		require.Equal(t, "CreateZone", call.Name)
		require.False(t, call.Parent.IsValid())
		require.Equal(t, codes.Unset, call.Status.Code)
		require.Equal(t, "CreateZoneAction", attributeOf(call, "zstack.action"))
		require.Equal(t, "1", attributeOf(call, "zstack.jobs"))
		var names []string
		for _, span := range spans[1:] {
			require.Equal(t, call.SpanContext.SpanID(), span.Parent.SpanID())
			require.Equal(t, trace.SpanKindClient, span.SpanKind)
			names = append(names, span.Name+" "+attributeOf(span, "http.response.status_code"))
		}
		require.Equal(t, []string{
			"PUT /v1/accounts/login 200",
			"POST /v1/zones 202",
			"GET /v1/api-jobs/{uuid} 202",
			"GET /v1/api-jobs/{uuid} 200",
		}, slices.Compact(names))
	})
}

// What a call asks for page by page, and ahead of who reads the pages, belongs to it as well.
func TestPagesBelongToTheirCall(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{VMs: 30}))
	recorded := newRecording(t)
	client := recorded.client(t, node)
	query := actions.QueryVmInstanceAction{Conditions: zstack.Where()}
	require.NoError(t, recorded.Do(t.Context(), query, func(ctx context.Context) error {
		for _, err := range query.All(ctx, client, zstack.WithPageSize(10)) {
			if err != nil {
				return err
			}
		}
		return nil
	}))
	spans := recorded.spans()
	require.Equal(t, "QueryVmInstance", spans[0].Name)
	require.Greater(t, len(spans), 4)
	for _, span := range spans[2:] {
		require.Equal(t, "GET /v1/vm-instances", span.Name)
		require.Equal(t, spans[0].SpanContext.SpanID(), span.Parent.SpanID())
		require.Equal(t, "QueryVmInstanceAction", attributeOf(span, "zstack.action"))
		require.Equal(t, "http://node:8080/zstack/v1/vm-instances", attributeOf(span, "url.full"))
	}
}

func TestFailingCalls(t *testing.T) {
	t.Parallel()
	const missing = "0eb6f6f88ff93da48cfc5bca0dbd5c18"
	for name, test := range map[string]struct {
		fault   []zstacktest.Fault
		action  zstack.TypedAction[*actions.StopVmInstanceResult]
		kind    string
		message string
	}{
		"refused":      {nil, actions.StopVmInstanceAction{UUID: missing}, "SYS.1003", "StopVmInstanceAction"},
		"a failed job": {[]zstacktest.Fault{zstacktest.WithCode(types.SysOperationError)}, actions.StopVmInstanceAction{UUID: missing}, "SYS.1006", "SYS.1006"},
		"a proxy":      {[]zstacktest.Fault{zstacktest.WithReply(403, "no")}, actions.StopVmInstanceAction{UUID: missing}, "403", "HTTP 403"},
		"nothing sent": {nil, actions.StopVmInstanceAction{}, "validation", "uuid"},
		"unknown":      {[]zstacktest.Fault{zstacktest.WithReply(200, "<html>")}, actions.StopVmInstanceAction{UUID: missing}, "unknown_outcome", "StopVmInstanceAction"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				node := zstacktest.New()
				if test.fault != nil {
					node.Fail("StopVmInstance", test.fault...)
				}
				recorded := newRecording(t)
				client := recorded.client(t, node)
				_, err := zstackotel.Call(t.Context(), recorded.Telemetry, client, test.action)
				require.Error(t, err)
				call := recorded.spans()[0]
				require.Equal(t, codes.Error, call.Status.Code)
				require.Equal(t, test.kind, attributeOf(call, "error.type"))
				require.Contains(t, call.Status.Description, test.message)
				require.Equal(t, map[string]int64{test.kind: 1}, recorded.metric(t, "zstack.client.call.duration", "error.type"))
			})
		})
	}
}

func TestACallThatIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		recorded := newRecording(t)
		client := recorded.client(t, zstacktest.New(zstacktest.WithJobDelay(time.Hour)))
		_, err := zstackotel.Call(t.Context(), recorded.Telemetry, client, actions.CreateZoneAction{Name: "east"}, zstack.WithTimeout(time.Minute))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		call := recorded.spans()[0]
		require.Equal(t, codes.Error, call.Status.Code)
		require.Equal(t, "timeout", attributeOf(call, "error.type"))
		require.Equal(t, map[string]int64{"timeout": 1}, recorded.metric(t, "zstack.client.jobs", "error.type"))
	})
}

// Errors that are not the SDK's can have anything in them.
func TestErrorsOfOthers(t *testing.T) {
	t.Parallel()
	for kind, err := range map[string]error{
		"canceled":  context.Canceled,
		"timeout":   errors.Join(errors.New("hunter2"), context.DeadlineExceeded),
		"_OTHER":    errors.New("hunter2"),
		"not_found": &zstack.Error{Err: zstack.ErrNotFound},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			recorded := newRecording(t)
			require.Equal(t, err, recorded.Do(t.Context(), actions.QueryZoneAction{}, func(context.Context) error { return err }))
			span := recorded.spans()[0]
			require.Equal(t, kind, attributeOf(span, "error.type"))
			require.NotContains(t, span.Status.Description, "hunter2")
		})
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		recorded := newRecording(t)
		client := recorded.client(t, zstacktest.New(zstacktest.WithJobDelay(time.Second)))
		_, err := zstackotel.Call(t.Context(), recorded.Telemetry, client, actions.CreateZoneAction{Name: "east"})
		require.NoError(t, err)
		_, err = zstackotel.Call(t.Context(), recorded.Telemetry, client, actions.QueryZoneAction{Conditions: zstack.Where()})
		require.NoError(t, err)

		require.Equal(t, map[string]int64{"CreateZoneAction": 1, "QueryZoneAction": 1}, recorded.metric(t, "zstack.client.call.duration", "zstack.action"))
		require.Equal(t, map[string]int64{"CreateZoneAction": 1}, recorded.metric(t, "zstack.client.jobs", "zstack.action"))
		polls := recorded.metric(t, "zstack.client.job.polls", "zstack.action")["CreateZoneAction"]
		require.Positive(t, polls)
		require.Equal(t, map[string]int64{"": polls + 1, "CreateZoneAction": 1, "QueryZoneAction": 1}, recorded.metric(t, "http.client.request.duration", "zstack.action"))
		require.Equal(t, map[string]int64{"202": polls, "200": 3}, recorded.metric(t, "http.client.request.duration", "http.response.status_code"))
	})
}

// A request outside of any call is a span of its own, without the names of its parameters.
func TestRequestsOutsideOfCalls(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	vm := node.Add("VmInstance", map[string]any{"state": "Running"})
	recorded := newRecording(t)
	client := recorded.client(t, node)
	_, err := actions.StopVmInstanceAction{UUID: vm}.Call(t.Context(), client)
	require.NoError(t, err)
	require.Equal(t, "PUT /v1/vm-instances/{}/actions", recorded.spans()[1].Name)
	require.False(t, recorded.spans()[1].Parent.IsValid())
	require.Positive(t, recorded.metric(t, "zstack.client.job.polls", "zstack.action")[""])
}

// The caller of a client sees errors of the network as they were; only spans do not.
func TestErrorsOfTheNetworkReachTheCaller(t *testing.T) {
	t.Parallel()
	for name, base := range map[string]http.RoundTripper{
		"before the reply": roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("hunter2 is no host") }),
		"in the reply": roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: brokenBody{}, Request: r}, nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := newRecording(t)
			client := recorded.client(t, base, zstack.WithMaxRetries(0), zstack.WithCredentials(zstack.Session("s")))
			_, err := actions.QueryZoneAction{Conditions: zstack.Where()}.Call(t.Context(), client)
			require.ErrorContains(t, err, "hunter2 is no host")
			span := recorded.spans()[0]
			require.Equal(t, codes.Error, span.Status.Code)
			require.Equal(t, "connection failed", span.Status.Description)
			require.Equal(t, "connection_failed", attributeOf(span, "error.type"))
			for _, event := range span.Events {
				for _, a := range event.Attributes {
					require.NotContains(t, a.Value.String(), "hunter2")
				}
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A brokenBody is a reply that breaks off.
type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, errors.New("hunter2 is no host") }
func (brokenBody) Close() error             { return nil }

// The server gets what it would get otherwise: the whole URL, and no header more.
func TestRequestsAreSentAsTheyWere(t *testing.T) {
	t.Parallel()
	node := zstacktest.New()
	recorded := newRecording(t)
	client := recorded.client(t, node)
	query := actions.QueryZoneAction{Conditions: zstack.Where(zstack.Eq("name", "a/b ü"))}
	_, err := zstackotel.Call(t.Context(), recorded.Telemetry, client, query)
	require.NoError(t, err)
	request := node.Requests()[1]
	require.Equal(t, "/zstack/v1/zones", request.Path)
	require.Equal(t, []string{"name=a/b ü"}, request.Query["q"])
	for header := range request.Header {
		require.NotContains(t, strings.ToLower(header), "trace")
		require.NotContains(t, strings.ToLower(header), "baggage")
	}
}

func TestProvidersAreNeeded(t *testing.T) {
	t.Parallel()
	_, err := zstackotel.New(noop.NewTracerProvider(), nil)
	require.ErrorContains(t, err, "provider is nil")
}
