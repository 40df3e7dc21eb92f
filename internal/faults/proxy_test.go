package faults

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWithoutFaults(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var gotBody []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		gotBody, _ = io.ReadAll(r.Body)
		w.Header().Add("X-Twice", "one")
		w.Header().Add("X-Twice", "two")
		w.Header().Set("Content-Encoding", "made-up")
		w.WriteHeader(http.StatusTeapot)
		w.(http.Flusher).Flush() // the length is not known: the body is sent in chunks
		_, _ = io.WriteString(w, "\x00\xff short and stout")
	}))
	defer server.Close()
	p := listen(t, server.URL)

	reused := false
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused = i.Reused }})
	c := newClient(t)
	for i := range 3 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, p.URL+"/zstack/v1/a%2Fb/?q=1%202&q=+", strings.NewReader("body\x00"))
		require.NoError(t, err)
		req.Header.Set("Authorization", "OAuth 1")
		req.Host = "mn.example:8080"
		resp, err := c.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())

		require.Equal(t, http.StatusTeapot, resp.StatusCode)
		require.Equal(t, "418 I'm a teapot", resp.Status)
		require.Equal(t, []string{"one", "two"}, resp.Header["X-Twice"])
		require.Equal(t, "made-up", resp.Header.Get("Content-Encoding"))
		require.Equal(t, "\x00\xff short and stout", string(body))
		require.Equal(t, "PUT", got.Method)
		require.Equal(t, "/zstack/v1/a%2Fb/?q=1%202&q=+", got.RequestURI)
		require.Equal(t, "mn.example:8080", got.Host)
		require.Equal(t, "OAuth 1", got.Header.Get("Authorization"))
		require.Equal(t, "body\x00", string(gotBody))
		require.Equal(t, i > 0, reused, "the connection is kept")
	}
	require.Equal(t, Stats{Requests: 3, Peak: 3, Faults: map[Fault]int{}}, p.Stats())
}

func TestEmptyReply(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusNoContent} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		defer server.Close()
		c := newClient(t)
		p := listen(t, server.URL)
		for range 2 {
			o := post(t, c, p.URL, "")
			require.NoError(t, o.err)
			require.NoError(t, o.broken)
			require.Equal(t, status, o.status)
			require.Empty(t, o.body)
		}
	}
}

func TestServerThatIsGone(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL)
	b.Close()
	require.ErrorIs(t, post(t, newClient(t), p.URL, "x").err, syscall.ECONNRESET)
	require.Equal(t, 1, p.Stats().Failed)
}

func TestServerThatHangsUp(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	arrived := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		arrived++
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	p := listen(t, server.URL)
	require.ErrorIs(t, post(t, newClient(t), p.URL, "x").err, syscall.ECONNRESET)
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, 1, arrived, "what failed is not sent again")
}

func TestWrongPlanOrTarget(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		target string
		plan   Plan
	}{
		"rate above 1":  {"http://127.0.0.1:1", Plan{Rate: 1.5}},
		"rate below 0":  {"http://127.0.0.1:1", Plan{Rate: -0.5}},
		"unknown fault": {"http://127.0.0.1:1", Plan{Faults: []Fault{"flood"}}},
		"no port":       {"http://127.0.0.1", Plan{}},
		"no URL":        {"127.0.0.1:1", Plan{}},
		"https":         {"https://127.0.0.1:1", Plan{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Listen(test.target, test.plan)
			require.Error(t, err)
		})
	}
}

func TestCloseWhileMuchGoesOn(t *testing.T) {
	t.Parallel()
	holds := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		holds <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	held := listen(t, server.URL)
	c := newClient(t)
	ended := make(chan outcome)
	go func() { ended <- post(t, c, held.URL, "held") }()
	<-holds
	idle, err := net.Dial("tcp", strings.TrimPrefix(held.URL, "http://"))
	require.NoError(t, err)
	defer idle.Close()
	held.Close()
	held.Close()
	require.Error(t, (<-ended).err)
	_, err = idle.Read(make([]byte, 1))
	require.Error(t, err)
	require.Error(t, post(t, c, held.URL, "after the end").err)

	b := newBackend(t)
	late := listen(t, b.URL, Late)
	require.Error(t, post(t, c, late.URL, "dropped").err)
	late.Close()
	require.NoError(t, late.Drain(t.Context()))
	require.Zero(t, b.count("dropped"))
}

func TestDrainIsGivenUp(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL, Late)
	require.Error(t, post(t, newClient(t), p.URL, "x").err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, p.Drain(ctx), context.DeadlineExceeded)
	require.NoError(t, p.Drain(t.Context()))
	require.Equal(t, 1, b.count("x"))
}

func TestTwoRequestsInOneGo(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL)
	c, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
	require.NoError(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	r := bufio.NewReader(c)
	for range 2 {
		resp, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, replyText, string(body))
		require.NoError(t, resp.Body.Close())
	}
	_, err = r.ReadByte()
	require.ErrorIs(t, err, io.EOF, "the client asked for the end of the connection")
}
