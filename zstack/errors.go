package zstack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/types"
)

// ErrClosed is returned by every call on a [Client] after its Close.
var ErrClosed = errors.New("zstack: the client is closed")

// A ValidationError says that a call was refused before anything was sent, and
// what has to change. It never holds the refused value, which can be a secret.
type ValidationError struct {
	// Action is the action's name; empty where there was none.
	Action string
	// Field is the parameter's wire name, or the name of the option or argument
	// that is wrong. It is empty when it is about the action as a whole.
	Field string
	// Constraint is the rule that does not hold: one of the Constraint
	// constants.
	Constraint string
	// Reason says in English how the rule does not hold.
	Reason string
	// Err is the error beneath, or nil.
	Err error
}

func (e *ValidationError) Error() string {
	return "zstack: " + strings.TrimSpace(join(e.Action, e.Field)+" "+e.Reason)
}

// Unwrap returns the error beneath.
func (e *ValidationError) Unwrap() error { return e.Err }

// join puts a colon between the parts that are not empty.
func join(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(p)
	}
	return b.String()
}

// An Error is a call that did not succeed: the server refused it, ran it and
// failed, answered what cannot be read, or could not be asked.
//
// errors.Is finds the server's error codes anywhere in the chain of causes
// (errors.Is(err, types.SysResourceNotFound)), and context.Canceled or
// context.DeadlineExceeded when the context ended.
type Error struct {
	// Action is the action's name; empty for a job that was resumed.
	Action string
	// Server is the address of the server that was called, with the context path:
	// "http://mn:8080/zstack". It is empty in errors that are not of a [Client].
	Server string
	// Method and Path are the request's, the path after "/v1" with secrets
	// masked.
	Method, Path string
	// Status is the HTTP status of the reply that decided the call: 503 is what
	// the server answers when it ran the API and failed. It is 0 when no reply
	// arrived. When the client could not log in, Status and Code are those of
	// the reply to the login.
	Status int
	// JobUUID is the job uuid that was sent with the call, or was to be when the
	// context ended first. For an asynchronous call, [ResumeJob] takes it; no other
	// leaves a job behind, and the error's message leaves the uuid out then. It is empty
	// when the client could not log in.
	JobUUID string
	// LongJobUUID is the uuid of the long job that the error is about, which Resume of a
	// [LongAction] takes. It is empty in all other errors.
	LongJobUUID string
	// Code is the server's error, with its causes; nil when the reply held none.
	Code *types.ErrorCode
	// Body is the start of a reply that could not be understood.
	Body string
	// Err is the error beneath when the server sent no error of its own: the
	// network's, the context's, a [*DecodeError], or what the reply means where that
	// is known.
	Err error

	retryAfter time.Duration // how long the sender of the reply wants to be left alone
	jobless    bool          // the call has no job, so that its job uuid leads nowhere
}

func (e *Error) Error() string {
	text := "zstack: " + join(e.Action, requestLine(e.Method, e.Server, e.Path), e.what())
	if e.LongJobUUID != "" {
		return text + " (long job " + e.LongJobUUID + ")"
	}
	return text + jobNote(e.JobUUID, e.jobless)
}

// requestLine is a request for people: its method and its URL, or as much of that
// as is known.
func requestLine(method, server, path string) string {
	if server != "" && path != "" {
		server += "/v1"
	}
	return strings.TrimSpace(method + " " + server + path)
}

// jobNote is the job of a call for the end of its error; empty where there is none.
func jobNote(uuid string, jobless bool) string {
	if uuid == "" || jobless {
		return ""
	}
	return " (job " + uuid + ")"
}

