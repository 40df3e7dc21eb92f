package zstack_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

var (
	errBroken  = errors.New("connection reset by peer")
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
)

func brokenConnection() (*http.Response, error) { return nil, errBroken }

// breaksOff answers with half a reply.
func breaksOff() (*http.Response, error) {
	resp, err := reply(200, "")
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"inventor`), iotest.ErrReader(errBroken)))
	return resp, err
}

func TestWhatIsSentAgain(t *testing.T) {
	t.Parallel()
	status := func(code int, body string) func() (*http.Response, error) {
		return func() (*http.Response, error) { return reply(code, body) }
	}
	fails := func(err error) func() (*http.Response, error) {
		return func() (*http.Response, error) { return nil, err }
	}
	for name, test := range map[string]struct {
		fault        func() (*http.Response, error)
		reads, other bool // whether they are sent again
	}{
		"broken connection":      {brokenConnection, true, false},
		"end of the connection":  {fails(io.EOF), true, false},
		"dial refused":           {fails(errRefused), true, true},
		"no such host":           {fails(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host"}}), true, true},
		"proxy refuses":          {fails(&net.OpError{Op: "proxyconnect", Err: errors.New("refused")}), true, true},
		"write fails":            {fails(&net.OpError{Op: "write", Err: errors.New("broken pipe")}), true, false},
		"no TLS there":           {fails(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake", Conn: new(net.TCPConn)}), true, true},
		"no TLS any more":        {fails(tls.RecordHeaderError{Msg: "received record with version 4745"}), true, false},
		"invalid certificate":    {fails(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), false, false},
		"429":                    {status(429, "slow down"), true, true},
		"502":                    {status(502, ""), true, false},
		"504":                    {status(504, ""), true, false},
		"503 of a proxy":         {status(503, "<html>busy</html>"), true, false},
		"503, empty":             {status(503, ""), true, false},
		"503, other JSON":        {status(503, `{"message":"no upstream"}`), true, false},
		"503, error is text":     {status(503, `{"error":"no upstream"}`), true, false},
		"503, error is null":     {status(503, `{"error":null}`), true, false},
		"503 of the server":      {status(503, notFound), false, false},
		"503, a name twice":      {status(503, `{"error":{"code":"SYS.1000","code":"SYS.1003"}}`), false, false},
		"503 with invalid UTF-8": {status(503, "{\"error\":{\"code\":\"SYS.1003\",\"details\":\"\xc4\xe3\"}}"), false, false},
		"500":                    {status(500, ""), false, false},
		"400":                    {status(400, ""), false, false},
		"404":                    {status(404, ""), false, false},
		"200 that is no JSON":    {status(200, "<html>"), false, false},
		"200 that breaks off":    {breaksOff, true, false},
	} {
		for kind, action := range map[string]zstack.Action{"GET": listVMs, "PUT": change{"PUT"}, "POST": change{"POST"}, "DELETE": change{"DELETE"}} {
			again := test.other
			if kind == "GET" {
				again = test.reads
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					sent := 0
					c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
						if sent++; sent == 1 {
							return test.fault()
						}
						return reply(200, "{}")
					}))
					err := c.Call(t.Context(), action, nil)
					if again {
						require.NoError(t, err)
						require.Equal(t, 2, sent)
					} else {
						require.Error(t, err)
						require.Equal(t, 1, sent)
					}
				})
			})
		}
	}
}

func TestFaultThatStays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options []zstack.Option
		sent    int
	}{
		"default":  {nil, 5},
		"no retry": {[]zstack.Option{zstack.WithMaxRetries(0)}, 1},
		"two":      {[]zstack.Option{zstack.WithMaxRetries(2)}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec := record(transport(func(*http.Request) (*http.Response, error) { return brokenConnection() }))
				err := clientOf(t, rec, test.options...).Call(t.Context(), listVMs, nil)
				require.ErrorIs(t, err, errBroken)
				require.Len(t, rec.requests(), test.sent)
			})
		})
	}
}

