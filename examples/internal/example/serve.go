package example

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Serve serves until the context ends. What is under way then has five seconds to end. The header
// of a request has a minute to arrive.
func Serve(ctx context.Context, listener net.Listener, server *http.Server) error {
	server.ReadHeaderTimeout = time.Minute
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close() // What is still open after the grace is cut off.
	}
	<-served
	return nil
}

// ServeBeside serves beside the work of a program, until the function that it returns is called.
// That one says what went wrong.
func ServeBeside(listener net.Listener, handler http.Handler) (stop func() error) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return func() error {
		err := server.Close()
		if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
		return err
	}
}
