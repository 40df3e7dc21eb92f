package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// showSpans prints spans as trees. Spans in a row that say the same are one line.
func showSpans(out io.Writer, spans tracetest.SpanStubs) {
	children := make(map[trace.SpanID]tracetest.SpanStubs)
	slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
	for _, span := range spans {
		children[span.Parent.SpanID()] = append(children[span.Parent.SpanID()], span)
	}
	fmt.Fprintln(out, "\nSpans:")
	showBelow(out, children, trace.SpanID{}, "  ")
}

func showBelow(out io.Writer, children map[trace.SpanID]tracetest.SpanStubs, parent trace.SpanID, indent string) {
	list := children[parent]
	for i := 0; i < len(list); {
		span, first := list[i], i
		var took time.Duration
		for ; i < len(list) && (i == first || headline(list[i]) == headline(span) && len(children[list[i].SpanContext.SpanID()]) == 0); i++ {
			took += list[i].EndTime.Sub(list[i].StartTime)
		}
		line := headline(span)
		if n := i - first; n > 1 {
			line += fmt.Sprintf(" (%d times)", n)
		}
		fmt.Fprintf(out, "%s%s, %s\n", indent, line, took.Round(10*time.Microsecond))
		showBelow(out, children, span.SpanContext.SpanID(), indent+"  ")
	}
}

// headline is what a span is, and what came of it.
func headline(span tracetest.SpanStub) string {
	line := span.Name
	for _, a := range span.Attributes {
		if a.Key == semconv.HTTPResponseStatusCodeKey {
			line += ": " + a.Value.String()
		}
	}
	if span.Status.Code == codes.Error {
		line += ": ERROR " + span.Status.Description
	}
	return strings.TrimSpace(line)
}

// showMetrics prints each series of the metrics in a line.
func showMetrics(out io.Writer, metrics metricdata.ResourceMetrics) {
	fmt.Fprintln(out, "\nMetrics:")
	for _, scope := range metrics.ScopeMetrics {
		for _, m := range scope.Metrics {
			var lines []string
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, point := range data.DataPoints {
					lines = append(lines, fmt.Sprintf("%s: %d", labels(point.Attributes), point.Value))
				}
			case metricdata.Histogram[float64]:
				lines = histogram(data.DataPoints, m.Unit)
			case metricdata.Histogram[int64]:
				lines = histogram(data.DataPoints, m.Unit)
			}
			slices.SortFunc(lines, cmp.Compare[string])
			for _, line := range lines {
				fmt.Fprintf(out, "  %s%s\n", m.Name, line)
			}
		}
	}
}

func histogram[N int64 | float64](points []metricdata.HistogramDataPoint[N], unit string) (lines []string) {
	for _, point := range points {
		lines = append(lines, fmt.Sprintf("%s: %d, %.4g %s on average", labels(point.Attributes), point.Count, float64(point.Sum)/float64(point.Count), unit))
	}
	return lines
}

// labels are the attributes of a series, without those that tell the server's address.
func labels(set attribute.Set) string {
	var list []string
	for _, a := range set.ToSlice() {
		switch a.Key {
		case semconv.ServerAddressKey, semconv.ServerPortKey, semconv.URLSchemeKey, semconv.NetworkProtocolNameKey, semconv.NetworkProtocolVersionKey:
		default:
			list = append(list, string(a.Key)+"="+a.Value.String())
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}
