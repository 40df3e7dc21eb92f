package zstacktest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

const hookURL = "http://client.example/hook?for=me"

// A hook is the transport of a webhook client. It remembers what it was sent, and
// answers with what answer returns for the number of the call, 0 being the first.
type hook struct {
	answer func(i int, r *http.Request) (status int, err error)

	mu    sync.Mutex
	calls []hookCall
}

type hookCall struct {
	at     time.Time
	url    string
	method string
	header http.Header
	body   string
}

func (h *hook) RoundTrip(r *http.Request) (*http.Response, error) {
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	i := len(h.calls)
	h.calls = append(h.calls, hookCall{time.Now(), r.URL.String(), r.Method, r.Header, string(body)})
	h.mu.Unlock()
	status := http.StatusOK
	if h.answer != nil {
		if status, err = h.answer(i, r); err != nil {
			return nil, err
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// got returns what the hook was sent so far.
func (h *hook) got() []hookCall {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// since returns when each call came, reckoned from a point in time.
func (h *hook) since(began time.Time) []time.Duration {
	var times []time.Duration
	for _, call := range h.got() {
		times = append(times, call.at.Sub(began))
	}
	return times
}

func (h *hook) option() Option { return WithWebhookClient(&http.Client{Transport: h}) }

// submit creates a zone with a webhook and returns the UUID of the job.
func (c *testClient) submit() string {
	c.t.Helper()
	rep := c.with("X-Web-Hook", hookURL).send("POST", "/zones", `{"params": {"name": "z"}}`)
	require.Equal(c.t, http.StatusAccepted, rep.status, rep.text)
	return rep.jobUUID()
}

func TestCallbacksAreAsThePollsReply(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                 string
		method, target, body string
		header, value        string
		status               int
		text                 string
	}{
		{name: "success", method: "POST", target: "/zones", body: `{"params": {"name": "z"}}`, status: 200, text: `"inventory"`},
		{name: "with schema", method: "POST", target: "/zones", body: `{"params": {"name": "z"}}`, header: "X-JSON-Schema", value: "true",
			status: 200, text: `"schema"`},
		{name: "numbers", method: "POST", target: "/disk-offerings", body: `{"params": {"name": "o", "diskSize": 8589934592}}`,
			status: 200, text: `8589934592`},
		{name: "empty", method: "DELETE", target: "/zones/" + jobA, status: 200},
		{name: "failure", method: "DELETE", target: "/zones/unknown", status: 503, text: apierr.CodeNotFound},
		{name: "timeout", method: "DELETE", target: "/zones/" + jobA, header: "X-API-Timeout", value: "1", status: 503, text: apierr.CodeTimeout},
		{name: "no session", method: "DELETE", target: "/zones/" + jobA, header: "Authorization", value: "OAuth no", status: 503, text: apierr.CodeInvalidSession},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := &hook{}
				c := newClient(t, h.option(), WithJobDelay(time.Minute))
				c.node.Add("Zone", map[string]any{"uuid": jobA})
				c = c.with("X-Web-Hook", " "+hookURL+" ")
				if tc.header != "" {
					c = c.with(tc.header, tc.value)
				}
				began := time.Now()
				uuid := c.send(tc.method, tc.target, tc.body).jobUUID()
				synctest.Wait()
				require.Empty(t, h.got())
				time.Sleep(time.Hour)
				require.Len(t, h.got(), 1)
				got := h.got()[0]

				rep := c.poll(uuid)
				require.Equal(t, tc.status, rep.status)
				require.Equal(t, rep.text, got.body)
				require.Contains(t, got.body, tc.text)
				require.Equal(t, hookURL, got.url)
				require.Equal(t, http.MethodPost, got.method)
				require.Equal(t, http.Header{
					"Content-Type":  {"application/json;charset=utf-8"},
					"X-Job-Uuid":    {uuid},
					"X-Job-Success": {map[bool]string{true: "true", false: "false"}[tc.status == 200]},
				}, got.header)
				end := time.Minute
				if tc.name == "timeout" {
					end = time.Second
				}
				require.Equal(t, []time.Duration{end}, h.since(began))
			})
		})
	}
}

