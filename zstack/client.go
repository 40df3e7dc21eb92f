package zstack

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/session"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// A Client calls the API of one ZStack management node. It is safe for
// concurrent use, and one client is meant to serve a whole program. Printing it
// shows the server's address and no secret.
type Client struct {
	base         string // "http://mn:8080/zstack/v1"
	userAgent    string
	product      Product
	maxReply     int64
	logger       *slog.Logger
	limiter      *limit.Bucket
	webhook      *Webhook                     // nil to learn of the ends of jobs by polling alone
	fixed        func() authorization         // a fixed session or access key, empty when there is none
	sessions     *session.Store               // nil unless the client logs in
	http         http.Client                  // without its transport
	transport    http.RoundTripper            // nil for the standard library's default
	zone         atomic.Pointer[wire.Decoder] // reads times in the server's zone: see zone.go
	zoneGiven    bool                         // by WithLocation, so that no login changes it
	schedule     poll.Schedule
	timers       poll.Timers
	maxRetries   int
	replyTimeout time.Duration // how long the reply to a read may take to begin
	nameless     bool          // what calls create gets no uuid from the client
	readOnly     bool          // calls that can change something are refused
	remembers    atomic.Int32  // whether the server refuses a job uuid that it has: see settle.go
	closed       chan struct{} // closed by Close
	closing      sync.Once
	idle         closeIdler // the client's own transport, whose pool Close empties; nil for the caller's
}

const (
	defaultPort        = "8080" // of a management node
	defaultTLSPort     = "443"  // of https, which a proxy in front of one speaks
	defaultContextPath = "/zstack"
	defaultMaxReply    = 512 << 20
	defaultRetries     = 4
	defaultReplies     = 5 * time.Minute
	closeTimeout       = 5 * time.Second
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
		userAgent: "zstack-go",
		logger:    slog.New(slog.DiscardHandler),
		product:   Cloud,
		maxReply:  defaultMaxReply,
		retries:   defaultRetries,
		replies:   defaultReplies,
		limiter:   NewRateLimiter(defaultRate).bucket,
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&cfg); err != nil {
			return nil, &ValidationError{Field: "option", Constraint: ConstraintType, Reason: "is wrong: " + err.Error()}
		}
	}
	var unset *ValidationError // of the environment
	if err := cfg.credentials.err; errors.As(err, &unset) {
		return nil, unset
	} else if err != nil {
		return nil, &ValidationError{Field: "option", Constraint: ConstraintType, Reason: "is wrong: " + err.Error()}
	}
	if cfg.tls != nil && cfg.httpClient != nil {
		return nil, &ValidationError{Field: "option", Constraint: ConstraintConflict, Reason: "is wrong: WithTLSConfig and WithHTTPClient exclude each other"}
	}
	base, err := baseURL(endpoint, cfg.contextPath)
	if err != nil {
		return nil, &ValidationError{Field: "endpoint", Constraint: ConstraintType, Reason: "is wrong: " + err.Error()}
	}
	c := &Client{
		base:         base,
		userAgent:    cfg.userAgent,
		product:      cfg.product,
		maxReply:     cfg.maxReply,
		logger:       cfg.logger,
		fixed:        cfg.credentials.fixed,
		limiter:      cfg.limiter,
		webhook:      cfg.webhook,
		maxRetries:   cfg.retries,
		replyTimeout: cfg.replies,
		nameless:     cfg.noResourceUUIDs,
		readOnly:     cfg.readOnly,
		closed:       make(chan struct{}),
	}
	c.zoneGiven = cfg.location != nil
	c.zone.Store(wire.NewDecoder(cmp.Or(cfg.location, time.Local)))
	if cfg.httpClient != nil {
		c.http, c.transport = *cfg.httpClient, cfg.httpClient.Transport
	} else {
		c.transport = newTransport(cfg.tls)
		c.idle, _ = c.transport.(closeIdler)
	}
	// A redirect could carry credentials to another host, or turn a POST into
	// a GET. A management node sends none.
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c.fixed == nil {
		c.fixed = always(authorization{})
	}
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

// NewClientFromEnv returns a client for the management node that the
// environment names: ZSTACK_ENDPOINT, and the first that is set of
// ZSTACK_SESSION_ID, ZSTACK_ACCESS_KEY_ID with ZSTACK_ACCESS_KEY_SECRET, and
// ZSTACK_ACCOUNT with ZSTACK_PASSWORD. Options override what it says. Without any
// of them the client has the credentials that the options give, or none. An endpoint
// that is missing, and one variable of a pair without the other, is a
// [*ValidationError] with the variable's name as its Field.
func NewClientFromEnv(options ...Option) (*Client, error) {
	endpoint := os.Getenv("ZSTACK_ENDPOINT")
	if endpoint == "" {
		return nil, &ValidationError{Field: "ZSTACK_ENDPOINT", Constraint: ConstraintRequired, Reason: "is not set"}
	}
	session := os.Getenv("ZSTACK_SESSION_ID")
	keyID, secret := os.Getenv("ZSTACK_ACCESS_KEY_ID"), os.Getenv("ZSTACK_ACCESS_KEY_SECRET")
	account, password := os.Getenv("ZSTACK_ACCOUNT"), os.Getenv("ZSTACK_PASSWORD")
	var credentials Credentials
	switch {
	case session != "":
		credentials = Session(session)
	case keyID != "" || secret != "":
		credentials = AccessKey(keyID, secret)
		credentials.err = unsetVariable("ZSTACK_ACCESS_KEY_ID", keyID, "ZSTACK_ACCESS_KEY_SECRET", secret)
	case account != "" || password != "":
		credentials = Account(account, password)
		credentials.err = unsetVariable("ZSTACK_ACCOUNT", account, "ZSTACK_PASSWORD", password)
	}
	return NewClient(endpoint, append([]Option{WithCredentials(credentials)}, options...)...)
}

