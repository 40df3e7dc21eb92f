package zstack_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// strayReplies are 404s that do not come from the server's job service.
var strayReplies = map[string]string{
	"HTML":               "<html>404 Not Found</html>",
	"nothing":            "",
	"JSON":               `{"message":"no Route matched with those values"}`,
	"another path":       "no api mapping to /v1/api-jobs/x",
	"the words and more": expiredText + ", says the proxy",
}

func TestA404InOtherWordsPasses(t *testing.T) {
	t.Parallel()
	for name, body := range strayReplies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				server := jobOf(transport(func(*http.Request) (*http.Response, error) {
					if polls++; polls <= 3 {
						return reply(404, body)
					}
					return reply(200, stopped)
				}))
				require.NoError(t, clientOf(t, server).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
			})
		})
	}
}

func TestA404InOtherWordsThatStaysIsToldAsItIs(t *testing.T) {
	t.Parallel()
	for name, body := range strayReplies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				polls, stays := 0, true
				job := zstack.ResumeJob[vmResult](clientOf(t, transport(func(*http.Request) (*http.Response, error) {
					if polls++; stays {
						return reply(404, body)
					}
					return reply(200, stopped)
				})), jobUUID)
				_, err := job.Wait(t.Context())
				var expired *zstack.JobExpiredError
				require.False(t, errors.As(err, &expired), "%v", err)
				require.Equal(t, 404, requireZError(t, err).Status)
				require.Equal(t, 6, polls)
				stays = false
				_, err = job.Wait(t.Context()) // the job was not given up
				require.NoError(t, err)
			})
		})
	}
}

func TestAJobThatIsGoneAfterItWasTakenIsUnknown(t *testing.T) {
	t.Parallel()
	for name, took := range map[string]func(*http.Request) (*http.Response, error){
		"accepted":      func(r *http.Request) (*http.Response, error) { return reply(202, accepted(r.Header.Get("X-Job-UUID"))) },
		"there already": func(*http.Request) (*http.Response, error) { return reply(400, "Duplicate job uuid["+jobUUID+"]") },
	} {
		for later, after := range map[string]time.Duration{"at once": 0, "an hour later": time.Hour} {
			t.Run(name+" "+later, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
						switch {
						case r.Method != http.MethodGet:
							return took(r)
						case time.Since(began) < after:
							return reply(202, "{}")
						}
						return reply(404, expiredText)
					}))
					err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID))
					var unknown *zstack.UnknownOutcomeError
					require.ErrorAs(t, err, &unknown)
					require.Equal(t, []any{"RecoverVmInstanceAction", jobUUID, true}, []any{unknown.Action, unknown.JobUUID, unknown.Async})
					var expired *zstack.JobExpiredError
					require.False(t, errors.As(err, &expired))
				})
			})
		}
	}
}

func TestADuplicateOfAnotherJobIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		own  bool
	}{
		"its own":       {"Duplicate job uuid[" + jobUUID + "]", true},
		"another":       {"Duplicate job uuid[" + vmUUID + "]", false},
		"none":          {"Duplicate job uuid", false},
		"in the middle": {"Duplicate job uuid[" + vmUUID + "], " + jobUUID, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				polled := false
				c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
					if strings.Contains(r.URL.Path, "/api-jobs/") {
						polled = true
						return reply(200, stopped)
					}
					return reply(400, test.text)
				}))
				err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID))
				require.Equal(t, test.own, polled)
				if test.own {
					require.NoError(t, err)
				} else {
					require.Equal(t, 400, requireZError(t, err).Status)
				}
			})
		})
	}
}
