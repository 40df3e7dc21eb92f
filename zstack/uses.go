package zstack

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
