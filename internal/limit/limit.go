// Package limit spaces requests: a token bucket with queues, in which requests of one rank
// go before those of another, and which stands still when the server says that there are
// too many.
package limit

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/zstack-go/zstack-go/internal/network"
)

const (
	// mostResent is the rate of which a fifth is for what is sent again, at most.
	mostResent = 150
	// pollShare is how many other requests go first before a poll does.
	pollShare = 4
	// The pause after a 429 that does not say how long it wants to be left alone.
	leastPause = time.Second
	mostPause  = 30 * time.Second
)

// The ranks of requests, the first one first.
const (
	Login = iota // for which calls wait
	Call
	Poll
	ranks
)

// A Bucket lets requests go at a rate.
type Bucket struct {
	resent *Bucket // through which requests go before they are sent again

	watched atomic.Int64 // requests of one round of polls

	mu       sync.Mutex
	tokens   *rate.Limiter
	queues   [ranks][]*ticket
	waiting  int       // tickets in the queues that have not been given up
	calls    int       // requests that went since the last poll
	armed    bool      // a timer will serve the queues
	paused   time.Time // nothing is sent before
	pausedBy time.Duration
}

// A ticket is one request's place in a queue.
type ticket struct {
	granted chan struct{}
	over    bool // granted, or given up; guarded by the bucket's mu
}

// New returns a bucket for a number of requests a second, which is positive. A fifth of
// that, and at least one, can go at once after a quiet time. Sending again has a bucket of
// its own with a fifth of the rate, of 150 requests a second at most.
func New(perSecond float64) *Bucket {
	resent := math.Min(perSecond, mostResent) / 5
	return &Bucket{
		tokens: rate.NewLimiter(rate.Limit(perSecond), burst(perSecond)),
		resent: &Bucket{tokens: rate.NewLimiter(rate.Limit(resent), burst(resent*5))},
	}
}

// burst is how many tokens a bucket of a rate holds.
func burst(perSecond float64) int {
	return int(math.Min(math.Max(perSecond/5, 1), math.MaxInt32))
}

// Wait returns when a request may be sent, or with the context's end.
func (b *Bucket) Wait(ctx context.Context, rank int) error {
	if ctx.Err() != nil {
		return network.ContextError(ctx)
	}
	b.mu.Lock()
	now := time.Now()
	if b.waiting == 0 && !now.Before(b.paused) && b.tokens.AllowN(now, 1) {
		b.mu.Unlock()
		return nil
	}
	t := &ticket{granted: make(chan struct{})}
	b.queues[rank] = append(b.queues[rank], t)
	b.waiting++
	b.arm(now)
	b.mu.Unlock()
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		if !t.over {
			t.over = true
			if b.waiting--; b.waiting == 0 {
				b.queues = [ranks][]*ticket{} // all that is left in them was given up
			}
		}
		return network.ContextError(ctx)
	}
}

// WaitToResend returns when a request may be sent again.
func (b *Bucket) WaitToResend(ctx context.Context, rank int) error {
	if err := b.resent.Wait(ctx, rank); err != nil {
		return err
	}
	return b.Wait(ctx, rank)
}

// Watch notes that requests more, or fewer, are sent in one round of all polls.
func (b *Bucket) Watch(requests int64) { b.watched.Add(requests) }

// Spacing returns how far apart the polls for each job have to be for all of them to fit
// into four fifths of the rate.
func (b *Bucket) Spacing() time.Duration {
	return time.Duration(float64(b.watched.Load()) / float64(b.tokens.Limit()) / 0.8 * float64(time.Second))
}

// arm sets a timer for the next token; b.mu is held.
func (b *Bucket) arm(now time.Time) {
	if b.armed || b.waiting == 0 {
		return
	}
	b.armed = true
	delay := b.paused.Sub(now)
	if limit := float64(b.tokens.Limit()); !math.IsInf(limit, 1) {
		missing := (1 - b.tokens.TokensAt(now)) / limit
		delay = max(delay, time.Duration(min(math.Ceil(missing*float64(time.Second)), float64(math.MaxInt64/2))))
	}
	time.AfterFunc(max(delay, 0), b.serve)
}

// serve lets those go that there are tokens for.
func (b *Bucket) serve() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = false
	now := time.Now()
	for b.waiting > 0 && !now.Before(b.paused) && b.tokens.AllowN(now, 1) {
		t := b.next()
		t.over = true
		b.waiting--
		close(t.granted)
	}
	b.arm(now)
}

// next takes the ticket that goes first from its queue. There is one.
func (b *Bucket) next() *ticket {
	for rank := range b.queues {
		for len(b.queues[rank]) > 0 && b.queues[rank][0].over {
			b.queues[rank] = b.queues[rank][1:]
		}
	}
	rank := Login
	if len(b.queues[Login]) == 0 {
		rank = Call
		if len(b.queues[Call]) == 0 || b.calls >= pollShare && len(b.queues[Poll]) > 0 {
			rank = Poll
		}
	}
	b.calls++
	if rank == Poll {
		b.calls = 0
	}
	t := b.queues[rank][0]
	b.queues[rank][0] = nil
	b.queues[rank] = b.queues[rank][1:]
	return t
}

// Throttle makes all requests wait after a 429. retryAfter is how long
// the server wants to be left alone, negative when it does not say.
func (b *Bucket) Throttle(retryAfter time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if retryAfter < 0 {
		if now.Before(b.paused) {
			return // sent before the pause began
		}
		b.pausedBy = min(max(2*b.pausedBy, leastPause), mostPause)
		retryAfter = b.pausedBy/2 + rand.N(b.pausedBy/2) + 1
	}
	if until := now.Add(retryAfter); until.After(b.paused) {
		b.paused = until
	}
}

// Relieve has the next pause begin small again: the server took a request that
// was sent after the last one.
func (b *Bucket) Relieve(sent time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !sent.Before(b.paused) {
		b.pausedBy = 0
	}
}
