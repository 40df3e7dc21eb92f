package zstack_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

func TestEndpointForms(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"mn":                            "http://mn:8080/zstack/v1",
		"  mn\n":                        "http://mn:8080/zstack/v1",
		"mn:9090":                       "http://mn:9090/zstack/v1",
		"172.20.0.1":                    "http://172.20.0.1:8080/zstack/v1",
		"[2001:db8::1]:9090":            "http://[2001:db8::1]:9090/zstack/v1",
		"[2001:db8::1]":                 "http://[2001:db8::1]:8080/zstack/v1",
		"2001:db8::1":                   "http://[2001:db8::1]:8080/zstack/v1",
		"::1":                           "http://[::1]:8080/zstack/v1",
		"[fe80::1%25eth0]":              "http://[fe80::1%25eth0]:8080/zstack/v1",
		"https://[fe80::1%25eth0]:8/x":  "https://[fe80::1%25eth0]:8/x/v1",
		"http://mn":                     "http://mn:8080/zstack/v1",
		"HTTP://mn":                     "http://mn:8080/zstack/v1",
		"http://mn/":                    "http://mn:8080/zstack/v1",
		"https://mn":                    "https://mn:443/zstack/v1",
		"HTTPS://mn/a":                  "https://mn:443/a/v1",
		"https://mn:":                   "https://mn:443/zstack/v1",
		"https://[2001:db8::1]":         "https://[2001:db8::1]:443/zstack/v1",
		"https://mn:8080":               "https://mn:8080/zstack/v1",
		"https://mn:443":                "https://mn:443/zstack/v1",
		"http://mn:8080/zstack":         "http://mn:8080/zstack/v1",
		"http://mn:8080/zstack/":        "http://mn:8080/zstack/v1",
		"http://mn/a/b//":               "http://mn:8080/a/b/v1",
		"mn/cloud":                      "http://mn:8080/cloud/v1",
		"http://mn/%E4%BA%91":           "http://mn:8080/%E4%BA%91/v1",
		"https://[2001:db8::1]:8/x%2Fy": "https://[2001:db8::1]:8/x%2Fy/v1",
	} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			c, err := zstack.NewClient(endpoint)
			require.NoError(t, err)
			require.Equal(t, "zstack.Client("+want+")", c.String())
		})
	}
}

func TestEndpointsRefused(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{
		"", "  ", "http://", "http://:8080", ":8080", "ftp://mn", "://mn", "mn:port", "my host", "http://mn\x00",
		"admin:p4ssw0rd@mn", "http://admin:p4ssw0rd@mn:8080", "http://admin:p4ssw0rd@mn:bad", "http://p4ssw0rd@mn",
		"http://mn?password=p4ssw0rd", "http://mn/?", "http://mn#p4ssw0rd", "http://admin:p4ssw0rd\x7f@mn",
		"http://admin:p4ssw0rd%@mn", "admin:p4ssw0rd://mn", "http:mn", "mailto:p4ssw0rd", "[::%25\xa1]",
	} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			c, err := zstack.NewClient(endpoint)
			requireRefused(t, err, "endpoint", zstack.ConstraintType)
			require.Nil(t, c)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "p4ssw0rd")
		})
	}
}

func TestContextPathForms(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"":          "http://mn:8080/v1",
		"/":         "http://mn:8080/v1",
		"zs":        "http://mn:8080/zs/v1",
		"/zs/":      "http://mn:8080/zs/v1",
		"a/b/c":     "http://mn:8080/a/b/c/v1",
		"//a/b//":   "http://mn:8080/a/b/v1",
		"with room": "http://mn:8080/with%20room/v1",
		"a%b":       "http://mn:8080/a%25b/v1",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c, err := zstack.NewClient("http://mn/overridden", zstack.WithContextPath(path))
			require.NoError(t, err)
			require.Equal(t, "zstack.Client("+want+")", c.String())
		})
	}
}

func TestContextPathIsWhereRequestsGo(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec, zstack.WithContextPath("/proxy/cloud/"))
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Equal(t, "http://mn:8080/proxy/cloud/v1/vm-instances/"+vmUUID+"/actions", rec.only(t).URL.String())
}

