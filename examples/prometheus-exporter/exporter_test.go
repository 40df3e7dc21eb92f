package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// newTestExporter returns an exporter that reads a node without a network.
func newTestExporter(t *testing.T, node http.RoundTripper) *exporter {
	t.Helper()
	client, err := zstack.NewClient("node", zstack.WithReadOnly(), zstack.WithHTTPClient(&http.Client{Transport: node}),
		zstack.WithCredentials(zstack.Account("admin", "password")), zstack.WithLocation(time.UTC))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close(context.Background()) })
	return newExporter(client, collectors, 9*time.Second, slog.New(slog.DiscardHandler))
}

// gatherer is the exporter as the tools for tests want it.
func (e *exporter) gatherer(ctx context.Context) prometheus.Gatherer {
	return prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		families, _, err := e.gather(ctx)
		return families, err
	})
}

// testCloud is a node that has something for every collector.
func testCloud() *zstacktest.Node {
	node := zstacktest.New()
	for i, zone := range []string{"east", "west"} {
		uuid := strings.Repeat(fmt.Sprint(i+1), 32)
		node.Add("Zone", map[string]any{"uuid": uuid, "name": zone})
		for j := range i + 1 {
			node.Add("Host", map[string]any{
				"zoneUuid": uuid, "status": []string{types.HostStatusConnected, types.HostStatusDisconnected}[j],
				"totalCpuCapacity": 10, "availableCpuCapacity": 4, "totalMemoryCapacity": 1000, "availableMemoryCapacity": 300,
			})
		}
		node.Add("PrimaryStorage", map[string]any{
			"uuid": strings.Repeat(fmt.Sprint(i+3), 32), "name": zone + "-nfs", "type": "NFS", "zoneUuid": uuid,
			"totalCapacity": 200, "availableCapacity": 150, "totalPhysicalCapacity": 100, "availablePhysicalCapacity": 80,
		})
	}
	vm := func(zone any, states ...string) {
		for _, state := range states {
			node.Add("VmInstance", map[string]any{"zoneUuid": zone, "state": state})
		}
	}
	vm(strings.Repeat("1", 32), "Running", "Running", "Stopped", "Levitating")
	vm(nil, "Created")
	node.Add("Volume", map[string]any{"state": "Enabled", "status": "Ready"})
	node.Add("Volume", map[string]any{"state": "Disabled", "status": "Ready"})
	node.Add("Volume", map[string]any{"state": "Levitating", "status": "Ready"})
	node.Handle("GetLicenseInfo", func(*zstacktest.Call) (any, error) {
		return map[string]any{"inventory": map[string]any{"licenseType": "Paid", "expiredDate": "2030-01-02 03:04:05", "expired": true}}, nil
	})
	return node
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	const east, west = `zone="east",zone_uuid="11111111111111111111111111111111"`, `zone="west",zone_uuid="22222222222222222222222222222222"`
	node := testCloud()
	for name, test := range map[string]struct {
		help string
		want []string
	}{
		"zstack_hosts": {"Hosts by status.", []string{
			`{status="Connected",` + east + `} 1`, `{status="Connected",` + west + `} 1`,
			`{status="Connecting",` + east + `} 0`, `{status="Connecting",` + west + `} 0`,
			`{status="Disconnected",` + east + `} 0`, `{status="Disconnected",` + west + `} 1`,
		}},
		"zstack_cpu_capacity":           {"Virtual CPUs that the hosts of the zone can give.", []string{`{` + east + `} 10`, `{` + west + `} 20`}},
		"zstack_cpu_available":          {"Virtual CPUs that the hosts of the zone can still give.", []string{`{` + east + `} 4`, `{` + west + `} 8`}},
		"zstack_memory_capacity_bytes":  {"Memory that the hosts of the zone can give.", []string{`{` + east + `} 1000`, `{` + west + `} 2000`}},
		"zstack_memory_available_bytes": {"Memory that the hosts of the zone can still give.", []string{`{` + east + `} 300`, `{` + west + `} 600`}},
		"zstack_primary_storage_physical_available_bytes": {"Physical capacity of the primary storage that is left.", []string{
			`{primary_storage="east-nfs",primary_storage_uuid="33333333333333333333333333333333",type="NFS",zone_uuid="11111111111111111111111111111111"} 80`,
			`{primary_storage="west-nfs",primary_storage_uuid="44444444444444444444444444444444",type="NFS",zone_uuid="22222222222222222222222222222222"} 80`,
		}},
		"zstack_license_expired":                  {"Whether the license has ended.", []string{`{type="Paid"} 1`}},
		"zstack_license_expiry_timestamp_seconds": {"When the license ends, in seconds since 1970.", []string{`{type="Paid"} 1.893553445e+09`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := "# HELP " + name + " " + test.help + "\n# TYPE " + name + " gauge\n" + name + strings.Join(test.want, "\n"+name) + "\n"
			require.NoError(t, testutil.GatherAndCompare(newTestExporter(t, node).gatherer(t.Context()), strings.NewReader(want), name))
		})
	}
}

