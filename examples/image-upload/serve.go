package main

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"
)

// A server serves one file.
type server struct {
	url   string
	http  *http.Server
	ended chan struct{}
}

// serve serves a file under its name, and nothing else.
func serve(ctx context.Context, s setup, file string) (*server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return nil, err
	}
	base := s.url
	if base == "" {
		base = "http://" + listener.Addr().String()
	}
	name := "/" + filepath.Base(file)
	address, err := url.JoinPath(base, url.PathEscape(filepath.Base(file)))
	if err != nil {
		_ = listener.Close() // The error above is the one to tell.
		return nil, err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != name {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, file) // which answers requests for parts, too
	})
	served := &server{url: address, http: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}, ended: make(chan struct{})}
	go func() {
		defer close(served.ended)
		_ = served.http.Serve(listener) // It ends by close alone, whose error it is.
	}()
	return served, nil
}

func (s *server) close() {
	_ = s.http.Close() // Connections that are left are of nobody any more.
	<-s.ended
}
