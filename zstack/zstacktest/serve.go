package zstacktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
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
	body *object
	text string
	// doubles says that the numbers in the body went through a map on the server.
	doubles bool
}

// serve answers one request after the middleware.
func (n *Node) serve(w http.ResponseWriter, r *http.Request) {
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
		n.record(r, body, "")
		n.mu.Unlock()
		notFound(w, r)
		return
	}
	n.write(w, n.answer(r, "/"+resource, body))
}

// answer finds out what a request wants and has it done.
func (n *Node) answer(r *http.Request, resource string, body []byte) reply {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.settle()

	resource = normalize(resource)
	if uuid, ok := strings.CutPrefix(resource, "/api-jobs/"); ok && !strings.Contains(uuid, "/") {
		n.record(r, body, "")
		return n.poll(r, uuid)
	}
	segments := strings.Split(resource, "/")
	group := matchPath(segments)
	if group == nil || n.isForeign(r, group, segments) {
		n.record(r, body, "")
		return reply{status: http.StatusNotFound, text: "no api mapping to /v1" + resource}
	}
	c, refused := n.newCall(r, group, segments, resource, body, now)
	if c.api != nil {
		n.record(r, body, c.api.name)
	} else {
		n.record(r, body, "")
	}
	if refused == nil {
		refused = n.checkDuplicate(r, c.jobUUID)
	}
	if refused == nil && !c.api.sync && n.config.race != nil {
		n.mu.Unlock()
		time.Sleep(n.config.race())
		n.mu.Lock()
		now = n.settle()
		c.now = now
	}
	c.began = now
	var failure *apiError
	if refused == nil && !c.api.open {
		c.account, failure, refused = n.authorize(r, "/v1"+resource, now)
	}
	if refused != nil {
		return reply{status: refused.status, text: refused.text}
	}
	if !c.api.sync {
		return n.submit(r, c, failure)
	}
	var result *object
	if failure == nil {
		result, failure = c.execute()
	}
	return n.result(result, failure, c.api.schema || wantsSchema(r))
}

// isForeign reports whether a path that fits the reading of one record is that of
// an API that the node does not have, such as "/vm-instances/appliances": what
// stands there is neither a UUID nor that of a record.
func (n *Node) isForeign(r *http.Request, group *apiGroup, segments []string) bool {
	if r.Method != http.MethodGet {
		return false
	}
	uuid := segments[len(segments)-1]
	return slices.ContainsFunc(group.apis, func(a *api) bool {
		return a.isReadOfOne() && !isUUID(uuid) && n.store.get(a.query.name, uuid) == nil
	})
}

// newCall reads a request as a call of one of the group's APIs.
func (n *Node) newCall(r *http.Request, group *apiGroup, segments []string, resource string, body []byte, now time.Time) (*call, *refusal) {
	c := &call{node: n, now: now, raw: make(map[string]any)}
	var members map[string]any
	hasBody := r.Method == http.MethodPost || r.Method == http.MethodPut
	if hasBody && len(bytes.TrimSpace(body)) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&members); err != nil {
			return c, refusef(http.StatusBadRequest, "the body is not a JSON object: %v", err)
		}
	}
	a, refused := group.choose(r.Method, "/v1"+resource, members)
	if refused != nil {
		return c, refused
	}
	c.api = a
	query := r.URL.Query()
	if hasBody {
		if params, ok := members[a.key].(map[string]any); ok {
			for name, value := range params {
				c.raw[name] = value
			}
		}
		for _, tags := range []string{"systemTags", "userTags"} {
			if value, ok := members[tags]; ok {
				c.raw[tags] = value
			}
		}
	} else {
		for name, values := range query {
			c.raw[name] = values[0]
			if len(values) > 1 {
				c.raw[name] = values
			}
		}
	}
	if a.query != nil {
		if c.parsed, refused = parseQuery(query); refused != nil {
			return c, refused
		}
	}
	for name, value := range a.variables(segments) {
		c.raw[name] = value
	}
	if c.jobUUID = r.Header.Get(headerJobUUID); !isUUID(c.jobUUID) {
		c.jobUUID = newUUID()
	}
	return c, nil
}

// execute checks the parameters and runs the API.
func (c *call) execute() (*object, *apiError) {
	if err := c.bind(); err != nil {
		return nil, err
	}
	return c.api.run(c)
}

// wantsSchema reports whether a request asks for a schema with its result.
func wantsSchema(r *http.Request) bool { return r.Header.Get(headerJSONSchema) != "" }

// result returns the reply to an API that was run.
func (n *Node) result(result *object, failure *apiError, schema bool) reply {
	if failure != nil {
		o := &object{}
		o.add("error", failure.object())
		return reply{status: http.StatusServiceUnavailable, body: o}
	}
	if result == nil {
		result = &object{}
	}
	if schema {
		// A job's result is kept for later polls, so the schema goes into a copy.
		result = &object{members: append([]member(nil), result.members...)}
		result.add("schema", result.schema())
	}
	if len(result.members) == 0 {
		return reply{status: http.StatusOK}
	}
	return reply{status: http.StatusOK, body: result}
}

// write sends a reply.
func (n *Node) write(w http.ResponseWriter, rep reply) {
	data, contentType := n.encode(rep)
	if len(data) > 0 {
		w.Header().Set("Content-Type", contentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(rep.status)
	_, _ = w.Write(data) // Nobody is left to tell when the client has gone.
}

// encode returns the body of a reply and its type.
func (n *Node) encode(rep reply) (data []byte, contentType string) {
	if rep.body == nil {
		return []byte(rep.text), "text/plain;charset=utf-8"
	}
	e := encoder{location: n.config.location, doubles: rep.doubles}
	e.object(rep.body)
	return e.buf, contentTypeJSON
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
func (n *Node) record(r *http.Request, body []byte, action string) {
	n.log.add(&Request{
		Action: action,
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.Query(),
		Header: r.Header.Clone(),
		Body:   body,
	})
}
