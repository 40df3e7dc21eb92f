package zstack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// A gossip is a server that answers requests of one kind by telling all that was
// sent to it, and remembers the secrets that it was told.
type gossip struct {
	kind string // of requests that it gossips about: login, call, poll, logout
	how  func(told string) (*http.Response, error)

	mu      sync.Mutex
	secrets []string
}

func (g *gossip) RoundTrip(r *http.Request) (*http.Response, error) {
	body := textOf(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, header := range []string{r.Header.Get("Authorization"), r.Header.Get("X-Web-Hook")} {
		if i := strings.LastIndexAny(header, " :/"); i >= 0 {
			g.secrets = append(g.secrets, header[i+1:])
		}
	}
	kind, answer := "call", func() (*http.Response, error) { return reply(202, accepted(r.Header.Get("X-Job-UUID"))) }
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/login"):
		kind, answer = "login", func() (*http.Response, error) { return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"}}`) }
	case strings.Contains(path, "/api-jobs/"):
		kind, answer = "poll", func() (*http.Response, error) { return reply(200, "{}") }
	case strings.Contains(path, "/sessions/"):
		kind, answer = "logout", func() (*http.Response, error) { return reply(200, "{}") }
	}
	if kind != g.kind {
		return answer()
	}
	return g.how(fmt.Sprint(r.Method, " ", r.URL, " ", r.Header, " ", body))
}

// asyncAccount has a secret parameter and becomes a job.
type asyncAccount struct {
	Password string `json:"password" zstack:"required,notrim,sensitive"`
}

func (asyncAccount) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "CreateAccountAction", Method: "POST", Path: "/accounts", Body: "params", Async: true, Session: true}
}

func TestNoSecretIsShownAnywhere(t *testing.T) {
	t.Parallel()
	status := func(code int, format string) func(string) (*http.Response, error) {
		return func(told string) (*http.Response, error) {
			quoted, _ := json.Marshal(told)
			return reply(code, fmt.Sprintf(format, strings.Trim(string(quoted), `"`)))
		}
	}
	faults := map[string]func(string) (*http.Response, error){
		"network error":  func(told string) (*http.Response, error) { return nil, errors.New(told) },
		"failed":         status(503, `{"error":{"code":"SYS.1000","details":"%[1]s","cause":{"code":"SYS.1001","description":"%[1]s","opaque":{"x":["%[1]s"]}}}}`),
		"session ended":  status(503, `{"error":{"code":"ID.1001","details":"%s"}}`),
		"wrong password": status(503, `{"error":{"code":"ID.1000","details":"%s"}}`),
		"proxy":          status(502, "<html>%s</html>"),
		"busy":           status(503, "<html>%s</html>"),
		"refused":        status(400, "%s"),
		"broken":         status(500, "%s"),
		"throttled":      status(429, "%s"),
		"no result":      status(200, `{"inventory":"%s"`),
		"redirect":       status(302, "%s"),
	}
	for credentials, c := range map[string]zstack.Credentials{
		"account": zstack.Account("admin", password), "LDAP": zstack.LDAP("admin", password),
		"key": zstack.AccessKey("AK", "the-secret-key"), "session": zstack.Session(sessionUUID),
	} {
		for _, kind := range []string{"login", "call", "poll", "logout"} {
			for fault, how := range faults {
				for _, action := range []zstack.Action{newAccount{Name: "n", Password: password}, asyncAccount{Password: password}} {
					t.Run(fmt.Sprint(credentials, " ", kind, " ", fault, " ", action.ActionInfo().Async), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							server := &gossip{kind: kind, how: how}
							hook := zstack.NewWebhook("http://me:9000")
							var log bytes.Buffer
							client := clientOf(t, server, zstack.WithCredentials(c), zstack.WithWebhook(hook), zstack.WithLogger(debugLogger(&log)))
							err := client.Call(t.Context(), action, nil, zstack.WithTimeout(2*time.Minute))
							text := printed(err, client, hook, c) + printed(client.Close(t.Context()))
							options, _ := json.Marshal([]any{client, hook, c, err})
							text += string(options) + log.String()
							for _, secret := range append(server.secrets, password, string(zstack.HashPassword(password)), "the-secret-key", sessionUUID) {
								if len(secret) > 2 {
									require.NotContains(t, text, secret)
								}
							}
						})
					})
				}
			}
		}
	}
}

