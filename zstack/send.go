package zstack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/poll"
	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/internal/session"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// A reply is what came back for one request.
type reply struct {
	status     int
	body       []byte
	retryAfter time.Duration // how long the sender wants to be left alone; negative when it does not say
	date       string        // the header, which says what the sender's clock shows
	sentAt     time.Time     // the last sending
	took       time.Duration // from the last sending to the end of the reply
	to         carrier       // what it is a reply to

	arrival *arrival // what was read of it while it arrived; nil where the body has been kept
}

// result is the result in a reply that has one.
func (r *reply) result() []byte {
	if r.status == http.StatusNoContent {
		return []byte("{}")
	}
	return r.body
}

// A carrier carries secrets that nobody may see, should a reply quote them.
type carrier interface{ secrets() []string }

// sendOptions are how a request is sent.
type sendOptions struct {
	jobUUID    string
	apiTimeout time.Duration
	webhook    *Webhook
	rank       int           // limit.Call or limit.Poll; logins rank before both
	once       bool          // the caller does the repeating
	resent     bool          // it has been sent before
	patience   time.Duration // how long one sending may take; 0 for as long as it takes
	call       *call         // learns the signatures; nil for what is not a call
	arrival    *arrival      // reads the result; nil to read the reply first
}

// send sends a request, more than once where that can do no harm, and reads the
// reply, whatever its status. Errors are the network's or the context's, without the
// URL; a [*lostError] means that the request may have reached the server.
func (c *Client) send(ctx context.Context, r *request, auth authorization, o sendOptions) (*reply, error) {
	if session.InLogin(ctx) {
		o.rank = limit.Login
	}
	a := &attempt{client: c, request: r, authorization: auth, sendOptions: o, location: c.Location(), replyTimeout: c.timeToReply(r, o)}
	defer a.timeLimit.End() // should the transport panic
	req, err := a.newRequest(ctx)
	if err != nil {
		return nil, network.WithoutURL(err)
	}
	if err := a.waitForTurn(ctx); err != nil {
		return nil, err
	}
	a.authorize(req.Header) // after the wait, since signatures age

	started := time.Now()
	resp, err := a.sender().Do(req)
	status := 0
	if err == nil {
		status, err = resp.StatusCode, a.readErr
	}
	if err == nil {
		c.log(ctx, a, started, slog.Int("status", status))
		return &reply{
			status: status, body: a.body, retryAfter: network.RetryAfter(resp), date: resp.Header.Get("Date"),
			sentAt: a.sentAt, took: time.Since(a.sentAt), to: a, arrival: a.arrival.of(resp),
		}, nil
	}
	err = a.failure(ctx, err)
	c.log(ctx, a, started, slog.String("error", err.Error()))
	if a.mayHaveArrived {
		err = &lostError{status, err}
	}
	return nil, err
}

// An attempt is one request on its way, however often it is sent: what is known of the
// last sending, which decides about the next. One goroutine uses it, but for what the
// transport tells by its own.
type attempt struct {
	client  *Client
	request *request
	authorization
	sendOptions
	location     *time.Location // the server's zone, for signatures
	replyTimeout time.Duration  // how long the reply may take to begin, where there is no patience

	sendings       int
	sentAt         time.Time
	mayHaveArrived bool     // and what the server did is not known
	refusal        int      // the status of the reply, where that was no result; else 0
	signatures     []string // of all sendings

	evidence  network.Evidence
	standard  bool              // the transport is the standard library's
	timeLimit network.TimeLimit // of the sending

	body    []byte // of the reply
	readErr error  // what ended the reading of that early

	http  http.Client
	retry retryablehttp.Client
	reply wire.LimitedReader
}

// waitForTurn waits until the limiter lets the request go.
func (a *attempt) waitForTurn(ctx context.Context) error {
	var err error
	if a.resent {
		err = a.client.limiter.WaitToResend(ctx, a.rank)
	} else if err = a.client.limiter.Wait(ctx, a.rank); err != nil {
		err = &unsentError{", still waiting for the limiter of requests", err}
	}
	if err == nil && a.client.ends(a.request) {
		err = ErrClosed
	}
	return err
}

// failure is what ended the attempt, without secrets.
func (a *attempt) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = network.ContextError(ctx) // which the transport reports in many ways
		if a.refusal != 0 {
			err = &endedError{err, fmt.Errorf("HTTP %d", a.refusal)}
		}
	}
	return redact.Error(network.Advised(network.WithoutURL(err)), a.secrets())
}

