package zstack

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/network"
)

// An Option configures a [Client].
type Option func(*config) error

type config struct {
	credentials  Credentials
	httpClient   *http.Client
	tls          *tls.Config
	userAgent    string
	location     *time.Location // nil to find it
	logger       *slog.Logger
	product      Product
	contextPath  *string
	maxReply     int64
	maxRetries   int
	replyTimeout time.Duration // how long the reply to a read may take to begin
	limiter      *limit.Bucket
	webhook      *Webhook

	nameless bool // what calls create gets no uuid from the client
	readOnly bool // calls that can change something are refused
}

// WithCredentials says how the client proves who it is: [Account], [User],
// [LDAP], [IAM2], [Session], [AccessKey] or [Login]. Without it, each action
// has to carry its own in SessionID, or AccessKeyID and AccessKeySecret.
func WithCredentials(credentials Credentials) Option {
	return func(c *config) error {
		c.credentials = credentials // checked when all options are known: a later one replaces them
		return nil
	}
}

// WithHTTPClient sends requests through a client of your own, with its
// transport, proxy and timeout. The client never follows redirects, whatever
// this one does. By default the SDK has a transport of its own that takes the
// proxy from the environment.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return errors.New("the HTTP client is nil")
		}
		c.httpClient = client
		return nil
	}
}

// WithTLSConfig sets how https connections are made: certificate authorities,
// client certificates, server name. It excludes [WithHTTPClient]. By default
// the system's certificate authorities are trusted.
func WithTLSConfig(tlsConfig *tls.Config) Option {
	return func(c *config) error {
		if tlsConfig == nil {
			return errors.New("the TLS configuration is nil")
		}
		c.tls = tlsConfig.Clone()
		return nil
	}
}

// WithUserAgent sets the User-Agent header. The default is "zstack-go".
func WithUserAgent(agent string) Option {
	return func(c *config) error {
		if !network.FitsHeader(agent) {
			return errors.New("the user agent contains a character that is not valid in a header")
		}
		c.userAgent = agent
		return nil
	}
}

// WithLocation says which time zone the server is in. Its timestamps carry no
// zone, and the dates that access keys sign are compared with its wall clock.
//
// By default each login finds out: the new session's createDate shows the server's wall
// clock, the Date header of the reply shows UTC, and their difference, rounded to a
// quarter of an hour, is the server's offset. Where [time.Local] has the same offset at
// that time, it is used, since it knows daylight saving; otherwise a fixed zone of that
// offset, until the next login finds another. A renewal of the session finds nothing. A
// difference of more than 14 hours, one of more than two minutes from a quarter of an
// hour, and a reply without a Date tell nothing: what was found before stays, and at
// first that is the local zone. [Client.Location] returns the zone in use, and the log
// tells of each that was found to differ (see [WithLogger]).
//
// With [AccessKey] and [Session] the client never logs in and takes the server to be in
// the local zone, as it does with a [Login] whose function does not log in through the
// client that it is given. WithLocation is needed there if the server is elsewhere, and
// for a server with daylight saving that the local zone does not have.
func WithLocation(location *time.Location) Option {
	return func(c *config) error {
		if location == nil {
			return errors.New("the location is nil")
		}
		c.location = location
		return nil
	}
}

// WithLogger logs every request at level debug once its reply is there: action,
// method, path, status, job uuid, how often it was sent and the time that took,
// never a body and never a secret. At level warn it logs that a query without a limit
// came back with the 1,000 rows that the server stops at, and at level info that a login
// found another time zone of the server than was in use (see [WithLocation]). The
// default is silence.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return errors.New("the logger is nil")
		}
		c.logger = logger
		return nil
	}
}

// WithProduct says which product the server is: [Cloud], which is the default,
// [ZSphere] or [ZSvirt]. A few actions differ between the products in their path or in
// what they require.
// What a product does not have is sent all the same, for the server to refuse.
func WithProduct(product Product) Option {
	return func(c *config) error {
		if product != Cloud && product != ZSphere && product != ZSvirt {
			return fmt.Errorf("unknown product %q", string(product))
		}
		c.product = product
		return nil
	}
}

