package zstack

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// A delivery is one request on its way, however often it is sent. It travels in
// the request's context, which is all that the parts of the transport share.
type delivery struct {
	read      bool // it changes nothing, so that it may arrive twice
	once      bool // it is not sent again by the transport
	kind      int  // its rank with the limiter
	patience  time.Duration
	authorize func(http.Header)

	attempts atomic.Int32
	sent     time.Time // the last attempt
	// doubt says that the last attempt may have reached the server and that what
	// the server did is not known.
	doubt atomic.Bool
	// Whether the last attempt came as far as to a connection. The standard
	// library's transport tells, and perhaps others.
	wanted, had atomic.Bool
	standard    bool // it is the standard library's
}

type deliveryKey struct{}

func deliveryOf(ctx context.Context) *delivery {
	d, _ := ctx.Value(deliveryKey{}).(*delivery)
	return d
}

// over puts the delivery into a context.
func (d *delivery) over(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, deliveryKey{}, d)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { d.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { d.had.Store(true) },
	})
}

// unconnected reports whether the last attempt never had a connection, so that
// nothing was sent.
func (d *delivery) unconnected() bool { return (d.standard || d.wanted.Load()) && !d.had.Load() }

// beginAttempt is called before a request is sent, each time.
func beginAttempt(_ retryablehttp.Logger, r *http.Request, _ int) {
	d := deliveryOf(r.Context())
	d.attempts.Add(1)
	d.sent = time.Now()
	d.wanted.Store(false)
	d.had.Store(false)
	d.doubt.Store(true)
}

// errNoReply says that an attempt took longer than its delivery's patience.
var errNoReply = errors.New("no reply came in time")

// attempts limits the time that each attempt takes to its delivery's patience.
// It does not pass on that idle connections are to be closed, which the retrying
// client asks for after every failure, and which would cut off others.
type attempts struct{ next http.RoundTripper }

func (a attempts) RoundTrip(r *http.Request) (*http.Response, error) {
	next := a.next
	if next == nil {
		next = http.DefaultTransport
	}
	d := deliveryOf(r.Context())
	if d == nil {
		return next.RoundTrip(r)
	}
	_, d.standard = next.(*http.Transport)
	if err := r.Context().Err(); err != nil {
		d.doubt.Store(false)
		return nil, err
	}
	if d.patience == 0 {
		return next.RoundTrip(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), d.patience)
	body := &limitedBody{outer: r.Context(), inner: ctx, cancel: cancel}
	resp, err := next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		err = body.reason(err)
		cancel()
		return nil, err
	}
	body.ReadCloser, resp.Body = resp.Body, body
	return resp, nil
}

// A limitedBody is the body of a reply that has to be read within a time.
type limitedBody struct {
	io.ReadCloser
	outer, inner context.Context
	cancel       context.CancelFunc
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = b.reason(err)
	}
	return n, err
}

func (b *limitedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// reason tells the end of the attempt's time from all other errors.
func (b *limitedBody) reason(err error) error {
	if b.inner.Err() != nil && b.outer.Err() == nil {
		return errNoReply
	}
	return err
}