// values returns the values of a metric that are not zero, by one of its labels.
func values(t *testing.T, families []*dto.MetricFamily, name, label string) map[string]float64 {
	t.Helper()
	values := make(map[string]float64)
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				if value := m.GetGauge().GetValue() + m.GetCounter().GetValue(); l.GetName() == label && value != 0 {
					values[l.GetValue()] += value
				}
			}
		}
	}
	return values
}

// Values that are not known here, and what is in no zone, are counted all the same.
func TestNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	families, failed, err := newTestExporter(t, testCloud()).gather(t.Context())
	require.NoError(t, err)
	require.Empty(t, failed)
	require.Equal(t, map[string]float64{"Running": 2, "Stopped": 1, "other": 1, "Created": 1}, values(t, families, "zstack_vm_instances", "state"))
	require.Equal(t, map[string]float64{"east": 4, "": 1}, values(t, families, "zstack_vm_instances", "zone"))
	require.Equal(t, map[string]float64{"Enabled": 1, "Disabled": 1, "other": 1}, values(t, families, "zstack_volumes", "state"))
}

func TestLint(t *testing.T) {
	t.Parallel()
	problems, err := testutil.GatherAndLint(newTestExporter(t, testCloud()).gatherer(t.Context()))
	require.NoError(t, err)
	require.Empty(t, problems)
}

// A larger cloud takes no more requests.
func TestRequestsDoNotGrowWithTheCloud(t *testing.T) {
	t.Parallel()
	var requests [2]int
	for i, vms := range []int{100, 5000} {
		node := zstacktest.New(zstacktest.WithModel(zstacktest.Model{Zones: 2, Hosts: vms / 10, VMs: vms}))
		_, _, err := newTestExporter(t, node).gather(t.Context())
		require.NoError(t, err)
		requests[i] = len(node.Requests())
	}
	require.Equal(t, requests[0], requests[1])
}

func TestOneFailureHidesNothingElse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		action string
		failed []string
	}{
		{"QueryVmInstance", []string{"vms"}},
		{"QueryHost", []string{"hosts"}},
		{"GetCpuMemoryCapacity", []string{"capacity"}},
		{"QueryPrimaryStorage", []string{"primary_storage"}},
		{"QueryVolume", []string{"volumes"}},
		{"GetLicenseInfo", []string{"license"}},
		{"QueryZone", []string{"vms", "hosts", "capacity"}},
		{"LogInByAccount", []string{"vms", "hosts", "capacity", "primary_storage", "volumes"}}, // the license needs none
	} {
		t.Run(test.action, func(t *testing.T) {
			t.Parallel()
			node := testCloud()
			node.Fail(test.action)
			e := newTestExporter(t, node)
			families, failed, err := e.gather(t.Context())
			require.NoError(t, err)
			require.Equal(t, test.failed, failed)
			require.Len(t, values(t, families, "zstack_exporter_collector_success", "collector"), len(collectors)-len(failed))
			require.Len(t, values(t, families, "zstack_exporter_collector_errors_total", "collector"), len(failed))
		})
	}
}

