package zstack

import (
	"crypto/tls"
	"encoding/json"
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
	credentials Credentials
	httpClient  *http.Client
	tls         *tls.Config
	userAgent   string
	location    *time.Location // nil to find it
	logger      *slog.Logger
	product     Product
	contextPath *string
	maxReply    int64
	retries     int
	replies     time.Duration
	limiter     *limit.Bucket
	webhook     *Webhook

	noResourceUUIDs bool
	readOnly        bool
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
			return errors.New("the user agent holds a character that no header can carry")
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
			return fmt.Errorf("there is no product %q", string(product))
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
			return errors.New("the context path holds a query or a fragment")
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
		c.retries = n
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
		c.replies = d
		return nil
	}
}

// A CallOption changes one call. An option that has no meaning for a call is refused
// by a [*ValidationError] that names it, and nothing is sent:
//
//	                    changes   reads   Count   All, Pages   ResumeJob   LongJob
//	WithAPITimeout      yes       yes     yes     yes          -           -
//	WithJobUUID         yes       -       -       -            -           Call, Start
//	WithPollInterval    yes       -       -       -            yes         yes
//	WithProgress        yes       -       -       -            yes         yes
//	WithTimeout         yes       yes     yes     yes          yes         yes
//	WithPageSize        -         -       -       yes          -           -
//	WithoutPrefetch     -         -       -       yes          -           -
//	WithParam           yes       yes     yes     yes          -           -
//	WithRaw             yes       yes     -       -            yes         -
//
// Reads are calls that change nothing ([ActionInfo]), by Call, Start or [Do], but for
// the few that run as a job, and First, One and Get. Changes are all other
// calls, since the server can answer each of them with a job. First and One of a list
// that is read in parts (see [Pager]) refuse WithRaw, as All and Pages do. LongJob is
// Call, Start and Resume of a [LongAction].
type CallOption func(*callConfig) error

type callConfig struct {
	jobUUID    string // the caller's; empty for a new one
	firstUUID  string // of the first job: the caller's or the new one
	apiTimeout time.Duration
	interval   time.Duration
	timeout    time.Duration
	pageSize   int
	report     *reporter
	poll       bool             // the call ranks as a poll and is sent only once
	oneByOne   bool             // pages are fetched when they are asked for
	extra      []extra          // parameters that the action does not have
	raw        *json.RawMessage // where the result goes as it came; nil for nowhere
	stream     *stream          // decodes the result; nil to read it first
	ranTwice   bool             // an earlier job of the call may have, and have made what the call creates
}

// readCallOptions reads the options of a call, and refuses those that have no
// meaning for it.
func readCallOptions(action string, u use, options []CallOption) (callConfig, error) {
	o, err := parseCallOptions(action, options)
	if err != nil {
		return o, err
	}
	return o, o.check(action, u)
}

// parseCallOptions reads options before it is known which of them the call takes.
func parseCallOptions(action string, options []CallOption) (callConfig, error) {
	if len(options) == 0 {
		return callConfig{}, nil
	}
	var o callConfig
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&o); err != nil {
			var refused *ValidationError
			if errors.As(err, &refused) {
				refused.Action = action
			}
			return o, err
		}
	}
	return o, nil
}

// WithJobUUID sends a job uuid of your choice with the call, made by
// [NewJobUUID]: 32 lower-case hexadecimal digits, different for every call. A
// program that notes it before the call can find the job after a crash, with
// [ResumeJob]; on a [*JobExpiredError] within three hours the call did not arrive,
// unless the server lost its job, and can be made again with the same uuid. A call
// whose uuid the server has a job for already does not run a second time: it waits for
// that job. Where that is another action's, its result is refused as [ResumeJob]
// refuses it, unless it is empty, as those of deletions are: then the call succeeds
// although nothing was done. By default each call gets a new one.
func WithJobUUID(uuid string) CallOption {
	return func(o *callConfig) error {
		if !isUUID(uuid) {
			return &ValidationError{Field: "WithJobUUID", Constraint: ConstraintType, Reason: "is not 32 lower-case hexadecimal digits"}
		}
		o.jobUUID = uuid
		return nil
	}
}

// WithAPITimeout asks the server to give the API up after this time. The server
// takes whole seconds: the time is rounded up to them, and must be positive. By
// default the server decides, by API.
func WithAPITimeout(d time.Duration) CallOption {
	return func(o *callConfig) error {
		if d <= 0 {
			return &ValidationError{Field: "WithAPITimeout", Constraint: ConstraintRange, Reason: "is not positive"}
		}
		o.apiTimeout = d
		return nil
	}
}

// WithPollInterval asks for the state of an asynchronous call's job at this
// fixed interval. By default the interval grows with the age of the job, from 20
// milliseconds to 3.5 seconds, minds how long jobs of the same action took before on
// this client, and is longer when so many jobs are waited for that the polls would
// use up the client's limit of requests.
func WithPollInterval(d time.Duration) CallOption {
	return func(o *callConfig) error {
		if d <= 0 {
			return &ValidationError{Field: "WithPollInterval", Constraint: ConstraintRange, Reason: "is not positive"}
		}
		o.interval = d
		return nil
	}
}

// WithTimeout ends the call after this time as a context's deadline would,
// counted from the Call or the Start, a login and the wait for the job included.
// The job itself goes on. By default only the context ends a call.
func WithTimeout(d time.Duration) CallOption {
	return func(o *callConfig) error {
		if d <= 0 {
			return &ValidationError{Field: "WithTimeout", Constraint: ConstraintRange, Reason: "is not positive"}
		}
		o.timeout = d
		return nil
	}
}