// newRequest is the request without its authorization.
func (a *attempt) newRequest(ctx context.Context) (*retryablehttp.Request, error) {
	target := a.client.base + a.request.path
	if query := a.request.queryIn(a.location); query != "" {
		target += "?" + query
	}
	var body any
	switch {
	case a.request.body == nil:
	case a.request.read:
		body = a.request.body
	default:
		body = a.evidence.Body(a.request.body)
	}
	if !a.request.read { // which can be sent again whatever became of it
		ctx = a.evidence.Trace(ctx)
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, a.request.method, target, body)
	if err == nil {
		req.Header = a.headers()
	}
	return req, err
}

// headers are the request's, but for its authorization.
func (a *attempt) headers() http.Header {
	const usual = 5
	header, values := make(http.Header, 8), make([]string, 0, usual) // one list, of which each header has a part
	set := func(name, value string) {
		values = append(values, value)
		header[name] = values[len(values)-1 : len(values) : len(values)]
	}
	set("User-Agent", a.client.userAgent)
	set("Accept", "application/json")
	set("X-Json-Schema", "true")
	if a.request.body != nil {
		set("Content-Type", "application/json; charset=utf-8")
	}
	if a.jobUUID != "" {
		set("X-Job-Uuid", a.jobUUID)
	}
	if a.webhook != nil {
		set("X-Web-Hook", a.webhook.address())
	}
	if a.request.requestIP != "" {
		set("X-Request-Ip", a.request.requestIP)
	}
	if a.apiTimeout > 0 {
		set("X-Api-Timeout", strconv.FormatInt(int64(math.Ceil(a.apiTimeout.Seconds())), 10))
	}
	return header
}

// authorize sets the headers that say who sends the request.
func (a *attempt) authorize(header http.Header) {
	if !a.request.session {
		return
	}
	a.authorization.authorize(header, a.request.method, a.request.plain, time.Now().In(a.location))
	if a.session != "" {
		return
	}
	if _, signature, ok := strings.Cut(header.Get("Authorization"), ":"); ok {
		a.signatures = append(a.signatures, signature)
		if a.call != nil {
			a.call.learn(signature)
		}
	}
}

// secrets are the strings that the request carries and nobody may see.
func (a *attempt) secrets() []string {
	list := append([]string{a.session, a.secret}, a.request.secrets...)
	if a.webhook != nil {
		list = append(list, a.webhook.token())
	}
	return append(list, a.signatures...)
}

// sender is the HTTP client that sends the request, and sends it again where that is
// right.
func (a *attempt) sender() *retryablehttp.Client {
	a.http = a.client.http
	a.http.Transport = a
	a.retry = retryablehttp.Client{
		HTTPClient:   &a.http,
		RetryMax:     a.client.maxRetries,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
		RequestLogHook: func(retryablehttp.Logger, *http.Request, int) {
			a.sendings++
			a.sentAt = time.Now()
			a.mayHaveArrived = true
			a.evidence.Forget()
		},
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			ended := ctx.Err() != nil // what had arrived by then counts
			a.judge(resp, err)
			if err == nil {
				a.read(resp)
			}
			a.timeLimit.End()
			return a.mayResend(ctx, ended, resp, err)
		},
		Backoff: func(_, _ time.Duration, n int, resp *http.Response) time.Duration {
			// After a 429 the limiter holds everybody, and this adds what keeps them apart.
			if resp != nil && resp.StatusCode != http.StatusTooManyRequests {
				if wanted := network.RetryAfter(resp); wanted >= 0 {
					return wanted
				}
			}
			return poll.Backoff(n)
		},
		PrepareRetry: func(req *http.Request) error {
			if err := a.client.limiter.WaitToResend(req.Context(), a.rank); err != nil {
				return err
			}
			if a.client.ends(a.request) {
				return ErrClosed
			}
			req.Header = req.Header.Clone() // the sending before may still read it
			a.authorize(req.Header)
			return nil
		},
	}
	return &a.retry
}

