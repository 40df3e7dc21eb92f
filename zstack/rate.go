package zstack

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// defaultRate leaves a quarter of what a server takes from one address,
	// 12,000 requests a minute, to whatever else runs there.
	defaultRate = 150
	// pollShare is how many other requests go first before a poll does.
	pollShare = 4
	// The pause after a 429 that does not say how long it wants to be left alone.
	leastPause = time.Second
	mostPause  = 30 * time.Second
)

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
	err     error // what makes it unusable, known when it was made
	retries *RateLimiter

	watched atomic.Int64 // jobs that are polled for

	mu       sync.Mutex
	tokens   *rate.Limiter
	queues   [3][]*turn // by kind
	waiting  int        // turns in the queues that have not been given up
	calls    int        // calls that went since the last poll
	armed    bool       // a timer will serve the queues
	paused   time.Time  // nothing is sent before
	pausedBy time.Duration
}

// A turn is one request's place in a queue.
type turn struct {
	granted chan struct{}
	over    bool // granted, or given up; guarded by the limiter's mu
}

// The kinds of requests, in the order of their rank.
const (
	forLogin = iota // for which calls wait
	forCall
	forPoll
)

// NewRateLimiter returns a limiter for a number of requests a second, which must
// be positive; +Inf is no limit. A fifth of that, and at least one, can go at
// once after a quiet time. A client that is given none has one of its own with
// 150 requests a second, since a server takes 12,000 a minute from one address
// (4.8.22, 5.3.20 and ZSphere 4.10.10 do; older releases count nothing).
func NewRateLimiter(perSecond float64) *RateLimiter {
	l := new(RateLimiter)
	if !(perSecond > 0) {
		l.err = fmt.Errorf("a rate of %v requests a second lets none through", perSecond)
		perSecond = 1
	}
	again := math.Min(perSecond, defaultRate) / 5
	l.tokens = rate.NewLimiter(rate.Limit(perSecond), burst(perSecond))
	l.retries = &RateLimiter{tokens: rate.NewLimiter(rate.Limit(again), burst(again*5))}
	return l
}

// burst is how many tokens a bucket of a rate holds.
func burst(perSecond float64) int {
	return int(math.Min(math.Max(perSecond/5, 1), math.MaxInt32))
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
		case limiter.tokens == nil:
			return errors.New("the rate limiter is empty; NewRateLimiter makes one")
		}
		c.limiter = limiter
		return nil
	}
}

// wait returns when a request may be sent, or with the context's end.
func (l *RateLimiter) wait(ctx context.Context, kind int) error {
	if ctx.Err() != nil {
		return contextError(ctx)
	}
	l.mu.Lock()
	now := time.Now()
	if l.waiting == 0 && !now.Before(l.paused) && l.tokens.AllowN(now, 1) {
		l.mu.Unlock()
		return nil
	}
	t := &turn{granted: make(chan struct{})}
	l.queues[kind] = append(l.queues[kind], t)
	l.waiting++
	l.arm(now)
	l.mu.Unlock()
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		if !t.over {
			t.over = true
			if l.waiting--; l.waiting == 0 {
				l.queues = [3][]*turn{} // all that is left in them was given up
			}
		}
		return contextError(ctx)
	}
}

// again returns when a request may be sent again.
func (l *RateLimiter) again(ctx context.Context, kind int) error {
	if err := l.retries.wait(ctx, kind); err != nil {
		return err
	}
	return l.wait(ctx, kind)
}

// spacing is how far apart the polls for each job have to be for all of them to fit
// into four fifths of the rate.
func (l *RateLimiter) spacing() time.Duration {
	return time.Duration(float64(l.watched.Load()) / float64(l.tokens.Limit()) / 0.8 * float64(time.Second))
}

// arm sets a timer for the next token; l.mu is held.
func (l *RateLimiter) arm(now time.Time) {
	if l.armed || l.waiting == 0 {
		return
	}
	l.armed = true
	delay := l.paused.Sub(now)
	if limit := float64(l.tokens.Limit()); !math.IsInf(limit, 1) {
		missing := (1 - l.tokens.TokensAt(now)) / limit
		delay = max(delay, time.Duration(min(math.Ceil(missing*float64(time.Second)), float64(math.MaxInt64/2))))
	}
	time.AfterFunc(max(delay, 0), l.serve)
}

// serve lets those go that there are tokens for.
func (l *RateLimiter) serve() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = false
	now := time.Now()
	for l.waiting > 0 && !now.Before(l.paused) && l.tokens.AllowN(now, 1) {
		t := l.next()
		t.over = true
		l.waiting--
		close(t.granted)
	}
	l.arm(now)
}

// next takes the turn that goes first from its queue. There is one.
func (l *RateLimiter) next() *turn {
	for kind := range l.queues {
		for len(l.queues[kind]) > 0 && l.queues[kind][0].over {
			l.queues[kind] = l.queues[kind][1:]
		}
	}
	kind := forLogin
	if len(l.queues[forLogin]) == 0 {
		kind = forCall
		if len(l.queues[forCall]) == 0 || l.calls >= pollShare && len(l.queues[forPoll]) > 0 {
			kind = forPoll
		}
	}
	l.calls++
	if kind == forPoll {
		l.calls = 0
	}
	t := l.queues[kind][0]
	l.queues[kind][0] = nil
	l.queues[kind] = l.queues[kind][1:]
	return t
}

// throttle makes all requests wait after a 429. The server's wish is negative
// when it named none.
func (l *RateLimiter) throttle(wish time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if wish < 0 {
		if now.Before(l.paused) {
			return // sent before the pause began
		}
		l.pausedBy = min(max(2*l.pausedBy, leastPause), mostPause)
		wish = l.pausedBy/2 + rand.N(l.pausedBy/2) + 1
	}
	if until := now.Add(wish); until.After(l.paused) {
		l.paused = until
	}
}

// relieve has the next pause begin small again: the server took a request that
// was sent after the last one.
func (l *RateLimiter) relieve(sent time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !sent.Before(l.paused) {
		l.pausedBy = 0
	}
}
