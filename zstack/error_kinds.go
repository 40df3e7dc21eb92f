package zstack

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/types"
)

// A lostError ended a request that may have reached the server. The status is
// that of a reply which broke off, else 0.
type lostError struct {
	status int
	err    error
}

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

func asLost(err error) *lostError {
	if err == nil {
		return nil
	}
	var lost *lostError
	errors.As(err, &lost)
	return lost
}

// A loginError tells a failed login from a failed call: the one says nothing
// about the session of the other.
type loginError struct{ err error }

func (e *loginError) Error() string {
	return "cannot log in: " + strings.TrimPrefix(e.err.Error(), "zstack: ")
}

func (e *loginError) Unwrap() error { return e.err }

func isLoginError(err error) bool {
	var login *loginError
	return errors.As(err, &login)
}

// isRefusal reports whether the server answered a login, rather than could not be asked.
func isRefusal(err error) bool {
	var e *Error
	return errors.As(err, &e) && !errors.Is(err, ErrClosed) && (e.Code != nil || !isPassing(e))
}

// An endedError is the end of a context or a client, and what had gone wrong by
// then and might have passed.
type endedError struct{ reason, before error }

func (e *endedError) Error() string { return whatOf(e.reason) + "; before that: " + whatOf(e.before) }

func (e *endedError) Unwrap() []error { return []error{e.reason, e.before} }

// An unsentError is the end of a context before anything was sent.
type unsentError struct {
	waiting string // for what
	err     error
}

func (e *unsentError) Error() string {
	return "nothing was sent" + e.waiting + ": " + whatOf(e.err)
}

func (e *unsentError) Unwrap() error { return e.err }

// A leftError says why nobody waits for a job any more, and what becomes of it.
type leftError struct {
	reason, fault error
	rest          string
}

func (e *leftError) Error() string {
	s := whatOf(e.reason) + "; " + e.rest
	if e.fault != nil {
		s += ", and when it was last asked for: " + whatOf(e.fault)
	}
	return s
}

func (e *leftError) Unwrap() error { return e.reason }

// isSessionEnd reports whether the server refused a call because its session has
// ended. Only an error that says so itself means that the API was not run; one
// that has it as a cause ran and failed.
func isSessionEnd(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code != nil && e.Code.Code == types.IDInvalidSession && !isLoginError(err)
}

// saysNothing reports whether an error leaves open what became of the call.
func saysNothing(err error) bool {
	var unknown *UnknownOutcomeError
	return errors.As(err, &unknown) || isExpiredError(err)
}

func isExpiredError(err error) bool {
	var expired *JobExpiredError
	return errors.As(err, &expired)
}

// isInternal reports whether an error can be the one about a second resource of the
// same uuid.
func isInternal(err error) bool {
	var e *Error
	return errors.As(err, &e) && errors.Is(err, types.SysInternal)
}

// wasNotSent reports whether a failed call surely never reached an API.
func wasNotSent(err error) bool {
	if errors.Is(err, ErrClosed) {
		return asLost(err) == nil && !saysNothing(err)
	}
	var e *Error
	return errors.As(err, &e) && (e.Status == 0 || e.Status == http.StatusTooManyRequests)
}

// isPassing reports whether what kept a job from being asked for can pass.
func isPassing(err error) bool {
	var e *Error
	switch {
	case !errors.As(err, &e) || errors.Is(err, ErrClosed) || errors.Is(err, errTooLarge) || network.IsCertificateError(err):
		return false
	case e.Status == 0 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusTooManyRequests:
		return true
	default:
		return e.Status >= 500
	}
}

// isAnswer reports whether an error is the server's own word on a call.
func isAnswer(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Code != nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrMultiple))
}

// retryAfterOf is how long to leave the server alone after an error, if it said so.
func retryAfterOf(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.retryAfter
	}
	return 0
}
