package zstacktest

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// A Server is a [Node] that listens on a loopback address of the system's choice.
type Server struct {
	*Node
	// URL is what a client is given as its endpoint: "http://127.0.0.1:" and the
	// port, without a slash at the end, followed by the context path where that is
	// not the usual "/zstack".
	URL string

	server *http.Server
	done   chan error
}

// TB is the part of testing.TB that [NewServer] uses. It stands here so that
// programs with a simulated node do not link package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// NewServer returns a server that is closed at the end of the test.
func NewServer(tb TB, opts ...Option) *Server {
	tb.Helper()
	s, err := Listen(opts...)
	if err != nil {
		tb.Fatalf("zstacktest: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("zstacktest: %v", err)
		}
	})
	return s
}

// Listen returns a server for a program, which closes it when it is done.
func Listen(opts ...Option) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{Node: New(opts...), URL: "http://" + l.Addr().String(), done: make(chan error, 1)}
	switch path := s.config.contextPath; path {
	case defaultContextPath:
	case "":
		// The slash tells a client that there is a path, and that it is empty.
		s.URL += "/"
	default:
		s.URL += path
	}
	s.server = &http.Server{Handler: s.Node, ReadHeaderTimeout: time.Minute}
	go func() { s.done <- s.server.Serve(l) }()
	return s, nil
}

// Close stops the server at once, breaking the connections it has, and then the
// callbacks of webhooks as [Node.Close] does. It can be called more than once; the
// node keeps its records.
func (s *Server) Close() error {
	err := s.server.Close()
	if served, ok := <-s.done; ok {
		close(s.done)
		if !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
	}
	// The connections go first: a webhook's handler may be waiting for an answer
	// from this server.
	return errors.Join(err, s.Node.Close())
}
