package zstackotel_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/opentelemetry/zstackotel"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestLogLinesLeadToTheirCall(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(zstackotel.NewLogHandler(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	recorded := newRecording(t)
	client := recorded.client(t, zstacktest.New(), zstack.WithLogger(logger))
	_, err := zstackotel.Call(t.Context(), recorded.Telemetry, client, actions.QueryZoneAction{Conditions: zstack.Where()})
	require.NoError(t, err)
	span := recorded.spans()[0].SpanContext
	lines := bytes.Split(bytes.TrimSpace(log.Bytes()), []byte("\n"))
	require.NotEmpty(t, lines)
	for _, line := range lines {
		require.Contains(t, string(line), " trace_id="+span.TraceID().String()+" span_id="+span.SpanID().String())
	}
}

func TestLogLinesOutsideOfATrace(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(zstackotel.NewLogHandler(slog.NewTextHandler(&log, nil))).With("a", 1).WithGroup("g")
	logger.InfoContext(t.Context(), "hello", "b", 2)
	require.Contains(t, log.String(), "msg=hello a=1 g.b=2\n")
}
