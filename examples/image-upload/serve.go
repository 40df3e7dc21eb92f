package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"path/filepath"

	"github.com/zstack-go/zstack-go/examples/internal/example"
)

// serve serves a file under its name, and nothing else, until stop is called.
func serve(ctx context.Context, s setup, file string) (address string, stop func() error, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return "", nil, err
	}
	base := s.url
	if base == "" {
		base = "http://" + listener.Addr().String()
	}
	if address, err = url.JoinPath(base, url.PathEscape(filepath.Base(file))); err != nil {
		return "", nil, errors.Join(err, listener.Close())
	}
	return address, example.ServeBeside(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/"+filepath.Base(file) {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, file) // which answers requests for parts, too
	})), nil
}
