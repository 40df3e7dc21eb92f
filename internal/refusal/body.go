package refusal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/types"
)

// IsCut reports whether a body is the beginning of JSON.
func IsCut(body []byte) bool {
	err := wire.UTC.Members(body, func(string) any { return nil })
	return errors.Is(err, io.ErrUnexpectedEOF)
}

// IsErrorObject reports whether a body is an object with an error in it.
func IsErrorObject(body []byte) bool {
	var value json.RawMessage
	err := wire.UTC.Members(body, func(name string) any {
		if name == "error" {
			return &value
		}
		return nil
	})
	return err == nil && bytes.HasPrefix(value, []byte("{"))
}

// Hide hides secrets that the server quotes in an error.
func Hide(code *types.ErrorCode, hide func(string) string) { hideAt(code, hide, 0) }

func hideAt(code *types.ErrorCode, hide func(string) string, depth int) {
	const deepest = 100 // a chain of causes beyond this is not one
	if code == nil {
		return
	}
	for _, s := range []*string{
		&code.GlobalErrorCode, &code.Description, &code.Details, &code.I18nDetails, &code.Elaboration, &code.Location, &code.Cost,
	} {
		*s = hide(*s)
	}
	for _, further := range []map[string]any{code.Opaque, code.Messages, code.Others} {
		redact.HideIn(further, hide)
	}
	if depth == deepest {
		code.Cause, code.Causes = nil, nil
	}
	hideAt(code.Cause, hide, depth+1)
	for i := range code.Causes {
		hideAt(&code.Causes[i], hide, depth+1)
	}
}
