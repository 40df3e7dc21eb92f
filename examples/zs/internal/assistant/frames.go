package assistant

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// A frames reads what an assistant sends, a line for each message. A line that is no JSON is
// answered here and goes no further: the library would end the server over it, and with it
// whatever is waited for.
type frames struct {
	lines *bufio.Reader
	in    io.Closer
	out   io.Writer
	left  []byte // of the line that is being read
}

func newFrames(in io.ReadCloser, out io.Writer) *frames {
	return &frames{lines: bufio.NewReader(in), in: in, out: out}
}

var notJSON = []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"a line is no JSON"}}` + "\n")

func (f *frames) Read(p []byte) (int, error) {
	for len(f.left) == 0 {
		line, err := f.lines.ReadBytes('\n')
		switch {
		case len(bytes.TrimSpace(line)) == 0 && err != nil:
			return 0, err
		case len(bytes.TrimSpace(line)) == 0:
			continue
		case json.Valid(line):
			f.left = line
		default:
			if _, err := f.out.Write(notJSON); err != nil {
				return 0, err
			}
			if errors.Is(err, io.EOF) {
				return 0, io.EOF
			}
		}
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

func (f *frames) Close() error { return f.in.Close() }

// A lines writes one message at a time, and leaves standard output open for whoever else writes
// to it.
type lines struct {
	mu sync.Mutex
	to io.Writer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}

func (l *lines) Close() error { return nil }
