package provider

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestReport(t *testing.T) {
	t.Parallel()
	refused := func(code types.Code) error { return &zstack.Error{Code: &types.ErrorCode{Code: code}} }
	for name, test := range map[string]struct {
		err                          error
		summary, detail, atAttribute string
	}{
		"a parameter":       {&zstack.ValidationError{Field: "imageUuid", Reason: "is wrong"}, "Could not start the VM", "Nothing was sent to the server.", "image_uuid"},
		"another parameter": {&zstack.ValidationError{Field: "hostUuid", Reason: "is wrong"}, "Could not start the VM", "Nothing was sent to the server.", ""},
		"unknown":           {&zstack.UnknownOutcomeError{Err: context.Canceled}, "It is not known whether the server did this: start the VM", "The server may have made the change or not.", ""},
		"no time":           {&zstack.Error{Err: context.DeadlineExceeded}, "Could not start the VM", "There was not enough time", ""},
		"an interrupt":      {&zstack.Error{Err: context.Canceled}, "Could not start the VM", "This was interrupted.", ""},
		"credentials":       {refused("ID.1000"), "Could not start the VM", "did not accept the credentials", ""},
		"a session":         {refused("ID.1001"), "Could not start the VM", "did not accept the credentials", ""},
		"permission":        {refused("ID.1002"), "Could not start the VM", "may not do this", ""},
		"a quota":           {refused("ID.1003"), "Could not start the VM", "The quota", ""},
		"too many":          {&zstack.Error{Status: 429}, "Could not start the VM", "too many requests", ""},
		"no resource":       {refused(types.SysResourceNotFound), "Could not start the VM", "There is no such resource", ""},
		"everything else":   {errors.New("broken"), "Could not start the VM", "The server did not do it.\n\nbroken", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			report(&diags, "start the VM", test.err)
			require.Len(t, diags, 1)
			require.Equal(t, test.summary, diags[0].Summary())
			require.Contains(t, diags[0].Detail(), test.detail)
			require.Contains(t, diags[0].Detail(), test.err.Error())
			at, ok := diags[0].(diag.DiagnosticWithPath)
			require.Equal(t, test.atAttribute != "", ok)
			if ok {
				require.Equal(t, path.Root(test.atAttribute), at.Path())
			}
		})
	}
}

func TestUndone(t *testing.T) {
	t.Parallel()
	refusal := &zstack.Error{Code: &types.ErrorCode{Code: types.SysOperationError}}
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"the server's error":           {refusal, true},
		"no time":                      {&zstack.Error{Err: context.DeadlineExceeded}, false},
		"a job that is not known":      {&zstack.JobExpiredError{}, false},
		"unknown":                      {&zstack.UnknownOutcomeError{Err: context.Canceled}, false},
		"unknown after another answer": {&zstack.UnknownOutcomeError{Err: refusal}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, undone(test.err))
		})
	}
}
