package main

import "sync"

// ends ends all sessions from time to time, but not so often that one call meets two
// of these ends: it is repeated five times when its session had ended, and sessions that
// could not be renewed end on their own besides.
//
// A client notices an end when it makes a call, so until then calls meet it that
// began after it. Only a success shows that a client has a new session.
type ends struct {
	endSessions func()

	mu     sync.Mutex
	wanted bool
	number int // of ends so far
	// renewed says which client has made a call with success since the last end.
	renewed [2]bool
	// later counts the calls under way that began since both clients did so, and
	// earlier those that began before. While they have not, all calls are later.
	later, earlier, period int
}

// want has the sessions ended as soon as that may be.
func (e *ends) want() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wanted = true
	e.try()
}

// begin notes that a client begins a call. The function that it returns notes that
// the call is over, and whether with success.
func (e *ends) begin(client int) (over func(success bool)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.later++
	number, period := e.number, e.period
	return func(success bool) {
		e.mu.Lock()
		defer e.mu.Unlock()
		if period == e.period {
			e.later--
		} else {
			e.earlier--
		}
		if success && number == e.number && !e.renewed[client] {
			e.renewed[client] = true
			if e.renewed[1-client] {
				e.period++
				e.earlier, e.later = e.earlier+e.later, 0
			}
		}
		e.try()
	}
}

// try ends the sessions if that is wanted and may be; e.mu is held.
func (e *ends) try() {
	if !e.wanted || e.earlier > 0 || !e.renewed[0] || !e.renewed[1] {
		return
	}
	e.wanted = false
	e.number++
	e.renewed = [2]bool{}
	e.endSessions()
}
