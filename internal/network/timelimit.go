package network

import (
	"context"
	"errors"
	"time"
)

// errNoReply says that a sending took longer than it may.
var errNoReply = errors.New("no reply came in time")

// A TimeLimit bounds the time of a sending. The zero TimeLimit bounds nothing.
type TimeLimit struct {
	outer, inner context.Context // without the end of the time and with it
	cancel       context.CancelFunc
	timer        *time.Timer // ends the time unless the reply begins
}

// Begin begins the time: that to the end of the reply where whole is positive, and else that
// until the reply begins.
func (l *TimeLimit) Begin(ctx context.Context, whole, untilReply time.Duration) context.Context {
	l.outer = ctx
	if whole > 0 {
		l.inner, l.cancel = context.WithTimeout(ctx, whole)
	} else {
		l.inner, l.cancel = context.WithCancel(ctx)
		l.timer = time.AfterFunc(untilReply, l.cancel)
	}
	return l.inner
}

// ReplyBegan says that the reply has begun, or will not.
func (l *TimeLimit) ReplyBegan() {
	if l.timer != nil {
		l.timer.Stop()
	}
}

// Reason tells the end of the time from all other errors.
func (l *TimeLimit) Reason(err error) error {
	if err != nil && l.inner != nil && l.inner.Err() != nil && l.outer.Err() == nil {
		return errNoReply
	}
	return err
}

// End lets go of what the limit holds.
func (l *TimeLimit) End() {
	if l.cancel != nil {
		l.cancel()
	}
	*l = TimeLimit{}
}
