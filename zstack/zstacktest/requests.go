package zstacktest

import (
	"net/http"
	"net/url"
	"slices"
)

// maxRequests is how many requests a node remembers.
const maxRequests = 10_000

// A Request is a request that a [Node] has seen.
type Request struct {
	// Action is the name of the API that was called, without "Action":
	// "RecoverVmInstance". It is empty for a poll of a job and for a request that
	// no API was found for.
	Action string
	Method string
	// Path is the path as it was sent, escapes included.
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	// Params are the parameters as they came, from the path, the query string and the
	// body, by their wire names: string, bool, json.Number, or lists and maps of those. It
	// is nil where no API was found.
	Params map[string]any
}

// A requestLog remembers the last maxRequests requests.
type requestLog struct {
	entries []*Request
}

func (l *requestLog) add(r *Request) {
	if len(l.entries) >= 2*maxRequests {
		l.entries = slices.Delete(l.entries, 0, maxRequests)
	}
	l.entries = append(l.entries, r)
}

// Requests returns the requests that the node has seen, oldest first: the last
// ten thousand of them. The caller may keep the list but not change what the
// requests hold.
func (n *Node) Requests() []Request {
	n.mu.Lock()
	defer n.mu.Unlock()
	entries := n.log.entries
	entries = entries[max(0, len(entries)-maxRequests):]
	requests := make([]Request, len(entries))
	for i, e := range entries {
		requests[i] = *e
	}
	return requests
}

// ResetRequests forgets the requests that the node has seen.
func (n *Node) ResetRequests() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log.entries = nil
}
