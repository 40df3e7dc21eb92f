package zstack_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

const expiredText = "the job has been expired"

// A forgetful server breaks the connection of the first changes, and answers the
// questions after their job as absent says.
type forgetfulServer struct {
	lost   int // how many changes break; negative for all
	absent func(question int) (takes time.Duration, status int, body string)

	mu       sync.Mutex
	began    time.Time
	sent     []time.Duration // when the changes came
	asked    []time.Duration // when the questions were
	answered []time.Duration // and the answers
}

// promptly is what a server says that knows no job and does not stand still.
func promptly(int) (time.Duration, int, string) { return 0, 404, expiredText }

func (s *forgetfulServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	if s.began.IsZero() {
		s.began = time.Now()
	}
	at := time.Since(s.began)
	switch {
	case strings.HasSuffix(r.URL.Path, "/management-nodes/actions"):
		s.mu.Unlock()
		return reply(200, `{"version":"5.3.20"}`)
	case r.Method != http.MethodGet:
		s.sent = append(s.sent, at)
		lost := s.lost < 0 || len(s.sent) <= s.lost
		s.mu.Unlock()
		if lost {
			return brokenConnection()
		}
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	case s.lost >= 0 && len(s.sent) > s.lost:
		s.mu.Unlock()
		return reply(200, stopped)
	}
	s.asked = append(s.asked, at)
	question := len(s.asked)
	s.mu.Unlock()
	takes, status, body := s.absent(question)
	select {
	case <-time.After(takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	s.mu.Lock()
	s.answered = append(s.answered, time.Since(s.began))
	s.mu.Unlock()
	return reply(status, body)
}

func TestNothingIsRepeatedInHaste(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &forgetfulServer{lost: 2, absent: promptly}
		require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		require.Len(t, server.sent, 3)
		for i := 1; i < len(server.sent); i++ {
			broke, again := server.sent[i-1], server.sent[i]
			var late []time.Duration // questions that count
			for _, at := range server.asked {
				if at >= broke+3*time.Second && at <= again {
					late = append(late, at)
				}
			}
			require.GreaterOrEqual(t, len(late), 2)
			require.GreaterOrEqual(t, late[len(late)-1]-late[0], time.Second)
			require.LessOrEqual(t, again-broke, 5*time.Second)
		}
	})
}

func TestWhatDoesNotAllowARepetition(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		absent  func(int) (time.Duration, int, string)
		limit   time.Duration // of the call
		options []zstack.Option
	}{
		"the server is slow": {func(int) (time.Duration, int, string) { return 501 * time.Millisecond, 404, expiredText }, time.Minute, nil},
		"each second answer is slow": {func(n int) (time.Duration, int, string) {
			return time.Duration(n%2) * 501 * time.Millisecond, 404, expiredText
		}, time.Minute, nil},
		"a 404 in other words":            {func(int) (time.Duration, int, string) { return 0, 404, "<html>404 page not found</html>" }, time.Minute, nil},
		"a 404 without words":             {func(int) (time.Duration, int, string) { return 0, 404, "" }, time.Minute, nil},
		"the words in a page":             {func(int) (time.Duration, int, string) { return 0, 404, "<html>" + expiredText }, time.Minute, nil},
		"the words with another status":   {func(int) (time.Duration, int, string) { return 0, 502, expiredText }, time.Minute, nil},
		"no more time than three seconds": {promptly, 3 * time.Second, nil},
		"a little more":                   {promptly, 3900 * time.Millisecond, nil},
		"no retries":                      {promptly, time.Minute, []zstack.Option{zstack.WithMaxRetries(0)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &forgetfulServer{lost: 1, absent: test.absent}
				err := clientOf(t, server, test.options...).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(test.limit))
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				require.Len(t, server.sent, 1)
			})
		})
	}
}

func TestRepetitionsOfALostCallAreBounded(t *testing.T) {
	t.Parallel()
	for retries, name := range map[int]string{1: "one", 4: "four"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &forgetfulServer{lost: -1, absent: promptly}
				err := clientOf(t, server, zstack.WithMaxRetries(retries)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(time.Hour))
				var unknown *zstack.UnknownOutcomeError
				require.ErrorAs(t, err, &unknown)
				require.Len(t, server.sent, 1+retries)
			})
		})
	}
}

// A node that stands still holds the call and the questions after its job side by
// side. When it goes on, it says that it knows no job, and runs the call.
func TestANodeThatStandsStillRunsACallOnce(t *testing.T) {
	t.Parallel()
	for _, stall := range []time.Duration{200 * time.Millisecond, 1500 * time.Millisecond, 10 * time.Second} {
		t.Run(stall.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				runs, stored := 0, false
				var mu sync.Mutex
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					uuid := r.Header.Get("X-Job-UUID")
					mu.Lock()
					known, still := stored, time.Since(began) < stall
					mu.Unlock()
					switch {
					case strings.HasSuffix(r.URL.Path, "/management-nodes/actions"):
						time.Sleep(stall - time.Since(began))
						return reply(200, `{"version":"5.3.20"}`)
					case r.Method != http.MethodGet && known:
						return reply(400, "Duplicate job uuid["+uuid+"]")
					case r.Method != http.MethodGet:
						time.AfterFunc(max(0, stall+50*time.Millisecond-time.Since(began)), func() {
							mu.Lock()
							defer mu.Unlock()
							runs, stored = runs+1, true
						})
						if still {
							return brokenConnection()
						}
						return reply(202, accepted(uuid))
					case known:
						return reply(200, stopped)
					}
					time.Sleep(stall - time.Since(began))
					return reply(404, expiredText)
				}))
				err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithTimeout(time.Minute))
				require.NoError(t, err)
				time.Sleep(time.Minute)
				require.Equal(t, 1, runs)
			})
		})
	}
}

func TestNothingIsRepeatedAfterClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &forgetfulServer{lost: 1}
		var c *zstack.Client
		server.absent = func(n int) (time.Duration, int, string) {
			if server.asked[n-1] > 3500*time.Millisecond { // the one after which the call would be sent again
				_ = c.Close(context.Background())
			}
			return promptly(n)
		}
		c = clientOf(t, server)
		err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
		var unknown *zstack.UnknownOutcomeError
		require.True(t, errors.As(err, &unknown), "%v", err)
		require.ErrorIs(t, err, zstack.ErrClosed)
		require.Len(t, server.sent, 1)
	})
}
