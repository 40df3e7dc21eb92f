// Package aside runs functions in goroutines of their own without losing how they end. A
// transport can be the program's own code, and a panic in a goroutine that nobody guards
// would end the program.
package aside

import "runtime"

// An Escape is how a function ended that did not return. A nil Escape is that of one
// which did.
type Escape struct {
	value  any  // of the panic
	exited bool // by runtime.Goexit
}

// Guard runs a function and returns how it escaped; nil when it returned. It has to be
// the last that its goroutine does.
func Guard(f func(), tell func(*Escape)) {
	returned := false
	defer func() {
		switch value := recover(); {
		case returned:
			tell(nil)
		case value != nil:
			tell(&Escape{value: value})
		default:
			tell(&Escape{exited: true})
		}
	}()
	f()
	returned = true
}

// Surface has the goroutine end as the function did.
func (e *Escape) Surface() {
	switch {
	case e == nil:
	case e.exited:
		runtime.Goexit()
	default:
		panic(e.value)
	}
}

// Run runs a function in a goroutine of its own, waits for it, and ends as it does.
func Run(f func()) {
	done := make(chan *Escape, 1)
	go Guard(f, func(e *Escape) { done <- e })
	(<-done).Surface()
}
