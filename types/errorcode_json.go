package types

import (
	"encoding/json"
	"errors"
	"maps"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// deepestCause is how deep causes within causes are read.
const deepestCause = 100

// UnmarshalJSON reads what the server sends for an error: an object, of which all
// that fits goes where it belongs and everything else to Others. A value that is
// neither an object nor null is refused.
func (e *ErrorCode) UnmarshalJSON(data []byte) error {
	kind := wire.Kind(data)
	err := wire.UTC.Parts(data, func(name string, value []byte) error {
		if kind == '{' {
			e.take(name, value, 0)
		}
		return nil
	})
	if err == nil && kind != '{' && kind != 'n' {
		err = errors.New("got " + wire.KindName(data) + ", want an error")
	}
	return err
}

// take reads one member.
func (e *ErrorCode) take(name string, value []byte, depth int) {
	fits := false
	switch name {
	case "code":
		fits = takeString((*string)(&e.Code), value)
	case "globalErrorCode":
		fits = takeString(&e.GlobalErrorCode, value)
	case "description":
		fits = takeString(&e.Description, value)
	case "details":
		fits = takeString(&e.Details, value)
	case "i18nDetails":
		fits = takeString(&e.I18nDetails, value)
	case "elaboration":
		fits = takeString(&e.Elaboration, value)
	case "location":
		fits = takeString(&e.Location, value)
	case "cost":
		fits = takeString(&e.Cost, value)
	case "opaque":
		fits = takeMap(&e.Opaque, value)
	case "messages":
		fits = takeMap(&e.Messages, value)
	case "cause", "causes":
		fits = e.takeCauses(name, value, depth)
	}
	if !fits {
		e.keep(name, anyOf(value))
	}
}

// keep keeps what no field is for.
func (e *ErrorCode) keep(name string, value any) {
	if e.Others == nil {
		e.Others = make(map[string]any)
	}
	e.Others[name] = value
}

// takeCauses reads a cause, or a list of them, under either name.
func (e *ErrorCode) takeCauses(name string, value []byte, depth int) (fits bool) {
	switch wire.Kind(value) {
	case 'n':
		return true
	case '{':
		cause, ok := readCause(value, depth)
		switch {
		case !ok:
		case name == "cause":
			e.Cause = cause
		default:
			e.Causes = append(e.Causes, *cause)
		}
		return true
	case '[':
		var odd []any
		some := false
		// The text has been read before, so that there is no error in it.
		_ = wire.UTC.Parts(value, func(_ string, element []byte) error {
			some = true
			switch wire.Kind(element) {
			case 'n':
			case '{':
				if cause, ok := readCause(element, depth); ok {
					e.Causes = append(e.Causes, *cause)
				}
			default:
				odd = append(odd, anyOf(element))
			}
			return nil
		})
		if odd != nil {
			e.keep(name, odd)
		}
		return some || name == "causes"
	default:
		return false
	}
}

// readCause reads a cause of an error that is so deep within others; ok is false
// where that is deeper than anybody looks.
func readCause(value []byte, depth int) (cause *ErrorCode, ok bool) {
	if depth == deepestCause {
		return nil, false
	}
	cause = new(ErrorCode)
	_ = wire.UTC.Parts(value, func(name string, value []byte) error {
		cause.take(name, value, depth+1)
		return nil
	})
	return cause, true
}

// takeString reads a string, for which a number or a boolean will do.
func takeString(s *string, value []byte) (fits bool) {
	switch wire.Kind(value) {
	case 'n':
		*s = ""
	case '"':
		said, _ := wire.Unquote(value)
		*s = string(said)
	case '0', 't', 'f':
		*s = string(value)
	default:
		return false
	}
	return true
}

func takeMap(m *map[string]any, value []byte) (fits bool) {
	switch object := anyOf(value).(type) {
	case nil:
		*m = nil
	case map[string]any:
		*m = object
	default:
		return false
	}
	return true
}

// anyOf reads a value of any shape.
func anyOf(value []byte) (v any) {
	_ = wire.UTC.Decode(value, &v) // every value fits
	return v
}

// MarshalJSON writes the error as the server does, with Others among its members.
func (e ErrorCode) MarshalJSON() ([]byte, error) {
	type fields ErrorCode // without the methods
	text, err := json.Marshal(fields(e))
	if err != nil || len(e.Others) == 0 {
		return text, err
	}
	members := make(map[string]any, len(e.Others))
	maps.Copy(members, e.Others)
	var own map[string]json.RawMessage
	if err := json.Unmarshal(text, &own); err != nil {
		return nil, err
	}
	for name, value := range own {
		members[name] = value
	}
	return json.Marshal(members)
}
