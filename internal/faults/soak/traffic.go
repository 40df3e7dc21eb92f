package main

import (
	"bytes"
	"net/http"
	"strings"
	"sync/atomic"
)

// traffic counts what arrives at the node.
type traffic struct {
	requests, logins, renewals, duplicates, ended atomic.Int64
}

// before puts the counting before a node.
func (t *traffic) before(node http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.requests.Add(1)
		seen := &witness{ResponseWriter: w, status: http.StatusOK}
		node.ServeHTTP(seen, r)
		switch {
		case strings.HasSuffix(r.URL.Path, "/accounts/login") && seen.status == http.StatusOK:
			t.logins.Add(1)
		case strings.HasSuffix(r.URL.Path, "/renew") && seen.status == http.StatusAccepted:
			t.renewals.Add(1)
		case seen.duplicate && seen.status == http.StatusBadRequest:
			t.duplicates.Add(1)
		case seen.ended:
			t.ended.Add(1)
		}
	})
}

// A witness remembers of a reply what is counted.
type witness struct {
	http.ResponseWriter
	status           int
	duplicate, ended bool
}

func (w *witness) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *witness) Write(data []byte) (int, error) {
	w.duplicate = w.duplicate || bytes.Contains(data, []byte("Duplicate job uuid"))
	w.ended = w.ended || bytes.Contains(data, []byte(`"ID.1001"`))
	return w.ResponseWriter.Write(data)
}
