package zstack_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

const chain = `{"error":{"code":"SYS.1006","description":"An operation failed","details":"cannot recover","causes":[
	{"code":"HOST.1003","details":"host a"},
	{"code":"SYS.1000","cause":{"code":"SYS.1003","description":"Resource not found","details":"no VM"}}]}}`

func TestCodesAreFoundAnywhereInTheChain(t *testing.T) {
	t.Parallel()
	err := clientOf(t, always(503, chain)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	for code, want := range map[types.Code]bool{
		types.SysOperationError: true, types.HostConnectionError: true, types.SysInternal: true, types.SysResourceNotFound: true,
		types.IDInvalidSession: false, "SYS": false, "": false,
	} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, errors.Is(err, code))
		})
	}
}

func TestQuestionsAboutErrors(t *testing.T) {
	t.Parallel()
	questions := map[string]func(error) bool{
		"SYS.1003": zstack.IsNotFound, "ID.1002": zstack.IsPermissionDenied, "ID.1001": zstack.IsInvalidSession, "ID.1003": zstack.IsQuotaExceeded,
	}
	for code := range questions {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(503, `{"error":{"code":"SYS.1006","cause":{"code":"`+code+`"}}}`)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			for other, question := range questions {
				require.Equal(t, other == code, question(err), other)
			}
			require.False(t, zstack.IsThrottled(err))
		})
	}
}

func TestPermissionDeniedHasACodeForEachRelease(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"ID.1002": true, "SYS.1018": true, "SYS.1019": true, "SYS.1006": false, "SYS.1017": false, "SYS.1020": false} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(503, `{"error":{"code":"SYS.1090","causes":[{"code":"`+code+`"}]}}`)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			require.Equal(t, want, zstack.IsPermissionDenied(err))
		})
	}
}

func TestQuestionsAboutNoError(t *testing.T) {
	t.Parallel()
	for name, question := range map[string]func(error) bool{
		"IsNotFound": zstack.IsNotFound, "IsPermissionDenied": zstack.IsPermissionDenied, "IsInvalidSession": zstack.IsInvalidSession,
		"IsQuotaExceeded": zstack.IsQuotaExceeded, "IsThrottled": zstack.IsThrottled, "IsAuthenticationFailed": zstack.IsAuthenticationFailed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.False(t, question(nil))
			require.False(t, question(io.EOF))
		})
	}
}

func TestIsThrottled(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(429, "too many requests"), zstack.WithMaxRetries(0))
	err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	require.True(t, zstack.IsThrottled(fmt.Errorf("wrapped: %w", err)))
}

func TestErrorOfTheServerIsAnErrorCode(t *testing.T) {
	t.Parallel()
	err := clientOf(t, always(503, chain)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	var code *types.ErrorCode
	require.ErrorAs(t, err, &code)
	require.Equal(t, "cannot recover", code.Details)
}

func TestErrorHasWhatTheCallWas(t *testing.T) {
	t.Parallel()
	err := clientOf(t, always(503, chain)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID))
	failed := requireZError(t, err)
	require.Equal(t, []any{"RecoverVmInstanceAction", "PUT", "/vm-instances/" + vmUUID + "/actions", 503, jobUUID},
		[]any{failed.Action, failed.Method, failed.Path, failed.Status, failed.JobUUID})
	for _, part := range []string{"RecoverVmInstanceAction", "PUT http://mn:8080/zstack/v1/vm-instances/" + vmUUID + "/actions", "HTTP 503", jobUUID, "SYS.1006", "cannot recover", "HOST.1003", "host a", "SYS.1003", "no VM"} {
		require.Contains(t, err.Error(), part)
	}
}