// RoundTrip sends the request once. It limits the time that takes to the attempt's
// patience, or else the time until the reply begins. An attempt does not pass on that
// idle connections are to be closed, which the retrying client asks for after every
// failure, and which would cut off others.
func (a *attempt) RoundTrip(r *http.Request) (*http.Response, error) {
	transport := a.client.transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	_, a.standard = transport.(*http.Transport)
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		a.mayHaveArrived = false
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok && a.patience == 0 && time.Until(deadline) <= a.replyTimeout {
		return transport.RoundTrip(r) // the caller's own time is over sooner
	}
	defer a.timeLimit.ReplyBegan()
	resp, err := transport.RoundTrip(r.WithContext(a.timeLimit.Begin(ctx, a.patience, a.replyTimeout)))
	return resp, a.timeLimit.Reason(err)
}

// judge notes what came of a sending. A request that surely did not arrive, or that the
// server did not take, is not in doubt.
func (a *attempt) judge(resp *http.Response, err error) {
	a.refusal = 0
	switch {
	case err != nil:
		needsBody := a.standard && !a.request.read && len(a.request.body) > 0
		if a.evidence.NeverConnected(needsBody) || network.NeverArrived(err) {
			a.mayHaveArrived = false
		}
	case resp.StatusCode == http.StatusTooManyRequests:
		a.client.limiter.Throttle(network.RetryAfter(resp))
		a.mayHaveArrived = false
	default:
		a.client.limiter.Relieve(a.sentAt)
	}
	if err == nil && resp.StatusCode >= 400 {
		a.refusal = resp.StatusCode
	}
}

// read reads the reply to its end, up to the client's limit. A reply that breaks off is as
// lost as one that never began.
func (a *attempt) read(resp *http.Response) {
	defer resp.Body.Close()
	limit := a.client.maxReply
	a.reply = wire.LimitedReader{From: resp.Body, Left: limit, TooLarge: errTooLarge}
	if a.arrival.of(resp) != nil {
		a.body, a.readErr = a.arrival.read(a.client.decoder(), &a.reply)
	} else {
		a.body, a.readErr = wire.ReadAll(&a.reply, min(resp.ContentLength, limit))
	}
	a.readErr = a.timeLimit.Reason(a.readErr)
	resp.Body = http.NoBody
}

// isCut reports whether what came is the beginning of JSON.
func (a *attempt) isCut(resp *http.Response) bool {
	if a.arrival.of(resp) != nil {
		return errors.Is(a.arrival.err, io.ErrUnexpectedEOF)
	}
	return refusal.IsCut(a.body)
}

// mayResend decides whether the request is sent again, after a sending that had ended
// when the context did or before. It never sends twice what could run twice: a call that
// changes something goes out again only when it is certain that the server did not take
// the first one.
func (a *attempt) mayResend(ctx context.Context, ended bool, resp *http.Response, err error) (bool, error) {
	switch {
	case ended:
		return false, err
	case err != nil && network.IsCertificateError(err):
		return false, err // trying again does not make it valid
	case a.once: // the caller asks again in its own time
		return false, nil
	case a.client.ends(a.request):
		return false, nil
	case !a.mayHaveArrived:
		return true, nil
	case !a.request.read:
		return false, nil
	case err != nil:
		return true, nil
	case ctx.Err() != nil:
		return false, network.ContextError(ctx)
	}
	switch resp.StatusCode {
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return true, nil
	case http.StatusServiceUnavailable:
		// From the server itself, 503 is the result of an API that failed.
		return a.readErr != nil || !refusal.IsErrorObject(a.body), nil
	}
	return a.readErr != nil && !errors.Is(a.readErr, errTooLarge) || network.MayBeCut(resp) && a.isCut(resp), nil
}

// changeFactor is how much longer than to a read the reply to a change may take to
// begin: the server is at work.
const changeFactor = 6

// timeToReply is how long the reply to a request may take to begin.
func (c *Client) timeToReply(r *request, o sendOptions) time.Duration {
	if r.read {
		return c.replyTimeout
	}
	return max(changeFactor*c.replyTimeout, r.timeout, o.apiTimeout)
}

// ends reports whether a request may not be sent any more, since the client is closed.
func (c *Client) ends(r *request) bool { return c.isClosed() && !r.closes }

func (c *Client) log(ctx context.Context, a *attempt, started time.Time, outcome slog.Attr) {
	if !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "zstack request",
		slog.String("action", a.request.action),
		slog.String("method", a.request.method),
		slog.String("path", a.request.shown),
		slog.String("job", cmp.Or(a.jobUUID, a.request.job)),
		outcome,
		slog.Int("attempts", a.sendings),
		slog.Duration("took", time.Since(started)),
	)
}
