package zstacktest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// testSession is a session that the nodes of most tests have.
const testSession = "0123456789abcdef0123456789abcdef"

// A testClient talks to a node the way a plain HTTP client would.
type testClient struct {
	t       *testing.T
	node    *Node
	headers map[string]string
}

// newClient returns a client of a new node with a session, whose jobs are done at
// once.
func newClient(t *testing.T, opts ...Option) *testClient {
	t.Helper()
	opts = append([]Option{WithSession(testSession), WithJobDelay(0)}, opts...)
	n := New(opts...)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	return &testClient{t: t, node: n, headers: map[string]string{"Authorization": "OAuth " + testSession}}
}

// with returns a client that sends another header; an empty value removes it.
func (c *testClient) with(header, value string) *testClient {
	headers := map[string]string{header: value}
	for k, v := range c.headers {
		if k != header {
			headers[k] = v
		}
	}
	return &testClient{t: c.t, node: c.node, headers: headers}
}

type testReply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

func (c *testClient) send(method, target, body string) testReply {
	c.t.Helper()
	req := httptest.NewRequest(method, c.node.config.contextPath+"/v1"+target, strings.NewReader(body))
	for k, v := range c.headers {
		if v != "" {
			req.Header.Set(k, v)
		}
	}
	resp, err := (&http.Client{Transport: c.node}).Do(outgoing(req))
	require.NoError(c.t, err)
	return readReply(c.t, resp)
}

// outgoing turns a request that httptest made for a server into one for a client.
func outgoing(req *http.Request) *http.Request {
	req.RequestURI = ""
	req.URL.Scheme, req.URL.Host = "http", "mn:8080"
	return req
}

func readReply(t *testing.T, resp *http.Response) testReply {
	t.Helper()
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	rep := testReply{status: resp.StatusCode, header: resp.Header, text: string(data)}
	if strings.HasPrefix(rep.text, "{") {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		require.NoError(t, d.Decode(&rep.body))
	}
	return rep
}

// jobUUID returns the UUID of the job that a 202 names.
func (r testReply) jobUUID() string {
	location, _ := r.body["location"].(string)
	return location[strings.LastIndex(location, "/")+1:]
}

func (c *testClient) poll(uuid string) testReply {
	c.t.Helper()
	return c.with("Authorization", "").send("GET", "/api-jobs/"+uuid, "")
}

// call runs an asynchronous API and returns the result of its job.
func (c *testClient) call(method, target, body string) testReply {
	c.t.Helper()
	rep := c.send(method, target, body)
	require.Equal(c.t, http.StatusAccepted, rep.status, rep.text)
	return c.poll(rep.jobUUID())
}

// ok is call for APIs that are to succeed; it returns the inventory.
func (c *testClient) ok(method, target, body string) map[string]any {
	c.t.Helper()
	rep := c.call(method, target, body)
	require.Equal(c.t, http.StatusOK, rep.status, rep.text)
	inventory, _ := rep.body["inventory"].(map[string]any)
	return inventory
}

// codes returns the code of an error and those of its causes.
func (r testReply) codes() []string {
	var codes []string
	e, _ := r.body["error"].(map[string]any)
	for e != nil {
		codes = append(codes, e["code"].(string))
		e, _ = e["cause"].(map[string]any)
	}
	return codes
}

// fails is call for APIs that are to fail with the code and those of its causes.
func (c *testClient) fails(method, target, body string, codes ...string) {
	c.t.Helper()
	rep := c.call(method, target, body)
	require.Equal(c.t, http.StatusServiceUnavailable, rep.status, rep.text)
	require.Equal(c.t, codes, rep.codes(), rep.text)
}

// newTestClock returns a clock that tests move by hand.
func newTestClock() *Clock { return NewClock(time.Date(2017, 11, 14, 22, 20, 57, 0, time.UTC)) }
