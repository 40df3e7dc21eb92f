package zstack

import (
	"context"
	"errors"
)

// ErrReadOnly is found by errors.Is in the error of a call that a client with
// [WithReadOnly] refused. Nothing of the call was sent.
var ErrReadOnly = errors.New("the client is read-only")

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
