// Package refusal says what a reply means that is not the result of a call: an error of the
// API, or the words of what stands in front of it, or in its place.
package refusal

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/sign"
)

// A Reply is a reply without a result.
type Reply struct {
	Status int
	Body   []byte
	Date   string // the header, which says what the sender's clock shows
}

// JobExpired is what a server says of a job that it does not know. Proxies and
// servers of other kinds answer 404 as well, in words of their own.
const JobExpired = "the job has been expired"

// longest is how much of a body is looked at for the server's words.
const longest = 4 << 10

// ErrNoAPI is about a reply that no management node gives.
var ErrNoAPI = errors.New("what answers here is not the ZStack API; check the port, the context path (WithContextPath) and whether the server wants https")

// errLongURL is about a query whose parameters are too long together.
var errLongURL = errors.New("the URL is longer than the server takes; fewer or shorter conditions and fields make it shorter")

var errNoAction = errors.New("this server lacks the API")

// Meaning returns what a reply without a result and without an error of the API means; nil
// where nothing is known about it. location is the time zone that the server is taken to
// be in, for what it says of clocks.
func (r *Reply) Meaning(location *time.Location) error {
	switch {
	case r.Status >= 500:
		return nil
	case r.Status == http.StatusRequestURITooLong:
		return errLongURL
	case r.Status == http.StatusTooManyRequests, r.Status == http.StatusRequestEntityTooLarge, r.Status == http.StatusRequestHeaderFieldsTooLarge:
		return nil // of what was asked, and not of where
	case IsMarkup(r.Body):
		return ErrNoAPI
	}
	said := string(bytes.TrimSpace(r.Body[:min(len(r.Body), longest)]))
	switch r.Status {
	case http.StatusNotFound:
		switch {
		case strings.HasPrefix(said, "no api mapping to "):
			return errNoAction
		case said != JobExpired:
			return ErrNoAPI
		}
	case http.StatusBadRequest:
		if strings.HasPrefix(said, "the body doesn't contain action mapping to the URL") {
			return errNoAction
		}
		if strings.Contains(said, "to an HTTPS server") || strings.Contains(said, "requires TLS") {
			return ErrNoAPI
		}
		return r.unauthenticated(said, location)
	case http.StatusUnauthorized, http.StatusForbidden:
		return r.unauthenticated(said, location)
	}
	return nil
}

// IsMarkup reports whether a body is HTML, or XML, which the API never writes.
func IsMarkup(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// ErrNotAuthenticated is what refusals of who asks are, for [errors.Is].
var ErrNotAuthenticated = errors.New("not authenticated")

// An authRefusal is the server's refusal of who asks, which it gives as plain text
// and without a code, and what that means.
type authRefusal string

func (r authRefusal) Error() string { return string(r) }

func (authRefusal) Is(target error) bool { return target == ErrNotAuthenticated }

// unauthenticated says what what the server says about access keys and the headers
// that carry them mean, which are the same in all releases that have been seen.
func (r *Reply) unauthenticated(said string, location *time.Location) error {
	const proxy = "; a proxy in between may have changed the request's headers"
	switch {
	case said == "requestTimeTooSkewed":
		return r.skewed(location)
	case said == "wrong accessKey signature":
		return authRefusal("the access key's secret is wrong, or a proxy in between changed the path")
	case strings.HasPrefix(said, "access key id: ") && strings.HasSuffix(said, " does not existed or disabled"):
		return authRefusal("the server has no such access key, or it is disabled")
	case said == "'Date' must be incuded in request header":
		return authRefusal("the request arrived without the date that belongs to the signature" + proxy)
	case said == "accessKey format is 'ZStack AccessKeyId:Signature'":
		return authRefusal("the access key and the signature did not arrive as they were sent" + proxy)
	case said == "missing header 'Authorization'":
		return authRefusal("the request arrived without a session and without an access key" + proxy)
	case said == "Authorization type must be 'OAuth'":
		return authRefusal("the server takes no access key, but only sessions" + proxy)
	}
	return nil
}

// mostSkew is how far the server lets the date of a signed request be from its
// own clock.
const mostSkew = 15 * time.Minute

// skewed compares the clocks, as far as the reply says what the server's shows. It
// reads the date as a moment, while the server compares what clocks on walls show.
func (r *Reply) skewed(location *time.Location) error {
	now := time.Now()
	said := "the server's clock shows another time than the request's date"
	if date, err := http.ParseTime(r.Date); err == nil {
		switch ahead := date.Sub(now).Round(time.Second); {
		case ahead >= mostSkew:
			said = "the server's clock is " + ahead.String() + " ahead of this one"
		case ahead <= -mostSkew:
			said = "the server's clock is " + (-ahead).String() + " behind this one"
		default:
			said = "the clocks agree to within " + (max(ahead, -ahead) + time.Second).String() + ", so the server is in another time zone"
		}
	}
	return authRefusal(said + "; the request was dated " + sign.Date(now.In(location)) +
		", and the server reads a date as its own clock shows it: WithLocation says in which time zone that is;" +
		" only a login finds it, and clients with an access key, or a session from outside, never log in")
}
