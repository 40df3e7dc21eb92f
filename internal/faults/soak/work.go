package main

import (
	"context"
	"errors"
	"fmt"
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
type results struct{ creations, changes []result }

// work makes all calls, each exactly once.
func work(ctx context.Context, c config, s *stage) results {
	total := c.creations + c.changes
	all := make([]result, total)
	isChange := func(i int) bool { return (i+1)*c.changes/total > i*c.changes/total } // spread evenly
	sessions := &ends{endSessions: s.node.ExpireSessions}
	every := total/(c.ends+1) + 1
	var taken [2]atomic.Int64
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
				all[i] = call(ctx, c, s, i, isChange(i))
				over(all[i].err == nil)
			}
		})
	}
	wg.Wait()
	var r results
	for i, one := range all {
		if isChange(i) {
			r.changes = append(r.changes, one)
		} else {
			r.creations = append(r.creations, one)
		}
	}
	return r
}

// call makes the call with a number.
func call(ctx context.Context, c config, s *stage, i int, isChange bool) result {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	client := s.clients[i%2]
	r := result{name: fmt.Sprintf("op-%06d", i)}
	if isChange {
		r.err = makeChange(ctx, client, r.name)
	} else {
		var options []zstack.CallOption
		if c.interval > 0 && i%2 == 1 {
			options = append(options, zstack.WithPollInterval(c.interval))
		}
		r.uuid, r.err = create(ctx, client, r.name, options)
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

func create(ctx context.Context, client *zstack.Client, name string, options []zstack.CallOption) (uuid string, err error) {
	res, err := actions.CreateZoneAction{Name: name}.Call(ctx, client, options...)
	if err != nil {
		return "", err
	}
	if res.Inventory == nil {
		return "", checkResult(name, "")
	}
	return res.Inventory.UUID, checkResult(name, res.Inventory.Name)
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
