package zstacktest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/release"
)

// The defaults that the options of this package replace.
const (
	defaultContextPath = "/zstack"
	defaultSessionTTL  = 2 * time.Hour
	defaultJobDelay    = 5 * time.Millisecond
	defaultLongJob     = time.Minute
	// oldVersion is a release that runs a job again whose UUID it has.
	oldVersion = "4.4.52"
)

// An Option changes how a [Node] behaves. Options are given to [New],
// [NewServer] and [Listen].
type Option func(*config)

// A config is what the options of a node add up to.
type config struct {
	contextPath string
	location    *time.Location
	clock       func() time.Time
	// ownClock says that the test made the clock, which may go as it likes.
	ownClock      bool
	accounts      []login
	accessKeys    []accessKey
	sessions      []string
	sessionTTL    time.Duration
	jobDelay      time.Duration
	longJobDelay  time.Duration
	checkJobs     bool
	race          func() time.Duration
	version       string
	release       release.Release
	site          bool
	model         *Model
	middleware    []func(http.Handler) http.Handler
	webhookClient *http.Client
	// doubles and layout are how numbers in results of jobs and how times are written.
	doubles bool
	layout  string
	seed    *uint64
	observe func(Observation)
}

type login struct{ name, password string }

type accessKey struct{ id, secret string }

func newConfig(opts []Option) config {
	c := config{
		contextPath:  defaultContextPath,
		location:     time.UTC,
		clock:        time.Now,
		sessionTTL:   defaultSessionTTL,
		jobDelay:     defaultJobDelay,
		longJobDelay: defaultLongJob,
		checkJobs:    true,
		release:      release.All[release.Default],
		layout:       javajson.TimestampLayout,
	}
	for _, opt := range opts {
		opt(&c)
	}
	if len(c.accounts) == 0 {
		c.accounts = []login{{"admin", "password"}}
	}
	if c.version == "" {
		c.version = c.release.Version
		if !c.checkJobs {
			c.version = oldVersion
		}
	}
	if c.webhookClient == nil {
		c.webhookClient = newWebhookClient()
	}
	return c
}

// WithLocation sets the node's time zone, which its timestamps are written in
// and which the Date of a signed request is compared in. The default is UTC. The Date
// of a reply is in UTC, whatever the zone.
func WithLocation(loc *time.Location) Option {
	return func(c *config) { c.location = loc }
}

// WithClock sets the clock that sessions, jobs and timestamps go by. The
// default is time.Now, which is the fake clock inside a testing/synctest bubble.
//
// Webhooks are called, and called again, by the time of time.Now all the same.
// With a clock of the test's own, the node looks every tenth of a second whether a
// job with a webhook is over, besides whenever a request or a method call comes.
// The clock must then be safe for concurrent use.
func WithClock(now func() time.Time) Option {
	return func(c *config) { c.clock, c.ownClock = now, true }
}

// WithAccount adds an account that can log in. Without this option there is one
// account, admin, with the password "password". The first account is the
// administrator.
//
// The same name and password are accepted by every kind of login: as an
// account, as a user of the account with that name, over LDAP, and as an IAM2
// virtual ID.
func WithAccount(name, password string) Option {
	return func(c *config) { c.accounts = append(c.accounts, login{name, password}) }
}

// WithAccessKey adds an access key of the first account, for requests that are
// signed instead of sent in a session. There are none by default.
func WithAccessKey(id, secret string) Option {
	return func(c *config) { c.accessKeys = append(c.accessKeys, accessKey{id, secret}) }
}

// WithSession adds a session of the first account that exists from the start. It
// lives as long as one from a login does. There are none by default.
func WithSession(uuid string) Option {
	return func(c *config) { c.sessions = append(c.sessions, uuid) }
}

// WithSessionTTL sets how long a session lives. The default is two hours.
func WithSessionTTL(d time.Duration) Option {
	return func(c *config) { c.sessionTTL = d }
}

// WithJobDelay sets how long a job runs. With zero a job is done as soon as it is
// accepted. The default is five milliseconds.
func WithJobDelay(d time.Duration) Option {
	return func(c *config) { c.jobDelay = d }
}

// WithLongJobDelay sets how long a long job runs, from the end of the job that
// submitted it until it has succeeded. The default is one minute.
func WithLongJobDelay(d time.Duration) Option {
	return func(c *config) { c.longJobDelay = d }
}

