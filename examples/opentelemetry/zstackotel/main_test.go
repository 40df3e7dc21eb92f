package zstackotel_test

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A recording is a Telemetry that records into memory.
type recording struct {
	*zstackotel.Telemetry
	exporter *tracetest.InMemoryExporter
	reader   *metric.ManualReader
}

func newRecording(t *testing.T) *recording {
	t.Helper()
	r := &recording{exporter: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader()}
	telemetry, err := zstackotel.New(
		trace.NewTracerProvider(trace.WithSyncer(r.exporter)),
		metric.NewMeterProvider(metric.WithReader(r.reader)))
	require.NoError(t, err)
	r.Telemetry = telemetry
	return r
}

// client returns a client whose requests are recorded and go through base.
func (r *recording) client(t *testing.T, base http.RoundTripper, options ...zstack.Option) *zstack.Client {
	t.Helper()
	client, err := zstack.NewClient("node", append([]zstack.Option{
		zstack.WithHTTPClient(r.HTTPClient(base)), zstack.WithCredentials(zstack.Account("admin", "password")),
	}, options...)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close(context.Background()) })
	return client
}

// spans returns the spans that have ended, by their beginning. Those without a parent come
// first where several began at the same time, as they do in a bubble of testing/synctest.
func (r *recording) spans() tracetest.SpanStubs {
	spans := r.exporter.GetSpans()
	slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int {
		return cmp.Or(a.StartTime.Compare(b.StartTime), depth(a)-depth(b))
	})
	return spans
}

func depth(span tracetest.SpanStub) int {
	if span.Parent.IsValid() {
		return 1
	}
	return 0
}

// metric returns a metric, with the sum or the count of each series by one of its attributes.
func (r *recording) metric(t *testing.T, name string, by attribute.Key) map[string]int64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, r.reader.Collect(t.Context(), &all))
	series := make(map[string]int64)
	add := func(set attribute.Set, n int64) {
		value, _ := set.Value(by)
		series[value.String()] += n
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, point := range data.DataPoints {
					add(point.Attributes, point.Value)
				}
			case metricdata.Histogram[float64]:
				for _, point := range data.DataPoints {
					add(point.Attributes, int64(point.Count))
				}
			default:
				t.Fatalf("%s is a %T", name, data)
			}
		}
	}
	return series
}

// attributeOf returns an attribute of a span as a string, which is empty when there is none.
func attributeOf(span tracetest.SpanStub, key attribute.Key) string {
	for _, a := range span.Attributes {
		if a.Key == key {
			return a.Value.String()
		}
	}
	return ""
}
