package zstackotel_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A collector keeps what is exported to it.
type collector struct {
	mu   sync.Mutex
	data bytes.Buffer
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data.Write(body)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// exportTo returns a Telemetry that exports to a collector, and what ends it.
func exportTo(t *testing.T, c *collector) (telemetry *zstackotel.Telemetry, finish func()) {
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	spans, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(server.URL+"/v1/traces"))
	require.NoError(t, err)
	metrics, err := otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(server.URL+"/v1/metrics"))
	require.NoError(t, err)
	tracers := trace.NewTracerProvider(trace.WithBatcher(spans))
	meters := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(metrics)))
	telemetry, err = zstackotel.New(tracers, meters)
	require.NoError(t, err)
	return telemetry, func() {
		require.NoError(t, tracers.Shutdown(t.Context()))
		require.NoError(t, meters.Shutdown(t.Context()))
	}
}

const (
	password        = "correct horse"
	accessKeySecret = "battery staple 0123456789abcdef"
	bodySecret      = "hunter2-of-the-host"
	otherSession    = "0f5ad1f0bd5a4ab3ae0e2a8a9b4a3c11"
	queryValue      = "a-name-in-a-condition"
)

// makeCalls makes calls that carry secrets in every place, some of which fail and quote them.
func makeCalls(t *testing.T, telemetry *zstackotel.Telemetry, node *zstacktest.Server, client *zstack.Client) {
	site, ctx := node.Site(), t.Context()
	host := actions.AddKVMHostAction{Name: "h", ManagementIP: "10.0.0.1", ClusterUUID: site.ClusterUUID, Username: "root", Password: bodySecret}
	_, err := zstackotel.Call(ctx, telemetry, client, host)
	require.NoError(t, err)
	node.Fail("AddKVMHost", zstacktest.WithDetails("cannot log in with "+bodySecret), zstacktest.Times(1))
	_, err = zstackotel.Call(ctx, telemetry, client, host)
	require.Error(t, err)
	query := actions.QueryZoneAction{Conditions: zstack.Where(zstack.Eq("name", queryValue))}
	_, err = zstackotel.Call(ctx, telemetry, client, query)
	require.NoError(t, err)
	require.Error(t, telemetry.Do(ctx, query, func(ctx context.Context) error {
		_, err := query.One(ctx, client)
		return err
	}))
	_, err = query.Call(ctx, client) // outside of a call
	require.NoError(t, err)
	validate := actions.ValidateSessionAction{SessionUUID: otherSession}
	_, err = zstackotel.Call(ctx, telemetry, client, validate)
	require.NoError(t, err)
	_, err = validate.Call(ctx, client)
	require.NoError(t, err)
	require.NoError(t, client.Close(ctx))
}

func TestNoSecretIsExportedOrLogged(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]zstack.Credentials{
		"account":    zstack.Account("admin", password),
		"access key": zstack.AccessKey("AKID", accessKeySecret),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.NewServer(t, zstacktest.WithSite(), zstacktest.WithAccount("admin", password),
				zstacktest.WithAccessKey("AKID", accessKeySecret), zstacktest.WithSession(otherSession))
			collected := new(collector)
			telemetry, finish := exportTo(t, collected)
			base := http.DefaultTransport.(*http.Transport).Clone()
			t.Cleanup(base.CloseIdleConnections)
			var log bytes.Buffer
			client, err := zstack.NewClient(node.URL, zstack.WithCredentials(credentials), zstack.WithHTTPClient(telemetry.HTTPClient(base)),
				zstack.WithLogger(slog.New(zstackotel.NewLogHandler(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))))
			require.NoError(t, err)
			makeCalls(t, telemetry, node, client)
			finish()

			require.Contains(t, collected.data.String(), "AddKVMHostAction")
			require.Contains(t, collected.data.String(), "http.client.request.duration")
			require.Contains(t, log.String(), "AddKVMHostAction")
			for what, secret := range secretsOf(node) {
				require.NotContains(t, collected.data.String(), secret, what)
				require.NotContains(t, log.String(), secret, what)
			}
			require.NotContains(t, collected.data.String(), queryValue)
		})
	}
}

// secretsOf are the secrets in what a node was sent, which were sent.
func secretsOf(node *zstacktest.Server) map[string]string {
	secrets := map[string]string{
		"the password": password, "its hash": string(zstack.HashPassword(password)),
		"the key": accessKeySecret, "the host's password": bodySecret, "the other session": otherSession,
	}
	for _, r := range node.Requests() {
		if header := r.Header.Get("Authorization"); header != "" {
			secrets["the header of "+r.Action] = header
			secrets["the session or signature of "+r.Action] = header[strings.LastIndexAny(header, " :")+1:]
		}
		if session, ok := strings.CutPrefix(r.Path, "/zstack/v1/accounts/sessions/"); ok {
			secrets["the session in the path of "+r.Action], _, _ = strings.Cut(session, "/")
		}
	}
	return secrets
}
