package sample

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// Session is the session that all requests carry, so that nothing logs in.
const Session = "5f1b2c3d4e5f60718293a4b5c6d7e8f9"

// NewClient returns a client that no limit holds back, unless an option does.
func NewClient(tb testing.TB, endpoint string, options ...zstack.Option) *zstack.Client {
	tb.Helper()
	client, err := zstack.NewClient(endpoint, append([]zstack.Option{
		zstack.WithCredentials(zstack.Session(Session)),
		zstack.WithLocation(time.UTC),
		zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))),
	}, options...)...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, client.Close(context.Background())) })
	return client
}

// AllVMs is the query that the large reply answers.
func AllVMs() actions.QueryVmInstanceAction {
	return actions.QueryVmInstanceAction{Conditions: zstack.Where(), Limit: new(int32(ManyVMs))}
}

// A Canned transport answers every request with the same reply from memory. It
// does not say how long the reply is, as the server does not for a large one.
type Canned struct {
	Status int
	Body   []byte
}

// WithCanned has a client get the same reply to all that it sends.
func WithCanned(status int, body []byte) zstack.Option {
	return zstack.WithHTTPClient(&http.Client{Transport: Canned{status, body}})
}

// RoundTrip answers a request.
func (c Canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
	}
	return &http.Response{
		StatusCode: c.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json;charset=utf-8"}},
		Body:          io.NopCloser(bytes.NewReader(c.Body)),
		ContentLength: -1,
		Request:       r,
	}, nil
}
