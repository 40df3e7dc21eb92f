package zstack

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// outcome is the error of a long job that is over. When it succeeded, its result is read.
func (l *longJob) outcome(ctx context.Context, row *types.LongJobInventory, result any) error {
	switch row.State {
	case types.LongJobStateSucceeded:
		return l.read(ctx, row, result)
	case types.LongJobStateCanceled:
		code := l.reason(row)
		if !errors.Is(code, types.LongJobCanceled) {
			canceled := &types.ErrorCode{Code: types.LongJobCanceled, Details: "the long job was canceled"}
			if row.JobResult != "" {
				canceled.Cause = code
			}
			code = canceled
		}
		return l.failed(code)
	}
	return l.failed(l.reason(row))
}

func (l *longJob) failed(code *types.ErrorCode) error {
	e := l.said(errLongJobFailed)
	e.Code, e.Err = code, nil
	return e
}

// errLongJobFailed is what is known of a long job that failed without a reason.
var errLongJobFailed = errors.New("the long job failed")

// failedPrefix begins the reason on servers that keep it as text.
const failedPrefix = "Failed : "

// reason reads why a long job failed. Releases keep the server's error, a shorter object
// made of it, or text.
func (l *longJob) reason(row *types.LongJobInventory) *types.ErrorCode {
	code := new(types.ErrorCode)
	var short struct {
		Message map[string]any `json:"message"`
		Detail  string         `json:"detail"`
		Cause   string         `json:"cause"`
	}
	text := strings.TrimPrefix(row.JobResult, failedPrefix)
	switch {
	case !strings.HasPrefix(text, "{"):
		code.Details = text
	case l.client.decoder().Decode([]byte(text), &short) == nil && (short.Detail != "" || len(short.Message) > 0):
		code.Details, code.Messages = short.Detail, short.Message
		if short.Cause != "" && short.Cause != short.Detail {
			code.Cause = &types.ErrorCode{Details: short.Cause}
		}
	case l.client.decoder().Decode([]byte(text), code) == nil:
	default:
		*code = types.ErrorCode{Details: text}
	}
	if code.Code == "" && code.Details == "" && code.Description == "" && len(code.Messages) == 0 {
		code.Details = errLongJobFailed.Error()
	}
	refusal.Hide(code, redact.Hider(l.secrets))
	return code
}

// read reads the result of a long job that succeeded.
func (l *longJob) read(ctx context.Context, row *types.LongJobInventory, result any) error {
	kept, err := l.kept(row.JobResult, reflect.TypeOf(result).Elem())
	if err == nil && kept == nil {
		kept, err = l.created(ctx, row)
	}
	if err == nil && kept != nil {
		err = l.client.decodeResult(kept, result)
	}
	var decoding *DecodeError
	if errors.As(err, &decoding) {
		return l.said(err)
	}
	return err
}

// kept is the result that the server keeps of a long job: the action's, or the resource
// alone that is the inventory of that. It is nil where the server keeps none that fits.
func (l *longJob) kept(text string, result reflect.Type) ([]byte, error) {
	if !strings.HasPrefix(text, "{") {
		return nil, nil
	}
	doc, err := l.client.decoder().Document([]byte(text))
	if err != nil {
		return nil, nil // it is not the result, or cut
	}
	members := schema.StructOf(result).Members
	own, resource := false, false
	if _, err := doc.Members(func(name string) any {
		_, known := members[name]
		own, resource = own || known, resource || name == "uuid"
		return nil
	}); err != nil {
		return nil, nil
	}
	switch _, wraps := members["inventory"]; {
	case own:
		return []byte(text), nil
	case wraps && resource:
		return wire.Encode(map[string]json.RawMessage{"inventory": json.RawMessage(text)})
	}
	return nil, nil
}

// created reads what the action created as its result; nil where nothing says which
// resource that is, or it is gone.
func (l *longJob) created(ctx context.Context, row *types.LongJobInventory) ([]byte, error) {
	if l.info.SettledBy == nil {
		return nil, nil
	}
	made := l.made
	if made == nil {
		var data map[string]any
		_ = json.Unmarshal([]byte(row.JobData), &data) // what cannot be read names nothing
		uuid, _ := data[l.info.ResourceUUID].(string)
		made = &resource{uuid: uuid, query: l.info.SettledBy}
	}
	if made.query == nil || badSegment(made.uuid) != "" {
		return nil, nil
	}
	asking := &call{client: l.client, request: &request{credentials: l.sent, secrets: l.secrets}}
	seen, err := asking.look(ctx, &resource{uuid: made.uuid, query: made.query})
	if err != nil {
		return nil, l.named(err)
	}
	return seen.Result, nil
}
