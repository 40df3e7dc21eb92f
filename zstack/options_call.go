package zstack

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/progress"
	"github.com/zstack-go/zstack-go/types"
)

// A CallOption changes one call. An option that has no meaning for a call is refused
// by a [*ValidationError] that names it, and nothing is sent:
//
//	                    changes   reads   Count   All, Pages   ResumeJob   LongJob
//	WithAPITimeout      yes       yes     yes     yes          -           -
//	WithJobUUID         yes       -       -       -            -           Call, Start
//	WithPollInterval    yes       -       -       -            yes         yes
//	WithProgress        yes       -       -       -            yes         yes
//	WithTimeout         yes       yes     yes     yes          yes         yes
//	WithPageSize        -         -       -       yes          -           -
//	WithoutPrefetch     -         -       -       yes          -           -
//	WithParam           yes       yes     yes     yes          -           -
//	WithRaw             yes       yes     -       -            yes         -
//
// Reads are calls that change nothing ([ActionInfo]), by Call, Start or [Do], but for
// the few that run as a job, and First, One and Get. Changes are all other
// calls, since the server can answer each of them with a job. First and One of a list
// that is read in parts (see [Pager]) refuse WithRaw, as All and Pages do. LongJob is
// Call, Start and Resume of a [LongAction].
type CallOption func(*callConfig) error

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
	stream     *stream          // decodes the result; nil to read it first
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

// WithJobUUID sends a job uuid of your choice with the call, made by
// [NewJobUUID]: 32 lower-case hexadecimal digits, different for every call. A
// program that notes it before the call can find the job after a crash, with
// [ResumeJob]; on a [*JobExpiredError] within three hours the call did not arrive,
// unless the server lost its job, and can be made again with the same uuid. A call
// whose uuid the server has a job for already does not run a second time: it waits for
// that job. Where that is another action's, its result is refused as [ResumeJob]
// refuses it, unless it is empty, as those of deletions are: then the call succeeds
// although nothing was done. By default each call gets a new one.
func WithJobUUID(uuid string) CallOption {
	return func(o *callConfig) error {
		if !creation.IsUUID(uuid) {
			return &ValidationError{Field: "WithJobUUID", Constraint: ConstraintType, Reason: "is not 32 lower-case hexadecimal digits"}
		}
		o.jobUUID = uuid
		return nil
	}
}

// WithAPITimeout asks the server to give the API up after this time. The server
// takes whole seconds: the time is rounded up to them, and must be positive. By
// default the server decides, by API.
func WithAPITimeout(d time.Duration) CallOption {
	return func(o *callConfig) error {
		if d <= 0 {
			return &ValidationError{Field: "WithAPITimeout", Constraint: ConstraintRange, Reason: "is not positive"}
		}
		o.apiTimeout = d
		return nil
	}
}

// WithPollInterval asks for the state of an asynchronous call's job at this
// fixed interval. By default the interval grows with the age of the job, from 20
// milliseconds to 3.5 seconds, minds how long jobs of the same action took before on
// this client, and is longer when so many jobs are waited for that the polls would
// use up the client's limit of requests.
func WithPollInterval(d time.Duration) CallOption {
	return func(o *callConfig) error {
		if d <= 0 {
			return &ValidationError{Field: "WithPollInterval", Constraint: ConstraintRange, Reason: "is not positive"}
		}
		o.interval = d
		return nil
	}
}

// WithTimeout ends the call after this time as a context's deadline would,
// counted from the Call or the Start, a login and the wait for the job included.
// The job itself goes on. By default only the context ends a call.
func WithTimeout(d time.Duration) CallOption {
	return func(o *callConfig) error {
		if d <= 0 {
			return &ValidationError{Field: "WithTimeout", Constraint: ConstraintRange, Reason: "is not positive"}
		}
		o.timeout = d
		return nil
	}
}

// WithPageSize sets how many rows [Pager] asks for at a time, and so do All and
// Pages of query actions; other calls refuse it. It is between 1 and 1,000,000. The
// default is 500. Larger pages mean fewer requests and more memory: see [Pager].
func WithPageSize(rows int) CallOption {
	return func(o *callConfig) error {
		if rows < 1 || rows > mostRows {
			return &ValidationError{Field: "WithPageSize", Constraint: ConstraintRange, Reason: "is not between 1 and 1000000 rows"}
		}
		o.pageSize = rows
		return nil
	}
}

