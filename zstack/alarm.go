package zstack

import (
	"container/heap"
	"math"
	"sync"
	"time"
)

// alarms wakes everybody who waits for jobs of a client, with one timer for all of
// them: the one that is due next.
type alarms struct {
	mu    sync.Mutex
	queue alarmQueue
	timer *time.Timer // calls ring; nil before the first alarm
}

// An alarm is one waiter's.
type alarm struct {
	due   time.Time
	rings chan struct{} // closed when it is due
	index int           // in the queue; -1 when it has left it
}

// set returns an alarm that rings after a time.
func (a *alarms) set(d time.Duration) *alarm {
	one := &alarm{due: time.Now().Add(d), rings: make(chan struct{})}
	a.mu.Lock()
	defer a.mu.Unlock()
	heap.Push(&a.queue, one)
	if one.index == 0 {
		a.wind(d)
	}
	return one
}

// stop takes back an alarm that need not ring any more.
func (a *alarms) stop(one *alarm) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if one.index < 0 {
		return
	}
	heap.Remove(&a.queue, one.index)
	if len(a.queue) == 0 {
		a.timer.Stop()
	}
}

// ring wakes those who are due.
func (a *alarms) ring() { a.wake(time.Now()) }

// ringAll wakes everybody.
func (a *alarms) ringAll() { a.wake(time.Now().Add(math.MaxInt64)) }

// wake wakes those who are due by a time.
func (a *alarms) wake(by time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.queue) > 0 {
		if wait := a.queue[0].due.Sub(by); wait > 0 {
			a.wind(wait)
			return
		}
		close(heap.Pop(&a.queue).(*alarm).rings)
	}
	if a.timer != nil {
		a.timer.Stop()
	}
}

// wind sets the timer; a.mu is held.
func (a *alarms) wind(d time.Duration) {
	if a.timer == nil {
		a.timer = time.AfterFunc(d, a.ring)
		return
	}
	a.timer.Reset(d)
}

// alarmQueue is a heap of alarms with the one that is due next on top.
type alarmQueue []*alarm

func (q alarmQueue) Len() int           { return len(q) }
func (q alarmQueue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }

func (q alarmQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *alarmQueue) Push(x any) {
	one := x.(*alarm)
	one.index = len(*q)
	*q = append(*q, one)
}

func (q *alarmQueue) Pop() any {
	last := len(*q) - 1
	one := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	one.index = -1
	return one
}
