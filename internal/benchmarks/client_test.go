package benchmarks

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/zstack"
)

// session is the session that all requests carry, so that nothing logs in.
const session = "5f1b2c3d4e5f60718293a4b5c6d7e8f9"

// newClient returns a client that no limit holds back, unless an option does.
func newClient(tb testing.TB, endpoint string, options ...zstack.Option) *zstack.Client {
	tb.Helper()
	client, err := zstack.NewClient(endpoint, append([]zstack.Option{
		zstack.WithCredentials(zstack.Session(session)),
		zstack.WithLocation(time.UTC),
		zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))),
	}, options...)...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, client.Close(context.Background())) })
	return client
}

// A canned transport answers every request with the same reply from memory. It
// does not say how long the reply is, as the server does not for a large one.
type canned struct {
	status int
	body   []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if err := r.Body.Close(); err != nil {
			return nil, err
		}
	}
	return &http.Response{
		StatusCode: c.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json;charset=utf-8"}},
		Body:          io.NopCloser(bytes.NewReader(c.body)),
		ContentLength: -1,
		Request:       r,
	}, nil
}

// withCanned has a client get the same reply to all that it sends.
func withCanned(status int, body []byte) zstack.Option {
	return zstack.WithHTTPClient(&http.Client{Transport: canned{status, body}})
}
