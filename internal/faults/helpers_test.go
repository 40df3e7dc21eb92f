package faults

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const replyText = `{"inventory":{"uuid":"0eb6f6f88ff93da48cfc5bca0dbd5c18","name":"web"}}`

// A backend is a server that remembers the bodies that it got.
type backend struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string]int
}

func newBackend(t *testing.T) *backend {
	b := &backend{seen: make(map[string]int)}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.seen[string(body)]++
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		_, _ = io.WriteString(w, replyText)
	}))
	t.Cleanup(b.Close)
	return b
}

// count returns how often a body came.
func (b *backend) count(body string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.seen[body]
}

// listen starts a proxy to a server, every request to which meets one of the faults.
func listen(t *testing.T, target string, faults ...Fault) *Proxy {
	p, err := Listen(target, Plan{Seed: 1, Faults: faults, Rate: 1})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

func newClient(t *testing.T) *http.Client {
	transport := new(http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// An outcome is what a client sees of one request.
type outcome struct {
	status int
	header http.Header
	body   string
	err    error // in place of a reply
	broken error // in the reply's body
	took   time.Duration
}

func post(t *testing.T, c *http.Client, url, body string) outcome {
	began := time.Now()
	resp, err := c.Post(url+"/zstack/v1/zones", "application/json", strings.NewReader(body))
	if err != nil {
		return outcome{err: err, took: time.Since(began)}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return outcome{status: resp.StatusCode, header: resp.Header, body: string(data), broken: err, took: time.Since(began)}
}

// postMany sends different requests, to see each way in which a fault shows.
func postMany(t *testing.T, p *Proxy, b *backend, check func(o outcome, arrived int)) {
	c := newClient(t)
	for i := range 30 {
		body := "request " + strconv.Itoa(i)
		o := post(t, c, p.URL, body)
		check(o, b.count(body))
	}
}
