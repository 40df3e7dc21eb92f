package poll

import (
	"math/rand/v2"
	"time"
)

const (
	leastBackoff = 100 * time.Millisecond
	mostBackoff  = 5 * time.Second
)

// Backoff returns how long to wait before something is tried again that has failed: a
// random time below a limit that doubles with each attempt, counted from 0, from a tenth
// of a second up to five seconds.
func Backoff(attempt int) time.Duration {
	limit := mostBackoff
	if attempt < 16 {
		limit = min(leastBackoff<<attempt, mostBackoff)
	}
	return rand.N(limit) + 1
}