func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]zstack.Option{
		"nil HTTP client":           zstack.WithHTTPClient(nil),
		"nil TLS configuration":     zstack.WithTLSConfig(nil),
		"user agent with line end":  zstack.WithUserAgent("a\r\nb"),
		"nil location":              zstack.WithLocation(nil),
		"nil logger":                zstack.WithLogger(nil),
		"unknown product":           zstack.WithProduct("windows"),
		"empty product":             zstack.WithProduct(""),
		"context path with query":   zstack.WithContextPath("a?b"),
		"context path, fragment":    zstack.WithContextPath("a#b"),
		"no reply size":             zstack.WithMaxReplySize(0),
		"negative reply size":       zstack.WithMaxReplySize(-1),
		"negative retries":          zstack.WithMaxRetries(-1),
		"empty session":             zstack.WithCredentials(zstack.Session("")),
		"session with line end":     zstack.WithCredentials(zstack.Session("a\nb")),
		"session outside ASCII":     zstack.WithCredentials(zstack.Session("é")),
		"access key without id":     zstack.WithCredentials(zstack.AccessKey("", "secret")),
		"access key without secret": zstack.WithCredentials(zstack.AccessKey("id", "")),
		"access key with line end":  zstack.WithCredentials(zstack.AccessKey("i\nd", "secret")),
		"account without name":      zstack.WithCredentials(zstack.Account("", "password")),
		"account without password":  zstack.WithCredentials(zstack.Account("admin", "")),
		"user without account":      zstack.WithCredentials(zstack.User("", "user", "password")),
		"user without name":         zstack.WithCredentials(zstack.User("admin", "", "password")),
		"LDAP without uid":          zstack.WithCredentials(zstack.LDAP("", "password")),
		"IAM2 without password":     zstack.WithCredentials(zstack.IAM2("name", "")),
		"nil login":                 zstack.WithCredentials(zstack.Login(nil)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := zstack.NewClient("mn", option)
			requireRefused(t, err, "option", zstack.ConstraintType)
			require.Nil(t, c)
		})
	}
}

func TestTLSConfigAndHTTPClientExcludeEachOther(t *testing.T) {
	t.Parallel()
	_, err := zstack.NewClient("mn", zstack.WithTLSConfig(&tls.Config{}), zstack.WithHTTPClient(http.DefaultClient))
	requireRefused(t, err, "option", zstack.ConstraintConflict)
}

func TestNilOptionsAreSkipped(t *testing.T) {
	t.Parallel()
	_, err := zstack.NewClient("mn", nil)
	require.NoError(t, err)
}

func TestClientsThatNewClientDidNotMakeAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*zstack.Client{"nil": nil, "zero": {}} {
		for method, use := range map[string]func() error{
			"Call":      func() error { return c.Call(t.Context(), recoverVM{UUID: vmUUID, SessionID: "s"}, nil) },
			"Call open": func() error { return c.Call(t.Context(), getVersion{}, nil) },
			"Start":     func() error { return c.Start(t.Context(), getVersion{}, new(zstack.Job[vmResult])) },
			"Do":        func() error { _, err := zstack.Do(t.Context(), c, getVersion{}); return err },
			"Decode":    func() error { return c.Decode([]byte("{}"), new(vmResult)) },
			"ResumeJob": func() error { _, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(t.Context()); return err },
			"Pager": func() error {
				p := zstack.NewPager(c, queryVM{}, new(queryVMResult))
				require.False(t, p.Next(t.Context()))
				return p.Err()
			},
		} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				requireRefused(t, use(), "client", zstack.ConstraintRequired)
			})
		}
	}
}

func TestNilClientValidateIsRefused(t *testing.T) {
	t.Parallel()
	var c *zstack.Client
	requireRefused(t, c.Validate(recoverVM{UUID: vmUUID}), "client", zstack.ConstraintRequired)
}

func TestNilClientPrints(t *testing.T) {
	t.Parallel()
	var c *zstack.Client
	require.Equal(t, "zstack.Client(nil)", fmt.Sprintf("%v", c))
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for want, options := range map[string][]zstack.Option{
		"zstack-go":  nil,
		"backup/1.2": {zstack.WithUserAgent("backup/1.2")},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, "{}"))
			require.NoError(t, clientOf(t, rec, options...).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
			require.Equal(t, want, rec.only(t).Header.Get("User-Agent"))
		})
	}
}

func TestDecodeReadsWhatDoReturns(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, `{"inventory":{"memorySize":8.589934592E9,"createDate":"Nov 14, 2017 10:20:57 PM"}}`),
		zstack.WithLocation(time.FixedZone("CST", 8*3600)))
	raw, err := zstack.Do(t.Context(), c, recoverVM{UUID: vmUUID})
	require.NoError(t, err)
	var result vmResult
	require.NoError(t, c.Decode(raw, &result))
	require.Equal(t, int64(8589934592), result.Inventory.MemorySize)
	require.Equal(t, "2017-11-14T14:20:57Z", result.Inventory.CreateDate.UTC().Format(time.RFC3339))
}

func TestDecodeNamesTheField(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, "{}"))
	var failed *zstack.DecodeError
	require.ErrorAs(t, c.Decode([]byte(`{"inventory":{"cpuNum":1.5}}`), new(vmResult)), &failed)
	require.Equal(t, "inventory.cpuNum", failed.Field)
}

func TestLogHasEachRequestAndNoBody(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := clientOf(t, always(200, `{"inventory":{"name":"of the reply"}}`),
		zstack.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID, UserTags: []string{"of the request"}}, nil, zstack.WithJobUUID(jobUUID)))
	require.Equal(t, 1, strings.Count(log.String(), "\n"))
	for _, part := range []string{"level=DEBUG", "action=RecoverVmInstanceAction", "method=PUT", "path=/vm-instances/" + vmUUID + "/actions", "job=" + jobUUID, "status=200", "took="} {
		require.Contains(t, log.String(), part)
	}
	require.NotContains(t, log.String(), "of the re")
}