func TestStatusThatStaysIsTold(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 502, 503, 504} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rec := record(always(status, "<html>busy</html>"))
				failed := requireZError(t, clientOf(t, rec).Call(t.Context(), listVMs, nil))
				require.Equal(t, status, failed.Status)
				require.Equal(t, "<html>busy</html>", failed.Body)
				require.Len(t, rec.requests(), 5)
			})
		})
	}
}

func TestARequestSentAgainIsTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		rec := record(transport(func(*http.Request) (*http.Response, error) {
			if sent++; sent == 1 {
				return nil, errRefused
			}
			return reply(200, "{}")
		}))
		require.NoError(t, clientOf(t, rec).Call(t.Context(), newAccount{Name: "n", Password: "p"}, nil))
		first, second := rec.requests()[0], rec.requests()[1]
		require.NotEmpty(t, first.text)
		require.Equal(t, first.text, second.text)
		require.Equal(t, first.Header, second.Header) // the job uuid too
	})
}

func TestPausesBetweenAttempts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after    string // Retry-After
		min, max time.Duration
	}{
		"as the server asks":  {"7", 7 * time.Second, 7 * time.Second},
		"at once":             {"0", 0, 100 * time.Millisecond},
		"no more than minute": {"3600", time.Minute, time.Minute},
		"of its own":          {"", 500 * time.Millisecond, time.Second},
		"nonsense":            {"soon", 500 * time.Millisecond, time.Second},
		"negative":            {"-5", 500 * time.Millisecond, time.Second},
		// The bubble's clock starts at the first second of the century.
		"a date":      {"Sat, 01 Jan 2000 00:00:09 GMT", 9 * time.Second, 9 * time.Second},
		"a date gone": {"Fri, 31 Dec 1999 23:59:59 GMT", 0, 100 * time.Millisecond},
		"a far date":  {"Sun, 02 Jan 2000 00:00:00 GMT", time.Minute, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
					if sent++; sent > 1 {
						return reply(200, "{}")
					}
					resp, err := reply(429, "")
					resp.Header.Set("Retry-After", test.after)
					return resp, err
				}))
				began := time.Now()
				require.NoError(t, c.Call(t.Context(), listVMs, nil))
				require.GreaterOrEqual(t, time.Since(began), test.min)
				require.LessOrEqual(t, time.Since(began), test.max)
			})
		})
	}
}

func TestPausesGrowToALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var times []time.Time
		c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
			times = append(times, time.Now())
			return brokenConnection()
		}), zstack.WithMaxRetries(30))
		require.Error(t, c.Call(t.Context(), listVMs, nil))
		require.Len(t, times, 31)
		for i := 1; i < len(times); i++ {
			limit := min(100*time.Millisecond<<min(i-1, 10), 5*time.Second)
			require.LessOrEqual(t, times[i].Sub(times[i-1]), limit)
		}
		require.Greater(t, times[30].Sub(times[0]), 15*time.Second) // 25 pauses of 2.5 s on average
	})
}

func TestChangeWhoseReplyWasLost(t *testing.T) {
	t.Parallel()
	for kind, action := range map[string]zstack.Action{"PUT": change{"PUT"}, "POST": change{"POST"}, "DELETE": change{"DELETE"}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			rec := record(transport(func(*http.Request) (*http.Response, error) { return brokenConnection() }))
			err := clientOf(t, rec).Call(t.Context(), action, nil, zstack.WithJobUUID(jobUUID))
			var unknown *zstack.UnknownOutcomeError
			require.ErrorAs(t, err, &unknown)
			info := action.ActionInfo()
			require.Equal(t, []any{info.Name, info.Method, jobUUID, info.Async}, []any{unknown.Action, unknown.Method, unknown.JobUUID, unknown.Async})
			require.ErrorIs(t, err, errBroken)
			require.Len(t, rec.requests(), 1)
		})
	}
}

func TestChangeWhoseReplyIsNoResult(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"cut short": `{"inventory":{"na`, "HTML": "<html>", "empty": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(200, body))
			err := clientOf(t, rec).Call(t.Context(), change{"POST"}, nil)
			var unknown *zstack.UnknownOutcomeError
			require.ErrorAs(t, err, &unknown)
			require.Equal(t, 200, requireZError(t, err).Status)
			require.Len(t, rec.requests(), 1)
		})
	}
}

