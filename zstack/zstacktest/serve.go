package zstacktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
)

// maxBody is how large the body of a request may be.
const maxBody = 64 << 20

// The headers that the server knows.
const (
	headerJobUUID    = "X-Job-UUID"
	headerJobSuccess = "X-Job-Success"
	headerJSONSchema = "X-JSON-Schema"
	headerAPITimeout = "X-API-Timeout"
	headerWebHook    = "X-Web-Hook"
)

const contentTypeJSON = "application/json;charset=utf-8"

// A reply is what a request is answered with.
type reply struct {
	status int
	// body is nil for an empty one. It wins over text.
	body *javajson.Object
	text string
	// doubles says that the numbers in the body went through a map on the server.
	doubles bool
	// code is that of the error in the body; empty for none.
	code string
}

// serve answers one request after the middleware.
func (n *Node) serve(w http.ResponseWriter, r *http.Request) {
	seen := &Observation{began: time.Now()}
	defer n.observe(seen)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the request is incomplete or too large", http.StatusBadRequest)
		return
	}
	n.mu.Lock()
	now := n.config.clock()
	n.mu.Unlock()
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	resource, ok := strings.CutPrefix(r.URL.Path, n.config.contextPath+"/v1/")
	if !ok {
		n.mu.Lock()
		n.record(r, body, nil, seen)
		n.mu.Unlock()
		seen.Status = http.StatusNotFound
		notFound(w, r)
		return
	}
	rep, f := n.answer(r, "/"+resource, body, seen)
	if f.isBefore() {
		f.replace(r.Context(), w)
		return
	}
	seen.Status, seen.Code = rep.status, rep.code
	n.write(r.Context(), w, rep, f)
}

// answer finds out what a request wants and has it done, unless it meets a fault that
// comes before that: then there is no reply.
func (n *Node) answer(r *http.Request, resource string, body []byte, seen *Observation) (rep reply, f *fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.settle()

	resource = normalize(resource)
	if uuid, ok := strings.CutPrefix(resource, "/api-jobs/"); ok && !strings.Contains(uuid, "/") {
		n.record(r, body, nil, seen)
		if f = n.meet(""); f.isBefore() {
			return rep, f
		}
		n.settle()
		return n.poll(r, uuid), f
	}
	c, refused := n.newCall(r, resource, body, now)
	n.record(r, body, c, seen)
	action := ""
	if c.api != nil {
		action = c.api.name
	}
	if f = n.meet(action); f.isBefore() {
		return rep, f
	}
	c.fault, c.now = f, n.settle()
	rep = n.take(r, c, resource, refused)
	seen.AccountUUID = c.account
	return rep, f
}

// meet returns the fault that a call meets, and lets the node stand still.
func (n *Node) meet(action string) *fault {
	f := n.faultOf(action)
	if f != nil && f.stall > 0 {
		n.stalled = time.Now().Add(f.stall)
	}
	for wait := time.Until(n.stalled); wait > 0; wait = time.Until(n.stalled) {
		n.mu.Unlock()
		time.Sleep(wait)
		n.mu.Lock()
	}
	return f
}

// take has a call done, or refuses it.
func (n *Node) take(r *http.Request, c *call, resource string, refused *apierr.Refusal) reply {
	if refused == nil {
		refused = n.checkDuplicate(r, c.jobUUID)
	}
	if refused == nil && c.api.Async && n.config.race != nil {
		n.mu.Unlock()
		time.Sleep(n.config.race())
		n.mu.Lock()
		c.now = n.settle()
	}
	c.began = c.now
	var failure *apierr.Error
	if refused == nil && c.api.Session {
		c.account, failure, refused = n.authorize(r, "/v1"+resource, c.now)
	}
	if refused != nil {
		return reply{status: refused.Status, text: refused.Text}
	}
	if failure == nil && c.api.own != nil {
		c.handle()
	}
	if c.api.Async {
		return n.submit(r, c, failure)
	}
	var result *javajson.Object
	if failure == nil {
		result, failure = c.execute()
	}
	return n.result(result, failure, true, false)
}

// newCall reads a request as a call of an action that the node has.
func (n *Node) newCall(r *http.Request, resource string, body []byte, now time.Time) (*call, *apierr.Refusal) {
	c := &call{node: n, now: now, raw: make(map[string]any)}
	members, broken := readBody(r.Method, body)
	to, refused := n.route(r.Method, resource, members)
	switch {
	case refused != nil:
		return c, refused
	case broken != nil:
		return c, broken
	}
	c.api = n.api(to.call)
	query := r.URL.Query()
	switch params := members[c.api.Body].(type) {
	case map[string]any:
		c.raw = params
	case nil:
	default:
		return c, apierr.Refusef(http.StatusInternalServerError, "%s is not an object", c.api.Body)
	}
	for _, tags := range []string{"systemTags", "userTags"} {
		if value, ok := members[tags]; ok {
			c.raw[tags] = value
		}
	}
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		for name, values := range query {
			c.raw[name] = values[0]
			if len(values) > 1 {
				c.raw[name] = values
			}
		}
	}
	if c.api.Query {
		if c.parsed, refused = queries.ParseQuery(query); refused != nil {
			return c, refused
		}
		c.oneRow = to.row
	}
	for name, value := range c.api.Variables(resource) {
		c.raw[name] = value
	}
	if !c.api.Query {
		if refused := c.checkShape(); refused != nil {
			return c, refused
		}
	}
	if c.jobUUID, refused = n.jobUUID(r); refused != nil {
		return c, refused
	}
	return c, nil
}