// WithContextPath sets the path that stands before "/v1" in every address. It can
// be empty, and it can have several segments. The default is "/zstack".
func WithContextPath(path string) Option {
	return func(c *config) {
		c.contextPath = strings.Trim(path, "/")
		if c.contextPath != "" {
			c.contextPath = "/" + c.contextPath
		}
	}
}

// WithSeed has the node make the same UUIDs each time that the same calls are made in the
// same order, for tests that compare whole replies. By default no two nodes make the same.
func WithSeed(seed uint64) Option {
	return func(c *config) { c.seed = &seed }
}

// WithDoubles has the results of jobs hold numbers as older servers write them, which read
// them back as Java's doubles: 8.589934592E9 and 1.0, and no whole number beyond 2 to the
// power of 53. By default they are whole numbers.
func WithDoubles() Option {
	return func(c *config) { c.doubles = true }
}

// WithCommaInDates has times written as a server does that runs on JDK 9 or later, with a
// comma behind the year: "Nov 26, 2026, 7:13:11 AM". By default there is none.
func WithCommaInDates() Option {
	return func(c *config) { c.layout = "Jan 2, 2006, 3:04:05 PM" }
}

// WithoutDuplicateCheck makes the node behave as older releases do, which run a
// request again whose job UUID they already have. By default, as in newer
// releases, such a request is refused. The node then says that it is version
// "4.4.52", unless [WithVersion], before or after, makes it say something else.
func WithoutDuplicateCheck() Option {
	return func(c *config) { c.checkJobs = false }
}

// WithRace has the node check the UUID of a job and store the job in two steps, as
// servers do, with a pause between them that the function returns for each
// asynchronous call. Within it polls are told that there is no such job, and another
// request with the same UUID is taken as well: both run, and a poll gets the result of
// the one that ended last. The pause is one of time.Sleep, also for
// [Node.RoundTrip], which returns when it is over. The function must be safe for
// concurrent use. By default there is no pause, and nothing runs twice.
func WithRace(pause func() time.Duration) Option {
	return func(c *config) { c.race = pause }
}

// WithVersion sets what the API GetVersion answers, and nothing else about the
// node. The default is "5.3.20", or "4.4.52" with [WithoutDuplicateCheck].
func WithVersion(version string) Option {
	return func(c *config) { c.version = version }
}

// WithWebhookClient sets the client that webhooks are called with. With a
// transport of the test's own it works inside a testing/synctest bubble, and calls
// can be watched, delayed and broken. By default it is one that uses no proxy and
// follows no redirects.
func WithWebhookClient(client *http.Client) Option {
	return func(c *config) { c.webhookClient = client }
}

// WithSite fills the node with what a VM instance needs, so that one can be
// created at once. [Node.Site] tells what there is. A node is empty by default.
func WithSite() Option {
	return func(c *config) { c.site = true }
}

// WithObserver has the node call a function after each request, when its reply has been
// written: a log, for example. It is called from the goroutine of the request, so that it has
// to be safe for concurrent use, and it may use the node.
func WithObserver(observe func(Observation)) Option {
	return func(c *config) { c.observe = observe }
}

// WithMiddleware puts a handler around the node, for tests that want requests to
// be delayed, refused, answered differently or cut off: a handler that panics
// with [http.ErrAbortHandler] breaks the connection. Of several, the first sees a
// request first. A request that does not get through to the node is not in
// [Node.Requests].
func WithMiddleware(wrap func(http.Handler) http.Handler) Option {
	return func(c *config) { c.middleware = append(c.middleware, wrap) }
}

// WithRelease makes the node answer as a server that was recorded: "5.2.1", an open-source
// node of 2024, or "zsvirt-1.0.0", the newest open server of August 2026. They differ in
// what errors look like, in which actions there are, in what ordinary accounts may do, and in
// what they refuse. Without this option the node is a Cloud 5.3.20, as far as that is known:
// where an older server does worse, it does as newer ones do. WithRelease panics with a name
// that it does not know.
func WithRelease(name string) Option {
	rel, ok := release.All[name]
	if !ok {
		panic(fmt.Sprintf("zstacktest: the release %q is unknown; the node can be one of %v", name, release.Names()))
	}
	return func(c *config) { c.release = rel }
}
