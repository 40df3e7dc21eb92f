package zstack_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

func keyClient(t *testing.T, rt http.RoundTripper, options ...zstack.Option) *zstack.Client {
	t.Helper()
	return clientOf(t, rt, append([]zstack.Option{zstack.WithCredentials(zstack.AccessKey("AK", "SK"))}, options...)...)
}

func TestPlainTextRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status        int
		body          string
		authenticated bool
		text          string
	}{
		"signature":            {403, "wrong accessKey signature", false, "secret"},
		"signature, spaced":    {403, "wrong accessKey signature\r\n", false, "secret"},
		"key":                  {403, "access key id: AK does not existed or disabled", false, "disabled"},
		"clocks":               {403, "requestTimeTooSkewed", false, "WithLocation"},
		"no date":              {400, "'Date' must be incuded in request header", false, "proxy"},
		"format of the key":    {400, "accessKey format is 'ZStack AccessKeyId:Signature'", false, "proxy"},
		"no header":            {400, "missing header 'Authorization'", false, "proxy"},
		"sessions only":        {400, "Authorization type must be 'OAuth'", false, "access key"},
		"another 400":          {400, "Invalid header[X-Job-UUID], it must be a UUID with '-' stripped", true, "unexpected reply"},
		"another 403":          {403, "not today", true, "unexpected reply"},
		"said by a proxy":      {502, "wrong accessKey signature", true, "unexpected reply"},
		"quoted by another":    {403, "the other node said: wrong accessKey signature", true, "unexpected reply"},
		"an error of the API":  {503, `{"error":{"code":"SYS.1006","details":"wrong accessKey signature"}}`, true, "SYS.1006"},
		"a name or a password": {503, `{"error":{"code":"ID.1000"}}`, false, "ID.1000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := keyClient(t, always(test.status, test.body)).Call(t.Context(), change{"PUT"}, nil)
			require.Equal(t, !test.authenticated, zstack.IsAuthenticationFailed(err))
			require.ErrorContains(t, err, test.text)
			require.Equal(t, test.status, requireZError(t, err).Status)
		})
	}
}

// The server's own refusals of what is too large are HTML as well.
func TestRefusalsOfWhatIsTooLong(t *testing.T) {
	t.Parallel()
	for status, text := range map[int]string{414: "the URL is longer", 413: "unexpected reply", 431: "unexpected reply"} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(status, "<h1>Bad Message</h1>")).Call(t.Context(), listVMs, nil)
			require.ErrorContains(t, err, text)
			require.NotContains(t, err.Error(), "no ZStack API")
			require.Equal(t, status, requireZError(t, err).Status)
		})
	}
}

func TestPlainTextRefusalsOfReadsAndPolls(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]zstack.Action{"read": listVMs, "poll": recoverVM{UUID: vmUUID}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				refused := jobOf(always(403, "wrong accessKey signature"))
				rec := record(transport(func(r *http.Request) (*http.Response, error) {
					if name == "read" {
						return reply(403, "wrong accessKey signature")
					}
					return refused(r)
				}))
				require.True(t, zstack.IsAuthenticationFailed(keyClient(t, rec).Call(t.Context(), action, nil)))
				require.Len(t, rec.requests(), map[string]int{"read": 1, "poll": 2}[name])
			})
		})
	}
}

// dated is a server whose clock is ahead by some time, and that refuses dates.
func dated(ahead time.Duration) transport {
	return func(*http.Request) (*http.Response, error) {
		resp, err := reply(403, "requestTimeTooSkewed")
		resp.Header.Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		return resp, err
	}
}

func TestSkewedClocksAreCompared(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("somewhere", 3*60*60)
	for name, test := range map[string]struct {
		server http.RoundTripper
		text   string
	}{
		"server ahead":  {dated(2*time.Hour + 3*time.Second), "the server's clock is 2h0m3s ahead of this one"},
		"server behind": {dated(-16 * time.Minute), "the server's clock is 16m0s behind this one"},
		"agree":         {dated(time.Second), "the clocks agree"},
		"no date":       {always(403, "requestTimeTooSkewed"), "the server's clock shows another time"},
		"a broken date": {transport(func(*http.Request) (*http.Response, error) {
			resp, err := reply(403, "requestTimeTooSkewed")
			resp.Header.Set("Date", "yesterday")
			return resp, err
		}), "the server's clock shows another time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				err := keyClient(t, test.server, zstack.WithLocation(zone)).Call(t.Context(), listVMs, nil)
				require.True(t, zstack.IsAuthenticationFailed(err))
				require.ErrorContains(t, err, test.text)
				require.ErrorContains(t, err, "WithLocation")
				require.ErrorContains(t, err, "GMT+03:00") // the zone that the date was written in
			})
		})
	}
}

func TestWhatIsNoAPISaysWhatToCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		hints  bool
	}{
		"404, HTML":             {404, "<!doctype html><h1>Not Found</h1>", true},
		"404, text":             {404, "404 page not found\n", true},
		"404, empty":            {404, "", true},
		"404, other JSON":       {404, `{"timestamp":1,"status":404,"error":"Not Found","path":"/zstack/v1/changes"}`, true},
		"200, HTML":             {200, "\n <html><title>login</title></html>", true},
		"201, HTML":             {201, "<html>", true},
		"403, HTML":             {403, "<html>forbidden</html>", true},
		"405, HTML":             {405, "<html>", true},
		"400, HTML":             {400, "<html>The plain HTTP request was sent to HTTPS port</html>", true},
		"400, wants https":      {400, "Client sent an HTTP request to an HTTPS server.\n", true},
		"400, wants TLS":        {400, "Bad Request\r\nThis combination of host and port requires TLS.\r\n", true},
		"404 of the API":        {404, "no api mapping to /v1/changes", false},
		"400 of the API":        {400, "the body doesn't contain action mapping to the URL[/v1/changes]", false},
		"405 of the API":        {405, "", false},
		"500 of the API":        {500, "No delete API found for the path[/v1/changes]", false},
		"500, HTML":             {500, "<html>Tomcat</html>", false},
		"429, HTML":             {429, "<html>slow down</html>", false},
		"404 with an error":     {404, `{"error":{"code":"SYS.1003"}}`, false},
		"an error of a gateway": {502, "<html>", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, always(test.status, test.body), zstack.WithMaxRetries(0), zstack.WithContextPath("some/where"))
			err := c.Call(t.Context(), change{"PUT"}, new(vmResult))
			require.ErrorContains(t, err, "PUT http://mn:8080/some/where/v1/changes: ")
			require.Equal(t, test.status, requireZError(t, err).Status)
			for _, hint := range []string{"port", "WithContextPath", "https"} {
				require.Equal(t, test.hints, strings.Contains(strings.ReplaceAll(err.Error(), test.body, ""), hint), "%s: %v", hint, err)
			}
		})
	}
}

func TestTheAPIsWordsForWhatItLacksAreExplained(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{
		404: "no api mapping to /v1/changes",
		400: "the body doesn't contain action mapping to the URL[/v1/changes]",
	} {
		err := clientOf(t, always(status, body)).Call(t.Context(), change{"PUT"}, nil)
		require.ErrorContains(t, err, "this server lacks the API")
	}
}

func TestLoginsAtWhatIsNoAPISayWhatToCheck(t *testing.T) {
	t.Parallel()
	err := accountClient(t, always(404, "<html>")).Call(t.Context(), listVMs, nil)
	for _, part := range []string{"cannot log in", "PUT http://mn:8080/zstack/v1/accounts/login: HTTP 404", "WithContextPath"} {
		require.ErrorContains(t, err, part)
	}
}

// serverClient is a client of a real server on the loopback.
func serverClient(t *testing.T, address string, options ...zstack.Option) *zstack.Client {
	t.Helper()
	c, err := zstack.NewClient(address, append([]zstack.Option{zstack.WithCredentials(zstack.Session("s1")), zstack.WithMaxRetries(0)}, options...)...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close(t.Context())) })
	return c
}

func TestCertificateErrorsNameTheOption(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = noLog()
	srv.StartTLS()
	defer srv.Close()
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	for name, option := range map[string]zstack.Option{
		"unknown authority": nil,
		"another host":      zstack.WithTLSConfig(&tls.Config{RootCAs: pool, ServerName: "elsewhere.test"}),
		"too old":           zstack.WithTLSConfig(&tls.Config{RootCAs: pool, Time: func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }}),
	} {
		for kind, action := range map[string]zstack.Action{"read": listVMs, "change": change{"PUT"}, "job": recoverVM{UUID: vmUUID}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				err := serverClient(t, srv.URL, option).Call(t.Context(), action, nil)
				require.ErrorContains(t, err, "WithTLSConfig")
				var certificate *tls.CertificateVerificationError
				require.ErrorAs(t, err, &certificate)
				require.Contains(t, err.Error(), srv.URL+"/zstack/v1/")
			})
		}
	}
}

// talker is a server that says one thing to whoever connects.
func talker(t *testing.T, text string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			// What comes before a request is for nobody, and what comes in the middle of one
			// can be lost to the error of writing the rest.
			const handshake = 0x16 // of TLS
			r := bufio.NewReader(conn)
			if first, _ := r.Peek(1); len(first) == 1 && first[0] != handshake {
				if req, err := http.ReadRequest(r); err == nil {
					_, _ = io.Copy(io.Discard, req.Body)
				}
			}
			_, _ = io.WriteString(conn, text)
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		require.NoError(t, listener.Close())
		<-done
	})
	return listener.Addr().String()
}

func TestAnotherProtocolIsNamed(t *testing.T) {
	t.Parallel()
	const alert = "\x15\x03\x01\x00\x02\x02\x46" // of a server of TLS alone
	for name, test := range map[string]struct{ address, text string }{
		"http, called by https":    {"https://" + talker(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), "the server speaks http"},
		"https, called by http":    {"http://" + talker(t, alert), "for http or for https"},
		"neither, called by https": {"https://" + talker(t, "SSH-2.0-x\r\n"), "for http or for https"},
		"neither, called by http":  {"http://" + talker(t, "SSH-2.0-x\r\n"), "for http or for https"},
	} {
		for kind, action := range map[string]zstack.Action{"read": listVMs, "change": change{"PUT"}} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				require.ErrorContains(t, serverClient(t, test.address).Call(t.Context(), action, nil), test.text)
			})
		}
	}
}