// readBody returns the members of a request's body. What is no object has none, and only
// what is not JSON at all is refused.
func readBody(method string, body []byte) (map[string]any, *apierr.Refusal) {
	if method != http.MethodPost && method != http.MethodPut || len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, apierr.Refusef(http.StatusInternalServerError, "the body is not JSON: %v", err)
	}
	members, _ := value.(map[string]any)
	return members, nil
}

// jobUUID returns the UUID that a call has as a job: the client's, or one of the node's.
func (n *Node) jobUUID(r *http.Request) (string, *apierr.Refusal) {
	uuid := r.Header.Get(headerJobUUID)
	const length = 32 // of whatever characters
	switch {
	case uuid == "" || r.Method == http.MethodGet:
		return n.NewUUID(), nil
	case len(uuid) != length:
		return "", apierr.Refusef(http.StatusBadRequest, "Invalid header[%s], it must be a UUID with '-' stripped", headerJobUUID)
	}
	return uuid, nil
}

// execute checks the parameters and runs the API.
func (c *call) execute() (*javajson.Object, *apierr.Error) {
	if err := c.fault.apiError(); err != nil {
		return nil, err
	}
	if c.api.own != nil {
		return c.handled, c.failed
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	if c.missing {
		return nil, nil
	}
	return c.api.run(c)
}

// prepare checks who calls, and with which parameters.
func (c *call) prepare() *apierr.Error {
	if err := c.checkAccess(); err != nil || c.api.Query {
		return err
	}
	if err := c.bind(); err != nil {
		return err
	}
	return c.checkOwner()
}

// wantsSchema reports whether a request asks for a schema with its result.
func wantsSchema(r *http.Request) bool { return r.Header.Get(headerJSONSchema) != "" }

// result returns the reply to an API that was run, immediately or as a job.
func (n *Node) result(result *javajson.Object, failure *apierr.Error, schema, job bool) reply {
	if failure != nil {
		o := &javajson.Object{}
		o.Add("error", failure.Object(n.release, job))
		return reply{status: http.StatusServiceUnavailable, body: o, code: failure.Code()}
	}
	o := &javajson.Object{}
	if schema {
		if result == nil {
			o.Add("schema", &javajson.Object{})
		} else {
			o.Add("schema", result.Schema())
		}
	}
	if result != nil {
		// A job's result is kept for later polls, so the schema goes into a copy.
		o.Members = append(o.Members, result.Members...)
	}
	return reply{status: http.StatusOK, body: o}
}

// write sends a reply, or what a fault leaves of it.
func (n *Node) write(ctx context.Context, w http.ResponseWriter, rep reply, f *fault) {
	buf := buffers.Get().(*[]byte)
	data, contentType := n.encode(rep, (*buf)[:0])
	defer func(used []byte) {
		*buf = used
		buffers.Put(buf)
	}(data)
	w.Header()["Content-Type"] = nil // The server names none.
	if rep.body == nil && len(data) > 0 {
		w.Header().Set("Content-Type", contentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	data, broken := f.after(ctx, data)
	w.WriteHeader(rep.status)
	_, _ = w.Write(data) // Nobody is left to tell when the client has gone.
	if broken {
		_ = http.NewResponseController(w).Flush() // What cannot flush has sent it.
		panic(http.ErrAbortHandler)
	}
}

// buffers are those that replies are written into.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// encode returns the body of a reply, in a buffer if that suffices, and its type.
func (n *Node) encode(rep reply, buf []byte) (data []byte, contentType string) {
	if rep.body == nil {
		return append(buf, rep.text...), "text/plain;charset=utf-8"
	}
	e := javajson.Encoder{Buf: buf, Location: n.config.location, Layout: n.config.layout, Doubles: rep.doubles}
	e.Object(rep.body)
	return e.Buf, contentTypeJSON
}

// notFound answers a request for an address outside of the API as the servlet
// container does.
func notFound(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	_, _ = fmt.Fprintf(w, "<!doctype html><html lang=\"en\"><head><title>HTTP Status 404 – Not Found</title></head>"+
		"<body><h1>HTTP Status 404 – Not Found</h1><p><b>Message</b> %s</p></body></html>", html.EscapeString(r.URL.Path))
}

// normalize resolves "." and ".." in a decoded path, as the servlet container
// does before the server looks for an API. A slash at the end stays.
func normalize(p string) string {
	clean := path.Clean(p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

// record remembers a request.
func (n *Node) record(r *http.Request, body []byte, c *call, seen *Observation) {
	request := &Request{
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.Query(),
		Header: r.Header.Clone(),
		Body:   body,
	}
	if c != nil && c.api != nil {
		request.Action = c.api.name
		request.Params = maps.Clone(c.raw)
	}
	seen.Request = *request
	n.log.add(request)
}
