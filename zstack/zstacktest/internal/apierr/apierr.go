// Package apierr has the errors of a simulated node: those of calls that ran and failed, and
// requests that were refused before.
package apierr

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/release"
)

// The error codes that the node answers with.
const (
	CodeAuthentication = "ID.1000"
	CodeInvalidSession = "ID.1001"
	codePermission     = "ID.1002"
	CodeQuota          = "ID.1003"

	CodeInternal        = "SYS.1000"
	CodeTimeout         = "SYS.1001"
	CodeNotFound        = "SYS.1003"
	CodeOperation       = "SYS.1006"
	CodeInvalidArgument = "SYS.1007"
	CodeUnimplemented   = "SYS.1014"
	codeNotOwner        = "SYS.1018"
	codeDenied          = "SYS.1019"

	CodeVMCreate       = "VM.1000"
	CodeVMStart        = "VM.1001"
	CodeVMStop         = "VM.1002"
	CodeVMReboot       = "VM.1003"
	CodeVMDestroy      = "VM.1004"
	CodeVMAttachVolume = "VM.1005"
	CodeVMDetachVolume = "VM.1006"
	CodeVMAttachNIC    = "VM.1007"
	CodeVMMigrate      = "VM.1008"
	CodeVMState        = "VM.1010"
	CodeVMSuspend      = "VM.1012"
	CodeVMResume       = "VM.1013"

	CodeNoHost    = "HOST_ALLOCATION.1000"
	CodeNoStorage = "PS.1000"
	CodeNoAddress = "L3.1000"
)

// Descriptions holds what the server says in general about each code; the
// details of an error say what happened.
var Descriptions = map[string]string{
	CodeAuthentication:  "Unable to authenticate a user",
	CodeInvalidSession:  "The session is invalid, either wrong session id or the session has been expired",
	codePermission:      "The user doesn't have permission to perform the operation",
	CodeQuota:           "The user exceeds a quota of a resource",
	CodeInternal:        "An internal error happened in system",
	CodeTimeout:         "A message or a operation timeout",
	CodeNotFound:        "A resource can not be found",
	CodeOperation:       "An operation failed",
	CodeInvalidArgument: "One or more API argument is invalid",
	CodeUnimplemented:   "The operation is not implemented",
	codeNotOwner:        "Operation denied",
	codeDenied:          "Operation denied",
	CodeVMCreate:        "Unable to create a vm",
	CodeVMStart:         "Unable to start a vm",
	CodeVMStop:          "Unable to stop a vm",
	CodeVMReboot:        "Unable to reboot a vm",
	CodeVMDestroy:       "Unable to destroy a vm",
	CodeVMAttachVolume:  "Unable to attach a volume",
	CodeVMDetachVolume:  "Unable to detach a volume",
	CodeVMAttachNIC:     "Unable to attach a network",
	CodeVMMigrate:       "Unable to migrate a vm",
	CodeVMState:         "VM is not in state that allows required operation",
	CodeVMSuspend:       "Unable to pause a vm",
	CodeVMResume:        "Unable to resume a vm",
	CodeNoHost:          "No available host",
	CodeNoStorage:       "Failed to allocate primary storage",
	CodeNoAddress:       "Failed to allocate IP address",
}

// An Error is an API that ran and failed.
type Error struct {
	code    string
	Details string
	// template and args are what the details are made of.
	template string
	args     []any
	// advice is what the server says besides to people, where it knows something.
	Advice *Advice
	// description is that of a code that the node does not know.
	Description string
	cause       *Error
	// location is where in the server the error was made, where it tells.
	Location string
}

// Advise adds what the server's table of known errors says of an error.
func (e *Error) Advise(number, english, chinese string) *Error {
	e.Advice = &Advice{number, english, chinese}
	return e
}

// At notes where in the server an error was made.
func (e *Error) At(location string) *Error {
	e.Location = location
	return e
}

// An Advice is what the server's table of known errors says of one. Its number is that of
// the entry there.
type Advice struct{ number, english, chinese string }

// advices are what the server is known to say to some codes.
var advices = map[string]*Advice{
	CodeAuthentication: {"1000", "Wrong account name or password.", "帐户名或密码不正确。"},
	CodeInvalidSession: {"1001", "Session expired or wrong session ID.", "会话不存在或已经结束。"},
}

// Failf returns an error with the code.
func Failf(code, format string, args ...any) *Error {
	return &Error{code: code, Details: fmt.Sprintf(format, args...), template: format, args: args, Advice: advices[code]}
}

// Because returns an error with the code that has another as its cause and, as
// the server does, repeats its details.
func Because(code string, cause *Error) *Error {
	return &Error{code: code, Details: cause.Details, template: cause.template, args: cause.args, Advice: cause.Advice, cause: cause}
}

// Object returns the error as it stands in a reply. That of a job has a list of causes
// on releases where that of an immediate reply has none.
func (e *Error) Object(rel release.Release, job bool) *javajson.Object {
	if rel.NewErrors {
		return e.newest()
	}
	o := &javajson.Object{}
	if job {
		o.Add("causes", []*javajson.Object{})
	}
	o.Add("code", e.code)
	o.Add("description", e.describe())
	o.Add("details", e.Details)
	if e.Advice != nil {
		o.Add("elaboration", e.Advice.english)
		o.Add("messages", e.Advice.object())
	}
	if e.Location != "" {
		o.Add("location", e.Location)
	}
	if e.code != CodeInternal && (e.cause == nil || e.Advice != nil) && (job || e.Advice != nil) {
		o.Add("cost", "1ms")
	}
	if e.cause != nil {
		o.Add("cause", e.cause.Object(rel, job))
	}
	return o
}

func (a *Advice) object() *javajson.Object {
	o := &javajson.Object{}
	o.Add("code", a.number)
	o.Add("message_cn", a.chinese)
	o.Add("message_en", a.english)
	o.Add("source", "zstack")
	o.Add("distance", 0.0)
	o.Add("method", "distance")
	return o
}

var verbs = regexp.MustCompile(`%[a-z]`)

// newest returns the error as the newest server writes it: without its cause, and of some
// operations the cause alone.
func (e *Error) newest() *javajson.Object {
	if e.cause != nil && (e.code == CodeVMReboot || e.code == CodeVMStop) {
		return e.cause.newest()
	}
	o := &javajson.Object{}
	o.Add("code", e.code)
	o.Add("description", e.describe())
	o.Add("details", e.Details)
	if e.code != CodeInternal {
		o.Add("i18nDetails", e.Details)
	}
	causes := []*javajson.Object{}
	if e.cause != nil && (e.code == CodeOperation || e.code == CodeVMStart) {
		causes = append(causes, e.cause.newest())
	}
	o.Add("causes", causes)
	opaque := &javajson.Object{}
	opaque.Add("template", verbs.ReplaceAllString(e.template, "%s"))
	for i, arg := range e.args {
		opaque.Add("arg."+strconv.Itoa(i), fmt.Sprint(arg))
	}
	o.Add("opaque", opaque)
	return o
}

func (e *Error) describe() string {
	if e.Description != "" {
		return e.Description
	}
	return Descriptions[e.code]
}

// A Refusal is a request that no API was run for. It is answered with a status
// and a text instead of an error object.
type Refusal struct {
	Status int
	Text   string
}

func Refusef(status int, format string, args ...any) *Refusal {
	return &Refusal{status, fmt.Sprintf(format, args...)}
}

// Code is the code of the error.
func (e *Error) Code() string { return e.code }
