// Package zstackotel traces and measures the calls of a zstack.Client with OpenTelemetry.
//
//	telemetry, err := zstackotel.New(tracerProvider, meterProvider)
//	client, err := zstack.NewClient("http://mn:8080", credentials,
//		zstack.WithHTTPClient(telemetry.HTTPClient(http.DefaultTransport)),
//		zstack.WithLogger(slog.New(zstackotel.NewLogHandler(handler))))
//	res, err := zstackotel.Call(ctx, telemetry, client, actions.StopVmInstanceAction{UUID: vm})
//
// Call and Telemetry.Do make a span for a call of the SDK, and the transport of HTTPClient
// one below it for each request that the call takes: a login, the request itself, everything
// that is sent again, and the polls for its job.
//
// Nothing that a request or a reply carries is recorded: no header, no body and no query
// string, and of a path what the API's own documentation has, with the names of parameters in
// the place of their values. The description of a failed call is the message of the SDK's
// error, which holds no password, session, key or signature.
package zstackotel

import (
	"errors"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// scope is the name that spans and metrics are recorded under.
const scope = "github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"

// A Telemetry records the calls of any number of clients.
type Telemetry struct {
	tracers  trace.TracerProvider
	meters   metric.MeterProvider
	tracer   trace.Tracer
	duration metric.Float64Histogram
	jobs     metric.Int64Counter
	polls    metric.Int64Counter
}

// New returns a Telemetry that records to the providers. Both are needed.
func New(tracers trace.TracerProvider, meters metric.MeterProvider) (*Telemetry, error) {
	if tracers == nil || meters == nil {
		return nil, errors.New("zstackotel: a provider is nil")
	}
	t := &Telemetry{tracers: tracers, meters: meters, tracer: tracers.Tracer(scope)}
	meter := meters.Meter(scope)
	var errs [3]error
	t.duration, errs[0] = meter.Float64Histogram("zstack.client.call.duration", metric.WithUnit("s"),
		metric.WithDescription("How long calls of actions took, the waiting for their jobs included."),
		metric.WithExplicitBucketBoundaries(.01, .05, .1, .5, 1, 5, 10, 30, 60, 300, 1800))
	t.jobs, errs[1] = meter.Int64Counter("zstack.client.jobs", metric.WithUnit("{job}"),
		metric.WithDescription("How many jobs calls became."))
	t.polls, errs[2] = meter.Int64Counter("zstack.client.job.polls", metric.WithUnit("{request}"),
		metric.WithDescription("How many requests asked for the state of a job."))
	return t, errors.Join(errs[:]...)
}

// HTTPClient returns a client for zstack.WithHTTPClient that sends requests through base, or
// through http.DefaultTransport when that is nil. Each request is a span, named after its
// method and its route, and counts for the metrics that OpenTelemetry has for HTTP clients.
// The context of the trace is not sent to the server, which knows nothing of it.
func (t *Telemetry) HTTPClient(base http.RoundTripper) *http.Client {
	if base == nil {
		base = http.DefaultTransport
	}
	instrumented := otelhttp.NewTransport(original{base},
		otelhttp.WithTracerProvider(t.tracers),
		otelhttp.WithMeterProvider(t.meters),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string {
			return r.Method + " " + requestOf(r).route
		}))
	return &http.Client{Transport: &transport{telemetry: t, instrumented: instrumented}}
}
