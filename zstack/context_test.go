package zstack_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// Whatever a call was waiting for, the error has the cause that the context's owner
// gave, and says what it was that took so long.
func TestTheEndOfAContextIsExplained(t *testing.T) {
	t.Parallel()
	errCause := errors.New("the operator pressed stop")
	says := map[string]string{
		"login":            "nothing was sent, still waiting for a login: context canceled: " + errCause.Error(),
		"between attempts": "context canceled: " + errCause.Error() + "; before that: HTTP 429",
		"sending":          "it is unknown whether the call ran: context canceled: " + errCause.Error(),
		"between polls":    "context canceled: " + errCause.Error() + "; the job goes on",
	}
	for name, phase := range phases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := clientOf(t, phase.serve(hang), zstack.WithCredentials(phase.credentials))
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(5*time.Second+time.Millisecond, func() { cancel(errCause) })
				err := c.Call(ctx, phase.action, nil)
				require.ErrorIs(t, err, context.Canceled)
				require.ErrorIs(t, err, errCause)
				require.ErrorContains(t, err, says[name])
			})
		})
	}
}

func TestACallThatTheLimiterHeldSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, always(200, "{}"), zstack.WithRateLimiter(zstack.NewRateLimiter(0.1)))
		require.NoError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil))
		err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(time.Second))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "nothing was sent, still waiting for the limiter of requests")
		require.IsType(t, &zstack.Error{}, err)
	})
}

func TestAnEndedContextSendsNothingAndSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := clientOf(t, transport(func(*http.Request) (*http.Response, error) { panic("sent") })).Call(ctx, recoverVM{UUID: vmUUID}, nil)
	require.ErrorContains(t, err, "nothing was sent: context canceled")
}

// What went wrong before is told once, without the call that the error names.
func TestErrorsNameTheirCallOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, always(502, "<html>bad gateway</html>"))
		err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID), zstack.WithTimeout(time.Second))
		require.EqualError(t, err, "zstack: RecoverVmInstanceAction: PUT http://mn:8080/zstack/v1/vm-instances/"+vmUUID+"/actions: it is unknown whether the call ran: "+
			`context deadline exceeded; before that: HTTP 502: unexpected reply: "<html>bad gateway</html>" (job `+jobUUID+`)`)
	})
}
