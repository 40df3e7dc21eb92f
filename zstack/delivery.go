package zstack

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// A delivery is one request on its way, however often it is sent. It is the
// request's context, which is all that the parts of the transport share.
type delivery struct {
	context.Context // the caller's

	request  *request
	grant    grant
	location *time.Location // the server's zone, for signatures
	manner

	attempts atomic.Int32
	sent     time.Time // the last attempt
	// doubt says that the last attempt may have reached the server and that what
	// the server did is not known.
	doubt atomic.Bool
	// Whether the last attempt wanted a connection, and whether it had one. The standard
	// library's transport tells, and perhaps others.
	wanted, had atomic.Bool
	standard    bool        // it is the standard library's
	taken       atomic.Bool // it asked for the request's body

	signatures []string // of the attempts
	refusal    int      // the status of the last reply, where that was no result; else 0
}

type deliveryKey struct{}

func deliveryOf(ctx context.Context) *delivery {
	d, _ := ctx.Value(deliveryKey{}).(*delivery)
	return d
}

// Value returns the delivery itself, or a value of the caller's context.
func (d *delivery) Value(key any) any {
	if key == (deliveryKey{}) {
		return d
	}
	return d.Context.Value(key)
}

// traced is the delivery as a context that learns of connections. Reads can be
// sent again whatever became of them.
func (d *delivery) traced() context.Context {
	if d.request.read {
		return d
	}
	return httptrace.WithClientTrace(d, &httptrace.ClientTrace{
		GetConn: func(string) { d.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { d.had.Store(true) },
	})
}

// authorize sets the headers that say who sends the request.
func (d *delivery) authorize(header http.Header) {
	if !d.request.session {
		return
	}
	d.grant.authorize(header, d.request.method, d.request.plain, time.Now().In(d.location))
	if d.grant.session != "" {
		return
	}
	if _, signature, ok := strings.Cut(header.Get("Authorization"), ":"); ok {
		d.signatures = append(d.signatures, signature)
		if d.learn != nil {
			d.learn(signature)
		}
	}
}

// secrets are the texts that the request carries and nobody may see.
func (d *delivery) secrets() []string {
	list := append([]string{d.grant.session, d.grant.secret}, d.request.secrets...)
	if d.webhook != nil {
		list = append(list, d.webhook.token())
	}
	return append(list, d.signatures...)
}

// unconnected reports whether the last attempt never had a connection, so that
// nothing was sent. That takes evidence, since a program can put a way of its own into
// the standard library's transport: a connection was wanted, or the body never was, by
// a transport that cannot have sent the request without.
func (d *delivery) unconnected() bool {
	switch {
	case d.had.Load():
		return false
	case d.wanted.Load():
		return true
	}
	return d.standard && len(d.request.body) > 0 && !d.taken.Load()
}

// A watchedBody is the body of a request, which notes that it was asked for.
type watchedBody struct {
	io.ReadCloser
	taken *atomic.Bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.taken.Store(true)
	return b.ReadCloser.Read(p)
}

// watched is a request whose body tells that it was asked for.
func (d *delivery) watched(r *http.Request) *http.Request {
	if !d.standard || d.request.read || r.Body == nil {
		return r
	}
	next := *r
	next.Body = &watchedBody{r.Body, &d.taken}
	if get := r.GetBody; get != nil {
		next.GetBody = func() (io.ReadCloser, error) {
			body, err := get()
			if err != nil {
				return nil, err
			}
			return &watchedBody{body, &d.taken}, nil
		}
	}
	return &next
}

// beginAttempt is called before a request is sent, each time.
func beginAttempt(_ retryablehttp.Logger, r *http.Request, _ int) {
	d := deliveryOf(r.Context())
	d.attempts.Add(1)
	d.sent = time.Now()
	d.wanted.Store(false)
	d.had.Store(false)
	d.taken.Store(false)
	d.doubt.Store(true)
}

// errNoReply says that an attempt took longer than it may.
var errNoReply = errors.New("no reply came in time")

// attempts limits the time that each attempt takes to its delivery's patience, or else
// the time until its reply begins.
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
	r = d.watched(r)
	if deadline, ok := r.Context().Deadline(); ok && d.patience == 0 && time.Until(deadline) <= d.begins {
		return next.RoundTrip(r) // the caller's own time is over sooner
	}
	body := &limitedBody{outer: r.Context()}
	if d.patience > 0 {
		body.inner, body.cancel = context.WithTimeout(r.Context(), d.patience)
	} else {
		body.inner, body.cancel = context.WithCancel(r.Context())
		body.begins = time.AfterFunc(d.begins, body.cancel)
	}
	defer body.begin() // also when the transport panics
	resp, err := next.RoundTrip(r.WithContext(body.inner))
	if err != nil {
		return nil, body.reason(err)
	}
	body.ReadCloser, resp.Body = resp.Body, body
	return resp, nil
}

// A limitedBody is the body of a reply that has to be read, or to begin, within a time.
type limitedBody struct {
	io.ReadCloser // nil until the reply has begun
	outer, inner  context.Context
	cancel        context.CancelFunc
	begins        *time.Timer // until the reply has to; nil where it has to be read
}

// begin ends the time for the reply to begin. Where it has not, the attempt is over.
func (b *limitedBody) begin() {
	if b.begins != nil {
		b.begins.Stop()
	}
	if b.ReadCloser == nil {
		b.cancel()
	}
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