// unsetVariable is the error of two variables, names and values, of which one is
// not set; nil when both are.
func unsetVariable(first, firstValue, second, secondValue string) error {
	switch {
	case firstValue == "":
		first, second = second, first
	case secondValue != "":
		return nil
	}
	return &ValidationError{Field: second, Constraint: ConstraintRequired, Reason: "is not set, and " + first + " is"}
}

// baseURL returns what comes before every path of the catalogue.
func baseURL(endpoint string, contextPath *string) (string, error) {
	text := strings.TrimSpace(endpoint)
	if text == "" {
		return "", errors.New("it is empty")
	}
	if !strings.Contains(text, "://") {
		if ip := net.ParseIP(text); ip != nil && strings.Contains(text, ":") {
			text = "[" + text + "]"
		}
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		// The parser's error quotes the text, which can hold a password.
		return "", errors.New("it is no URL")
	case u.User != nil:
		return "", errors.New("it holds a user; use WithCredentials")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", fmt.Errorf("its scheme %q is neither http nor https", u.Scheme)
	case u.Hostname() == "":
		return "", errors.New("it names no host")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("it holds a query or a fragment")
	}
	host := u.Host
	if u.Port() == "" {
		port := defaultPort
		if u.Scheme == "https" {
			port = defaultTLSPort
		}
		host = net.JoinHostPort(u.Hostname(), port)
	}
	path := strings.Trim(u.EscapedPath(), "/")
	// Whoever copies the address of the API has its version too.
	path = strings.TrimSuffix(strings.TrimSuffix("/"+path, "/v1"), "/")
	path = strings.Trim(path, "/")
	if contextPath != nil {
		path = strings.Trim((&url.URL{Path: *contextPath}).EscapedPath(), "/")
	} else if path == "" {
		path = strings.Trim(defaultContextPath, "/")
	}
	if path != "" {
		path = "/" + path
	}
	server := url.URL{Scheme: u.Scheme, Host: host} // writes a zone in the host as URLs have it
	base := server.String() + path + "/v1"
	if _, err := url.Parse(base); err != nil {
		return "", errors.New("its host is none that a URL can hold")
	}
	return base, nil
}

// A closeIdler is a transport that keeps connections.
type closeIdler interface{ CloseIdleConnections() }

// newTransport is the standard library's default transport with more idle
// connections to the one host there is, and the caller's TLS configuration. Idle
// connections are closed after 90 seconds.
func newTransport(tlsConfig *tls.Config) http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	switch {
	case ok:
	case tlsConfig == nil:
		// The program replaced the default, for instance to mock it.
		return http.DefaultTransport
	default:
		// What replaced it knows nothing of the TLS that was asked for.
		standard = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	}
	transport := standard.Clone()
	// As many calls as go on at once keep their connections for the next ones.
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 128
	if tlsConfig != nil {
		transport.TLSClientConfig = tlsConfig
	}
	return transport
}

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
	r, err := prepare(logOut{SessionUUID: uuid}, c.product, "", nil)
	if err != nil {
		return err
	}
	r.read, r.closes = true, true
	if err = c.newCall(r, callConfig{}).run(ctx, nil); IsInvalidSession(err) {
		return nil // it has ended already, which is what was wanted
	}
	return err
}

// Decode reads JSON as the client reads replies: whole numbers in any notation,
// timestamps in the server's time zone, and values of the types that the server's
// schema names, if it is among the members. It is for what [Do] returns.
func (c *Client) Decode(data []byte, v any) error {
	if err := c.usable(""); err != nil {
		return err
	}
	if v == nil || isNoPointer(v) {
		return &ValidationError{Field: "v", Constraint: ConstraintType, Reason: "is no pointer"}
	}
	decoder := c.decoder()
	if err := decoder.Decode(data, v); err != nil {
		return decodeError(err)
	}
	result := reflect.ValueOf(v)
	if result.Elem().Kind() != reflect.Struct || !schema.Applies(result.Elem().Type()) {
		return nil
	}
	var described wire.Text
	if _, ok := schema.StructOf(result.Elem().Type()).Members["schema"]; ok {
		return nil // it is a value like any other
	}
	err := decoder.Members(data, func(name string) any {
		if name == "schema" {
			return &described
		}
		return nil
	})
	if err != nil || len(described) == 0 {
		return decodeError(err)
	}
	return decodeError(schema.Apply(decoder, described, wire.TrustingCursor(data), result.Elem()))
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
