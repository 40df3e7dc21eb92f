// Package longjob reads what the server keeps of a long job in its record: whether it is
// over, why it failed, and its result, which releases write in several ways.
package longjob

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// Name returns the name under which the server knows an action as a long job: that of the
// message that the action is.
func Name(action string) string {
	return "API" + strings.TrimSuffix(action, "Action") + "Msg"
}

// IsOver reports whether a long job in a state has ended.
func IsOver(state types.LongJobState) bool {
	switch state {
	case types.LongJobStateSucceeded, types.LongJobStateCanceled, types.LongJobStateFailed:
		return true
	}
	return false
}

// Failure returns why a long job that is over did not succeed; nil when it did.
func Failure(decoder *wire.Decoder, row *types.LongJobInventory) *types.ErrorCode {
	switch row.State {
	case types.LongJobStateSucceeded:
		return nil
	case types.LongJobStateCanceled:
		code := reason(decoder, row.JobResult)
		if errors.Is(code, types.LongJobCanceled) {
			return code
		}
		canceled := &types.ErrorCode{Code: types.LongJobCanceled, Details: "the long job was canceled"}
		if row.JobResult != "" {
			canceled.Cause = code
		}
		return canceled
	}
	return reason(decoder, row.JobResult)
}

const (
	// failed is what is known of a long job that failed without a reason.
	failed = "the long job failed"
	// failedPrefix begins the reason on servers that keep it as a string.
	failedPrefix = "Failed : "
)

// reason reads why a long job failed. Releases keep the server's error, a shorter object
// made of it, or a string.
func reason(decoder *wire.Decoder, result string) *types.ErrorCode {
	code := new(types.ErrorCode)
	var short struct {
		Message map[string]any `json:"message"`
		Detail  string         `json:"detail"`
		Cause   string         `json:"cause"`
	}
	kept := strings.TrimPrefix(result, failedPrefix)
	switch {
	case !strings.HasPrefix(kept, "{"):
		code.Details = kept
	case decoder.Decode([]byte(kept), &short) == nil && (short.Detail != "" || len(short.Message) > 0):
		code.Details, code.Messages = short.Detail, short.Message
		if short.Cause != "" && short.Cause != short.Detail {
			code.Cause = &types.ErrorCode{Details: short.Cause}
		}
	case decoder.Decode([]byte(kept), code) == nil:
	default:
		*code = types.ErrorCode{Details: kept}
	}
	if code.Code == "" && code.Details == "" && code.Description == "" && len(code.Messages) == 0 {
		code.Details = failed
	}
	return code
}

// Kept returns the result that the server keeps of a long job: the action's, or the resource
// alone that is the inventory of that. It is nil where the server keeps none that fits.
func Kept(decoder *wire.Decoder, kept string, result reflect.Type) ([]byte, error) {
	if !strings.HasPrefix(kept, "{") {
		return nil, nil
	}
	members := schema.StructOf(result).Members
	own, resource := false, false
	err := decoder.Members([]byte(kept), func(name string) any {
		_, known := members[name]
		own, resource = own || known, resource || name == "uuid"
		return nil
	})
	if err != nil {
		return nil, nil // it is not the result, or cut
	}
	switch _, wraps := members["inventory"]; {
	case own:
		return []byte(kept), nil
	case wraps && resource:
		return wire.Encode(map[string]json.RawMessage{"inventory": json.RawMessage(kept)})
	}
	return nil, nil
}

// Created returns the uuid of what a long job creates, which is a parameter of its action;
// empty where the record does not have it.
func Created(row *types.LongJobInventory, parameter string) string {
	var data map[string]any
	_ = json.Unmarshal([]byte(row.JobData), &data) // what cannot be read names nothing
	uuid, _ := data[parameter].(string)
	return uuid
}
