package zstack

import (
	"errors"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/params"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// UnmarshalAction fills an action from a JSON object of parameters under their
// wire names, the credentials included. It is what the UnmarshalJSON methods of
// actions call; a must be a pointer to the action's struct, and given points to
// the action's record of what was set, or is nil for an action without one.
//
// Members that the object does not have keep their value, and null unsets a
// parameter. Numbers and booleans may stand in quotes. A parameter that the
// action does not have, a value of the wrong kind, and a null in a list are
// refused with a [*ValidationError]; whether the values keep to the constraints
// is for [Validate] to say. On an error the action may be filled in part.
func UnmarshalAction(data []byte, a Action, given *Given) error {
	if reflect.ValueOf(a).Kind() != reflect.Pointer {
		return &ValidationError{Action: nameOf(a), Constraint: ConstraintType, Reason: "the action to fill is not a pointer"}
	}
	v, err := structOf(a)
	if err != nil {
		return err
	}
	name := nameOf(a)
	p, err := params.Of(v.Type())
	if err != nil {
		return &ValidationError{Action: name, Constraint: ConstraintType, Reason: err.Error()}
	}
	if wire.IsNull(data) {
		return nil // as encoding/json does for every type
	}
	err = p.Fill(v, data, given)
	var refused *params.Violation
	switch {
	case errors.As(err, &refused):
		return violation(name, refused)
	case err != nil:
		return &ValidationError{Action: name, Constraint: ConstraintType, Reason: "cannot be read: " + err.Error(), Err: err}
	}
	return nil
}
