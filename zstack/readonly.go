package zstack

import (
	"context"
	"errors"
)

// ErrReadOnly is found by errors.Is in the error of a call that a client with
// [WithReadOnly] refused. Nothing of the call was sent.
var ErrReadOnly = errors.New("the client is read-only")

// WithReadOnly makes a client that sends nothing that changes something on the server:
// for exporters, reports and assistants, whatever their credentials would allow. A call
// goes through where the action's [ActionInfo] has Reads or Query set. Every other one,
// [Job.Cancel] and the login actions of package actions included, is refused by a
// [*ValidationError] in which errors.Is finds [ErrReadOnly], before anything is sent,
// a login included. The server is not asked, and its own permissions hold beside this.
//
// The client still logs in, renews its session and logs out. The function of a [Login]
// may call actions that need no session ([ActionInfo]) for that, with the client and
// the context that it is given.
//
// An action type of your own is believed what its ActionInfo says. By default a client
// sends changes.
func WithReadOnly() Option {
	return func(c *config) error {
		c.readOnly = true
		return nil
	}
}

// refuseChange refuses an action that can change something, if the client does.
func (c *Client) refuseChange(ctx context.Context, a Action) error {
	if !c.readOnly {
		return nil
	}
	if _, err := structOf(a); err != nil {
		return err
	}
	info := a.ActionInfo()
	switch {
	case info == nil || info.Reads || info.Query:
		return nil
	case !info.Session && c.sessions.IsLogin(ctx):
		return nil // the client's own login, by the caller's function
	}
	return &ValidationError{
		Action: info.Name, Constraint: ConstraintReadOnly,
		Reason: "can change something on the server, and the client is read-only: see WithReadOnly", Err: ErrReadOnly,
	}
}
