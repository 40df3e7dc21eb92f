package zstack

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/progress"
)

type callConfig struct {
	jobUUID    string // the caller's; empty for a new one
	firstUUID  string // of the first job: the caller's or the new one
	apiTimeout time.Duration
	interval   time.Duration
	timeout    time.Duration
	pageSize   int
	report     *progress.Reporter
	poll       bool             // the call ranks as a poll and is sent only once
	oneByOne   bool             // pages are fetched when they are asked for
	extra      []params.Extra   // parameters that the action does not have
	raw        *json.RawMessage // where the result goes as it came; nil for nowhere
	arrival    *arrival         // reads the result while it arrives; nil to read the reply first
	ranTwice   bool             // an earlier job of the call may have, and have made what the call creates
}

// readCallOptions reads the options of a call, and refuses those that have no
// meaning for it.
func readCallOptions(action string, u use, options []CallOption) (callConfig, error) {
	o, err := parseCallOptions(action, options)
	if err != nil {
		return o, err
	}
	return o, o.check(action, u)
}

// parseCallOptions reads options before it is known which of them the call takes.
func parseCallOptions(action string, options []CallOption) (callConfig, error) {
	if len(options) == 0 {
		return callConfig{}, nil
	}
	var o callConfig
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&o); err != nil {
			var refused *ValidationError
			if errors.As(err, &refused) {
				refused.Action = action
			}
			return o, err
		}
	}
	return o, nil
}

// A use is a kind of call, as far as options have a meaning for some and not for
// others.
type use int

const (
	useChange use = iota // of one that changes something, or runs as a job
	useRead
	useSeveral // a read whose result is put together of several
	usePages
	useResume     // of a job, whose call has been made
	useLong       // as a long job
	useLongResume // of a long job, whose call has been made
	manyUses
)

// meanings is the table in the documentation of [CallOption].
var meanings = [...]struct {
	option string
	given  func(callConfig) bool
	in     [manyUses]bool
	not    string // why it has no meaning elsewhere
}{
	{"WithAPITimeout", func(o callConfig) bool { return o.apiTimeout > 0 }, [manyUses]bool{useChange: true, useRead: true, useSeveral: true, usePages: true}, "the job's call has been made, or the time of long jobs is the server's choice"},
	{"WithJobUUID", func(o callConfig) bool { return o.jobUUID != "" }, [manyUses]bool{useChange: true, useLong: true}, "it is for one call that changes something"},
	{"WithPollInterval", func(o callConfig) bool { return o.interval > 0 }, [manyUses]bool{useChange: true, useResume: true, useLong: true, useLongResume: true}, "it is for what runs as a job"},
	{"WithProgress", func(o callConfig) bool { return o.report != nil }, [manyUses]bool{useChange: true, useResume: true, useLong: true, useLongResume: true}, "it is for what runs as a job"},
	{"WithPageSize", func(o callConfig) bool { return o.pageSize > 0 }, [manyUses]bool{usePages: true}, "it is for All and Pages of query actions"},
	{"WithoutPrefetch", func(o callConfig) bool { return o.oneByOne }, [manyUses]bool{usePages: true}, "it is for All and Pages of query actions"},
	{"WithParam", func(o callConfig) bool { return len(o.extra) > 0 }, [manyUses]bool{useChange: true, useRead: true, useSeveral: true, usePages: true}, "the job's call has been made, or it is a long job, whose parameters go to the server as they are"},
	{"WithRaw", func(o callConfig) bool { return o.raw != nil }, [manyUses]bool{useChange: true, useRead: true, useResume: true}, "it is for the result of one call, and this has none as it came"},
}

// check refuses an option that has no meaning for a call.
func (o callConfig) check(action string, u use) error {
	for _, m := range meanings {
		if m.given(o) && !m.in[u] {
			return &ValidationError{Action: action, Field: m.option, Constraint: ConstraintConflict, Reason: "has no meaning for this call: " + m.not}
		}
	}
	return nil
}

// use is the kind of call that a request is.
func (r *request) use() use {
	if r.read {
		return useRead
	}
	return useChange
}

// forEach is the call option that says to each call of several what the options of
// all of them say about calls.
func (o callConfig) forEach(c *callConfig) error {
	c.apiTimeout, c.timeout, c.extra, c.raw = o.apiTimeout, o.timeout, o.extra, o.raw
	return nil
}

// asPoll ranks a call as a poll, which is sent only once.
func asPoll(o *callConfig) error {
	o.poll = true
	return nil
}

// limit puts the call's own timeout on the context.
func (o *callConfig) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, o.timeout)
}
