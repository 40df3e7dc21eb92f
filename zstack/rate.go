package zstack

import (
	"fmt"

	"github.com/zstack-go/zstack-go/internal/limit"
)

// defaultRate leaves a quarter of what a server takes from one address,
// 12,000 requests a minute, to whatever else runs there.
const defaultRate = 150

// A RateLimiter is a token bucket that spaces the requests of a [Client], or of
// several that share it with [WithRateLimiter]. Every request takes a token,
// those that are sent again and the polls for jobs included. Logins come first, for
// which calls wait, and calls before polls, though at least every fifth request is a
// poll when polls wait (logins, which are few, not counted), and requests of one kind
// go in the order in which they came.
//
// Sending again has a bucket of its own with a fifth of the rate, of 150 requests
// a second at most: when the server fails, what is sent again adds little to
// what is sent anyway.
//
// A server counts the requests of each address, not of each client: 12,000 a minute
// in the releases that count at all. Programs on one machine, or behind one proxy,
// have that together, and share no limiter. An action's RequestIP becomes the address
// that its request is counted for, as X-Forwarded-For of a proxy does: requests on
// behalf of others then count for them. The limiter takes no notice of it and spaces
// all requests alike.
//
// When the server says that there are too many requests (429), all requests wait:
// as long as Retry-After says, up to a minute, or for up to a second, which doubles
// up to 30 seconds each time the server says so again before it took another request.
type RateLimiter struct {
	bucket *limit.Bucket
	err    error // what makes it unusable, known when it was made
}

// NewRateLimiter returns a limiter for a number of requests a second, which must
// be positive; +Inf is not a limit. A fifth of that, and at least one, can go at
// once after a quiet time. A client that is given none has one of its own with
// 150 requests a second, since a server takes 12,000 a minute from one address
// (4.8.22, 5.3.20 and ZSphere 4.10.10 do; older releases count nothing).
func NewRateLimiter(perSecond float64) *RateLimiter {
	if !(perSecond > 0) {
		return &RateLimiter{err: fmt.Errorf("a rate of %v requests a second lets none through", perSecond)}
	}
	return &RateLimiter{bucket: limit.New(perSecond)}
}
