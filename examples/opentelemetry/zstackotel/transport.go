package zstackotel

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// A request is what the two ends of the instrumented transport know of a request, and what
// is between them does not.
type request struct {
	url    *url.URL
	host   string
	route  string
	action string // where the request is the call's own, rather than a login or a poll
}

// attributes are what spans and metrics say of the request beside what HTTP has.
func (r *request) attributes() []attribute.KeyValue {
	list := []attribute.KeyValue{semconv.URLTemplate(r.route)}
	if r.action != "" {
		list = append(list, actionKey.String(r.action))
	}
	return list
}

type requestKey struct{}

// requestOf returns the request that a transport has put into the context.
func requestOf(r *http.Request) *request {
	return r.Context().Value(requestKey{}).(*request)
}

// A transport hides from the instrumentation what must not be recorded: it gets a request
// whose URL has the route in place of the path, and no query string.
type transport struct {
	telemetry    *Telemetry
	instrumented http.RoundTripper
}

// RoundTrip sends a request and records it.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	call := callOf(r.Context())
	sent := &request{url: r.URL, host: r.Host}
	base := sent.locate(call, r.URL.EscapedPath())
	labels := new(otelhttp.Labeler) // for metrics
	labels.Add(sent.attributes()...)
	ctx := otelhttp.ContextWithClientLabeler(r.Context(), labels)
	shown := r.Clone(context.WithValue(ctx, requestKey{}, sent))
	shown.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: base + sent.route}
	resp, err := t.instrumented.RoundTrip(shown)
	isPoll := sent.route == jobRoute
	if isPoll {
		t.telemetry.polls.Add(r.Context(), 1, call.attributes())
	}
	if err != nil {
		return nil, reveal(err)
	}
	if resp.StatusCode == http.StatusAccepted && !isPoll {
		call.becameJob()
	}
	resp.Body = revealingBody{resp.Body}
	return resp, nil
}

// An original is the other end: it sends the request as it was.
type original struct{ base http.RoundTripper }

// RoundTrip sends a request of the instrumentation with the URL that it had before.
func (o original) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := requestOf(r)
	trace.SpanFromContext(r.Context()).SetAttributes(sent.attributes()...)
	r = r.Clone(r.Context())
	r.URL, r.Host = sent.url, sent.host
	resp, err := o.base.RoundTrip(r)
	if err != nil {
		return nil, hide(err)
	}
	resp.Body = hidingBody{resp.Body}
	return resp, nil
}

// A requestError stands for an error of the network, whose words can quote what was sent or
// answered. Its own are few.
type requestError struct {
	kind string
	err  error
}

func (e *requestError) Error() string { return e.kind }

// Unwrap returns the error that it stands for.
func (e *requestError) Unwrap() error { return e.err }

// ErrorType is what the instrumentation records as error.type.
func (e *requestError) ErrorType() string { return strings.ReplaceAll(e.kind, " ", "_") }

func hide(err error) error {
	var failed net.Error
	kind := "connection failed"
	switch {
	case errors.Is(err, context.Canceled):
		kind = "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &failed) && failed.Timeout():
		kind = "timeout"
	}
	return &requestError{kind, err}
}

func reveal(err error) error {
	if hidden, ok := err.(*requestError); ok {
		return hidden.err
	}
	return err
}

// The bodies do for errors in the middle of a reply what their transports do for those
// before it.
type (
	hidingBody    struct{ io.ReadCloser }
	revealingBody struct{ io.ReadCloser }
)

// Read reads from the body, and hides an error.
func (b hidingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = hide(err)
	}
	return n, err
}

// Read reads from the body, and returns the error as it was.
func (b revealingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	return n, reveal(err)
}
