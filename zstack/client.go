package zstack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/internal/endpoint"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/session"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// A Client calls the API of one ZStack management node. It is safe for
// concurrent use, and one client is meant to serve a whole program. Printing it
// shows the server's address and no secret.
type Client struct {
	config
	base      string            // "http://mn:8080/zstack/v1"
	http      http.Client       // without its transport
	transport http.RoundTripper // nil for the standard library's default
	idle      closeIdler        // the client's own transport, whose pool Close empties; nil for the caller's
	sessions  *session.Store    // nil unless the client logs in

	zone      atomic.Pointer[wire.Decoder] // reads times in the server's zone: see zone.go
	remembers atomic.Int32                 // whether the server refuses a job uuid that it has: see settle.go
	schedule  poll.Schedule
	timers    poll.Timers
	closed    chan struct{} // closed by Close
	closing   sync.Once
}

const (
	defaultMaxReply     = 512 << 20
	defaultMaxRetries   = 4
	defaultReplyTimeout = 5 * time.Minute
	closeTimeout        = 5 * time.Second
)

// NewClient returns a client for the management node at endpoint: a host, a
// host with a port, or a URL. The defaults are http, port 8080 (443 for a URL that
// begins with https) and the context path /zstack, which stands unless the URL has a
// path of its own; "/v1" at its end is left away. Nothing is sent before the first
// call.
//
// A wrong endpoint or option is a [*ValidationError].
func NewClient(endpoint string, options ...Option) (*Client, error) {
	cfg := config{
		userAgent:    "zstack-go",
		logger:       slog.New(slog.DiscardHandler),
		product:      Cloud,
		maxReply:     defaultMaxReply,
		maxRetries:   defaultMaxRetries,
		replyTimeout: defaultReplyTimeout,
		limiter:      NewRateLimiter(defaultRate).bucket,
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&cfg); err != nil {
			return nil, wrong("option", err)
		}
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	return newClient(endpoint, cfg)
}

// wrong refuses an argument of NewClient.
func wrong(field string, err error) error {
	return &ValidationError{Field: field, Constraint: ConstraintType, Reason: "is wrong: " + err.Error()}
}

// check refuses options that do not go together, and credentials that are none.
func (cfg *config) check() error {
	if cfg.tlsFromEnv && cfg.httpClient != nil {
		cfg.tls = nil // Options override the environment.
	}
	var unset *ValidationError // of the environment
	switch err := cfg.credentials.err; {
	case errors.As(err, &unset):
		return unset
	case err != nil:
		return wrong("option", err)
	case cfg.tls != nil && cfg.httpClient != nil:
		return &ValidationError{Field: "option", Constraint: ConstraintConflict, Reason: "is wrong: WithTLSConfig and WithHTTPClient exclude each other"}
	}
	return nil
}

func newClient(address string, cfg config) (*Client, error) {
	base, err := endpoint.Base(address, cfg.contextPath)
	if err != nil {
		return nil, wrong("endpoint", err)
	}
	c := &Client{config: cfg, base: base, closed: make(chan struct{})}
	c.zone.Store(wire.NewDecoder(cmp.Or(cfg.location, time.Local)))
	if cfg.httpClient != nil {
		c.http, c.transport = *cfg.httpClient, cfg.httpClient.Transport
	} else {
		c.transport = endpoint.NewTransport(cfg.tls)
		c.idle, _ = c.transport.(closeIdler)
	}
	// A redirect could carry credentials to another host, or turn a POST into
	// a GET. A management node sends none.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if login := cfg.credentials.login; login != nil {
		c.sessions = &session.Store{
			Login:       func(ctx context.Context) (*types.SessionInventory, error) { return login(ctx, c) },
			Renew:       c.renew,
			Logout:      c.logout,
			IsRefusal:   isRefusal,
			OnceRefused: cfg.credentials.password,
			ErrClosed:   ErrClosed,
		}
	}
	return c, nil
}

// A closeIdler is a transport that keeps connections.
type closeIdler interface{ CloseIdleConnections() }

// Close logs out of the session that the client logged in to, if it did, and
// closes idle connections. Calls that come later fail with [ErrClosed]; waits for
// jobs end with it, and the jobs go on. Requests on their way are not cut off, but
// none follows one: it is not sent again, and there is no second one, which a large
// page of a [Pager] can need. What has not been sent yet is not. A
// context that has ended already does not keep Close from logging out, for which
// it then has five seconds. When a login under way does not end before the context,
// its end is the error, and the session is logged out of as soon as it is there.
// Closing twice is harmless, and so is closing a nil client.
func (c *Client) Close(ctx context.Context) error {
	if c == nil || c.closed == nil {
		return nil
	}
	if c.sessions != nil && ctx == nil {
		return &ValidationError{Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	first := false
	c.closing.Do(func() { first = true; close(c.closed); c.timers.WakeAll() })
	if !first {
		return nil
	}
	if c.idle != nil {
		defer c.idle.CloseIdleConnections()
	}
	if c.sessions == nil {
		return nil
	}
	if ctx.Err() != nil {
		// A program that was interrupted closes its client with the context
		// that says so, and has a session to end all the same.
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
	}
	opened, err := c.sessions.Close(ctx)
	if opened == "" || err != nil {
		return err
	}
	return c.logout(ctx, opened)
}

func (c *Client) logout(ctx context.Context, uuid string) error {
	r, err := prepare(ownAction{info: &logOut, SessionUUID: types.Secret(uuid)}, c.product, "", nil)
	if err != nil {
		return err
	}
	r.read, r.closes = true, true
	if err = c.newCall(r, callConfig{}).run(ctx, nil); IsInvalidSession(err) {
		return nil // it has ended already, which is what was wanted
	}
	return err
}

// isClosed reports whether Close has been called.
func (c *Client) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// usable refuses a client that [NewClient] did not make.
func (c *Client) usable(action string) error {
	switch {
	case c == nil:
		return &ValidationError{Action: action, Field: "client", Constraint: ConstraintRequired, Reason: "is nil"}
	case c.closed == nil:
		return &ValidationError{Action: action, Field: "client", Constraint: ConstraintRequired, Reason: "is empty; NewClient makes one"}
	}
	return nil
}

// server is the address of the server, with the context path.
func (c *Client) server() string {
	if c == nil {
		return ""
	}
	return strings.TrimSuffix(c.base, "/v1")
}

// String returns the address of the server.
func (c *Client) String() string {
	if c == nil {
		return "zstack.Client(nil)"
	}
	return "zstack.Client(" + c.base + ")"
}

// Format prints the address of the server, whatever the verb.
func (c *Client) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// LogValue returns the address of the server.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// rest waits for a while. Without one it says whether the client or the context has ended.
func (c *Client) rest(ctx context.Context, d time.Duration) error {
	if d > 0 {
		timer := c.timers.Set(d)
		defer c.timers.Stop(timer)
		if !c.isClosed() { // a timer that was set before that is due
			select {
			case <-timer.Due():
			case <-ctx.Done():
				return network.ContextError(ctx)
			}
		}
	}
	switch {
	case c.isClosed():
		return ErrClosed
	case d <= 0 && ctx.Err() != nil:
		return network.ContextError(ctx)
	}
	return nil
}