// WithContextPath sets the part of the server's paths before "/v1", for a server
// behind a proxy. It may be empty or several segments, with or without slashes
// at its ends. It overrides the endpoint's path; the default is "/zstack".
func WithContextPath(path string) Option {
	return func(c *config) error {
		if strings.ContainsAny(path, "?#") {
			return errors.New("the context path contains a query or a fragment")
		}
		c.contextPath = &path
		return nil
	}
}

// WithMaxReplySize limits the size of a reply, in bytes. A larger one is an
// error. The default is 512 MiB.
func WithMaxReplySize(bytes int64) Option {
	return func(c *config) error {
		if bytes < 1 {
			return errors.New("the largest reply must have at least one byte")
		}
		c.maxReply = bytes
		return nil
	}
}

// WithMaxRetries limits how often one request is sent again after a passing
// fault, and how often a change whose reply was lost is; 0 turns both off. The default is 4. What is sent again at all, the
// package documentation says under "Sending again".
func WithMaxRetries(n int) Option {
	return func(c *config) error {
		if n < 0 {
			return errors.New("the number of retries is negative")
		}
		c.maxRetries = n
		return nil
	}
}

// WithReplyTimeout limits how long the reply to one sending of a request may take to
// begin, where nothing else ends the call sooner; how long it then goes on has no limit.
// It must be positive and no more than a day. The default is five minutes.
//
// That is for reads and logins, which are sent again then, as after a broken connection.
// Synchronous changes, for which the server is at work, have six times as long, or the
// server's own time for the action ([ActionInfo]) or that of [WithAPITimeout] where that
// is longer, and have an unknown outcome then, or that of what they created. Asynchronous
// changes, which the server only has to take, have one minute whatever the limit is, and
// are settled then; polls have half a minute.
func WithReplyTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 || d > 24*time.Hour {
			return errors.New("the time for a reply to begin is not positive, or more than a day")
		}
		c.replyTimeout = d
		return nil
	}
}

// WithRateLimiter limits how many requests the client sends, together with all
// other clients that are given the same limiter: programs that use several
// clients for one server share one. By default a client has a limiter of its own
// with 150 requests a second.
func WithRateLimiter(limiter *RateLimiter) Option {
	return func(c *config) error {
		switch {
		case limiter == nil:
			return errors.New("the rate limiter is nil")
		case limiter.err != nil:
			return limiter.err
		case limiter.bucket == nil:
			return errors.New("the rate limiter is empty; NewRateLimiter makes one")
		}
		c.limiter = limiter.bucket
		return nil
	}
}

// WithWebhook lets the server tell of the ends of asynchronous calls, instead of
// polling for them. Jobs are polled every 30 seconds all the same, or at the
// interval of [WithPollInterval]. Several clients may share a webhook. By default
// there is none.
func WithWebhook(webhook *Webhook) Option {
	return func(c *config) error {
		switch {
		case webhook == nil:
			return errors.New("the webhook is nil")
		case webhook.secret == nil:
			return errors.New("the webhook is empty; NewWebhook makes one")
		case webhook.err != nil:
			return webhook.err
		}
		c.webhook = webhook
		return nil
	}
}

// WithReadOnly makes a client that sends nothing that changes something on the server:
// for exporters, reports and assistants, whatever their credentials would allow. A call
// goes through where the action's [ActionInfo] has Reads or Query set. Every other one,
// [Job.Cancel] and the login actions of package actions included, is refused by a
// [*ValidationError] in which errors.Is finds [ErrReadOnly], before anything is sent,
// a login included. The server is not asked, and its own permissions hold beside this.
//
// The client still logs in, renews its session and logs out. The function of a [Login]
// may call actions that need no session ([ActionInfo]) for that, with the client and
// the context that it is given.
//
// An action type of your own is believed what its ActionInfo says. By default a client
// sends changes.
func WithReadOnly() Option {
	return func(c *config) error {
		c.readOnly = true
		return nil
	}
}

// WithoutResourceUUIDs has the client choose no uuids for what its calls create. By
// default it does, where the action has a parameter for that ([ActionInfo]) which the
// call leaves unset: the uuid follows from the call's first job uuid and the action's
// name. The package documentation says under "Creations" what that is good for.
func WithoutResourceUUIDs() Option {
	return func(c *config) error {
		c.nameless = true
		return nil
	}
}
