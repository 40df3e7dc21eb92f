package zstacktest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// RoundTrip answers a request without a network, so that a node can be the
// Transport of an [http.Client] whatever host the request names. It runs in the
// caller's goroutine and returns the context's error when that ends first, which
// makes it usable in a testing/synctest bubble. The pauses of [WithRace] and [WithStall]
// come before the node's work, and are waited out.
//
// A handler that panics with [http.ErrAbortHandler] gives an error here, or a
// body that ends too early, as a broken connection does.
func (n *Node) RoundTrip(r *http.Request) (*http.Response, error) {
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	defer body.Close()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.Body = body
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:0"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	w := &responseBuffer{header: make(http.Header)}
	aborted := w.run(n, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if aborted && w.status == 0 {
		return nil, errBroken
	}
	return w.response(r, aborted), nil
}

var errBroken = errors.New("zstacktest: the connection was broken")

// A responseBuffer keeps what a handler writes.
type responseBuffer struct {
	header http.Header
	// sent is the header at the time that it would have gone out.
	sent   http.Header
	status int
	body   bytes.Buffer
}

func (w *responseBuffer) Header() http.Header { return w.header }

func (w *responseBuffer) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		w.sent = w.header.Clone()
	}
}

func (w *responseBuffer) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush does what it does on a connection as far as that can be seen here.
func (w *responseBuffer) Flush() { w.WriteHeader(http.StatusOK) }

// run has the handler answer and reports whether it broke the connection.
func (w *responseBuffer) run(h http.Handler, r *http.Request) (aborted bool) {
	defer func() {
		if p := recover(); p != nil {
			if p != http.ErrAbortHandler {
				panic(p)
			}
			aborted = true
		}
	}()
	h.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	return false
}

func (w *responseBuffer) response(r *http.Request, aborted bool) *http.Response {
	resp := &http.Response{
		Status:        strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode:    w.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        w.sent,
		ContentLength: int64(w.body.Len()),
		Request:       r,
	}
	var body io.Reader = &w.body
	length, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64)
	if aborted || err == nil && length > int64(w.body.Len()) {
		resp.ContentLength = -1
		body = io.MultiReader(body, cutShort{})
	}
	resp.Body = io.NopCloser(body)
	return resp
}

// cutShort is the end of a body that is missing its rest.
type cutShort struct{}

func (cutShort) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
