package command

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/cloud"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// The exit codes, which docs/zs.md has for scripts.
const (
	exitOK          = 0
	exitFailed      = 1   // the server refused the call or failed
	exitUsage       = 2   // the command line, or a parameter, is wrong: nothing was sent
	exitNotFound    = 3   // there is no such resource, or job
	exitNotLoggedIn = 4   // nobody has logged in, or the server does not accept who it is
	exitDenied      = 5   // the account may not do this, or --read-only
	exitUnknown     = 6   // whether the change was made cannot be said
	exitUnreachable = 7   // the server could not be reached, or the time was over
	exitInterrupted = 130 // Ctrl-C
)

func exitCode(err error) int {
	var wrong *params.UsageError
	var invalid *zstack.ValidationError
	var unknown *zstack.UnknownOutcomeError
	var expired *zstack.JobExpiredError
	var failed *zstack.Error
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &unknown):
		return exitUnknown
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, zstack.ErrReadOnly), zstack.IsPermissionDenied(err):
		return exitDenied
	case errors.Is(err, cloud.ErrNobody), errors.Is(err, cloud.ErrFile), zstack.IsInvalidSession(err), zstack.IsAuthenticationFailed(err):
		return exitNotLoggedIn
	case zstack.IsNotFound(err), errors.Is(err, kinds.ErrNoSuchName), errors.As(err, &expired):
		return exitNotFound
	case errors.As(err, &wrong), errors.As(err, &invalid), errors.Is(err, kinds.ErrAmbiguous), errors.Is(err, cloud.ErrUsage):
		return exitUsage
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &failed) && failed.Status == 0 && failed.Code == nil:
		return exitUnreachable
	}
	return exitFailed
}

// usage says in the language of the user what is wrong with the command line.
func usage(format string, args ...any) error {
	return &params.UsageError{Message: lang.S(format, args...), Err: errUsage}
}

// constraint says in the language of the user which rule a parameter breaks; empty for a rule without words.
func constraint(e *zstack.ValidationError) string {
	switch e.Constraint {
	case zstack.ConstraintRequired:
		return lang.S("the parameter %s is required", e.Field)
	case zstack.ConstraintValues:
		return lang.S("the parameter %s has a value that is not allowed", e.Field)
	case zstack.ConstraintRange:
		return lang.S("the parameter %s is out of its range", e.Field)
	case zstack.ConstraintMaxLength:
		return lang.S("the parameter %s is too long", e.Field)
	case zstack.ConstraintRegex:
		return lang.S("the parameter %s does not match its pattern", e.Field)
	case zstack.ConstraintType:
		return lang.S("the parameter %s has a value of the wrong kind", e.Field)
	case zstack.ConstraintUnknown:
		return lang.S("the action has no parameter %s", e.Field)
	case zstack.ConstraintReadOnly:
		return lang.S("this would change something, and zs is in read-only mode")
	}
	return ""
}

// explain says what went wrong, in the language of the user as far as zs knows the words. What
// the SDK and the server say stays as it is.
func explain(err error) string {
	var own *cloud.Error
	var wrong *params.UsageError
	var invalid *zstack.ValidationError
	var unknown *zstack.UnknownOutcomeError
	var failed *zstack.Error
	switch {
	case errors.As(err, &own):
		return own.Message
	case errors.As(err, &wrong):
		return wrong.Message
	case errors.As(err, &unknown) && !unknown.Async:
		return lang.S("it is not known whether the change was made: look at the resource") + "\n" + err.Error()
	case errors.As(err, &unknown):
		return lang.S("it is not known whether the change was made: look at the resource, or run zs wait %s", unknown.JobUUID) + "\n" + err.Error()
	case errors.As(err, &invalid):
		if said := constraint(invalid); said != "" && (invalid.Field != "" || invalid.Constraint == zstack.ConstraintReadOnly) {
			return said + "\n" + err.Error()
		}
	case errors.Is(err, context.Canceled) && jobOf(err) != "":
		return lang.S("interrupted; the job, if it has begun, goes on: zs wait %s", jobOf(err))
	case errors.Is(err, context.Canceled):
		return lang.S("interrupted")
	case errors.Is(err, context.DeadlineExceeded) && jobOf(err) != "":
		return lang.S("timed out; the job, if it has begun, goes on: zs wait %s", jobOf(err))
	case errors.Is(err, context.DeadlineExceeded):
		return lang.S("timed out")
	case errors.As(err, &failed) && failed.Code != nil:
		return serverSaid(err, failed.Code)
	case errors.As(err, &failed) && failed.Status == 0:
		return lang.S("the management node cannot be reached") + "\n" + err.Error()
	case zstack.IsNotFound(err):
		return lang.S("there is no such resource") + "\n" + err.Error()
	}
	return err.Error()
}

// jobOf returns the UUID of the job that a call has started, or may have.
func jobOf(err error) string {
	var failed *zstack.Error
	if !errors.As(err, &failed) {
		return ""
	}
	entry, known := registry.Lookup(failed.Action)
	if known && (!entry.Info().Async || entry.Info().Reads || entry.Info().Query) {
		return "" // The server answers it at once.
	}
	return failed.JobUUID
}

// serverSaid says what the server did not like, with the reason beneath it.
func serverSaid(err error, code *types.ErrorCode) string {
	said := ""
	switch {
	case zstack.IsAuthenticationFailed(err):
		said = lang.S("the server does not accept the name and password, or the key")
	case zstack.IsInvalidSession(err):
		said = lang.S("the session has ended: run zs login again")
	case zstack.IsPermissionDenied(err):
		said = lang.S("the account may not do this")
	case zstack.IsQuotaExceeded(err):
		said = lang.S("the quota of the account does not allow this")
	case zstack.IsNotFound(err):
		said = lang.S("there is no such resource")
	default:
		said = lang.S("the server refused the call, or failed (%s)", code.Code)
	}
	return said + "\n" + err.Error()
}

// flagError says what is wrong with a flag.
func flagError(err error) error {
	var missing *pflag.NotExistError
	var value *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	message := err.Error()
	switch {
	case errors.As(err, &missing):
		name := missing.GetSpecifiedName()
		if missing.GetSpecifiedShortnames() != "" {
			name = "-" + name
		} else {
			name = "--" + name
		}
		message = lang.S("there is no flag %s", name)
	case errors.As(err, &value):
		message = lang.S("the flag --%s needs a value", value.GetFlag().Name)
	case errors.As(err, &invalid):
		message = lang.S("the flag --%s cannot be %q", invalid.GetFlag().Name, invalid.GetValue())
	}
	return &params.UsageError{Message: message, Err: errUsage}
}

func joined(words []string) string { return strings.Join(words, lang.S(", ")) }
