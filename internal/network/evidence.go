package network

import (
	"bytes"
	"context"
	"io"
	"net/http/httptrace"
	"sync/atomic"
)

// Evidence is what a transport tells of a sending on its own: that it wanted a connection,
// that it had one, and that it read the request's body. The standard library's does, and
// perhaps others.
type Evidence struct{ wanted, connected, taken atomic.Bool }

// Trace returns a context under which a transport tells of connections.
func (e *Evidence) Trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { e.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { e.connected.Store(true) },
	})
}

// Body returns a function that makes readers of a request's body, which tell that they are
// read.
func (e *Evidence) Body(body []byte) func() (io.Reader, error) {
	return func() (io.Reader, error) {
		b := &watchedBody{taken: &e.taken}
		b.reader.Reset(body)
		return b, nil
	}
}

// Forget is for before the next sending.
func (e *Evidence) Forget() {
	e.wanted.Store(false)
	e.connected.Store(false)
	e.taken.Store(false)
}

// NeverConnected reports whether the sending never had a connection, so that nothing was
// sent. That takes evidence, since a program can put a way of its own into the standard
// library's transport: a connection was wanted, or the body never was, by a transport that
// cannot have sent the request without, for which needsBody stands.
func (e *Evidence) NeverConnected(needsBody bool) bool {
	switch {
	case e.connected.Load():
		return false
	case e.wanted.Load():
		return true
	}
	return needsBody && !e.taken.Load()
}

// A watchedBody reads the body of a request, and notes that it does.
type watchedBody struct {
	reader bytes.Reader
	taken  *atomic.Bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.taken.Store(true)
	return b.reader.Read(p)
}

// Close does nothing: it is there so that nobody wraps the body to have one.
func (b *watchedBody) Close() error { return nil }

// Len returns how much is left, which is the length of a body that nobody has read.
func (b *watchedBody) Len() int { return b.reader.Len() }
