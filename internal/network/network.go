// Package network tells what the errors of the network and the headers of replies mean for
// a request: whether it can have arrived, when to send again, and what its sender can do
// about an error. It sends nothing.
package network

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// NeverArrived reports whether an error says that the connection for a request
// was never made, so that it surely did not reach the server.
func NeverArrived(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var handshake tls.RecordHeaderError
	// After the handshake the same error, without a connection in it, means that
	// an established one broke.
	return errors.As(err, &handshake) && handshake.Conn != nil || IsCertificateError(err)
}

// IsCertificateError reports whether an error is about the server's certificate.
func IsCertificateError(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// MayBeCut reports whether the end of the connection is all that ended a reply, so
// that nobody noticed if it came early.
func MayBeCut(resp *http.Response) bool {
	return resp.StatusCode == http.StatusOK && resp.Close && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0
}

// RetryAfter returns how long the server wants to be left alone, up to a minute, or
// negative when it does not say.
func RetryAfter(resp *http.Response) time.Duration {
	header := resp.Header.Get("Retry-After")
	if header == "" {
		return -1
	}
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 60)) * time.Second
	}
	if date, err := http.ParseTime(header); err == nil {
		return min(max(time.Until(date), 0), time.Minute)
	}
	return -1
}

// WithoutURL takes the URL out of a network error: it can hold a session, or a
// secret in the query.
func WithoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// ContextError returns the end of a context with the cause its owner gave.
func ContextError(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) && !errors.Is(cause, err) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// FitsHeader reports whether a header can carry a value.
func FitsHeader(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
