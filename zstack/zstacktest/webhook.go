package zstacktest

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

const (
	// webhookAttempts is how often the result of a job is sent until it is taken.
	webhookAttempts = 16
	// webhookPause lies between an attempt that failed and the next.
	webhookPause = 2 * time.Second
	// webhookTimeout is how long one attempt may take.
	webhookTimeout = 5 * time.Second
	// clockPoll is how often a node whose clock the test made looks whether a job
	// with a webhook is over: nobody can tell when such a clock will get there.
	clockPoll = 100 * time.Millisecond
)

// A webhook says where the result of a job is sent.
type webhook struct {
	url string
	// schema says that the result is to have one.
	schema bool
	// timer ends the job if no request does so before.
	timer *time.Timer
}

// webhookOf returns the webhook that a request asks for, or nil.
func webhookOf(r *http.Request) (*webhook, *apierr.Refusal) {
	value := strings.TrimSpace(r.Header.Get(headerWebHook))
	if value == "" {
		return nil, nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, apierr.Refusef(http.StatusBadRequest, "Invalid header[%s], an absolute http or https URL is requested", headerWebHook)
	}
	return &webhook{url: value, schema: wantsSchema(r)}, nil
}

// newWebhookClient returns the client that sends callbacks unless the test brings
// one. It leaves no connection behind that somebody would have to close.
func newWebhookClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// callbacks is what a node needs for calling back. Every goroutine and timer of
// the node is counted in running, so that closing can wait for it.
type callbacks struct {
	// closed is guarded by the node's lock. Nothing is started once it is set.
	closed  bool
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// Close stops the callbacks of webhooks: it gives up those that are waiting,
// breaks off those that are under way, and returns when none is left. The node
// goes on answering requests, and calls nobody back any more. Close can be called
// more than once. Only a node that was asked to call back has anything to stop.
//
// What a callback runs in the node's own goroutine, such as the transport of
// [WithWebhookClient], must not call Close, which would wait for itself.
func (n *Node) Close() error {
	n.mu.Lock()
	n.callbacks.closed = true
	for _, j := range n.pending {
		n.disarm(j)
	}
	n.mu.Unlock()
	n.callbacks.cancel()
	n.callbacks.running.Wait()
	return nil
}

// arm sees to it that a job with a webhook is noticed when it ends, even if no
// request comes after that.
func (n *Node) arm(j *job) {
	if j.webhook == nil || j.done || n.callbacks.closed {
		return
	}
	wait := clockPoll
	if !n.config.ownClock {
		wait = j.due.Sub(n.config.clock())
	}
	n.callbacks.running.Add(1)
	j.webhook.timer = time.AfterFunc(wait, func() {
		defer n.callbacks.running.Done()
		n.mu.Lock()
		defer n.mu.Unlock()
		n.settle()
		n.arm(j)
	})
}

// disarm stops a job's timer. One that has fired meanwhile finds nothing to do.
func (n *Node) disarm(j *job) {
	if j.webhook != nil && j.webhook.timer != nil && j.webhook.timer.Stop() {
		n.callbacks.running.Done()
	}
}

// callBack has the result of a job that is over sent to its webhook.
func (n *Node) callBack(j *job) {
	if j.webhook == nil {
		return
	}
	n.disarm(j)
	if n.callbacks.closed {
		return
	}
	rep := n.outcome(j, j.webhook.schema)
	n.callbacks.running.Go(func() { n.deliver(j.webhook.url, j.uuid, rep) })
}

// deliver sends a result until it is taken or has been refused too often.
func (n *Node) deliver(url, jobUUID string, rep reply) {
	body, _ := n.encode(rep, nil)
	header := http.Header{}
	header.Set("Content-Type", contentTypeJSON)
	header.Set(headerJobUUID, jobUUID)
	header.Set(headerJobSuccess, strconv.FormatBool(rep.status == http.StatusOK))
	for attempt := range webhookAttempts {
		if attempt > 0 && !pause(n.callbacks.ctx, webhookPause) {
			return
		}
		if status, err := n.post(url, header, body); err == nil && status/100 == 2 {
			return
		}
	}
}

// post makes one attempt and returns the status that it was answered with.
func (n *Node) post(url string, header http.Header, body []byte) (status int, err error) {
	ctx, cancel := context.WithTimeout(n.callbacks.ctx, webhookTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = header.Clone()
	resp, err := n.config.webhookClient.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// pause waits, and reports whether it waited to the end.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
