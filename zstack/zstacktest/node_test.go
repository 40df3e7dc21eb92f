package zstacktest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAddAndGet(t *testing.T) {
	t.Parallel()
	n := New(WithLocation(time.FixedZone("", 8*3600)))
	uuid := n.Add("VmInstance", map[string]any{
		"name": "vm", "cpuNum": 2, "memorySize": "1024", "createDate": "Nov 14, 2017 10:20:57 PM", "hostUuid": nil,
		"brandNew": map[string]any{"b": []any{int64(1), true}, "a": "x"}, "vmNics": []map[string]any{{"ip": "10.0.0.1"}},
	})
	require.True(t, isUUID(uuid))
	vm := n.Get("VmInstance", uuid)
	require.Equal(t, "Running", vm["state"])
	require.Equal(t, int64(2), vm["cpuNum"])
	require.Equal(t, int64(1024), vm["memorySize"])
	require.Equal(t, time.Date(2017, 11, 14, 14, 20, 57, 0, time.UTC), vm["createDate"].(time.Time).UTC())
	nic := vm["vmNics"].([]map[string]any)[0]
	require.Equal(t, uuid, nic["vmInstanceUuid"])

	vm["name"] = "changed"
	require.Equal(t, "vm", n.Get("VmInstance", uuid)["name"], "Get returns a copy")
	require.Nil(t, n.Get("VmInstance", "unknown"))

	n.Add("VmInstance", map[string]any{"uuid": uuid, "name": "other"})
	require.Equal(t, "other", n.Get("VmInstance", uuid)["name"])
	n.Set("VmInstance", uuid, map[string]any{"name": nil, "state": "Unknown", "cpuNum": uint8(3)})
	require.NotContains(t, n.Get("VmInstance", uuid), "name")
	require.Equal(t, int64(3), n.Get("VmInstance", uuid)["cpuNum"])
	n.Remove("VmInstance", uuid)
	n.Remove("VmInstance", uuid)
	require.Nil(t, n.Get("VmInstance", uuid))
	require.Nil(t, n.Get("VmNic", nic["uuid"].(string)))
}

func TestUnknownFieldsAreSentAsTheyAre(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.node.Add("Zone", map[string]any{"name": "z", "brandNew": map[string]any{"b": []any{int64(1), true}, "a": 1.5}})
	require.Contains(t, c.send("GET", "/zones", "").text, `"brandNew":{"a":1.5,"b":[1,true]}`)
}

func TestMistakesInTestsPanic(t *testing.T) {
	t.Parallel()
	n := New()
	require.Panics(t, func() { n.Add("Unicorn", nil) })
	require.Panics(t, func() { n.Add("Zone", map[string]any{"isDefault": "perhaps"}) })
	require.Panics(t, func() { n.Add("VmInstance", map[string]any{"vmNics": "none"}) })
	require.Panics(t, func() { n.Add("Zone", map[string]any{"name": []int{1}}) })
	require.Panics(t, func() { n.Set("Zone", "unknown", nil) })
	zone := n.Add("Zone", nil)
	require.Panics(t, func() { n.Set("Zone", zone, map[string]any{"uuid": "x"}) })
	require.Panics(t, func() { n.Get("Unicorn", "") })
	require.Panics(t, func() { n.Remove("Unicorn", "") })
}

func TestRequestsAreRemembered(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.send("POST", "/zones", `{"params": {"name": "z"}}`)
	c.send("GET", "/zones/a%2Fb?q=name%3Dz", "")
	c.send("GET", "/api-jobs/x", "")
	requests := c.node.Requests()
	require.Len(t, requests, 3)
	require.Equal(t, "CreateZone", requests[0].Action)
	require.Equal(t, "POST", requests[0].Method)
	require.Equal(t, "/zstack/v1/zones", requests[0].Path)
	require.Equal(t, "OAuth "+testSession, requests[0].Header.Get("Authorization"))
	require.JSONEq(t, `{"params": {"name": "z"}}`, string(requests[0].Body))
	require.Equal(t, "/zstack/v1/zones/a%2Fb", requests[1].Path)
	require.Equal(t, "name=z", requests[1].Query.Get("q"))
	require.Empty(t, requests[1].Action, "the slash was decoded before the API was looked for")
	require.Empty(t, requests[2].Action)
	c.node.ResetRequests()
	require.Empty(t, c.node.Requests())
}

func TestRequestLogIsBounded(t *testing.T) {
	t.Parallel()
	n := New()
	for i := range 3 * maxRequests {
		n.log.add(&Request{Method: fmt.Sprint(i)})
	}
	requests := n.Requests()
	require.Len(t, requests, maxRequests)
	require.Equal(t, fmt.Sprint(3*maxRequests-1), requests[maxRequests-1].Method)
	require.LessOrEqual(t, len(n.log.entries), 2*maxRequests)
}