// what is the error without the call that it is of.
func (e *Error) what() string {
	var what string
	switch {
	case isLoginError(e.Err):
		what = e.Err.Error()
	case e.Code != nil:
		what = e.Code.Error()
	case e.Err != nil:
		what = e.Err.Error()
	case e.Status == http.StatusTooManyRequests:
		what = "the server takes no more requests from here for now"
	default:
		what = "unexpected reply"
	}
	if e.Status != 0 && e.Status != http.StatusOK && !isLoginError(e.Err) {
		what = fmt.Sprintf("HTTP %d: %s", e.Status, what)
	}
	if e.Body != "" {
		what += fmt.Sprintf(": %q", e.Body)
	}
	return what
}

// whatOf is the message of an error within another that names the call already.
func whatOf(err error) string {
	if e, ok := err.(*Error); ok {
		return e.what()
	}
	return strings.TrimPrefix(err.Error(), "zstack: ")
}

// Unwrap returns the server's error and the error beneath, those that there are.
func (e *Error) Unwrap() []error {
	var list []error
	if e.Code != nil {
		list = append(list, e.Code)
	}
	if e.Err != nil {
		list = append(list, e.Err)
	}
	return list
}

// An UnknownOutcomeError says that a call which changes something was sent, or
// may have been, that its reply was lost, and that what became of it could not be
// settled: it may have run. The SDK does not send it again, since it could run
// twice. What happened can be found out with Resolve, by
// reading the resource, or, for an asynchronous call, from its job, with
// [ResumeJob] and the JobUUID. A [*JobExpiredError] within three hours of the
// call means that it never arrived, if the server runs it as a job, is of a
// release that takes the client's job uuid (4.7.21 does, 4.4.52 does not), and did
// not lose the job: it can, for instance over a character that its database does not
// hold, and a server that took the call and then knows no such job leaves the outcome
// unknown.
type UnknownOutcomeError struct {
	Action string
	// Server, Method and Path are as in [Error].
	Server       string
	Method, Path string
	// JobUUID is the job uuid that was sent with the call. Where Async is false the
	// call most likely has no job.
	JobUUID string
	// Async says that the action usually runs as a job.
	Async bool
	// ResourceUUID is the uuid of what the action creates. It is empty where it
	// creates nothing, or its uuid is the server's choice.
	ResourceUUID string
	// Row is that resource as the server last showed it, a JSON object which
	// [Client.Decode] reads into its inventory type: there, but not in a state that lasts,
	// or without one. It is nil when it was not there, or not looked for.
	Row json.RawMessage `json:"-"`
	// Err is what cut the call off: the network's error, the context's, or an
	// [*Error] with what a proxy answered in the server's place.
	Err error

	made    *resource // for Resolve
	jobless bool      // as in Error
}

func (e *UnknownOutcomeError) Error() string {
	return "zstack: " + join(e.Action, requestLine(e.Method, e.Server, e.Path),
		"it is unknown whether the call ran", whatOf(e.Err)) + jobNote(e.JobUUID, e.jobless)
}

// Unwrap returns what cut the call off.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// A JobExpiredError says that the server knows no job with the uuid. Servers
// keep the result of a job for three hours; a job that never arrived is unknown
// as well.
type JobExpiredError struct {
	Action  string // empty for a resumed job
	Server  string // as in [Error]
	JobUUID string
	// ResourceUUID is the uuid of what the call was to create. It is empty for a
	// resumed job, and where the action creates nothing or the server chooses the uuid.
	ResourceUUID string
}

func (e *JobExpiredError) Error() string {
	who := "the server"
	if e.Server != "" {
		who += " " + e.Server
	}
	return "zstack: " + join(e.Action, who+" knows no job "+e.JobUUID)
}

// A DecodeError says which value of a reply could not be read, and why; or that the
// value belongs to the result of another action.
type DecodeError struct {
	// Field leads to the value: "inventory.memorySize". It is empty when the
	// reply as a whole is wrong.
	Field string
	// Err says what is wrong with it.
	Err error
}

func (e *DecodeError) Error() string { return "cannot read the reply: " + join(e.Field, e.Err.Error()) }

// Unwrap returns what is wrong with the value.
func (e *DecodeError) Unwrap() error { return e.Err }

