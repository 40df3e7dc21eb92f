package poll

import (
	"context"
	"time"
)

// A Loop looks at something again and again until it is done. Faults that pass do not end
// it, unless they go on for too long.
type Loop struct {
	// Rest waits for a time before the next look, which may be zero. Its error ends the
	// loop.
	Rest func(ctx context.Context, d time.Duration) error
	// Pause returns how long to wait before the next look. After a fault the loop waits no
	// less than Backoff says.
	Pause func(fault bool) time.Duration
	// Passes reports whether an error of a look is a fault that can pass.
	Passes func(err error) bool
	// RetryAfter returns how long whoever sent an error wants to be left alone.
	RetryAfter func(err error) time.Duration
	// Lasting is how long faults may go on without a look that has seen something.
	Lasting time.Duration
}

// An End says why a loop ended that was not done.
type End struct {
	// Reason is the error of Rest; nil where an error of a look ended the loop.
	Reason error
	// Err is the error of the look that ended the loop. Where Rest ended it, it is that of
	// the last look, and nil when that has seen something.
	Err error
}

// Run looks after a first pause, and after each later one, until a look is done. It
// returns nil then.
func (l *Loop) Run(ctx context.Context, first time.Duration, look func() (done bool, err error)) *End {
	var fault error // of the last look
	faults, seen := 0, time.Now()
	for pause := first; ; {
		if err := l.Rest(ctx, pause); err != nil {
			return &End{Reason: err, Err: fault}
		}
		done, err := look()
		switch {
		case err == nil && done:
			return nil
		case err == nil:
			fault, faults, seen = nil, 0, time.Now()
			pause = l.Pause(false)
			continue
		}
		if reason := l.Rest(ctx, 0); reason != nil {
			return &End{Reason: reason, Err: fault}
		}
		if !l.Passes(err) || time.Since(seen) > l.Lasting {
			return &End{Err: err}
		}
		pause = max(l.Pause(true), Backoff(faults), l.RetryAfter(err))
		fault = err
		faults++
	}
}
