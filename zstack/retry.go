package zstack

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// checkRetry decides whether a request is sent again. It never sends twice what
// could run twice: a call that changes something goes out again only when it is
// certain that the server did not take the first one.
func (c *Client) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	d := deliveryOf(ctx)
	throttled := err == nil && resp.StatusCode == http.StatusTooManyRequests
	if d.refusal = 0; err == nil && resp.StatusCode >= 400 {
		d.refusal = resp.StatusCode
	}
	switch {
	case throttled:
		c.limiter.throttle(retryAfter(resp))
	case err == nil:
		c.limiter.relieve(d.sent)
	}
	certain := throttled || err != nil && (d.unconnected() || neverArrived(err))
	if certain {
		d.doubt.Store(false)
	}
	switch {
	case ctx.Err() != nil:
		return false, err // and what has arrived counts
	case err != nil && isCertificateError(err):
		return false, err // trying again does not make it valid
	case d.once:
		return false, nil // the caller asks again in its own time
	case c.ends(d.request):
		return false, nil
	case certain:
		return true, nil
	case !d.request.read:
		return false, nil
	case err != nil:
		return true, nil
	}
	// A reply that breaks off is as lost as one that never began, so it is read
	// before it counts.
	body := c.buffer(resp, d.stream)
	if ctx.Err() != nil {
		return false, contextError(ctx)
	}
	switch resp.StatusCode {
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return true, nil
	case http.StatusServiceUnavailable:
		// From the server itself, 503 is the result of an API that failed.
		return body.err != nil || !isErrorObject(body.data), nil
	}
	return body.err != nil && !errors.Is(body.err, errTooLarge) || mayBeCut(resp) && isCut(body.data), nil
}

// mayBeCut reports whether the end of the connection is all that ended a reply, so
// that nobody noticed if it came early.
func mayBeCut(resp *http.Response) bool {
	return resp.StatusCode == http.StatusOK && resp.Close && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0
}

// isCut reports whether a body is the beginning of JSON.
func isCut(body []byte) bool {
	err := anyReply.Members(body, func(string) any { return nil })
	return errors.Is(err, io.ErrUnexpectedEOF)
}

// neverArrived reports whether an error says that the connection for a request
// was never made, so that it surely did not reach the server.
func neverArrived(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var handshake tls.RecordHeaderError
	// After the handshake the same error, without a connection in it, means that
	// an established one broke.
	return errors.As(err, &handshake) && handshake.Conn != nil || isCertificateError(err)
}

func isCertificateError(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// isErrorObject reports whether a body is an object with an error in it.
func isErrorObject(body []byte) bool {
	var value json.RawMessage
	err := anyReply.Members(body, func(name string) any {
		if name == "error" {
			return &value
		}
		return nil
	})
	return err == nil && bytes.HasPrefix(value, []byte("{"))
}

// anyReply reads replies without a client, as leniently as a client does.
var anyReply = wire.UTC

// backoff waits before sending again: what Retry-After asks for, else a random
// time below a limit that doubles from least with each attempt up to most. After
// a 429 the limiter holds everybody, and this adds what keeps them apart.
func backoff(least, most time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil && resp.StatusCode != http.StatusTooManyRequests {
		if wish := retryAfter(resp); wish >= 0 {
			return wish
		}
	}
	limit := most
	if attempt < 16 {
		limit = min(least<<attempt, most)
	}
	return rand.N(limit) + 1
}

// retryAfter is how long the server wants to be left alone, up to a minute, or
// negative when it does not say.
func retryAfter(resp *http.Response) time.Duration {
	wish := resp.Header.Get("Retry-After")
	if wish == "" {
		return -1
	}
	if seconds, err := strconv.Atoi(wish); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 60)) * time.Second
	}
	if date, err := http.ParseTime(wish); err == nil {
		return min(max(time.Until(date), 0), time.Minute)
	}
	return -1
}

// withoutURL takes the URL out of a network error: it can hold a session, or a
// secret in the query.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