// IsNotFound reports whether the server said that a resource does not exist
// (SYS.1003), anywhere in the chain of causes, or a query found none where one was
// asked for ([ErrNotFound]).
func IsNotFound(err error) bool {
	return errors.Is(err, types.SysResourceNotFound) || errors.Is(err, ErrNotFound)
}

// IsPermissionDenied reports whether the server said that the account may not do
// this: ID.1002, or on newer servers SYS.1018 of a resource that another account
// owns, and SYS.1019 of everything else. Older servers say SYS.1006 of what another
// account owns, as they do of any operation that fails; that cannot be told, and is
// not reported.
func IsPermissionDenied(err error) bool {
	return errors.Is(err, types.IDPermissionDenied) || errors.Is(err, types.SysResourceNotAccessible) || errors.Is(err, types.SysOperationDenied)
}

// IsInvalidSession reports whether the server did not know the session, or it
// has ended (ID.1001).
func IsInvalidSession(err error) bool { return errors.Is(err, types.IDInvalidSession) }

// IsAuthenticationFailed reports whether the server did not accept who asks: a name
// or a password (ID.1000), or an access key, which it refuses in plain text: the key
// is unknown or disabled, its secret is wrong, or the clocks differ too much for its
// signatures. The error's message says which. An ended session is none of these: see
// [IsInvalidSession].
func IsAuthenticationFailed(err error) bool {
	return errors.Is(err, types.IDAuthenticationError) || errors.Is(err, refusal.ErrNotAuthenticated)
}

// IsQuotaExceeded reports whether the account's quota does not allow the call
// (ID.1003).
func IsQuotaExceeded(err error) bool { return errors.Is(err, types.IDQuotaExceeding) }

// IsThrottled reports whether the server turned the call away because of too
// many requests (HTTP 429).
func IsThrottled(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusTooManyRequests
}

// errTooLarge says that a reply is larger than the client takes.
var errTooLarge = errors.New("the reply is larger than the limit that WithMaxReplySize sets")

// Errors of reading one row, found by errors.Is in an [*Error].
var (
	// ErrNotFound says that no row matches. [IsNotFound] finds it too.
	ErrNotFound = errors.New("no row matches")
	// ErrMultiple says that more rows match than the one that was asked for.
	ErrMultiple = errors.New("more than one row matches")
)

// violation makes a [*ValidationError] of what is wrong with a parameter of an action; nil
// where nothing is.
func violation(action string, v *params.Violation) error {
	if v == nil {
		return nil
	}
	return &ValidationError{Action: action, Field: v.Field, Constraint: v.Constraint, Reason: v.Reason}
}

// afterFault is the end of a wait, and what had gone wrong by then; nil for nothing.
func afterFault(reason, fault error) error {
	if fault == nil {
		return reason
	}
	return &endedError{reason, fault}
}

// The constraints that a [ValidationError] names.
const (
	ConstraintRequired       = params.Required       // the parameter has to be set
	ConstraintMinLength      = params.MinLength      // a string is too short
	ConstraintMaxLength      = params.MaxLength      // a string is too long, or a list in a condition
	ConstraintValues         = params.Values         // not one of the allowed values
	ConstraintRegex          = params.Regex          // a string does not match the pattern
	ConstraintRange          = params.Range          // a number is too small or too large
	ConstraintNonEmpty       = params.NonEmpty       // a list has to hold something
	ConstraintNoEmptyString  = params.NoEmptyString  // an empty string, alone or in a list
	ConstraintNoNullElements = params.NoNullElements // a null in a list
	ConstraintPath           = params.PathConstraint // a value that cannot stand in a path
	ConstraintType           = params.Type           // a value of the wrong kind, or none that JSON has
	ConstraintUnknown        = params.Unknown        // the action has no such parameter
	ConstraintCondition      = params.Condition      // a condition that the server would read differently
	ConstraintReadOnly       = params.ReadOnly       // a change, of a client with WithReadOnly
	ConstraintConflict       = params.Conflict       // two parameters that exclude each other
)
