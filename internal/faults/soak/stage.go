package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/faults"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// A stage is everything that a run needs.
type stage struct {
	node     *zstacktest.Server
	ledger   *ledger
	traffic  *traffic
	network  *faults.Proxy // between clients and the node
	hooks    *faults.Proxy // between the node and the webhook; nil when there is none
	clients  [2]*zstack.Client
	closings []func() error // in the order of building up
}

// newStage builds everything up. On an error too, what there is has to be closed.
func newStage(c config) (*stage, error) {
	s := &stage{ledger: &ledger{runs: make(map[string]int)}, traffic: new(traffic)}
	options := []zstacktest.Option{
		zstacktest.WithJobDelay(jobDelay), zstacktest.WithSessionTTL(c.session),
		zstacktest.WithMiddleware(s.traffic.before), zstacktest.WithMiddleware(s.ledger.before),
	}
	if c.old {
		options = append(options, zstacktest.WithoutDuplicateCheck())
	}
	if c.race {
		options = append(options, zstacktest.WithRace(c.pause))
	}
	var err error
	if s.node, err = zstacktest.Listen(options...); err != nil {
		return s, err
	}
	s.closings = append(s.closings, s.node.Close)
	calls := new(faults.Calls)
	if s.network, err = s.proxy(s.node.URL, c.plan(false, calls)); err != nil {
		return s, err
	}
	shared := []zstack.Option{
		zstack.WithCredentials(zstack.Account("admin", "password")),
		zstack.WithLocation(time.UTC),
		zstack.WithRateLimiter(zstack.NewRateLimiter(c.rate)),
		zstack.WithMaxRetries(maxRetries),
	}
	if c.unnamed {
		shared = append(shared, zstack.WithoutResourceUUIDs())
	}
	for i := range s.clients {
		own := shared
		if c.webhook && i == 1 {
			hook, err := s.openWebhook(c.plan(true, calls))
			if err != nil {
				return s, err
			}
			own = append(own, zstack.WithWebhook(hook))
		}
		if s.clients[i], err = zstack.NewClient(s.network.URL, own...); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *stage) proxy(target string, plan faults.Plan) (*faults.Proxy, error) {
	p, err := faults.Listen(target, plan)
	if err == nil {
		s.closings = append(s.closings, func() error { p.Close(); return nil })
	}
	return p, err
}

// openWebhook starts a web server with a webhook, which the node reaches through a
// proxy of its own.
func (s *stage) openWebhook(plan faults.Plan) (*zstack.Webhook, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	var hook *zstack.Webhook // its address is that of a proxy that needs the server's
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hook.ServeHTTP(w, r) }),
		ReadHeaderTimeout: time.Minute,
	}
	if s.hooks, err = s.proxy("http://"+l.Addr().String(), plan); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	hook = zstack.NewWebhook(s.hooks.URL)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	s.closings = append(s.closings, func() error {
		err := server.Close()
		if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
		return err
	})
	return hook, nil
}

// leave closes the clients, and returns what went wrong.
func (s *stage) leave(ctx context.Context) (problems []string) {
	for i, c := range s.clients {
		if err := c.Close(ctx); err != nil {
			problems = append(problems, fmt.Sprintf("closing client %d: %v", i, err))
		}
	}
	return problems
}

// settle waits until the node has done all that is still going to be done.
func (s *stage) settle(ctx context.Context, c config) error {
	if err := s.network.Drain(ctx); err != nil {
		return fmt.Errorf("waiting for late requests: %w", err)
	}
	return pause(ctx, c.hold+mostPause+2*jobDelay)
}

// close ends everything, the last first.
func (s *stage) close() error {
	var errs []error
	for i := len(s.closings) - 1; i >= 0; i-- {
		errs = append(errs, s.closings[i]())
	}
	return errors.Join(errs...)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