func TestCallThatNeverArrivedIsNotUnknown(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]error{"dial": errRefused, "certificate": &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := clientOf(t, transport(func(*http.Request) (*http.Response, error) { return nil, fault }))
				err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
				require.ErrorIs(t, err, fault)
				require.Zero(t, requireZError(t, err).Status)
			})
		})
	}
}

func TestCertificateOfARealServer(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	srv.Config.ErrorLog = noLog()
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.StartTLS()
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())

	strange, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Session("s1")))
	require.NoError(t, err)
	err = strange.Call(t.Context(), listVMs, nil)
	var certificate *tls.CertificateVerificationError
	require.ErrorAs(t, err, &certificate)
	require.NoError(t, strange.Close(t.Context()))

	trusting, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Session("s1")), zstack.WithTLSConfig(&tls.Config{RootCAs: roots}))
	require.NoError(t, err)
	require.NoError(t, trusting.Call(t.Context(), listVMs, nil))
	require.NoError(t, trusting.Close(t.Context()))
	srv.Close()
	require.Equal(t, int32(2), connections.Load()) // the certificate was looked at once
}

func TestServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	c, err := zstack.NewClient(address, zstack.WithCredentials(zstack.Session("s1")), zstack.WithMaxRetries(1))
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(context.Background())) }()
	err = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	var dial *net.OpError
	require.ErrorAs(t, err, &dial)
	requireZError(t, err)
}

func TestNetworkErrorsDoNotShowTheURL(t *testing.T) {
	t.Parallel()
	c := clientOf(t, transport(func(*http.Request) (*http.Response, error) { return brokenConnection() }), zstack.WithMaxRetries(0))
	err := c.Call(t.Context(), queryVM{Conditions: []string{"name=hunter2"}}, nil)
	require.NotContains(t, err.Error(), "hunter2")
}

func TestRequestsSentAgainAreSignedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		rec := record(transport(func(*http.Request) (*http.Response, error) {
			if sent++; sent > 1 {
				return reply(200, "{}")
			}
			resp, err := reply(429, "")
			resp.Header.Set("Retry-After", "40")
			return resp, err
		}))
		c := clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK")))
		require.NoError(t, c.Call(t.Context(), change{"POST"}, nil))
		first, second := rec.requests()[0], rec.requests()[1]
		require.NotEqual(t, first.Header.Get("Date"), second.Header.Get("Date"))
		require.Equal(t, "ZStack AK:"+signature("SK", second.Request), second.Header.Get("Authorization"))
		require.Equal(t, first.Header.Get("X-Job-UUID"), second.Header.Get("X-Job-UUID"))
	})
}

func TestAReplyThatArrivedCountsWhenTheContextEndsWithIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		action zstack.Action
		status int
		body   string
	}{
		"done":     {change{"POST"}, 200, "{}"},
		"refused":  {change{"POST"}, 400, "bad"},
		"failed":   {change{"POST"}, 503, `{"error":{"code":"SYS.1003"}}`},
		"accepted": {recoverVM{UUID: vmUUID}, 202, accepted(jobUUID)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
				cancel()
				return reply(test.status, test.body)
			}))
			err := c.Call(ctx, test.action, nil)
			var unknown *zstack.UnknownOutcomeError
			require.False(t, errors.As(err, &unknown), "%v", err)
		})
	}
}

type closing struct {
	io.Reader
	closed *atomic.Int32
}

func (c closing) Close() error { c.closed.Add(1); return nil }

func TestBodiesAreClosedWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	for _, action := range []zstack.Action{listVMs, change{"POST"}, recoverVM{UUID: vmUUID}} {
		var closed atomic.Int32
		ctx, cancel := context.WithCancel(t.Context())
		c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
			cancel()
			resp, err := reply(200, "{}")
			resp.Body = closing{resp.Body, &closed}
			return resp, err
		}))
		_ = c.Call(ctx, action, nil)
		require.NotZero(t, closed.Load(), "%T", action)
	}
}

