package main

import (
	"bytes"
	"encoding/pem"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setenv sets the variables that the program reads, and unsets the others.
func setenv(t *testing.T, values map[string]string) {
	t.Helper()
	for _, name := range []string{
		"ZSTACK_ENDPOINT", "ZSTACK_HOST", "ZSTACK_PORT", "ZSTACK_ACCOUNT", "ZSTACK_PASSWORD", "ZSTACK_CA_FILE", "ZSTACK_INSECURE",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME",
	} {
		t.Setenv(name, values[name])
	}
}

// environment are the variables that lead to a node.
func environment(url string) map[string]string {
	return map[string]string{"ZSTACK_ENDPOINT": url, "ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "password"}
}

func TestOnASimulatedNode(t *testing.T) {
	setenv(t, nil)
	synctest.Test(t, func(t *testing.T) {
		var out, log bytes.Buffer
		require.NoError(t, run(t.Context(), nil, &out, &log))
		require.Regexp(t, `(?s)^VM instance "web-1" is Stopped.
0 VM instances are running.

Spans:
  example, [^\n]+
    CreateVmInstance, [^\n]+
      PUT /v1/accounts/login: 200, [^\n]+
      POST /v1/vm-instances: 202, [^\n]+
      GET /v1/api-jobs/{uuid}: 202 \(\d times\), [^\n]+
      GET /v1/api-jobs/{uuid}: 200, [^\n]+
    StopVmInstance, [^\n]+
      PUT /v1/vm-instances/{uuid}/actions: 202, [^\n]+
      GET /v1/api-jobs/{uuid}: 202 \(\d times\), [^\n]+
      GET /v1/api-jobs/{uuid}: 200, [^\n]+
    QueryVmInstance, [^\n]+
      GET /v1/vm-instances: 200, [^\n]+
    DELETE /v1/accounts/sessions/{sessionUuid}: 200, [^\n]+

Metrics:
.*
  zstack.client.jobs{zstack.action=CreateVmInstanceAction}: 1
`, out.String())
		require.Contains(t, out.String(), "http.client.request.duration{http.request.method=POST, http.response.status_code=202, url.template=/v1/vm-instances, zstack.action=CreateVmInstanceAction}: 1, ")
		require.Contains(t, log.String(), "action=StopVmInstanceAction method=PUT")
		require.Contains(t, log.String(), " trace_id=")
	})
}

func TestOnAnotherNode(t *testing.T) {
	for name, test := range map[string]struct {
		by    string // what names the VM instance; empty for a run that only reads
		state string
		want  string
	}{
		"read only": {"", "Running", "2 VM instances are running.\n"},
		"by name":   {"name", "Stopped", "VM instance \"web-1\" is Stopped.\n1 VM instances are running.\n"},
		"by UUID":   {"uuid", "Stopped", "VM instance \"web-1\" is Stopped.\n1 VM instances are running.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			node := zstacktest.NewServer(t)
			vm := node.Add("VmInstance", map[string]any{"name": "web-1", "state": "Running"})
			node.Add("VmInstance", map[string]any{"name": "web-2", "state": "Running"})
			setenv(t, environment(node.URL))
			var args []string
			if test.by != "" {
				args = []string{"-vm", node.Get("VmInstance", vm)[test.by].(string)}
			}
			var out bytes.Buffer
			require.NoError(t, run(t.Context(), args, &out, io.Discard))
			require.True(t, strings.HasPrefix(out.String(), test.want), out.String())
			require.Equal(t, test.state, node.Get("VmInstance", vm)["state"])
		})
	}
}

// A run that fails shows what was recorded all the same.
func TestAFailureIsShown(t *testing.T) {
	node := zstacktest.NewServer(t)
	setenv(t, environment(node.URL))
	var out bytes.Buffer
	err := run(t.Context(), []string{"-vm", "web-1"}, &out, io.Discard)
	require.True(t, zstack.IsNotFound(err), err)
	require.Regexp(t, `\n    QueryVmInstance: ERROR .*no row matches.*\n`, out.String())
}

func TestCertificates(t *testing.T) {
	node := httptest.NewTLSServer(zstacktest.New())
	t.Cleanup(node.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: node.Certificate().Raw}), 0o600))
	for name, test := range map[string]struct {
		variable, value string
		want            string
	}{
		"authorities": {"ZSTACK_CA_FILE", file, ""},
		"insecure":    {"ZSTACK_INSECURE", "true", ""},
		"neither":     {"ZSTACK_INSECURE", "false", "certificate"},
		"no file":     {"ZSTACK_CA_FILE", file + "x", "no such file"},
		"a wrong one": {"ZSTACK_CA_FILE", "main.go", "no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			env := environment(node.URL)
			env[test.variable] = test.value
			setenv(t, env)
			err := run(t.Context(), nil, io.Discard, io.Discard)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestExport(t *testing.T) {
	var mu sync.Mutex
	exported := make(map[string]string)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		exported[r.URL.Path] += string(body)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(collector.Close)
	setenv(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL, "OTEL_SERVICE_NAME": "mine"})
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out, io.Discard))
	require.Equal(t, "VM instance \"web-1\" is Stopped.\n0 VM instances are running.\n", out.String())
	require.Contains(t, exported["/v1/traces"], "CreateVmInstanceAction")
	require.Contains(t, exported["/v1/traces"], "mine")
	require.Contains(t, exported["/v1/metrics"], "zstack.client.call.duration")
	require.NotContains(t, exported["/v1/metrics"], "body.size")
}

// A node can be named by its host alone, as ZStack's own tools do.
func TestTheHostOfTheEnvironment(t *testing.T) {
	node := zstacktest.NewServer(t)
	host, port, err := net.SplitHostPort(strings.TrimPrefix(node.URL, "http://"))
	require.NoError(t, err)
	setenv(t, map[string]string{"ZSTACK_HOST": host, "ZSTACK_PORT": port, "ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "password"})
	require.NoError(t, run(t.Context(), nil, io.Discard, io.Discard))
	require.NotEmpty(t, node.Requests())
}

func TestExportByAnotherProtocol(t *testing.T) {
	setenv(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
	require.ErrorContains(t, run(t.Context(), nil, io.Discard, io.Discard), `OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"`)
}

func TestUsage(t *testing.T) {
	setenv(t, nil)
	for name, test := range map[string]struct {
		args []string
		err  error
		want string
	}{
		"help":        {[]string{"-h"}, flag.ErrHelp, "Usage: opentelemetry"},
		"no flag":     {[]string{"-x"}, example.ErrUsage, "not defined"},
		"an argument": {[]string{"x"}, example.ErrUsage, `unexpected argument "x"`},
		"no endpoint": {[]string{"-vm", "web-1"}, example.ErrUsage, "-vm needs ZSTACK_ENDPOINT"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			require.ErrorIs(t, run(t.Context(), test.args, io.Discard, &log), test.err)
			require.Contains(t, log.String(), test.want)
		})
	}
}
