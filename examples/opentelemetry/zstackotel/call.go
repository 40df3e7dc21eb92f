package zstackotel

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/zstack-go/zstack-go/zstack"
)

// actionKey is the attribute with the name of an action, as in "StopVmInstanceAction".
const actionKey = attribute.Key("zstack.action")

// A call is a call of an action under way.
type call struct {
	info *zstack.ActionInfo
	jobs atomic.Int64
}

type callKey struct{}

// callOf returns the call that a request belongs to; nil for none that is traced.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// becameJob notes that a server took a request of the call as a job.
func (c *call) becameJob() {
	if c != nil {
		c.jobs.Add(1)
	}
}

// attributes are what metrics say of the call.
func (c *call) attributes(more ...attribute.KeyValue) metric.MeasurementOption {
	if c != nil {
		more = append(more, actionKey.String(c.info.Name))
	}
	return metric.WithAttributes(more...)
}

// Call calls an action in a span, and returns what its Call method does.
func Call[P any](ctx context.Context, t *Telemetry, client *zstack.Client, action zstack.TypedAction[P], options ...zstack.CallOption) (result P, err error) {
	err = t.Do(ctx, action, func(ctx context.Context) error {
		result, err = action.Call(ctx, client, options...)
		return err
	})
	return result, err
}

// Do runs a function in a span that is named after an action, for whatever is no plain call:
// Count, All, One, the functions that get one resource, or Start and Wait together. The
// function has to use the context that it is given. Do returns the function's error.
func (t *Telemetry) Do(ctx context.Context, action zstack.Action, do func(context.Context) error) error {
	c := &call{info: action.ActionInfo()}
	ctx, span := t.tracer.Start(context.WithValue(ctx, callKey{}, c), strings.TrimSuffix(c.info.Name, "Action"),
		trace.WithAttributes(actionKey.String(c.info.Name)))
	defer span.End()
	began := time.Now()
	err := do(ctx)
	var outcome []attribute.KeyValue
	if err != nil {
		kind, message := describe(err)
		outcome = append(outcome, semconv.ErrorTypeKey.String(kind))
		span.SetAttributes(outcome...)
		span.SetStatus(codes.Error, message)
	}
	attributes := c.attributes(outcome...)
	t.duration.Record(ctx, time.Since(began).Seconds(), attributes)
	if n := c.jobs.Load(); n > 0 {
		span.SetAttributes(attribute.Int64("zstack.jobs", n))
		t.jobs.Add(ctx, n, attributes)
	}
	return err
}

// describe returns what kind of error it is, of which there are few, and a message. That is
// the SDK's, which has no secrets; the words of other errors are not known to have none.
func describe(err error) (kind, message string) {
	var (
		invalid *zstack.ValidationError
		unknown *zstack.UnknownOutcomeError
		expired *zstack.JobExpiredError
		failed  *zstack.Error
	)
	switch {
	case errors.As(err, &invalid):
		return "validation", invalid.Error()
	case errors.As(err, &unknown):
		return "unknown_outcome", unknown.Error()
	case errors.As(err, &expired):
		return "job_expired", expired.Error()
	case errors.As(err, &failed):
		return kindOf(failed), failed.Error()
	case errors.Is(err, context.Canceled):
		return "canceled", "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout", "timeout"
	}
	return semconv.ErrorTypeOther.Value.AsString(), "an error that is not of a call"
}

// kindOf is the server's code of the error, or else what is known in its place.
func kindOf(err *zstack.Error) string {
	switch {
	case err.Code != nil && err.Code.Code != "":
		return string(err.Code.Code)
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case zstack.IsNotFound(err):
		return "not_found"
	case err.Status >= 400:
		return strconv.Itoa(err.Status)
	}
	return semconv.ErrorTypeOther.Value.AsString()
}