// The callback of a job that takes no time comes while the reply to its call is
// still under way, and what it calls may ask the node for the job.
func TestCallbackBeforeTheReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c *testClient
		h := &hook{answer: func(_ int, r *http.Request) (int, error) {
			return c.poll(r.Header.Get(headerJobUUID)).status, nil
		}}
		early := 0
		c = newClient(t, h.option(), WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				next.ServeHTTP(w, r)
				if r.Method == http.MethodPost {
					synctest.Wait()
					early = len(h.got())
				}
			})
		}))
		c.submit()
		require.Equal(t, 1, early)
		time.Sleep(time.Hour)
		require.Len(t, h.got(), 1)
	})
}

func TestCallbacksAreRepeatedUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	const s = time.Second
	var all []time.Duration
	for i := range 16 {
		all = append(all, time.Duration(i)*2*s)
	}
	for _, tc := range []struct {
		name   string
		answer func(i int, r *http.Request) (int, error)
		want   []time.Duration
	}{
		{name: "taken at once", want: all[:1]},
		{name: "taken after faults", want: all[:6], answer: func(i int, _ *http.Request) (int, error) {
			status := []int{0, 500, 404, 302, 199, 204}[i]
			if status == 0 {
				return 0, errors.New("connection refused")
			}
			return status, nil
		}},
		{name: "never taken", want: all, answer: func(int, *http.Request) (int, error) { return 503, nil }},
		{name: "taken at last", want: all, answer: func(i int, _ *http.Request) (int, error) {
			if i < 15 {
				return 503, nil
			}
			return 299, nil
		}},
		{name: "not answered", want: []time.Duration{0, 7 * s, 14 * s}, answer: func(i int, r *http.Request) (int, error) {
			if i < 2 {
				<-r.Context().Done()
				return 0, r.Context().Err()
			}
			return 200, nil
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := &hook{answer: tc.answer}
				c := newClient(t, h.option())
				began := time.Now()
				uuid := c.submit()
				time.Sleep(time.Hour)
				require.Equal(t, tc.want, h.since(began))
				for _, call := range h.got() {
					require.Equal(t, c.poll(uuid).text, call.body)
				}
			})
		})
	}
}

func TestRefusedWebhooks(t *testing.T) {
	t.Parallel()
	h := &hook{}
	c := newClient(t, h.option())
	for _, url := range []string{
		"hook", "/hook", "client.example/hook", "//client.example/hook", "ftp://client.example/hook", "http:", "http://", "http:///hook",
		"http://:80/hook", "http://%zz/hook", "http:client.example",
	} {
		rep := c.with("X-Web-Hook", url).send("POST", "/zones", `{"params": {"name": "z"}}`)
		require.Equal(t, http.StatusBadRequest, rep.status, url)
		require.Equal(t, "Invalid header[X-Web-Hook], an absolute http or https URL is requested", rep.text)
		require.Equal(t, http.StatusOK, c.with("X-Web-Hook", url).send("GET", "/zones", "").status, "a GET calls nobody back")
	}
	require.Empty(t, c.node.jobs)
	require.Equal(t, http.StatusAccepted, c.with("X-Web-Hook", " ").send("POST", "/zones", `{"params": {"name": "z"}}`).status)
	require.NoError(t, c.node.Close())
	require.Empty(t, h.got())
}

func TestCloseStopsCallbacks(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		// after is when the node is closed, and calls how many there are by then.
		after  time.Duration
		calls  int
		answer func(i int, r *http.Request) (int, error)
	}{
		{name: "before the end of the job", after: 30 * time.Second},
		{name: "between two attempts", after: time.Minute + 5*time.Second, calls: 3,
			answer: func(int, *http.Request) (int, error) { return 500, nil }},
		{name: "during an attempt", after: time.Minute + time.Second, calls: 1,
			answer: func(_ int, r *http.Request) (int, error) {
				<-r.Context().Done()
				return 0, r.Context().Err()
			}},
		{name: "afterwards", after: time.Hour, calls: 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := &hook{answer: tc.answer}
				c := newClient(t, h.option(), WithJobDelay(time.Minute))
				first := c.submit()
				time.Sleep(tc.after)
				began := time.Now()
				require.NoError(t, c.node.Close())
				require.NoError(t, c.node.Close())
				require.Zero(t, time.Since(began), "closing waits for nothing but what it has broken off")
				require.Len(t, h.got(), tc.calls)

				second := c.submit()
				time.Sleep(time.Hour)
				require.Len(t, h.got(), tc.calls)
				for _, uuid := range []string{first, second} {
					require.Equal(t, http.StatusOK, c.poll(uuid).status)
				}
			})
		})
	}
}

