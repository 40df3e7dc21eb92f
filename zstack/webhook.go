package zstack

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"weak"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/refusal"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Webhook is told by the server when jobs end, so that nobody has to poll for
// them. It is an [http.Handler] for a server of the program's own, and serves the
// clients that are given it by [WithWebhook].
//
//	hook := zstack.NewWebhook("http://10.0.0.7:9000/zstack")
//	go http.ListenAndServe(":9000", hook)
//	client, err := zstack.NewClient("http://mn:8080", zstack.WithWebhook(hook), ...)
//
// The server sends the result of each asynchronous call to the webhook's address,
// which ends in a random token that nobody else knows: what comes without it is
// answered with 404. Results may come before the call has been answered, late,
// twice, or for jobs that nobody waits for any more. Those that are lost are found
// by polling, every 30 seconds; what cannot be read, or is larger than the
// client's limit for replies, leads to a poll at once.
//
// Printing a webhook shows its address without the token.
type Webhook struct {
	url    string
	err    error
	secret func() string // a function, since fmt can look behind everything else

	mu sync.Mutex
	// jobs are those that are waited for, by uuid. A job that was started and then
	// dropped may vanish.
	jobs map[string][]weak.Pointer[job]
}

// NewWebhook returns a webhook that the server reaches at a URL: http or https,
// with whatever path the program's HTTP server routes to the webhook. The address
// that the server is given is one segment longer, and a route has to include what
// is below the path ("/zstack/"). A wrong URL is an error of [NewClient].
func NewWebhook(address string) *Webhook {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	token := hex.EncodeToString(b[:])
	w := &Webhook{secret: func() string { return token }, jobs: make(map[string][]weak.Pointer[job])}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		w.err = errors.New("the webhook's address is no URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		w.err = errors.New("the webhook's address is no http or https URL with a host")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		w.err = errors.New("the webhook's address holds a user, a query or a fragment")
	default:
		w.url = strings.TrimRight(u.String(), "/")
	}
	return w
}

func (w *Webhook) token() string   { return w.secret() }
func (w *Webhook) address() string { return w.url + "/" + w.token() }

// ServeHTTP takes the server's word that a job has ended. It answers 404 to what
// does not carry the webhook's token, 405 to what is no POST, 400 and 413 to a
// result that cannot be read or is too large, and 204 to all else, also for jobs
// that nobody waits for, so that the server does not send them again.
func (w *Webhook) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	last := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	switch {
	case w == nil || w.secret == nil || subtle.ConstantTimeCompare([]byte(last), []byte(w.token())) != 1:
		http.NotFound(rw, r)
		return
	case r.Method != http.MethodPost:
		rw.Header().Set("Allow", http.MethodPost)
		http.Error(rw, "only POST is allowed", http.StatusMethodNotAllowed)
		return
	}
	jobs := w.find(r.Header.Get("X-Job-UUID"))
	if len(jobs) == 0 {
		rw.WriteHeader(http.StatusNoContent)
		return
	}
	rep, status := readCallback(rw, r, jobs[0].client.maxReply)
	for _, j := range jobs {
		if rep == nil || !j.told(rep) {
			j.pollSoon()
		}
	}
	if status != http.StatusNoContent {
		http.Error(rw, http.StatusText(status), status)
		return
	}
	rw.WriteHeader(status)
}

// readCallback reads a result as though it had been the reply to a poll. It is nil
// when it cannot be read; status is what to answer.
func readCallback(rw http.ResponseWriter, r *http.Request, limit int64) (rep *reply, status int) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	}
	failed := refusal.IsErrorObject(body)
	switch strings.ToLower(r.Header.Get("X-Job-Success")) {
	case "true":
	case "false":
		if !failed {
			return nil, http.StatusBadRequest
		}
	default:
		return nil, http.StatusBadRequest
	}
	if !failed && wire.UTC.Members(body, func(string) any { return nil }) != nil {
		return nil, http.StatusBadRequest
	}
	rep = &reply{status: http.StatusOK, body: body}
	if failed {
		rep.status = http.StatusServiceUnavailable
	}
	return rep, http.StatusNoContent
}

// told ends a job with a result, unless the job has to do more than that.
func (j *job) told(rep *reply) bool {
	own := *rep
	own.to = j
	failure := j.failure(&own)
	if j.relogins != nil && j.isForRelogin(failure) {
		return false
	}
	j.conclude(&own, failure)
	return true
}

// pollSoon has a job polled at once, should anybody wait for it.
func (j *job) pollSoon() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// watch has a job told of its end.
func (w *Webhook) watch(j *job) {
	uuid := j.id()
	w.mu.Lock()
	w.jobs[uuid] = append(w.jobs[uuid], weak.Make(j))
	w.mu.Unlock()
	runtime.AddCleanup(j, func(uuid string) { w.forget(uuid, nil) }, uuid)
}

// forget forgets a job, and those with its uuid that have vanished.
func (w *Webhook) forget(uuid string, j *job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var rest []weak.Pointer[job]
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

// find returns the jobs with a uuid.
func (w *Webhook) find(uuid string) (jobs []*job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.jobs[uuid] {
		if j := p.Value(); j != nil {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// String returns the webhook's address without the token.
func (w *Webhook) String() string {
	if w == nil || w.url == "" {
		return "zstack.Webhook()"
	}
	return "zstack.Webhook(" + w.url + "/" + redact.Mask + ")"
}

// Format prints the webhook's address without the token, whatever the verb.
func (w *Webhook) Format(f fmt.State, _ rune) { fmt.Fprint(f, w.String()) }

// LogValue returns the webhook's address without the token.
func (w *Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }
