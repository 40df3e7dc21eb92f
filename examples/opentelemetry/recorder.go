package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// A recorder is where spans and metrics go: into memory, or to a collector.
type recorder struct {
	tracers *trace.TracerProvider
	meters  *metric.MeterProvider
	spans   *tracetest.InMemoryExporter // nil with a collector
	reader  *metric.ManualReader        // nil with a collector
}

// withoutSizes leaves out a metric that tells nothing here.
var withoutSizes = metric.WithView(metric.NewView(
	metric.Instrument{Name: "http.client.request.body.size"}, metric.Stream{Aggregation: metric.AggregationDrop{}}))

// newRecorder returns a recorder as the environment says.
func newRecorder(ctx context.Context) (*recorder, error) {
	about, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(semconv.ServiceName("zstack-example")),
		resource.WithFromEnv()) // which wins
	if err != nil {
		return nil, err
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		return newExporter(ctx, about)
	}
	r := &recorder{spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	r.tracers = trace.NewTracerProvider(trace.WithResource(about), trace.WithSyncer(r.spans))
	r.meters = metric.NewMeterProvider(metric.WithResource(about), withoutSizes, metric.WithReader(r.reader))
	return r, nil
}

// newExporter returns a recorder that exports. The exporters read the OTEL variables.
func newExporter(ctx context.Context, about *resource.Resource) (*recorder, error) {
	if protocol := os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL"); protocol != "" && protocol != "http/protobuf" {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q, and this example has http/protobuf only", protocol)
	}
	spans, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return nil, errors.Join(err, spans.Shutdown(ctx))
	}
	return &recorder{
		tracers: trace.NewTracerProvider(trace.WithResource(about), trace.WithBatcher(spans)),
		meters:  metric.NewMeterProvider(metric.WithResource(about), withoutSizes, metric.WithReader(metric.NewPeriodicReader(metrics))),
	}, nil
}

// finish shows what is in memory, or exports what has not been exported yet.
func (r *recorder) finish(ctx context.Context, out io.Writer) error {
	var err error
	if r.spans != nil {
		var metrics metricdata.ResourceMetrics
		err = r.reader.Collect(ctx, &metrics)
		showSpans(out, r.spans.GetSpans())
		showMetrics(out, metrics)
	}
	return errors.Join(err, r.tracers.Shutdown(ctx), r.meters.Shutdown(ctx))
}
