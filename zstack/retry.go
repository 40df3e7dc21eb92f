package zstack

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

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