// A reply that only the end of the connection ends can lack its end without anybody
// noticing: logins are asked for again as reads are.
func TestReadsWhoseReplyIsCutAreSentAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body    string
		framed  bool
		again   bool
		session bool
	}{
		"cut":                {`{"inventories":[{"uuid":"1"}`, false, true, false},
		"empty":              {"", false, true, false},
		"HTML":               {"<html>", false, false, false},
		"cut, with a length": {`{"inventories":[`, true, false, false},
		"login":              {`{"inventory":{"uuid":"`, false, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				rt := transport(func(r *http.Request) (*http.Response, error) {
					if sent++; sent > 1 {
						return reply(200, `{"inventory":{"uuid":"`+sessionUUID+`"},"inventories":[]}`)
					}
					resp, err := reply(200, test.body)
					if resp.ContentLength = -1; !test.framed {
						resp.Close = true
					}
					return resp, err
				})
				c := clientOf(t, rt)
				if test.session {
					c = accountClient(t, rt)
				}
				err := c.Call(t.Context(), listVMs, nil)
				require.Equal(t, test.again, err == nil, "%v", err)
			})
		})
	}
}

// The standard library's transport tells when a request had a connection.
func TestWhatNeverHadAConnectionIsCertain(t *testing.T) {
	t.Parallel()
	broken := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return nil, errors.New("no proxy today") }}
	c := clientOf(t, broken, zstack.WithMaxRetries(0))
	for _, action := range []zstack.Action{change{"POST"}, recoverVM{UUID: vmUUID}} {
		err := c.Call(t.Context(), action, nil)
		require.ErrorContains(t, err, "no proxy today")
		requireZError(t, err)
	}
}

func TestAStreamThatIsResetLeavesAChangeUnknown(t *testing.T) {
	t.Parallel()
	var got atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		if r.ProtoMajor == 2 {
			got.Add(1)
		}
		panic(http.ErrAbortHandler)
	}))
	srv.EnableHTTP2 = true
	srv.Config.ErrorLog = noLog()
	srv.StartTLS()
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	c, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Session("s1")), zstack.WithTLSConfig(&tls.Config{RootCAs: roots}))
	require.NoError(t, err)
	defer c.Close(t.Context())
	for range 3 {
		n := got.Load()
		err = c.Call(t.Context(), change{"POST"}, nil)
		var unknown *zstack.UnknownOutcomeError
		require.True(t, errors.As(err, &unknown), "%v", err)
		require.Equal(t, n+1, got.Load())
	}
}

// A failingProtocol takes a request and fails.
type failingProtocol struct {
	takesBody bool
	got       atomic.Int32
}

func (p *failingProtocol) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.got.Add(1); p.takesBody {
		_, _ = io.ReadAll(r.Body)
	} else if r.GetBody != nil {
		if body, err := r.GetBody(); err == nil {
			_, _ = io.ReadAll(body) // its own copy
		}
	}
	return nil, errors.New("the tunnel broke")
}

// A transport of the standard library can have other ways than connections, of which it
// tells nothing.
func TestNothingIsConcludedWithoutEvidence(t *testing.T) {
	t.Parallel()
	for name, takesBody := range map[string]bool{"reads the body": true, "reads a copy": false} {
		for kind, action := range map[string]zstack.Action{"POST": change{"POST"}, "PUT": change{"PUT"}, "DELETE": destroyVM{UUID: vmUUID}} {
			if kind == "DELETE" && takesBody {
				continue // it has none
			}
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					way := &failingProtocol{takesBody: takesBody}
					standard := new(http.Transport)
					standard.RegisterProtocol("http", way)
					c := clientOf(t, standard, zstack.WithMaxRetries(4))
					err := c.Call(t.Context(), action, nil, zstack.WithTimeout(time.Second))
					var unknown *zstack.UnknownOutcomeError
					require.ErrorAs(t, err, &unknown)
					if !action.ActionInfo().Async {
						require.Equal(t, int32(1), way.got.Load())
					}
				})
			})
		}
	}
}
