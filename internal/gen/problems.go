package main

import (
	"errors"
	"fmt"
)

// problems collects everything that is wrong with a catalogue, so that whoever
// imports a new release sees the whole list at once.
type problems struct {
	list []error
}

// add notes one problem. The text says which action, type or parameter it is.
func (p *problems) add(format string, args ...any) {
	p.list = append(p.list, fmt.Errorf(format, args...))
}

// err joins what was noted; nil when nothing was.
func (p *problems) err() error { return errors.Join(p.list...) }
