// Package hook takes the server's callbacks about the ends of jobs: it knows who waits for
// which, and reads what the server sends. What follows from a result is for others.
package hook

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// Token returns a new random token for the address of a webhook.
func Token() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return hex.EncodeToString(b[:])
}

// Address checks the address of a webhook, and returns it without slashes at its end.
func Address(address string) (string, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "", errors.New("the webhook's address is not a URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return "", errors.New("the webhook's address is not an http or https URL with a host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("the webhook's address contains a user, a query or a fragment")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// Waiting are the jobs that are waited for, by uuid. A job that was started and then
// dropped may vanish. The zero Waiting is ready to use.
type Waiting[Job any] struct {
	mu   sync.Mutex
	jobs map[string][]weak.Pointer[Job]
}

// Add has a job found by its uuid.
func (w *Waiting[Job]) Add(uuid string, j *Job) {
	w.mu.Lock()
	if w.jobs == nil {
		w.jobs = make(map[string][]weak.Pointer[Job])
	}
	w.jobs[uuid] = append(w.jobs[uuid], weak.Make(j))
	w.mu.Unlock()
	runtime.AddCleanup(j, func(uuid string) { w.Remove(uuid, nil) }, uuid)
}

// Remove forgets a job, and those with its uuid that have vanished.
func (w *Waiting[Job]) Remove(uuid string, j *Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rest []weak.Pointer[Job]
	for _, p := range w.jobs[uuid] {
		if other := p.Value(); other != nil && other != j {
			rest = append(rest, p)
		}
	}
	if rest == nil {
		delete(w.jobs, uuid)
	} else {
		w.jobs[uuid] = rest
	}
}

// Find returns the jobs with a uuid.
func (w *Waiting[Job]) Find(uuid string) (jobs []*Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.jobs[uuid] {
		if j := p.Value(); j != nil {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// Read reads a result. answer is the status to answer with, which is 204 where it could be
// read; failed says that it is an error of the API.
func Read(rw http.ResponseWriter, r *http.Request, limit int64) (body []byte, failed bool, answer int) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, false, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, false, http.StatusBadRequest
	}
	failed = refusal.IsErrorObject(body)
	succeeded := strings.ToLower(r.Header.Get("X-Job-Success"))
	switch {
	case succeeded == "false" && failed, succeeded == "true" && failed:
	case succeeded == "true" && wire.UTC.Members(body, func(string) any { return nil }) == nil:
	default:
		return nil, false, http.StatusBadRequest
	}
	return body, failed, http.StatusNoContent
}
