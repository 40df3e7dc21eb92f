package zstacktest

import (
	"fmt"
	"regexp"
	"strconv"
)

// The error codes that the node answers with.
const (
	codeAuthentication = "ID.1000"
	codeInvalidSession = "ID.1001"
	codePermission     = "ID.1002"
	codeQuota          = "ID.1003"

	codeInternal        = "SYS.1000"
	codeTimeout         = "SYS.1001"
	codeNotFound        = "SYS.1003"
	codeOperation       = "SYS.1006"
	codeInvalidArgument = "SYS.1007"
	codeUnimplemented   = "SYS.1014"
	codeNotOwner        = "SYS.1018"
	codeDenied          = "SYS.1019"

	codeVMCreate       = "VM.1000"
	codeVMStart        = "VM.1001"
	codeVMStop         = "VM.1002"
	codeVMReboot       = "VM.1003"
	codeVMDestroy      = "VM.1004"
	codeVMAttachVolume = "VM.1005"
	codeVMDetachVolume = "VM.1006"
	codeVMAttachNIC    = "VM.1007"
	codeVMMigrate      = "VM.1008"
	codeVMState        = "VM.1010"
	codeVMSuspend      = "VM.1012"
	codeVMResume       = "VM.1013"

	codeNoHost    = "HOST_ALLOCATION.1000"
	codeNoStorage = "PS.1000"
	codeNoAddress = "L3.1000"
)

// descriptions holds what the server says in general about each code; the
// details of an error say what happened.
var descriptions = map[string]string{
	codeAuthentication:  "Unable to authenticate a user",
	codeInvalidSession:  "The session is invalid, either wrong session id or the session has been expired",
	codePermission:      "The user doesn't have permission to perform the operation",
	codeQuota:           "The user exceeds a quota of a resource",
	codeInternal:        "An internal error happened in system",
	codeTimeout:         "A message or a operation timeout",
	codeNotFound:        "A resource can not be found",
	codeOperation:       "An operation failed",
	codeInvalidArgument: "One or more API argument is invalid",
	codeUnimplemented:   "The operation is not implemented",
	codeNotOwner:        "Operation denied",
	codeDenied:          "Operation denied",
	codeVMCreate:        "Unable to create a vm",
	codeVMStart:         "Unable to start a vm",
	codeVMStop:          "Unable to stop a vm",
	codeVMReboot:        "Unable to reboot a vm",
	codeVMDestroy:       "Unable to destroy a vm",
	codeVMAttachVolume:  "Unable to attach a volume",
	codeVMDetachVolume:  "Unable to detach a volume",
	codeVMAttachNIC:     "Unable to attach a network",
	codeVMMigrate:       "Unable to migrate a vm",
	codeVMState:         "VM is not in state that allows required operation",
	codeVMSuspend:       "Unable to pause a vm",
	codeVMResume:        "Unable to resume a vm",
	codeNoHost:          "No available host",
	codeNoStorage:       "Failed to allocate primary storage",
	codeNoAddress:       "Failed to allocate IP address",
}

// An apiError is an API that ran and failed.
type apiError struct {
	code    string
	details string
	// template and args are what the details are made of.
	template string
	args     []any
	// advice is what the server says besides to people, where it knows something.
	advice *advice
	// description is that of a code that the node does not know.
	description string
	cause       *apiError
	// location is where in the server the error was made, where it tells.
	location string
}

// advise adds what the server's table of known errors says of an error.
func (e *apiError) advise(number, english, chinese string) *apiError {
	e.advice = &advice{number, english, chinese}
	return e
}

// at notes where in the server an error was made.
func (e *apiError) at(location string) *apiError {
	e.location = location
	return e
}

// An advice is what the server's table of known errors says of one. Its number is that of
// the entry there.
type advice struct{ number, english, chinese string }

// advices are what the server is known to say to some codes.
var advices = map[string]*advice{
	codeAuthentication: {"1000", "Wrong account name or password.", "帐户名或密码不正确。"},
	codeInvalidSession: {"1001", "Session expired or wrong session ID.", "会话不存在或已经结束。"},
}

// failf returns an error with the code.
func failf(code, format string, args ...any) *apiError {
	return &apiError{code: code, details: fmt.Sprintf(format, args...), template: format, args: args, advice: advices[code]}
}

// because returns an error with the code that has another as its cause and, as
// the server does, repeats its details.
func because(code string, cause *apiError) *apiError {
	return &apiError{code: code, details: cause.details, template: cause.template, args: cause.args, advice: cause.advice, cause: cause}
}

// object returns the error as it stands in a reply. That of a job has a list of causes
// on releases where that of an immediate reply has none.
func (e *apiError) object(rel release, job bool) *object {
	if rel.newErrors {
		return e.newest()
	}
	o := &object{}
	if job {
		o.add("causes", []*object{})
	}
	o.add("code", e.code)
	o.add("description", e.describe())
	o.add("details", e.details)
	if e.advice != nil {
		o.add("elaboration", e.advice.english)
		o.add("messages", e.advice.object())
	}
	if e.location != "" {
		o.add("location", e.location)
	}
	if e.code != codeInternal && (e.cause == nil || e.advice != nil) && (job || e.advice != nil) {
		o.add("cost", "1ms")
	}
	if e.cause != nil {
		o.add("cause", e.cause.object(rel, job))
	}
	return o
}

func (a *advice) object() *object {
	o := &object{}
	o.add("code", a.number)
	o.add("message_cn", a.chinese)
	o.add("message_en", a.english)
	o.add("source", "zstack")
	o.add("distance", 0.0)
	o.add("method", "distance")
	return o
}

var verbs = regexp.MustCompile(`%[a-z]`)

// newest returns the error as the newest server writes it: without its cause, and of some
// operations the cause alone.
func (e *apiError) newest() *object {
	if e.cause != nil && (e.code == codeVMReboot || e.code == codeVMStop) {
		return e.cause.newest()
	}
	o := &object{}
	o.add("code", e.code)
	o.add("description", e.describe())
	o.add("details", e.details)
	if e.code != codeInternal {
		o.add("i18nDetails", e.details)
	}
	causes := []*object{}
	if e.cause != nil && (e.code == codeOperation || e.code == codeVMStart) {
		causes = append(causes, e.cause.newest())
	}
	o.add("causes", causes)
	opaque := &object{}
	opaque.add("template", verbs.ReplaceAllString(e.template, "%s"))
	for i, arg := range e.args {
		opaque.add("arg."+strconv.Itoa(i), fmt.Sprint(arg))
	}
	o.add("opaque", opaque)
	return o
}

func (e *apiError) describe() string {
	if e.description != "" {
		return e.description
	}
	return descriptions[e.code]
}

// A refusal is a request that no API was run for. It is answered with a status
// and a text instead of an error object.
type refusal struct {
	status int
	text   string
}

func refusef(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}
