package zstacktest

import (
	"sync"
	"time"
)

// A Clock is a clock that goes only as a test makes it, for [WithClock]: jobs end, and
// sessions, when it has been advanced to their time. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at a time.
func NewClock(start time.Time) *Clock { return &Clock{now: start} }

// Now returns the time that the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward, or back when d is negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