// Whatever a server says of where to go, nothing is sent to another place.
func FuzzRedirect(f *testing.F) {
	f.Add(302, "http://evil.example/", "")
	f.Add(307, "//evil.example/zstack/v1", `{"location":"http://evil.example/api-jobs/`+jobUUID+`"}`)
	f.Add(202, "https://evil.example", `{"location":"http://evil.example/zstack/v1/api-jobs/../../x"}`)
	f.Add(303, "\r\nX: y", "")
	f.Fuzz(func(t *testing.T, status int, location, body string) {
		if status < 200 || status > 999 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			rec := record(transport(func(r *http.Request) (*http.Response, error) {
				resp, err := reply(status, body)
				if strings.Contains(r.URL.Path, "/api-jobs/") {
					resp, err = reply(200, "{}")
				}
				resp.Header["Location"] = []string{location}
				return resp, err
			}))
			_ = clientOf(t, rec).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			for _, r := range rec.requests() {
				require.Equal(t, "http://mn:8080", r.URL.Scheme+"://"+r.URL.Host)
				require.True(t, strings.HasPrefix(r.URL.Path, "/zstack/v1/"))
			}
		})
	})
}

// A result type of one's own that takes a session for a number, say, is told of the
// mistake without the session.
func TestValuesThatCannotBeReadAreNotShown(t *testing.T) {
	t.Parallel()
	for name, into := range map[string]any{
		"number": new(struct {
			Inventory struct {
				UUID int64 `json:"uuid"`
			} `json:"inventory"`
		}),
		"fraction": new(struct {
			Inventory struct {
				UUID float64 `json:"uuid"`
			} `json:"inventory"`
		}),
		"small": new(struct {
			Inventory struct {
				UUID int8 `json:"uuid"`
			} `json:"inventory"`
		}),
		"boolean": new(struct {
			Inventory struct {
				UUID bool `json:"uuid"`
			} `json:"inventory"`
		}),
		"timestamp": new(struct {
			Inventory struct {
				UUID time.Time `json:"uuid"`
			} `json:"inventory"`
		}),
	} {
		for _, secret := range []string{`"` + sessionUUID + `"`, `1234567.5`} {
			t.Run(name+" "+secret, func(t *testing.T) {
				t.Parallel()
				c, body := clientOf(t, always(200, `{"inventory":{"uuid":`+secret+`}}`)), []byte(`{"inventory":{"uuid":`+secret+`}}`)
				into := reflect.New(reflect.TypeOf(into).Elem()).Interface() // its own, beside the others
				for _, err := range []error{c.Call(t.Context(), getVersion{}, into), c.Decode(body, into)} {
					if err == nil {
						require.Equal(t, "fraction", name)
						continue
					}
					require.ErrorContains(t, err, "inventory.uuid")
					for _, part := range []string{sessionUUID[:6], "234567"} {
						require.NotContains(t, printed(err), part)
					}
				}
			})
		}
	}
	err := json.Unmarshal([]byte(`{"limit":"hunter3"}`), new(queryVM))
	requireRefused(t, err, "limit", zstack.ConstraintType)
	require.NotContains(t, printed(err), "hunter3")
}

// What is no result can hold the session all the same.
func TestWhatIsNoResultIsMasked(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a text": `"` + sessionUUID + `"`, "within HTML": `<html>{"inventory":{"uuid":"` + sessionUUID + `"}}</html>`, "cut": `{"inventory":{"uuid":"` + sessionUUID,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(200, body), zstack.WithCredentials(zstack.Account("admin", password))).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			require.Error(t, err)
			require.NotContains(t, printed(err), sessionUUID)
		})
	}
}

func TestErrorsOfPollsMaskWhatTheCallCarried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told string
		var token, sig string
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			if r.Method == "PUT" {
				told = fmt.Sprint(r.Header)
				hook, auth := r.Header.Get("X-Web-Hook"), r.Header.Get("Authorization")
				token, sig = hook[strings.LastIndex(hook, "/")+1:], auth[strings.LastIndex(auth, ":")+1:]
				return reply(202, accepted(r.Header.Get("X-Job-UUID")))
			}
			quoted, _ := json.Marshal(told)
			return reply(503, fmt.Sprintf(`{"error":{"code":"SYS.1000","details":%s}}`, quoted))
		}), zstack.WithWebhook(zstack.NewWebhook("http://me:9000")), zstack.WithCredentials(zstack.AccessKey("AK", "the-secret-key")))
		err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
		require.ErrorContains(t, err, "SYS.1000")
		require.NotContains(t, err.Error(), token)
		require.NotContains(t, err.Error(), sig)
	})
}
