package zstacktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	calls "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/api"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
)

// A Call is a call of an action, as a handler of a test's own sees it.
type Call struct {
	// Action is the action's name without "Action": "RecoverVmInstance".
	Action string
	// Params are the parameters by their wire names, from the path, the query string and
	// the body: string, bool, json.Number, or lists and maps of those.
	Params map[string]any
	// AccountUUID is the account that calls. It is empty for calls without a session.
	AccountUUID string
	// Time is when the node took the call, by its clock.
	Time time.Time
}

// Decode reads the parameters into a value as package encoding/json does, such as an action
// of package actions, with its fields by their wire names.
func (c *Call) Decode(into any) error {
	data, err := json.Marshal(c.Params)
	if err != nil {
		return fmt.Errorf("zstacktest: the parameters of %s: %w", c.Action, err)
	}
	return json.Unmarshal(data, into)
}

// An Error is an error that the API of a node ends with.
type Error struct {
	// Code is the server's code, such as "SYS.1006".
	Code string
	// Description says in general what the code means. Where it is empty, and the node
	// knows the code, it says what the server does.
	Description string
	// Details say what happened.
	Details string
}

// Error returns the code and the details.
func (e *Error) Error() string { return e.Code + ": " + e.Details }

// Errorf returns an [Error] with a code, which can be a constant of package types, and
// with details.
func Errorf[C ~string](code C, format string, args ...any) error {
	return &Error{Code: string(code), Details: fmt.Sprintf(format, args...)}
}

// Handle gives the node an action of the test's own, in place of what it does for the
// action, or where it has none. The name is the action's, with or without "Action" at
// its end. A nil handler takes back what an earlier one gave.
//
// The node authorizes calls and checks their parameters as it does for other actions. The
// handler then returns the members of the result: a value that package encoding/json writes as
// an object, or nil for an empty one. It runs once for each call, when the node takes the call and
// outside of its lock, so that it may use the node; the result of a job is there when the
// job's time is over. An [Error] is what the API ends with; any other error is one of the
// code SYS.1000.
//
// Handle panics when there is no such action, since that is a mistake in the test.
func (n *Node) Handle(action string, handler func(*Call) (any, error)) {
	c := mustCall(action)
	n.mu.Lock()
	defer n.mu.Unlock()
	if handler == nil {
		delete(n.handlers, c.Name)
		return
	}
	n.handlers[c.Name] = &api{Call: c, name: shortName(c), own: handler}
}

func mustCall(action string) *calls.Call {
	c, ok := calls.Lookup(action)
	if !ok {
		panic(fmt.Sprintf("zstacktest: there is no action %q", action))
	}
	return c
}

// has reports whether the node or the test knows more of an action than the catalogue.
func (n *Node) has(name string) bool { return n.handlers[name] != nil || apis()[name] != nil }

// api is what the node does for a call: what a test's own handler does, or else the node's,
// or else what the catalogue says.
func (n *Node) api(c *calls.Call) *api {
	if own := n.handlers[c.Name]; own != nil {
		return own
	}
	if a := apis()[c.Name]; a != nil {
		return a
	}
	return generic(c)
}

// handle has a test's own handler answer a call, and keeps what it says for when the call
// ends. The node's lock is held, but not while the handler runs.
func (c *call) handle() {
	if c.failed = c.prepare(); c.failed != nil {
		return
	}
	public := &Call{Action: c.api.name, Params: c.raw, AccountUUID: c.account, Time: c.now}
	c.node.mu.Unlock()
	value, err := func() (any, error) {
		defer c.node.mu.Lock()
		return c.api.own(public)
	}()
	if err == nil {
		c.handled, err = toObject(value)
	}
	var failure *Error
	switch {
	case errors.As(err, &failure):
		c.failed = apierr.Failf(failure.Code, "%s", failure.Details)
		c.failed.Description = failure.Description
	case err != nil:
		c.failed = apierr.Failf(apierr.CodeInternal, "%v", err)
	}
}

// toObject reads what a handler returned as the members of a result, in their order.
func toObject(value any) (*javajson.Object, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *javajson.Object:
		return v, nil
	}
	return nil, fmt.Errorf("a handler returned a %T, which is no JSON object", value)
}

// readValue reads a JSON value, objects with their members in order.
func readValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			list := []any{}
			for d.More() {
				v, err := readValue(d)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := d.Token()
			return list, err
		}
		o := &javajson.Object{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := readValue(d)
			if err != nil {
				return nil, err
			}
			o.Members = append(o.Members, javajson.Member{Name: name.(string), Value: v})
		}
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return o, err
	default:
		return t, nil
	}
}
