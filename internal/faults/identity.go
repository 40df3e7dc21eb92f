package faults

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// An identity is what makes requests of different runs the same one.
type identity [sha256.Size]byte

func identify(parts ...string) identity {
	var data []byte
	for _, p := range parts {
		data = binary.AppendUvarint(data, uint64(len(p)))
		data = append(data, p...)
	}
	return sha256.Sum256(data)
}

// Calls remembers which call has which job uuid and creates the resource of which uuid.
// These are random, so a poll, a callback and a read of the resource, which have nothing
// else, are known by the call that they belong to. It is safe for concurrent use, and the zero Calls is ready to use.
type Calls struct {
	mu   sync.Mutex
	jobs map[string]identity // also by the uuid of what the call creates
}

// aResource is the uuid of what a call creates.
var aResource = regexp.MustCompile(`"resourceUuid":"([0-9a-f]{32})"`)

// aSession is a session in a path, which is random too.
var aSession = regexp.MustCompile(`/sessions/[0-9a-f]{32}`)

// identify returns the identity of a request: of a call, its method, path and body;
// of a poll, a callback or a read of what a call creates, that of its call; of everything
// else that reads, the path and the query.
func (c *Calls) identify(r *request) identity {
	uri := aSession.ReplaceAllString(r.uri, "/sessions")
	job := r.header.Get("X-Job-UUID")
	if r.header.Get("X-Job-Success") != "" {
		if call, ok := c.call(job); ok {
			return identify(string(call[:]), "callback")
		}
		return identify(r.method, uri, string(r.body))
	}
	if r.method == http.MethodGet {
		if _, uuid, ok := strings.Cut(uri, "/api-jobs/"); ok {
			if call, ok := c.call(uuid); ok {
				return identify(string(call[:]), "poll")
			}
		}
		if call, ok := c.call(uri[strings.LastIndexByte(uri, '/')+1:]); ok {
			return identify(string(call[:]), "resource")
		}
		return identify(r.method, uri)
	}
	call := identify(r.method, uri, aResource.ReplaceAllString(string(r.body), ""))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.jobs == nil {
		c.jobs = make(map[string]identity)
	}
	if job != "" {
		c.jobs[job] = call
	}
	if resource := aResource.FindSubmatch(r.body); resource != nil {
		c.jobs[string(resource[1])] = call
	}
	return call
}

func (c *Calls) call(job string) (identity, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.jobs[job]
	return id, ok
}