func TestTextsOfErrors(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"zstack: A: GET /a: unexpected reply":                                   &zstack.Error{Action: "A", Method: "GET", Path: "/a", Status: 200},
		"zstack: unexpected reply":                                              &zstack.Error{},
		"zstack: A: GET /a: HTTP 404: unexpected reply: \"no\" (job 1)":         &zstack.Error{Action: "A", Method: "GET", Path: "/a", Status: 404, Body: "no", JobUUID: "1"},
		"zstack: HTTP 429: the server takes no more requests from here for now": &zstack.Error{Status: 429},
		"zstack: A: EOF": &zstack.Error{Action: "A", Err: io.EOF},
		"zstack: A: PUT /a: it is unknown whether the call ran: EOF (job 1)": &zstack.UnknownOutcomeError{Action: "A", Method: "PUT", Path: "/a", JobUUID: "1", Err: io.EOF},
		"zstack: the server knows no job 1":                                  &zstack.JobExpiredError{JobUUID: "1"},
		"zstack: A: the server knows no job 1":                               &zstack.JobExpiredError{Action: "A", JobUUID: "1"},
		"cannot read the reply: a.b: EOF":                                    &zstack.DecodeError{Field: "a.b", Err: io.EOF},
		"cannot read the reply: EOF":                                         &zstack.DecodeError{Err: io.EOF},
		"zstack: A: b is wrong":                                              &zstack.ValidationError{Action: "A", Field: "b", Reason: "is wrong"},
		"zstack: the action is nil":                                          &zstack.ValidationError{Reason: "the action is nil"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			require.EqualError(t, err, want)
		})
	}
}

func TestErrorsUnwrap(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"Error": &zstack.Error{Err: io.EOF}, "UnknownOutcomeError": &zstack.UnknownOutcomeError{Err: io.EOF},
		"DecodeError": &zstack.DecodeError{Err: io.EOF}, "ValidationError": &zstack.ValidationError{Err: io.EOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorIs(t, err, io.EOF)
		})
	}
}

// holder is how programs keep what may not be printed.
type holder struct {
	Client      *zstack.Client
	Credentials zstack.Credentials
	client      *zstack.Client
	credentials zstack.Credentials
	job         zstack.Job[vmResult]
}

func TestPrintingShowsNoSecret(t *testing.T) {
	t.Parallel()
	for name, credentials := range map[string]zstack.Credentials{
		"session": zstack.Session(sessionUUID), "access key": zstack.AccessKey("AK", secret), "account": zstack.Account("admin", password),
		"user": zstack.User("admin", "user", password), "LDAP": zstack.LDAP("uid", password), "IAM2": zstack.IAM2("name", password),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accept := transport(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/login") {
					return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
				}
				return reply(202, accepted(jobUUID))
			})
			c := clientOf(t, accept, zstack.WithCredentials(credentials))
			var job zstack.Job[vmResult]
			require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, &job))
			pager := zstack.NewPager(c, queryVM{SessionID: sessionUUID}, new(queryVMResult))
			all := holder{c, credentials, c, credentials, job}
			var log strings.Builder
			logger := debugLogger(&log)
			text := slog.New(slog.NewTextHandler(&log, nil))
			for _, v := range []any{c, credentials, &job, job, pager, all, &all, []zstack.Credentials{credentials}, map[string]zstack.Credentials{"c": credentials}} {
				requireNoSecrets(t, printed(v))
				logger.Info("value", "v", v)
				text.Info("value", "v", v)
			}
			requireNoSecrets(t, log.String())
		})
	}
}

func TestCredentialsPrintTheirKind(t *testing.T) {
	t.Parallel()
	for want, credentials := range map[string]zstack.Credentials{
		"none": {}, "session": zstack.Session("s"), "access key": zstack.AccessKey("k", "s"), "account": zstack.Account("a", "p"),
		"user": zstack.User("a", "u", "p"), "LDAP": zstack.LDAP("u", "p"), "IAM2": zstack.IAM2("n", "p"),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, strings.Repeat(want, 4), fmt.Sprintf("%v%+v%#v%s", credentials, credentials, credentials, credentials))
			require.Equal(t, want, credentials.LogValue().String())
		})
	}
}
