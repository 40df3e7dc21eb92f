package zstackotel

import (
	"context"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// A logHandler gives records the trace that they belong to.
type logHandler struct{ slog.Handler }

// NewLogHandler returns a handler that passes records on to another one, with trace_id and
// span_id of the context that they were logged in. With it, the lines of a client's log
// (zstack.WithLogger) lead to the span of their call.
func NewLogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

// Handle adds the trace to a record and passes it on.
func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record = record.Clone() // the caller's may share its attributes with others
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs returns a handler that adds attributes as well.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler whose records are in a group, the trace included.
func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name)}
}
