package zstacktest

import "fmt"

// The error codes that the node answers with.
const (
	codeAuthentication = "ID.1000"
	codeInvalidSession = "ID.1001"

	codeInternal        = "SYS.1000"
	codeTimeout         = "SYS.1001"
	codeNotFound        = "SYS.1003"
	codeOperation       = "SYS.1006"
	codeInvalidArgument = "SYS.1007"
	codeUnimplemented   = "SYS.1014"

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
	codeAuthentication:  "Authentication error",
	codeInvalidSession:  "Session is invalid",
	codeInternal:        "An internal error happened in system",
	codeTimeout:         "Timeout",
	codeNotFound:        "A resource cannot be found",
	codeOperation:       "An operation failed",
	codeInvalidArgument: "An argument is invalid",
	codeUnimplemented:   "The operation is not implemented",
	codeVMCreate:        "Failed to create VM",
	codeVMStart:         "Failed to start VM",
	codeVMStop:          "Failed to stop VM",
	codeVMReboot:        "Failed to reboot VM",
	codeVMDestroy:       "Failed to destroy VM",
	codeVMAttachVolume:  "Failed to attach volume",
	codeVMDetachVolume:  "Failed to detach volume",
	codeVMAttachNIC:     "Failed to attach network",
	codeVMMigrate:       "Failed to migrate VM",
	codeVMState:         "VM is not in a correct state for the operation",
	codeVMSuspend:       "Failed to pause VM",
	codeVMResume:        "Failed to resume VM",
	codeNoHost:          "No available host",
	codeNoStorage:       "Failed to allocate primary storage",
	codeNoAddress:       "Failed to allocate IP address",
}

// An apiError is an API that ran and failed.
type apiError struct {
	code    string
	details string
	cause   *apiError
}

// failf returns an error with the code.
func failf(code, format string, args ...any) *apiError {
	return &apiError{code: code, details: fmt.Sprintf(format, args...)}
}

// because returns an error with the code that has another as its cause and, as
// the server does, repeats its details.
func because(code string, cause *apiError) *apiError {
	return &apiError{code: code, details: cause.details, cause: cause}
}

// object returns the error as it stands in a reply.
func (e *apiError) object() *object {
	o := &object{}
	o.add("code", e.code)
	o.add("description", descriptions[e.code])
	o.add("details", e.details)
	if e.cause != nil {
		o.add("cause", e.cause.object())
	}
	return o
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