// A failure counts on, and passes.
func TestErrorsAreCounted(t *testing.T) {
	t.Parallel()
	node := testCloud()
	node.Fail("QueryHost", zstacktest.Times(2))
	e := newTestExporter(t, node)
	for i, want := range []float64{1, 2, 2} {
		families, failed, err := e.gather(t.Context())
		require.NoError(t, err)
		require.Equal(t, i < 2, len(failed) > 0)
		require.Equal(t, map[string]float64{"hosts": want}, values(t, families, "zstack_exporter_collector_errors_total", "collector"))
		require.Equal(t, i == 2, len(values(t, families, "zstack_hosts", "status")) > 0)
	}
}

// A slowNode takes a time to tell of the license, unless the request is given up before.
type slowNode struct {
	*zstacktest.Node
	takes       time.Duration
	under, most atomic.Int32 // how many requests for it there are, and were at most
}

func (n *slowNode) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/licenses") {
		n.most.Store(max(n.most.Load(), n.under.Add(1)))
		defer n.under.Add(-1)
		select {
		case <-time.After(n.takes):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return n.Node.RoundTrip(r)
}

// scrape asks for the metrics as Prometheus does.
func scrape(t *testing.T, e *exporter) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	e.handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	return recorder
}

func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		reply := scrape(t, newTestExporter(t, &slowNode{Node: testCloud(), takes: time.Hour}))
		require.Equal(t, 9*time.Second, time.Since(began))
		require.Equal(t, http.StatusOK, reply.Code)
		require.Contains(t, reply.Body.String(), "zstack_exporter_collector_success{collector=\"license\"} 0\n")
		require.Contains(t, reply.Body.String(), "zstack_hosts{")
	})
}

// Of six scrapes at the same time, four are served after each other, the fifth has no time to
// end, and the sixth none to begin.
func TestOneScrapeAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		node := &slowNode{Node: testCloud(), takes: 2 * time.Second}
		e := newTestExporter(t, node)
		replies := make(chan string, 6)
		began := time.Now()
		var all sync.WaitGroup
		for range cap(replies) {
			all.Go(func() {
				reply := scrape(t, e)
				whole := strings.Contains(reply.Body.String(), "zstack_exporter_collector_success{collector=\"license\"} 1\n")
				replies <- fmt.Sprint(reply.Code, " ", whole)
			})
		}
		all.Wait()
		close(replies)
		require.Equal(t, 9*time.Second, time.Since(began))
		require.EqualValues(t, 1, node.most.Load())
		got := make(map[string]int)
		for reply := range replies {
			got[reply]++
		}
		require.Equal(t, map[string]int{"200 true": 4, "200 false": 1, "503 false": 1}, got)
	})
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 9 * time.Second, "10": 9 * time.Second, "5": 4500 * time.Millisecond, "0.4": 200 * time.Millisecond,
		"0": 9 * time.Second, "-1": 9 * time.Second, "NaN": 9 * time.Second, "x": 9 * time.Second, "1e300": 9 * time.Second,
	} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
			r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", header)
			require.Equal(t, want, (&exporter{timeout: 9 * time.Second}).timeoutOf(r))
		})
	}
}

func TestAnotherMethod(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	newTestExporter(t, testCloud()).handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/metrics", nil))
	require.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
}

func TestNamesOfUsers(t *testing.T) {
	t.Parallel()
	s := new(samples)
	s.add(licenseExpired, 1, "a\xffb")
	registry := prometheus.NewRegistry()
	registry.MustRegister(s)
	families, err := registry.Gather()
	require.NoError(t, err)
	require.Equal(t, "a\uFFFDb", families[0].GetMetric()[0].GetLabel()[0].GetValue())
}
