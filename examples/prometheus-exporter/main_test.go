package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// toNode has the program read a node.
func toNode(t *testing.T, node *zstacktest.Server) {
	t.Helper()
	t.Setenv("ZSTACK_ENDPOINT", node.URL)
	t.Setenv("ZSTACK_ACCOUNT", "admin")
	t.Setenv("ZSTACK_PASSWORD", "password")
}

func TestOnceOnASimulatedNode(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	t.Setenv("ZSTACK_HOST", "")
	var out, log bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-once"}, &out, &log))
	require.Empty(t, log.String())
	for _, want := range []string{
		`(?m)^zstack_vm_instances{state="Running",zone="zone-1",zone_uuid="\w{32}"} [1-9]`,
		`(?m)^zstack_vm_instances{state="Unknown",zone="zone-2",zone_uuid="\w{32}"} 1$`,
		`(?m)^zstack_hosts{status="Disconnected",zone="zone-\d",zone_uuid="\w{32}"} 1$`,
		`(?m)^zstack_volumes{state="Enabled",status="Deleted"} 1$`,
		`(?m)^zstack_license_expiry_timestamp_seconds{type="Paid"} \d`,
		`(?m)^zstack_exporter_scrapes_total 1$`,
	} {
		require.Regexp(t, want, out.String())
	}
	require.NotContains(t, out.String(), `success{collector="license"} 0`)
}

// A node can be named by its host alone, as ZStack's own tools do.
func TestTheHostOfTheEnvironment(t *testing.T) {
	node := zstacktest.NewServer(t)
	toNode(t, node)
	host, port, err := net.SplitHostPort(strings.TrimPrefix(node.URL, "http://"))
	require.NoError(t, err)
	t.Setenv("ZSTACK_ENDPOINT", "")
	t.Setenv("ZSTACK_HOST", host)
	t.Setenv("ZSTACK_PORT", port)
	require.NoError(t, run(t.Context(), []string{"-once", "-skip", "license"}, io.Discard, io.Discard))
	require.NotEmpty(t, node.Requests())
}

// What goes wrong is seen by whoever started the program, and what went well is printed.
func TestOnceWithAFailure(t *testing.T) {
	node := zstacktest.NewServer(t)
	node.Fail("GetLicenseInfo")
	toNode(t, node)
	var out, log bytes.Buffer
	require.EqualError(t, run(t.Context(), []string{"-once"}, &out, &log), "these collectors failed: license")
	require.Contains(t, out.String(), "zstack_exporter_collector_success{collector=\"vms\"} 1\n")
	require.Contains(t, log.String(), "collector=license")
	require.NoError(t, run(t.Context(), []string{"-once", "-skip", "license"}, io.Discard, &log))
}

// serving runs the program and returns its address, and what ends it.
func serving(t *testing.T, args ...string) (url string, end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, append(args, "-listen", "127.0.0.1:0"), writer, io.Discard) }()
	line, err := bufio.NewReader(reader).ReadString('\n')
	require.NoError(t, err)
	url = regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(line)
	return strings.TrimSuffix(url, "/metrics"), func() error {
		cancel()
		return <-ended
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	require.NoError(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(data)
}

func TestServing(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithModel(zstacktest.Model{VMs: 20}))
	toNode(t, node)
	url, end := serving(t)
	for path, want := range map[string]string{"/metrics": "zstack_vm_instances{", "/healthz": "ok\n", "/": `<a href="/metrics">`} {
		status, body := get(t, url+path)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, want)
	}
	status, _ := get(t, url+"/nothing")
	require.Equal(t, http.StatusNotFound, status)
	require.NoError(t, end())

	logins, logouts := 0, 0
	for _, request := range node.Requests() {
		switch request.Action {
		case "LogInByAccount":
			logins++
		case "LogOut":
			logouts++
		default:
			require.Equal(t, http.MethodGet, request.Method, request.Action)
		}
	}
	require.Equal(t, [2]int{1, 1}, [2]int{logins, logouts})
}

// An interrupt does not wait for a management node that does not answer.
func TestInterruptInAScrape(t *testing.T) {
	arrived := make(chan struct{}, 100)
	node := zstacktest.NewServer(t, zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/licenses") {
				arrived <- struct{}{}
				<-r.Context().Done()
			}
			next.ServeHTTP(w, r)
		})
	}))
	toNode(t, node)
	url, end := serving(t, "-timeout", "1h")
	scraped := make(chan string, 1)
	go func() {
		_, body := get(t, url+"/metrics")
		scraped <- body
	}()
	<-arrived
	began := time.Now()
	require.NoError(t, end())
	require.Less(t, time.Since(began), time.Minute)
	require.Contains(t, <-scraped, "zstack_exporter_collector_success{collector=\"license\"} 0\n")
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	url, end := serving(t)
	err := run(t.Context(), []string{"-listen", strings.TrimPrefix(url, "http://")}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "address already in use")
	require.NoError(t, end())
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		err  error
		want string
	}{
		"help":         {[]string{"-h"}, flag.ErrHelp, "Usage: prometheus-exporter"},
		"no flag":      {[]string{"-x"}, example.ErrUsage, "not defined"},
		"an argument":  {[]string{"x"}, example.ErrUsage, `unexpected argument "x"`},
		"no time":      {[]string{"-timeout", "0s"}, example.ErrUsage, "-timeout takes a positive duration"},
		"no collector": {[]string{"-skip", "vms,vm"}, example.ErrUsage, `there is no collector "vm"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			require.ErrorIs(t, run(t.Context(), test.args, io.Discard, &log), test.err)
			require.Contains(t, log.String(), test.want)
		})
	}
}
