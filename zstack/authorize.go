package zstack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/internal/sign"
)

// An authorization is what one request is authorized with: a session, or an access key.
type authorization struct {
	session string
	keyID   string
	secret  string
}

func (a authorization) empty() bool { return a.session == "" && a.keyID == "" }

// authorize sets a request's headers. path is the request's after "/v1",
// unescaped; now is in the server's time zone.
func (a authorization) authorize(header http.Header, method, path string, now time.Time) {
	switch {
	case a.session != "":
		header.Set("Authorization", "OAuth "+a.session)
	case a.keyID != "":
		date := sign.Date(now)
		header.Set("Date", date)
		header.Set("Authorization", "ZStack "+a.keyID+":"+sign.Sign(a.secret, method, date, path))
	}
}

// authorize finds what the call is sent with: the action's own credentials, else the
// client's, which can take a login.
func (k *call) authorize(ctx context.Context) error {
	var err error
	if k.auth, err = k.client.authorization(ctx, k.request); err != nil {
		if isLoginError(err) {
			k.jobUUID = "" // the reader is to look for the login's instead
		}
		return k.wrap(0, err)
	}
	if ctx.Err() != nil {
		// Nothing has been sent, so nothing is unknown.
		return k.wrap(0, &unsentError{err: network.ContextError(ctx)})
	}
	return nil
}

// authorization returns what a request is sent with.
func (c *Client) authorization(ctx context.Context, r *request) (authorization, error) {
	switch {
	case !r.session:
		return authorization{}, nil
	case !r.credentials.empty():
		return r.credentials, nil
	case c.sessions != nil:
		return c.login(ctx)
	}
	own := c.credentials.own()
	if own.empty() {
		return own, &ValidationError{Action: r.action, Field: "sessionId", Constraint: ConstraintRequired, Reason: "is not set, and the client has no credentials; WithCredentials gives it some"}
	}
	return own, nil
}

// login returns the client's session, logging in first if need be.
func (c *Client) login(ctx context.Context) (authorization, error) {
	opened, err := c.sessions.Get(ctx)
	switch {
	case err == nil || errors.Is(err, ErrClosed):
	case ctx.Err() != nil:
		err = &unsentError{", still waiting for a login", err}
	default:
		err = &loginError{certain(err)}
	}
	return authorization{session: opened}, err
}

// certain takes the doubt out of a login's error. Whether a login ran says
// nothing about the call that needed it, which surely did not.
func certain(err error) error {
	var unknown *UnknownOutcomeError
	var failed *Error
	if errors.As(err, &unknown) && errors.As(unknown.Err, &failed) {
		return failed
	}
	if unknown != nil {
		return &Error{
			Action: unknown.Action, Server: unknown.Server, Method: unknown.Method, Path: unknown.Path,
			JobUUID: unknown.JobUUID, Err: unknown.Err, jobless: unknown.jobless,
		}
	}
	return err
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