func TestServers(t *testing.T) {
	t.Parallel()
	for context, suffix := range map[string]string{"/zstack": "", "": "/", "/a/b/": "/a/b"} {
		srv := NewServer(t, WithContextPath(context), WithSession(testSession))
		require.Regexp(t, `^http://127\.0\.0\.1:\d+`+suffix+`$`, srv.URL)
		base := strings.TrimSuffix(srv.URL, "/")
		if context == "/zstack" {
			base += context
		}
		resp, err := http.Get(base + "/v1/management-nodes/ready")
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, readReply(t, resp).status)
		require.NoError(t, srv.Close())
		require.NoError(t, srv.Close())
		_, err = http.Get(base + "/v1/management-nodes/ready")
		require.Error(t, err)
	}
}

func TestMiddlewareSeesRequestsFirst(t *testing.T) {
	t.Parallel()
	var order []string
	mark := func(name string) Option {
		return WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				if r.Header.Get("X-Stop") == name {
					http.Error(w, "slow down", http.StatusTooManyRequests)
					return
				}
				next.ServeHTTP(w, r)
			})
		})
	}
	c := newClient(t, mark("a"), mark("b"))
	require.Equal(t, http.StatusOK, c.send("GET", "/zones", "").status)
	require.Equal(t, http.StatusTooManyRequests, c.with("X-Stop", "b").send("GET", "/zones", "").status)
	require.Equal(t, http.StatusTooManyRequests, c.with("X-Stop", "a").send("GET", "/zones", "").status)
	require.Equal(t, []string{"a", "b", "a", "b", "a"}, order)
	require.Len(t, c.node.Requests(), 1)
}

// breaking returns an option that breaks the connection after the node has
// answered so many bytes; -1 stands for nothing at all.
func breaking(after int) Option {
	return WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&responseBuffer{header: make(http.Header)}, r)
			if after >= 0 {
				w.Header().Set("Content-Length", "100")
				_, _ = w.Write(make([]byte, after))
				_ = http.NewResponseController(w).Flush()
			}
			panic(http.ErrAbortHandler)
		})
	})
}

func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]func(opts ...Option) (http.RoundTripper, string){
		"network": func(opts ...Option) (http.RoundTripper, string) {
			tr := &http.Transport{DisableKeepAlives: true}
			return tr, NewServer(t, opts...).URL
		},
		"no network": func(opts ...Option) (http.RoundTripper, string) { return New(opts...), "http://mn" },
	} {
		tr, url := transport(breaking(-1))
		_, err := (&http.Client{Transport: tr}).Get(url)
		require.Error(t, err, name)

		tr, url = transport(breaking(10))
		resp, err := (&http.Client{Transport: tr}).Get(url)
		require.NoError(t, err, name)
		data, err := io.ReadAll(resp.Body)
		require.NoError(t, resp.Body.Close())
		require.Len(t, data, 10, name)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, name)
	}
}

// A reply that is late keeps nobody who has stopped waiting for it.
func TestALateReplyObeysTheContext(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]Fault{
		"after the work":    {WithDelay(time.Hour)},
		"in place of it":    {WithDelay(time.Hour), WithReply(http.StatusBadGateway, "")},
		"a lost connection": {WithDelay(time.Hour), DropReply()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := New()
				n.Fail("QueryZone", faults...)
				began := time.Now()
				_, err := (&http.Client{Transport: n, Timeout: time.Minute}).Get("http://mn/zstack/v1/zones")
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, time.Minute, time.Since(began))
			})
		})
	}
}

func TestRoundTripObeysTheContext(t *testing.T) {
	t.Parallel()
	n := New()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://mn/zstack/v1/zones", nil)
	require.NoError(t, err)
	_, err = n.RoundTrip(req)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, n.Requests())

	synctest.Test(t, func(t *testing.T) {
		n := New(WithMiddleware(func(http.Handler) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		}))
		began := time.Now()
		_, err := (&http.Client{Transport: n, Timeout: time.Minute}).Get("http://mn/zstack/v1/zones")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute, time.Since(began))
	})
}

func TestPanicsOfMiddlewareAreNotHidden(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	n := New(WithMiddleware(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(boom) })
	}))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://mn/", nil)
	require.NoError(t, err)
	require.PanicsWithValue(t, boom, func() {
		if resp, err := n.RoundTrip(req); err == nil {
			resp.Body.Close()
		}
	})
}

// Many clients at once: what they do is to be safe under the race detector, and
// what they make is to be all there.
func TestConcurrentClients(t *testing.T) {
	t.Parallel()
	srv := NewServer(t, WithSite(), WithSession(testSession), WithJobDelay(time.Millisecond))
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	client := &http.Client{Transport: tr}
	call := func(method, target, body string) testReply {
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+"/zstack/v1"+target, strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Authorization", "OAuth "+testSession)
		resp, err := client.Do(req)
		if err != nil {
			panic(err)
		}
		return readReply(t, resp)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				job := call("POST", "/vm-instances", createVMBody(srv.Node, "")).jobUUID()
				for call("GET", "/api-jobs/"+job, "").status == http.StatusAccepted {
					call("GET", "/vm-instances?sort=name", "")
				}
				srv.Add("Zone", nil)
				srv.Requests()
			}
		})
	}
	wg.Wait()
	rep := call("GET", "/vm-instances/nics", "")
	ips := make(map[any]bool)
	for _, nic := range rep.body["inventories"].([]any) {
		ips[nic.(map[string]any)["ip"]] = true
	}
	require.Len(t, ips, 40, "every NIC has an address of its own")
}
