package zstack

import (
	"bytes"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"time"
)

// An advisedError is an error together with what its reader can do about it.
type advisedError struct {
	err    error
	advice string
}

func (e *advisedError) Error() string { return e.err.Error() + "; " + e.advice }

func (e *advisedError) Unwrap() error { return e.err }

// advised adds advice to an error of the network where there is some.
func advised(err error) error {
	var record tls.RecordHeaderError
	switch {
	case isCertificateError(err):
		return &advisedError{err, "WithTLSConfig sets which certificates are trusted"}
	case errors.Is(err, http.ErrSchemeMismatch):
		return &advisedError{err, "the server speaks http here: check the endpoint's scheme and port"}
	case errors.As(err, &record) && record.Conn != nil, strings.Contains(err.Error(), "malformed HTTP response"):
		return &advisedError{err, "check whether the endpoint's port is one for http or for https"}
	}
	return err
}

// errNoAPI is about a reply that no management node gives.
var errNoAPI = errors.New("what answers here is no ZStack API; check the port, the context path (WithContextPath) and whether the server wants https")

// errLongURL is about a query whose parameters are too long together.
var errLongURL = errors.New("the URL is longer than the server takes; fewer or shorter conditions and fields make it shorter")

var errNoAction = errors.New("this server lacks the API")

// refusal is what a reply without a result and without an error of the API means;
// nil where nothing is known about it.
func (c *Client) refusal(rep *reply) error {
	switch {
	case rep.status >= 500:
		return nil
	case rep.status == http.StatusRequestURITooLong:
		return errLongURL
	case rep.status == http.StatusTooManyRequests, rep.status == http.StatusRequestEntityTooLarge, rep.status == http.StatusRequestHeaderFieldsTooLarge:
		return nil // of what was asked, and not of where
	case isMarkup(rep.body):
		return errNoAPI
	}
	text := string(bytes.TrimSpace(rep.body[:min(len(rep.body), smallBody)]))
	switch rep.status {
	case http.StatusNotFound:
		switch {
		case strings.HasPrefix(text, "no api mapping to "):
			return errNoAction
		case text != "the job has been expired":
			return errNoAPI
		}
	case http.StatusBadRequest:
		if strings.HasPrefix(text, "the body doesn't contain action mapping to the URL") {
			return errNoAction
		}
		if strings.Contains(text, "to an HTTPS server") || strings.Contains(text, "requires TLS") {
			return errNoAPI
		}
		return c.unauthenticated(rep, text)
	case http.StatusUnauthorized, http.StatusForbidden:
		return c.unauthenticated(rep, text)
	}
	return nil
}

// isMarkup reports whether a body is HTML, or XML, which the API never writes.
func isMarkup(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// errNotAuthenticated is what refusals of who asks are, for [errors.Is].
var errNotAuthenticated = errors.New("not authenticated")

// An authRefusal is the server's refusal of who asks, which it gives as plain text
// and without a code, and what that means.
type authRefusal string

func (r authRefusal) Error() string { return string(r) }

func (authRefusal) Is(target error) bool { return target == errNotAuthenticated }

// unauthenticated says what the server's texts about access keys and the headers
// that carry them mean, which are the same in all releases that have been seen.
func (c *Client) unauthenticated(rep *reply, text string) error {
	const proxy = "; a proxy in between may have changed the request's headers"
	switch {
	case text == "requestTimeTooSkewed":
		return c.skewed(rep)
	case text == "wrong accessKey signature":
		return authRefusal("the access key's secret is wrong, or a proxy in between changed the path")
	case strings.HasPrefix(text, "access key id: ") && strings.HasSuffix(text, " does not existed or disabled"):
		return authRefusal("the server has no such access key, or it is disabled")
	case text == "'Date' must be incuded in request header":
		return authRefusal("the request arrived without the date that belongs to the signature" + proxy)
	case text == "accessKey format is 'ZStack AccessKeyId:Signature'":
		return authRefusal("the access key and the signature did not arrive as they were sent" + proxy)
	case text == "missing header 'Authorization'":
		return authRefusal("the request arrived without a session and without an access key" + proxy)
	case text == "Authorization type must be 'OAuth'":
		return authRefusal("the server takes no access key, but only sessions" + proxy)
	}
	return nil
}

// mostSkew is how far the server lets the date of a signed request be from its
// own clock.
const mostSkew = 15 * time.Minute

// skewed compares the clocks, as far as the reply says what the server's shows. It
// reads the date as a moment, while the server compares what clocks on walls show.
func (c *Client) skewed(rep *reply) error {
	now := time.Now()
	text := "the server's clock shows another time than the request's date"
	if date, err := http.ParseTime(rep.date); err == nil {
		switch ahead := date.Sub(now).Round(time.Second); {
		case ahead >= mostSkew:
			text = "the server's clock is " + ahead.String() + " ahead of this one"
		case ahead <= -mostSkew:
			text = "the server's clock is " + (-ahead).String() + " behind this one"
		default:
			text = "the clocks agree to within " + (max(ahead, -ahead) + time.Second).String() + ", so the server is in another time zone"
		}
	}
	return authRefusal(text + "; the request was dated " + signingDate(now.In(c.Location())) +
		", and the server reads a date as its own clock shows it: WithLocation says in which time zone that is;" +
		" only a login finds it, and clients with an access key, or a session from outside, never log in")
}