// WithoutPrefetch has [Pager], and All and Pages of query actions, fetch the next
// page only when it is asked for, which needs less memory and no request that a
// loop left early has no use for. Other calls refuse it.
func WithoutPrefetch() CallOption {
	return func(o *callConfig) error {
		o.oneByOne = true
		return nil
	}
}

// WithProgress has the wait for a job call a function with the job's progress, each time
// that the server says something new of it. Of [Job.Wait] and its kin it holds for
// every wait for the job that the call started; a call that does not become a job tells
// nothing, and neither do many of those that do.
//
// The function is called by the goroutine that waits: never by two at the same time, not
// even where several wait for one job, and not after the wait has returned, which it
// holds up as long as it takes. The progress is asked for after a poll for the job that found
// it running, at most once a second, through the client's limit of requests. It can lag
// behind the job, and the last one need not say 100 percent. That it cannot be asked for
// does not disturb the wait. A job whose end a webhook is told is polled for as though
// there were none.
func WithProgress(tell func(Progress)) CallOption {
	return func(o *callConfig) error {
		if tell == nil {
			return &ValidationError{Field: "WithProgress", Constraint: ConstraintRequired, Reason: "is nil"}
		}
		o.report = &progress.Reporter{Passes: isPassing, Tell: func(jobUUID string, percent float64, tasks []types.TaskProgressInventory) {
			tell(Progress{JobUUID: jobUUID, Percent: percent, Tasks: tasks})
		}}
		return nil
	}
}

// WithParam sends one parameter more with the call, which the action has no field for:
// one that came with a release of the server newer than this library. It can be given
// several times, with different names.
//
// The name is the parameter's on the wire: ASCII letters, digits and underscores. The
// value is a string, a boolean, a number, or a list, a map or a struct of such, as
// encoding/json writes them; it is read once, before WithParam returns. It is sent as it
// is, unchecked and untrimmed, where the action's other parameters are: in the body under
// the action's key (systemTags and userTags beside it), or in the query string, where a
// list repeats the name and a member of a map becomes name.key. It never becomes part of
// the path.
//
// A server ignores a parameter that it does not know, and says nothing of it: a name with
// a mistake in it, or a server that is older than the parameter, looks like success. Only
// what the call did, which can be read, tells.
//
// Every request of a call carries the parameter: each page of All and Pages, each request
// of Count, First, One and Get, and each repetition. What the client asks on its own does
// not: for the call's job, or for what a creation made. The uuid that a creation gets from
// the client does not depend on it. Strings in the value, but for those of one or two
// characters, are taken for secrets, and masked wherever the server's or the network's
// errors quote them.
//
// Refused with a [*ValidationError] that never holds the value are a name that the action
// has a field for or that is given twice, one of the credentials (sessionId, accessKeyId,
// accessKeySecret, requestIp), one by which queries are paged and sorted, a nil, a null in
// a list, what JSON cannot hold, and a list or map that puts nothing into a query string.
func WithParam(name string, value any) CallOption {
	p, err := params.NewExtra(name, value)
	return func(o *callConfig) error {
		switch {
		case err != nil:
			return violation("", err)
		case slices.ContainsFunc(o.extra, func(other params.Extra) bool { return other.Name == name }):
			return &ValidationError{Field: name, Constraint: ConstraintConflict, Reason: "is given twice by WithParam"}
		}
		o.extra = append(slices.Clip(o.extra), p)
		return nil
	}
}

// WithRaw puts the result of the call as it came into raw, a JSON object as [Do] returns
// it, beside the typed result: it has what came with a release of the server newer than
// this library, and [Client.Decode] reads it into a type of your own. It is there where
// the typed result could not be read, too ([*DecodeError]); a call that was made and has
// no result leaves nil in it. Unlike the typed result, it does not hide its secrets when
// it is printed.
//
// With Start and [ResumeJob] the first Wait that learns of the job's success sets it; until
// then it must not be read. With First, One and Get it is the query's result: an object
// with inventories, or for Get perhaps with one inventory. A variable is for one call at
// a time.
func WithRaw(raw *json.RawMessage) CallOption {
	return func(o *callConfig) error {
		if raw == nil {
			return &ValidationError{Field: "WithRaw", Constraint: ConstraintRequired, Reason: "is nil"}
		}
		*raw = nil
		o.raw = raw
		return nil
	}
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

// mostRows bounds a page to what can be held in memory.
const mostRows = 1_000_000

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
