package zstack

import "runtime"

// An escape is how a function ended that did not return. The transport of a request can
// be the program's own code, and what it throws has to come to where the program can
// guard it: a goroutine that nobody guards ends the program.
type escape struct {
	value  any  // of the panic
	exited bool // by runtime.Goexit
}

// guard runs a function and returns how it escaped; nil when it returned. It has to be
// the last that its goroutine does.
func guard(f func(), tell func(*escape)) {
	returned := false
	defer func() {
		switch value := recover(); {
		case returned:
			tell(nil)
		case value != nil:
			tell(&escape{value: value})
		default:
			tell(&escape{exited: true})
		}
	}()
	f()
	returned = true
}

// surface has the goroutine end as the function did.
func (e *escape) surface() {
	switch {
	case e == nil:
	case e.exited:
		runtime.Goexit()
	default:
		panic(e.value)
	}
}

// aside runs a function in a goroutine of its own, waits for it, and ends as it does.
func aside(f func()) {
	done := make(chan *escape, 1)
	go guard(f, func(e *escape) { done <- e })
	(<-done).surface()
}
