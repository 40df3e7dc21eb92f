package zstack

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/zstack-go/zstack-go/internal/hook"
	"github.com/zstack-go/zstack-go/internal/redact"
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
	url     string
	err     error
	secret  func() string // a function, since fmt can look behind everything else
	waiting hook.Waiting[job]
}

// NewWebhook returns a webhook that the server reaches at a URL: http or https,
// with whatever path the program's HTTP server routes to the webhook. The address
// that the server is given is one segment longer, and a route has to include what
// is below the path ("/zstack/"). A wrong URL is an error of [NewClient].
func NewWebhook(address string) *Webhook {
	token := hook.Token()
	w := &Webhook{secret: func() string { return token }}
	w.url, w.err = hook.Address(address)
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
	jobs := w.waiting.Find(r.Header.Get("X-Job-UUID"))
	if len(jobs) == 0 {
		rw.WriteHeader(http.StatusNoContent)
		return
	}
	body, failed, status := hook.Read(rw, r, jobs[0].client.maxReply)
	for _, j := range jobs {
		if status != http.StatusNoContent || !j.told(body, failed) {
			j.pollSoon()
		}
	}
	if status != http.StatusNoContent {
		http.Error(rw, http.StatusText(status), status)
		return
	}
	rw.WriteHeader(status)
}

// told ends a job with a result, unless the job has to do more than that. The result is
// read as though it had been the reply to a poll.
func (j *job) told(body []byte, failed bool) bool {
	rep := &reply{status: http.StatusOK, body: body, to: j}
	if failed {
		rep.status = http.StatusServiceUnavailable
	}
	failure := j.failure(rep)
	if j.relogins != nil && j.isForRelogin(failure) {
		return false
	}
	j.conclude(rep, failure)
	return true
}

// pollSoon has a job polled at once, should anybody wait for it.
func (j *job) pollSoon() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
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

// wantsCallback reports whether the server is asked to tell the client's webhook of the
// end of the call's job.
func (k *call) wantsCallback() bool {
	return k.request.async && !k.request.read && k.client.webhook != nil
}

// expectCallback returns the job whose end a webhook is to be told, which can be before
// the call has been answered; nil where there is no webhook.
func (k *call) expectCallback() *job {
	if !k.wantsCallback() {
		return nil
	}
	k.learn(k.client.webhook.token())
	j := newJob(k)
	j.hasWebhook, j.wake = true, make(chan struct{}, 1)
	k.client.webhook.waiting.Add(j.id(), j)
	return j
}

// reliesOnWebhook reports whether the job's end is left to the webhook to tell.
func (j *job) reliesOnWebhook() bool { return j.hasWebhook && j.options.report == nil }
