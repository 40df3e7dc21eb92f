package zstack

import (
	"context"
	"errors"

	"github.com/zstack-go/zstack-go/internal/network"
)

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
