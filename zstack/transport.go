package zstack

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// A reply is what came back for one request.
type reply struct {
	status int
	body   []byte
	wish   time.Duration // how long the sender wants to be left alone; negative when it does not say
	date   string        // the header, which says what the sender's clock shows
	took   time.Duration // from the last sending to the end of the reply
	sent   *delivery     // what it is a reply to; nil for a callback
	known  []string      // what a callback must not show

	result *wire.Document // the body, once it has been found to be a result
}

// secrets are what nobody may see, should the reply quote the request.
func (rep *reply) secrets() []string {
	if rep.sent != nil {
		return rep.sent.secrets()
	}
	return rep.known
}

// errTooLarge says that a reply is larger than the client takes.
var errTooLarge = errors.New("the reply is larger than the limit that WithMaxReplySize sets")

// NewJobUUID returns a new random job uuid for [WithJobUUID]: a UUID of version 4
// without its dashes, which are 32 lower-case hexadecimal digits.
func NewJobUUID() string { return NewUUID() }

func isUUID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// A manner is how a request is sent.
type manner struct {
	jobUUID    string
	apiTimeout time.Duration
	webhook    *Webhook
	kind       int           // forCall or forPoll; logins rank before both
	once       bool          // the caller does the repeating
	again      bool          // it has been sent before
	patience   time.Duration // how long one attempt may take; 0 for as long as it takes
	begins     time.Duration // how long its reply may take to begin, where there is no patience
	learn      func(secrets ...string)
	stream     *stream // decodes the result; nil to read it first
}

// send sends a request and reads the reply, whatever its status. Errors are the
// network's or the context's, without the URL; a [*lostError] means that the
// request may have reached the server.
func (c *Client) send(ctx context.Context, r *request, g grant, m manner) (*reply, error) {
	target, location := c.base+r.path, c.Location()
	if query := r.queryIn(location); query != "" {
		target += "?" + query
	}
	var body any
	if r.body != nil {
		body = r.body
	}
	if ctx.Value(loginKey{}) != nil {
		m.kind = forLogin
	}
	m.begins = c.timeToReply(r, m)
	d := &delivery{Context: ctx, request: r, grant: g, location: location, manner: m}
	req, err := retryablehttp.NewRequestWithContext(d.traced(), r.method, target, body)
	if err != nil {
		return nil, withoutURL(err)
	}
	req.Header = c.headers(r, m)
	if m.again {
		err = c.limiter.again(ctx, m.kind)
	} else if err = c.limiter.wait(ctx, m.kind); err != nil {
		err = &unsentError{", still waiting for the limiter of requests", err}
	}
	if err == nil && c.ends(r) {
		err = ErrClosed
	}
	if err != nil {
		return nil, err
	}
	d.authorize(req.Header) // after the wait, since signatures age

	started := time.Now()
	resp, err := c.http.Do(req)
	status := 0
	if err == nil {
		status = resp.StatusCode
		var data []byte
		if data, err = c.readBody(resp, m.stream); err == nil {
			c.log(ctx, r, m.jobUUID, d, started, slog.Int("status", status))
			return &reply{status: status, body: data, wish: retryAfter(resp), date: resp.Header.Get("Date"), took: time.Since(d.sent), sent: d}, nil
		}
	}
	if ctx.Err() != nil {
		err = contextError(ctx) // which the transport reports in many ways
		if d.refusal != 0 {
			err = &endedError{err, fmt.Errorf("HTTP %d", d.refusal)}
		}
	}
	err = masked(advised(withoutURL(err)), d.secrets())
	c.log(ctx, r, m.jobUUID, d, started, slog.String("error", err.Error()))
	if d.doubt.Load() {
		err = &lostError{status, err}
	}
	return nil, err
}

// changeFactor is how much longer than to a read the reply to a change may take to
// begin: the server is at work.
const changeFactor = 6

// timeToReply is how long the reply to a request may take to begin.
func (c *Client) timeToReply(r *request, m manner) time.Duration {
	if r.read {
		return c.replies
	}
	return max(changeFactor*c.replies, r.timeout, m.apiTimeout)
}

