package zstack_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// silent takes every request and never answers those that a function picks.
func silent(picks func(*http.Request) bool, rest http.RoundTripper) transport {
	return func(r *http.Request) (*http.Response, error) {
		if picks(r) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return rest.RoundTrip(r)
	}
}

func everything(*http.Request) bool { return true }

func TestAServerThatNeverAnswersEndsACall(t *testing.T) {
	t.Parallel()
	long := variantOf(func(i *zstack.ActionInfo) {
		i.Async, i.ResourceUUID, i.SettledBy, i.Timeout = false, "", nil, 2*time.Hour
	})
	for name, test := range map[string]struct {
		action  zstack.Action
		options []zstack.Option
		call    []zstack.CallOption
		sent    int
		least   time.Duration // until the end
		unknown bool
	}{
		"read":                                {listVMs, nil, nil, 5, 25 * time.Minute, false},
		"read, own limit":                     {listVMs, []zstack.Option{zstack.WithReplyTimeout(time.Second)}, nil, 5, 5 * time.Second, false},
		"read, no retries":                    {listVMs, []zstack.Option{zstack.WithMaxRetries(0)}, nil, 1, 5 * time.Minute, false},
		"change":                              {change{"POST"}, nil, nil, 1, 30 * time.Minute, true},
		"change, own limit":                   {change{"POST"}, []zstack.Option{zstack.WithReplyTimeout(time.Second)}, nil, 1, 6 * time.Second, true},
		"change that the server gives longer": {newZone{Name: "z", info: long}, nil, nil, 1, 2 * time.Hour, true},
		"change that the caller gives longer": {change{"POST"}, nil, []zstack.CallOption{zstack.WithAPITimeout(3 * time.Hour)}, 1, 3 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec := record(silent(everything, nil))
				began := time.Now()
				err := clientOf(t, rec, test.options...).Call(t.Context(), test.action, nil, test.call...)
				require.ErrorContains(t, err, "no reply came in time")
				var unknown *zstack.UnknownOutcomeError
				require.Equal(t, test.unknown, errors.As(err, &unknown))
				require.Len(t, rec.requests(), test.sent)
				require.InDelta(t, test.least, time.Since(began), float64(10*time.Second))
			})
		})
	}
}

func TestALoginThatIsNeverAnsweredIsSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logins := 0
		c := accountClient(t, silent(func(r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/login") {
				logins++
				return logins == 1
			}
			return false
		}, transport(func(*http.Request) (*http.Response, error) {
			return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`)
		})))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.Equal(t, 2, logins)
	})
}

// slowBody takes its time after the reply has begun.
type slowBody struct {
	ctx  context.Context // the request's
	rest io.Reader
}

func (b slowBody) Read(p []byte) (int, error) {
	time.Sleep(time.Minute)
	if b.ctx.Err() != nil {
		return 0, b.ctx.Err()
	}
	return b.rest.Read(p[:1])
}

func (b slowBody) Close() error { return nil }

func TestAReplyThatHasBegunHasTime(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"read": listVMs, "change": change{"POST"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					resp, err := reply(200, "")
					resp.Body, resp.ContentLength = slowBody{r.Context(), strings.NewReader(`{"inventories":[]}`)}, -1
					return resp, err
				}), zstack.WithReplyTimeout(time.Second))
				require.NoError(t, c.Call(t.Context(), action, nil))
			})
		})
	}
}

func TestReplyTimeoutsRefused(t *testing.T) {
	t.Parallel()
	for _, d := range []time.Duration{0, -1, 25 * time.Hour} {
		_, err := zstack.NewClient("mn", zstack.WithReplyTimeout(d))
		requireRefused(t, err, "option", zstack.ConstraintType)
	}
}
