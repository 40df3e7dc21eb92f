package wire

import (
	"io"
	"sync"
	"sync/atomic"
)

const (
	// smallBody is the first buffer for a reply that does not say how long it is.
	smallBody = 4 << 10
	// largeBody is how large a buffer is that is worth keeping for the next reply:
	// to grow one to the 24 MB of ten thousand machines takes as long as to check
	// that they are JSON.
	largeBody = 1 << 20
)

// bodies are buffers of replies that have been decoded, each a *[]byte. Nothing of
// a result is in them: the decoder copies all strings, and so does a type that reads
// itself, since encoding/json asks that of it.
var bodies sync.Pool

// Recycle lets a buffer be used for another reply. Nobody may have any part of it.
func Recycle(body []byte) {
	if cap(body) >= largeBody {
		body = body[:0]
		bodies.Put(&body)
	}
}

// ReadAll reads to the end. length is how much there is, or negative.
func ReadAll(r io.Reader, length int64) ([]byte, error) {
	const most = 64 << 20 // that a sender is believed to have
	const end = 1         // so that the end is seen before there is no room
	size := smallBody
	if length >= 0 {
		size = int(min(length, most)) + end
	}
	body := withRoom(nil, size)
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			if len(body) >= largeBody {
				lastLarge.Store(int64(len(body)))
			}
			return body, nil
		}
		if err != nil {
			return body, err
		}
		if len(body) == cap(body) {
			body = withRoom(body, nextSize(cap(body)))
		}
	}
}

// lastLarge is how long the last large reply was: pages of a query are as long as
// one another.
var lastLarge atomic.Int64

// nextSize is how large the next buffer is for a reply that does not fit one of
// this size: twice as large, or what the last large reply took, which is believed
// up to eight times the size that is full.
func nextSize(full int) int {
	const margin = 16 // a sixteenth more
	last := int(lastLarge.Load())
	if last += last / margin; full < largeBody || last < 2*full {
		return 2 * full
	}
	return min(last, 8*full)
}

// withRoom returns a buffer of at least this size with what is in body.
func withRoom(body []byte, size int) []byte {
	if size >= largeBody {
		if kept, ok := bodies.Get().(*[]byte); ok && cap(*kept) >= size {
			return append(*kept, body...)
		}
	}
	return append(make([]byte, 0, size), body...)
}

// A LimitedReader reads no more than a limit, beyond which there is an error, and
// remembers what ended the reading early.
type LimitedReader struct {
	From     io.Reader
	Left     int64
	TooLarge error // beyond the limit
	Err      error // that ended the reading early
}

func (r *LimitedReader) Read(p []byte) (n int, err error) {
	if r.Left == 0 {
		p = p[:min(len(p), 1)] // to see whether there is more
	} else {
		p = p[:min(int64(len(p)), r.Left)]
	}
	n, err = r.From.Read(p)
	if r.Left == 0 && n > 0 {
		n, err = 0, r.TooLarge
	}
	r.Left -= int64(n)
	if err != nil && err != io.EOF {
		r.Err = err
	}
	return n, err
}