// headers are a request's, but for its authorization.
func (c *Client) headers(r *request, m manner) http.Header {
	const usual = 5
	header, values := make(http.Header, 8), make([]string, 0, usual) // one list, of which each header has a part
	set := func(name, value string) {
		values = append(values, value)
		header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	set("User-Agent", c.userAgent)
	set("Accept", "application/json")
	set("X-Json-Schema", "true")
	if r.body != nil {
		set("Content-Type", "application/json; charset=utf-8")
	}
	if m.jobUUID != "" {
		set("X-Job-Uuid", m.jobUUID)
	}
	if m.webhook != nil {
		set("X-Web-Hook", m.webhook.address())
	}
	if r.requestIP != "" {
		set("X-Request-Ip", r.requestIP)
	}
	if m.apiTimeout > 0 {
		set("X-Api-Timeout", strconv.FormatInt(int64(math.Ceil(m.apiTimeout.Seconds())), 10))
	}
	return header
}

// ends reports whether a request may not be sent any more, since the client is closed.
func (c *Client) ends(r *request) bool { return c.isClosed() && !r.closes }

// prepareRetry is called before a request is sent again. It waits for the
// client's limits and signs anew, since signatures age.
func (c *Client) prepareRetry(req *http.Request) error {
	d := deliveryOf(req.Context())
	if err := c.limiter.again(req.Context(), d.kind); err != nil {
		return err
	}
	if c.ends(d.request) {
		return ErrClosed
	}
	req.Header = req.Header.Clone() // the attempt before may still read it
	d.authorize(req.Header)
	return nil
}

// A lostError ended a request that may have reached the server. The status is
// that of a reply which broke off, else 0.
type lostError struct {
	status int
	err    error
}

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

func asLost(err error) *lostError {
	if err == nil {
		return nil
	}
	var lost *lostError
	errors.As(err, &lost)
	return lost
}

// readBody reads a reply to its end, up to the client's limit, or has the stream do
// so.
func (c *Client) readBody(resp *http.Response, s *stream) ([]byte, error) {
	if read, ok := resp.Body.(*bufferedBody); ok {
		return read.data, read.err
	}
	defer resp.Body.Close()
	if s.takes(resp) {
		return s.read(c, resp)
	}
	return readAll(&limitedReader{from: resp.Body, left: c.maxReply}, min(resp.ContentLength, c.maxReply))
}

// A bufferedBody is a reply's body that has been read.
type bufferedBody struct {
	io.Reader
	data []byte
	err  error // what ended the reading early
}

func (*bufferedBody) Close() error { return nil }

// buffer reads a reply's body and puts what it read in its place.
func (c *Client) buffer(resp *http.Response, s *stream) *bufferedBody {
	data, err := c.readBody(resp, s)
	body := &bufferedBody{Reader: bytes.NewReader(data), data: data, err: err}
	resp.Body = body
	return body
}

func (c *Client) log(ctx context.Context, r *request, jobUUID string, d *delivery, started time.Time, outcome slog.Attr) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "zstack request",
		slog.String("action", r.action),
		slog.String("method", r.method),
		slog.String("path", r.shown),
		slog.String("job", cmp.Or(jobUUID, r.job)),
		outcome,
		slog.Int("attempts", int(d.attempts.Load())),
		slog.Duration("took", time.Since(started)),
	)
}

// mask hides secrets in a text that came from elsewhere. Texts of one or two
// characters are left: they would blot out the rest, and are no secrets.
func mask(text string, secrets []string) string { return masker(secrets)(text) }

// masker returns a mask for many texts and the same secrets.
func masker(secrets []string) func(text string) string {
	list := spellings(secrets)
	return func(text string) string {
		for _, s := range list {
			if len(s) <= len(text) {
				text = strings.ReplaceAll(text, s, redact.Mask)
			}
		}
		return text
	}
}

// spellings are the forms in which a reply or an error quotes secrets: as they
// are, escaped as in a URL, in HTML and in JSON, and in JSON that is quoted in
// JSON. Longer ones come first, so that one that is part of another does not
// leave the rest of it.
func spellings(secrets []string) []string {
	var list []string
	for _, s := range secrets {
		if len(s) <= 2 {
			continue
		}
		list = append(list, s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s))
		for _, escapes := range jsonEscapes {
			once := escapes.Replace(quoted(s))
			list = append(list, once, escapes.Replace(quoted(quoted(s))), escapes.Replace(quoted(once)))
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(list)
}

// quoted is a text as JSON writes it, without the quotation marks.
func quoted(s string) string {
	text, err := wire.Encode(s)
	if err != nil {
		return s
	}
	return string(text[1 : len(text)-1])
}

// jsonEscapes are what JSON libraries escape beyond what JSON wants: nothing,
// what HTML minds, and what the server's library does.
var jsonEscapes = []*strings.Replacer{
	strings.NewReplacer(),
	strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`),
	strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "=", `\u003d`, "'", `\u0027`),
}

// contextError returns the end of a context with the cause its owner gave.
func contextError(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) && !errors.Is(cause, err) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}