func TestLogHasFailures(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := clientOf(t, transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("line is dead") }),
		zstack.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.Error(t, c.Call(t.Context(), change{"PUT"}, nil))
	require.Contains(t, log.String(), `error="line is dead"`)
}

func TestLogAtInfoIsSilent(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := clientOf(t, always(200, "{}"), zstack.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Empty(t, log.String())
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			rec := record(transport(func(*http.Request) (*http.Response, error) {
				resp, err := reply(status, "")
				resp.Header.Set("Location", "http://elsewhere/")
				return resp, err
			}))
			inner := &http.Client{Transport: rec, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
			c, err := zstack.NewClient("mn", zstack.WithHTTPClient(inner), zstack.WithCredentials(zstack.Session("s1")))
			require.NoError(t, err)
			failed := requireZError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil))
			require.Equal(t, status, failed.Status)
			require.Contains(t, failed.Error(), "redirects")
			require.Equal(t, "mn:8080", rec.only(t).URL.Host)
		})
	}
}

func TestCallersHTTPClientIsNotChanged(t *testing.T) {
	t.Parallel()
	inner := &http.Client{Transport: always(200, "{}")}
	_, err := zstack.NewClient("mn", zstack.WithHTTPClient(inner))
	require.NoError(t, err)
	require.Nil(t, inner.CheckRedirect)
}

func TestCallsAfterCloseFail(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	require.NoError(t, c.Close(t.Context()))
	for name, use := range map[string]func() error{
		"Call":  func() error { return c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil) },
		"open":  func() error { return c.Call(t.Context(), getVersion{}, nil) },
		"Start": func() error { return c.Start(t.Context(), recoverVM{UUID: vmUUID}, new(zstack.Job[vmResult])) },
		"Wait":  func() error { _, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(t.Context()); return err },
		"Poll":  func() error { _, err := zstack.ResumeJob[vmResult](c, jobUUID).Poll(t.Context()); return err },
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, use(), zstack.ErrClosed)
			require.Empty(t, rec.requests())
		})
	}
}

func TestCloseOfNilClientIsHarmless(t *testing.T) {
	t.Parallel()
	var c *zstack.Client
	require.NoError(t, c.Close(context.Background()))
}

// It swaps a global, so it does not run beside others.
func TestDefaultTransportThatTheProgramReplaced(t *testing.T) {
	original := http.DefaultTransport
	defer func() { http.DefaultTransport = original }()
	rec := record(always(200, "{}"))
	http.DefaultTransport = rec
	for name, test := range map[string]struct {
		options  []zstack.Option
		replaced bool // whether the replacement is used
	}{
		"is used":                 {nil, true},
		"cannot do TLS as wanted": {[]zstack.Option{zstack.WithTLSConfig(&tls.Config{ServerName: "mn"})}, false},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(rec.requests())
			c, err := zstack.NewClient("127.0.0.1:1", append(test.options, zstack.WithCredentials(zstack.Session("s1")), zstack.WithMaxRetries(0))...)
			require.NoError(t, err)
			err = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			require.Equal(t, test.replaced, err == nil, "%v", err)
			require.Equal(t, test.replaced, len(rec.requests()) > before)
		})
	}
}

func TestAnOptionReplacesHalfAnEnvironment(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "mn")
	t.Setenv("ZSTACK_SESSION_ID", "")
	t.Setenv("ZSTACK_ACCESS_KEY_ID", "AKID")
	t.Setenv("ZSTACK_ACCESS_KEY_SECRET", "")
	_, err := zstack.NewClientFromEnv()
	require.ErrorContains(t, err, "ZSTACK_ACCESS_KEY_SECRET is not set")
	_, err = zstack.NewClientFromEnv(zstack.WithCredentials(zstack.Session(sessionUUID)))
	require.NoError(t, err)
}

func TestTheVersionInAnEndpointIsLeftAway(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"http://mn:8080/zstack/v1":  "/zstack/v1/vm-instances",
		"http://mn:8080/zstack/v1/": "/zstack/v1/vm-instances",
		"http://mn:8080/v1":         "/zstack/v1/vm-instances",
		"http://mn/a/zstackv1":      "/a/zstackv1/v1/vm-instances",
	} {
		rec := record(always(200, "{}"))
		c, err := zstack.NewClient(endpoint, zstack.WithHTTPClient(&http.Client{Transport: rec}), zstack.WithCredentials(zstack.Session(sessionUUID)))
		require.NoError(t, err)
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.Equal(t, want, rec.only(t).URL.Path, endpoint)
	}
}

func TestTheLogCountsAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		sent := 0
		c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
			if sent++; sent < 3 {
				return reply(429, "")
			}
			return reply(200, "{}")
		}), zstack.WithLogger(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		require.Contains(t, out.String(), "attempts=3")
		require.NotContains(t, out.String(), "job=\"\"")
	})
}
