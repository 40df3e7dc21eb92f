package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// An outcome is what the SDK reported of a call.
type outcome int

const (
	succeeded outcome = iota
	failed            // for certain
	unknown           // a *zstack.UnknownOutcomeError
	leftAlone         // the call's time was over before its job was
)

// A result is a call and what the SDK reported of it.
type result struct {
	name    string
	outcome outcome
	uuid    string // of what was created
	err     error
	took    time.Duration
}

// results are those of all calls, by kind.
type results struct{ creations, offerings, changes []result }

// A kind is one of the kinds of calls.
type kind int

const (
	aCreation kind = iota
	anOffering
	aChange
)

// kinds spreads the kinds evenly over the calls.
func (c config) kinds() []kind {
	wanted := [...]int{aCreation: c.creations, anOffering: c.offerings, aChange: c.changes}
	list := make([]kind, c.creations+c.offerings+c.changes)
	var given [len(wanted)]int
	for i := range list {
		behind := func(k kind) int { return wanted[k]*(i+1) - given[k]*len(list) }
		next := aCreation
		for k := range wanted {
			if behind(kind(k)) > behind(next) {
				next = kind(k)
			}
		}
		list[i] = next
		given[next]++
	}
	return list
}

// work makes all calls, each exactly once.
func work(ctx context.Context, c config, s *stage, out io.Writer) results {
	kinds := c.kinds()
	total := len(kinds)
	all := make([]result, total)
	sessions := &ends{endSessions: s.node.ExpireSessions}
	every := total/(c.ends+1) + 1
	var taken [2]atomic.Int64
	var done atomic.Int64
	stop := c.tell(out, total, &done)
	defer stop()
	var wg sync.WaitGroup
	for w := range c.workers {
		// Which client makes a call does not depend on who is quick.
		side := w % 2
		wg.Go(func() {
			for {
				i := 2*int(taken[side].Add(1)-1) + side
				if i >= total {
					return
				}
				if i%every == every-1 {
					sessions.want()
				}
				over := sessions.begin(side)
				all[i] = call(ctx, c, s, i, kinds[i])
				over(all[i].err == nil)
				done.Add(1)
			}
		})
	}
	wg.Wait()
	var r results
	for i, one := range all {
		list := map[kind]*[]result{aCreation: &r.creations, anOffering: &r.offerings, aChange: &r.changes}[kinds[i]]
		*list = append(*list, one)
	}
	return r
}

// tell says from time to time how far the run is, until it is stopped.
func (c config) tell(out io.Writer, total int, done *atomic.Int64) (stop func()) {
	if c.progress <= 0 {
		return func() {}
	}
	over, ended := make(chan struct{}), make(chan struct{})
	began := time.Now()
	go func() {
		defer close(ended)
		ticker := time.NewTicker(c.progress)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				fmt.Fprintf(out, "%d of %d calls are over after %s\n", done.Load(), total, time.Since(began).Round(time.Second))
			case <-over:
				return
			}
		}
	}()
	return func() { close(over); <-ended }
}

// call makes the call with a number.
func call(ctx context.Context, c config, s *stage, i int, k kind) result {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	client := s.clients[i%2]
	r := result{name: fmt.Sprintf("op-%06d", i)}
	var options []zstack.CallOption
	if c.interval > 0 && i%2 == 1 {
		options = append(options, zstack.WithPollInterval(c.interval))
	}
	switch k {
	case aChange:
		r.err = makeChange(ctx, client, r.name)
	case anOffering:
		r.uuid, r.err = create(ctx, client, actions.CreateInstanceOfferingAction{Name: r.name, CPUNum: 1, MemorySize: 1 << 30}, r.name, options)
	default:
		r.uuid, r.err = create(ctx, client, actions.CreateZoneAction{Name: r.name}, r.name, options)
	}
	r.outcome, r.took = outcomeOf(r.err), time.Since(began)
	return r
}

func makeChange(ctx context.Context, client *zstack.Client, name string) error {
	var res changeResult
	if err := client.Call(ctx, change{Name: name}, &res); err != nil {
		return err
	}
	return checkResult(name, res.Inventory.Name)
}

// A wrongResultError is a success that comes with another result than it should.
type wrongResultError struct{ name, got string }

func (e *wrongResultError) Error() string {
	return fmt.Sprintf("%s is reported as done with a result that names %q", e.name, e.got)
}

func checkResult(name, got string) error {
	if name != got {
		return &wrongResultError{name, got}
	}
	return nil
}

func outcomeOf(err error) outcome {
	var lost *zstack.UnknownOutcomeError
	var wrong *wrongResultError
	switch {
	case err == nil, errors.As(err, &wrong):
		return succeeded
	case errors.As(err, &lost):
		return unknown
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return leftAlone
	default:
		return failed
	}
}