func TestCallbacksByAClockOfTheTest(t *testing.T) {
	t.Parallel()
	for _, request := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h := &hook{answer: func(i int, _ *http.Request) (int, error) { return 500 - 300*i, nil }}
			clock := newTestClock()
			var reads atomic.Int64
			c := newClient(t, h.option(), WithJobDelay(time.Minute), WithClock(func() time.Time {
				reads.Add(1)
				return clock.Now()
			}))
			c.submit()
			clock.Advance(59 * time.Second)
			time.Sleep(time.Hour)
			require.Empty(t, h.got())
			require.Less(t, reads.Load(), int64(100_000), "the node looks now and then only")

			clock.Advance(time.Second)
			began := time.Now()
			if request {
				c.node.Get("Zone", "")
			} else {
				time.Sleep(clockPoll)
			}
			synctest.Wait()
			require.Len(t, h.got(), 1)
			time.Sleep(time.Hour)
			first := h.since(began)[0]
			require.LessOrEqual(t, first, clockPoll)
			require.Equal(t, []time.Duration{first, first + 2*time.Second}, h.since(began))
		})
	}
}

func TestDefaultClientOfWebhooks(t *testing.T) {
	t.Parallel()
	client := newConfig([]Option{WithWebhookClient(nil)}).webhookClient
	require.Nil(t, client.Transport.(*http.Transport).Proxy)

	target := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusTemporaryRedirect))
	defer target.Close()
	resp, err := client.Post(target.URL, "", nil)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusTemporaryRedirect, resp.StatusCode)
}

// Webhooks over the network: the handlers call the node, and the server is closed
// under one that waits.
func TestWebhooksOfAServer(t *testing.T) {
	t.Parallel()
	srv := NewServer(t, WithSession(testSession), WithJobDelay(time.Millisecond))
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	client := &http.Client{Transport: tr}
	const jobs = 20
	states := make(chan int, jobs)
	held := make(chan struct{})
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/held" {
			// The end of a client is noticed only once the body is read.
			_, _ = io.Copy(io.Discard, r.Body)
			close(held)
			<-r.Context().Done()
			return
		}
		resp, err := client.Get(srv.URL + "/zstack/v1/api-jobs/" + r.Header.Get("X-Job-UUID"))
		if err != nil {
			states <- 0
			return
		}
		resp.Body.Close()
		states <- resp.StatusCode
	}))
	defer target.Close()
	submit := func(hook string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/zstack/v1/zones",
			strings.NewReader(`{"params": {"name": "z"}}`))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Authorization", "OAuth "+testSession)
		req.Header.Set("X-Web-Hook", target.URL+hook)
		resp, err := client.Do(req)
		if err != nil {
			panic(err)
		}
		resp.Body.Close()
	}
	var wg sync.WaitGroup
	for range jobs {
		wg.Go(func() { submit("/hook") })
	}
	wg.Wait()
	for range jobs {
		require.Equal(t, http.StatusOK, <-states)
	}
	submit("/held")
	<-held
	require.NoError(t, srv.Close())
	require.NoError(t, srv.Close())
	require.Len(t, srv.store.All("Zone"), jobs+1, "the node keeps its records")
}

// What a callback runs may itself be waiting for the server: closing breaks its
// connection first, and only then waits for it.
func TestCloseOfAServerUnderACallbackThatAsksIt(t *testing.T) {
	t.Parallel()
	var url string
	asked := make(chan struct{})
	h := &hook{answer: func(int, *http.Request) (int, error) {
		resp, err := http.Get(url)
		if err == nil {
			resp.Body.Close()
		}
		return http.StatusOK, err
	}}
	srv := NewServer(t, h.option(), WithSession(testSession), WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				close(asked)
				<-r.Context().Done()
			}
			next.ServeHTTP(w, r)
		})
	}))
	url = srv.URL + "/zstack/v1/zones"
	c := &testClient{t: t, node: srv.Node, headers: map[string]string{"Authorization": "OAuth " + testSession}}
	c.submit()
	<-asked
	require.NoError(t, srv.Close())
	require.Len(t, h.got(), 1)
}
