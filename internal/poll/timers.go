package poll

import (
	"container/heap"
	"math"
	"sync"
	"time"
)

// Timers wake everybody who waits, with one timer of the runtime for all of them: the one
// that is due next. The zero Timers are ready to use.
type Timers struct {
	mu    sync.Mutex
	queue timerQueue
	timer *time.Timer // calls wakeDue; nil before the first one
}

// A Timer is one waiter's.
type Timer struct {
	rings chan struct{} // closed when it is due
	due   time.Time
	index int // in the queue; -1 when it has left it
}

// Due returns a channel that is closed when the timer is due.
func (t *Timer) Due() <-chan struct{} { return t.rings }

// Set returns a timer that is due after a time.
func (t *Timers) Set(d time.Duration) *Timer {
	one := &Timer{rings: make(chan struct{}), due: time.Now().Add(d)}
	t.mu.Lock()
	defer t.mu.Unlock()
	heap.Push(&t.queue, one)
	if one.index == 0 {
		t.wind(d)
	}
	return one
}

// Stop takes back a timer that nobody waits for any more.
func (t *Timers) Stop(one *Timer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.index < 0 {
		return
	}
	heap.Remove(&t.queue, one.index)
	if len(t.queue) == 0 {
		t.timer.Stop()
	}
}

// WakeAll wakes everybody.
func (t *Timers) WakeAll() { t.wake(time.Now().Add(math.MaxInt64)) }

func (t *Timers) wakeDue() { t.wake(time.Now()) }

// wake wakes those who are due by a time.
func (t *Timers) wake(by time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.queue) > 0 {
		if wait := t.queue[0].due.Sub(by); wait > 0 {
			t.wind(wait)
			return
		}
		close(heap.Pop(&t.queue).(*Timer).rings)
	}
	if t.timer != nil {
		t.timer.Stop()
	}
}

// wind sets the timer; t.mu is held.
func (t *Timers) wind(d time.Duration) {
	if t.timer == nil {
		t.timer = time.AfterFunc(d, t.wakeDue)
		return
	}
	t.timer.Reset(d)
}

// timerQueue is a heap of timers with the one that is due next on top.
type timerQueue []*Timer

func (q timerQueue) Len() int           { return len(q) }
func (q timerQueue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }

func (q timerQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *timerQueue) Push(x any) {
	one := x.(*Timer)
	one.index = len(*q)
	*q = append(*q, one)
}

func (q *timerQueue) Pop() any {
	last := len(*q) - 1
	one := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	one.index = -1
	return one
}
