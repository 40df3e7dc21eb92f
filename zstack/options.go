package zstack

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/progress"
	"github.com/zstack-go/zstack-go/types"
)

// An Option configures a [Client].
type Option func(*config) error

type config struct {
	credentials  Credentials
	httpClient   *http.Client
	tls          *tls.Config
	tlsFromEnv   bool // tls is what NewClientFromEnv found, which an HTTP client replaces
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
		c.tls, c.tlsFromEnv = tlsConfig.Clone(), false
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
		if !creation.IsUUID(uuid) {
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

// mostRows bounds a page to what can be held in memory.
const mostRows = 1_000_000

// WithPageSize sets how many rows [Pager] asks for at a time, and so do All and
// Pages of query actions; other calls refuse it. It is between 1 and 1,000,000. The
// default is 500. Larger pages mean fewer requests and more memory: see [Pager].
func WithPageSize(rows int) CallOption {
	return func(o *callConfig) error {
		if rows < 1 || rows > mostRows {
			return &ValidationError{Field: "WithPageSize", Constraint: ConstraintRange, Reason: "is not between 1 and 1000000 rows"}
		}
		o.pageSize = rows
		return nil
	}
}

// WithoutPrefetch has [Pager], and All and Pages of query actions, fetch the next
// page only when it is asked for, which needs less memory and no request that a
// loop left early has no use for. Other calls refuse it.
func WithoutPrefetch() CallOption {
	return func(o *callConfig) error {
		o.oneByOne = true
		return nil
	}
}

// WithProgress has the wait for a job call a function with the job's progress, each time
// that the server says something new of it. Of [Job.Wait] and its kin it holds for
// every wait for the job that the call started; a call that does not become a job tells
// nothing, and neither do many of those that do.
//
// The function is called by the goroutine that waits: never by two at the same time, not
// even where several wait for one job, and not after the wait has returned, which it
// holds up as long as it takes. The progress is asked for after a poll for the job that found
// it running, at most once a second, through the client's limit of requests. It can lag
// behind the job, and the last one need not say 100 percent. That it cannot be asked for
// does not disturb the wait. A job whose end a webhook is told is polled for as though
// there were none.
func WithProgress(tell func(Progress)) CallOption {
	return func(o *callConfig) error {
		if tell == nil {
			return &ValidationError{Field: "WithProgress", Constraint: ConstraintRequired, Reason: "is nil"}
		}
		o.report = &progress.Reporter{Passes: isPassing, Tell: func(jobUUID string, percent float64, tasks []types.TaskProgressInventory) {
			tell(Progress{JobUUID: jobUUID, Percent: percent, Tasks: tasks})
		}}
		return nil
	}
}

// WithParam sends one parameter more with the call, which the action has no field for:
// one that came with a release of the server newer than this library. It can be given
// several times, with different names.
//
// The name is the parameter's on the wire: ASCII letters, digits and underscores. The
// value is a string, a boolean, a number, or a list, a map or a struct of such, as
// encoding/json writes them; it is read once, before WithParam returns. It is sent as it
// is, unchecked and untrimmed, where the action's other parameters are: in the body under
// the action's key (systemTags and userTags beside it), or in the query string, where a
// list repeats the name and a member of a map becomes name.key. It never becomes part of
// the path.
//
// A server ignores a parameter that it does not know, and says nothing of it: a name with
// a mistake in it, or a server that is older than the parameter, looks like success. Only
// what the call did, which can be read, tells.
//
// Every request of a call carries the parameter: each page of All and Pages, each request
// of Count, First, One and Get, and each repetition. What the client asks on its own does
// not: for the call's job, or for what a creation made. The uuid that a creation gets from
// the client does not depend on it. Strings in the value, but for those of one or two
// characters, are taken for secrets, and masked wherever the server's or the network's
// errors quote them.
//
// Refused with a [*ValidationError] that never holds the value are a name that the action
// has a field for or that is given twice, one of the credentials (sessionId, accessKeyId,
// accessKeySecret, requestIp), one by which queries are paged and sorted, a nil, a null in
// a list, what JSON cannot hold, and a list or map that puts nothing into a query string.
func WithParam(name string, value any) CallOption {
	p, err := params.NewExtra(name, value)
	return func(o *callConfig) error {
		switch {
		case err != nil:
			return violation("", err)
		case slices.ContainsFunc(o.extra, func(other params.Extra) bool { return other.Name == name }):
			return &ValidationError{Field: name, Constraint: ConstraintConflict, Reason: "is given twice by WithParam"}
		}
		o.extra = append(slices.Clip(o.extra), p)
		return nil
	}
}

// WithRaw puts the result of the call as it came into raw, a JSON object as [Do] returns
// it, beside the typed result: it has what came with a release of the server newer than
// this library, and [Client.Decode] reads it into a type of your own. It is there where
// the typed result could not be read, too ([*DecodeError]); a call that was made and has
// no result leaves nil in it. Unlike the typed result, it does not hide its secrets when
// it is printed. A call with it reads the whole reply before it decodes the result, and so
// takes more memory and time.
//
// With Start and [ResumeJob] the first Wait that learns of the job's success sets it; until
// then it must not be read. With First, One and Get it is the query's result: an object
// with inventories, or for Get perhaps with one inventory. A variable is for one call at
// a time.
func WithRaw(raw *json.RawMessage) CallOption {
	return func(o *callConfig) error {
		if raw == nil {
			return &ValidationError{Field: "WithRaw", Constraint: ConstraintRequired, Reason: "is nil"}
		}
		*raw = nil
		o.raw = raw
		return nil
	}
}
