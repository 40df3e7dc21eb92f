package zstack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// through sends what a node tells a webhook straight to its handler.
func through(hook http.Handler) *http.Client {
	return &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, r)
		return w.Result(), nil
	})}
}

// hooked returns a node that tells a handler, by default the webhook itself, and a
// client with that webhook.
func hooked(t *testing.T, wrap func(http.Handler) http.Handler, options ...zstacktest.Option) (*zstacktest.Node, *zstack.Client, *recorder) {
	t.Helper()
	hook := zstack.NewWebhook("http://me:9000/hooks/")
	var handler http.Handler = hook
	if wrap != nil {
		handler = wrap(hook)
	}
	node := zstacktest.New(append(options, zstacktest.WithSession(sessionUUID), zstacktest.WithWebhookClient(through(handler)))...)
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	rec := record(node)
	return node, clientOf(t, rec, zstack.WithWebhook(hook)), rec
}

func TestWebhookIsToldOfTheEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay time.Duration
		wrap  func(http.Handler) http.Handler
		takes time.Duration // altogether, at most
		polls int
	}{
		"in time":              {605 * time.Second, nil, 605 * time.Second, 20},
		"before the 202":       {0, nil, 0, 0},
		"soon":                 {time.Second, nil, time.Second, 0},
		"twice":                {time.Second, twice, time.Second, 0},
		"not at all":           {time.Second, never, 30 * time.Second, 1},
		"broken":               {time.Second, rewrite(`{"inventory":`, "true"), time.Second, 1},
		"a failure of nothing": {time.Second, rewrite(`{}`, "false"), time.Second, 1},
		"no word of success":   {time.Second, rewrite(`{}`, ""), time.Second, 1},
		"too large":            {time.Second, rewrite(`{"x":"`+strings.Repeat("x", 1<<20)+`"}`, "true"), time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				hook := zstack.NewWebhook("http://me:9000/hooks/")
				var handler http.Handler = hook
				if test.wrap != nil {
					handler = test.wrap(hook)
				}
				node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithJobDelay(test.delay), zstacktest.WithWebhookClient(through(handler)))
				defer func() { require.NoError(t, node.Close()) }()
				rec := record(node)
				c := clientOf(t, rec, zstack.WithWebhook(hook), zstack.WithMaxReplySize(1<<20))
				vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
				began := time.Now()
				var result vmResult
				require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, &result))
				require.Equal(t, "Stopped", result.Inventory.State)
				require.LessOrEqual(t, time.Since(began), test.takes)
				require.Len(t, rec.requests(), 1+test.polls)
			})
		})
	}
}

func twice(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := textOf(r)
		for range 2 {
			r.Body = io.NopCloser(strings.NewReader(body))
			next.ServeHTTP(w, r)
		}
	})
}

func never(http.Handler) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
}

// rewrite puts something else in the place of a result.
func rewrite(body, success string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(body))
			r.Header.Set("X-Job-Success", success)
			next.ServeHTTP(w, r)
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

func TestWebhookIsToldOfAFailure(t *testing.T) {
	t.Parallel()
	node, c, rec := hooked(t, nil)
	vm := node.Add("VmInstance", map[string]any{"state": "Running"})
	err := c.Call(t.Context(), recoverVM{UUID: vm}, nil)
	require.Equal(t, 503, requireZError(t, err).Status)
	require.Len(t, rec.requests(), 1)
}

func TestCallbacksOfAllKinds(t *testing.T) {
	t.Parallel()
	var path atomic.Value
	hook := zstack.NewWebhook("http://me:9000/hooks")
	released := make(chan struct{})
	rt := transport(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet {
			return reply(202, "")
		}
		path.Store(strings.TrimPrefix(r.Header.Get("X-Web-Hook"), "http://me:9000"))
		close(released)
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	})
	c := clientOf(t, rt, zstack.WithWebhook(hook))
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- c.Call(ctx, recoverVM{UUID: vmUUID}, nil, zstack.WithJobUUID(jobUUID)) }()
	<-released
	good := path.Load().(string)
	require.Regexp(t, "^/hooks/[0-9a-f]{32}$", good)
	for name, test := range map[string]struct {
		method, path, uuid, success, body string
		want                              int
	}{
		"forged":            {"POST", "/hooks/0123456789abcdef0123456789abcdef", jobUUID, "true", "{}", 404},
		"no token":          {"POST", "/hooks/", jobUUID, "true", "{}", 404},
		"more than a token": {"POST", good + "/x", jobUUID, "true", "{}", 404},
		"part of it":        {"POST", good[:20], jobUUID, "true", "{}", 404},
		"GET":               {"GET", good, jobUUID, "true", "{}", 405},
		"unknown job":       {"POST", good, vmUUID, "true", "{}", 204},
		"no job":            {"POST", good, "", "true", "{}", 204},
		"no JSON":           {"POST", good, jobUUID, "true", "<html>", 400},
		"empty":             {"POST", good, jobUUID, "true", "", 400},
		"says nothing":      {"POST", good, jobUUID, "maybe", "{}", 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
			r.Header.Set("X-Job-UUID", test.uuid)
			r.Header.Set("X-Job-Success", test.success)
			w := httptest.NewRecorder()
			hook.ServeHTTP(w, r)
			require.Equal(t, test.want, w.Code)
			require.NotContains(t, w.Body.String(), good[7:])
		})
	}
	cancel()
	require.ErrorIs(t, <-result, context.Canceled) // none of them ended the job
}

func TestSessionThatEndsIsRenewedWithAWebhook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hook := zstack.NewWebhook("http://me:9000")
		node := zstacktest.New(zstacktest.WithWebhookClient(through(hook)))
		defer func() { require.NoError(t, node.Close()) }()
		vm := node.Add("VmInstance", map[string]any{"state": "Destroyed"})
		c := clientOf(t, node, zstack.WithWebhook(hook), zstack.WithCredentials(zstack.Account("admin", "password")))
		require.NoError(t, c.Call(t.Context(), listVMs, nil))
		node.ExpireSessions()
		began := time.Now()
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vm}, nil))
		require.Less(t, time.Since(began), time.Second)
	})
}

func TestWebhookForgetsJobsThatNobodyHolds(t *testing.T) {
	t.Parallel()
	hook := zstack.NewWebhook("http://me:9000")
	c := clientOf(t, always(202, "{}"), zstack.WithWebhook(hook))
	require.NoError(t, c.Start(t.Context(), recoverVM{UUID: vmUUID}, new(zstack.Job[vmResult]), zstack.WithJobUUID(jobUUID)))
	runtime.GC() // a callback for a job that is gone is as one for an unknown job
	r := httptest.NewRequest("POST", "/"+tokenOf(t, hook), strings.NewReader("{}"))
	r.Header.Set("X-Job-UUID", jobUUID)
	r.Header.Set("X-Job-Success", "true")
	w := httptest.NewRecorder()
	hook.ServeHTTP(w, r)
	require.Equal(t, 204, w.Code)
}

// tokenOf finds out a webhook's token as a server does.
func tokenOf(t *testing.T, hook *zstack.Webhook) string {
	t.Helper()
	rec := record(always(202, "{}"))
	require.NoError(t, clientOf(t, rec, zstack.WithWebhook(hook)).Start(t.Context(), recoverVM{UUID: vmUUID}, new(zstack.Job[vmResult])))
	address := rec.only(t).Header.Get("X-Web-Hook")
	return address[strings.LastIndexByte(address, '/')+1:]
}

func TestWebhookAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "me:9000", "/hooks", "ftp://me/", "http://", "http://u:p@me/", "http://me/?x=1", "http://me/#x", "http://me\x7f/"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			_, err := zstack.NewClient("mn", zstack.WithWebhook(zstack.NewWebhook(address)))
			requireRefused(t, err, "option", zstack.ConstraintType)
		})
	}
	for name, hook := range map[string]*zstack.Webhook{"nil": nil, "zero": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := zstack.NewClient("mn", zstack.WithWebhook(hook))
			requireRefused(t, err, "option", zstack.ConstraintType)
			w := httptest.NewRecorder()
			hook.ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
			require.Equal(t, 404, w.Code)
		})
	}
}

func TestWebhooksDoNotShowTheirToken(t *testing.T) {
	t.Parallel()
	hook := zstack.NewWebhook("http://me:9000/hooks")
	token := tokenOf(t, hook)
	type holder struct{ Hook *zstack.Webhook }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{hook, holder{hook}, []any{hook}} {
			require.NotContains(t, fmt.Sprintf(verb, v), token)
		}
	}
	text, err := json.Marshal([]any{hook})
	require.NoError(t, err)
	require.NotContains(t, string(text), token)
	var log strings.Builder
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) { return reply(400, r.Header.Get("X-Web-Hook")) }),
		zstack.WithWebhook(hook), zstack.WithLogger(debugLogger(&log)))
	err = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), token)
	debugLogger(&log).Info("x", "hook", hook)
	require.NotContains(t, log.String(), token)
}

func FuzzWebhook(f *testing.F) {
	f.Add("POST", "", jobUUID, "true", []byte(stopped))
	f.Add("POST", "", jobUUID, "false", []byte(notFound))
	f.Add("POST", "x", jobUUID, "true", []byte(`{"error":{"cause":{}}}`))
	f.Add("PUT", "", vmUUID, "TRUE", []byte("\xff"))
	hook := zstack.NewWebhook("http://me:9000")
	var token string
	rec := record(always(202, "{}"))
	c, err := zstack.NewClient("mn", zstack.WithHTTPClient(&http.Client{Transport: rec}), zstack.WithCredentials(zstack.Session(sessionUUID)),
		zstack.WithWebhook(hook), zstack.WithRateLimiter(zstack.NewRateLimiter(1e9)))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, method, before, uuid, success string, body []byte) {
		job := new(zstack.Job[vmResult])
		require.NoError(t, c.Start(context.Background(), recoverVM{UUID: vmUUID}, job, zstack.WithJobUUID(jobUUID)))
		if token == "" {
			address := rec.requests()[0].Header.Get("X-Web-Hook")
			token = address[strings.LastIndexByte(address, '/')+1:]
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
		r.Method, r.URL.Path = method, "/"+before+token
		r.Header["X-Job-Uuid"], r.Header["X-Job-Success"] = []string{uuid}, []string{success}
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, r)
		if before != "" && !strings.HasSuffix(before, "/") {
			require.Equal(t, 404, w.Code)
		}
		require.Contains(t, []int{204, 400, 404, 405, 413}, w.Code)
		require.NotContains(t, w.Body.String(), token)
	})
}

func TestAJobThatWasToldOfIsNotUnknown(t *testing.T) {
	t.Parallel()
	hook := zstack.NewWebhook("http://me:9000")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		callback := httptest.NewRequest("POST", r.Header.Get("X-Web-Hook"), strings.NewReader(stopped))
		callback.Header.Set("X-Job-UUID", r.Header.Get("X-Job-UUID"))
		callback.Header.Set("X-Job-Success", "true")
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, callback)
		require.Equal(t, 204, w.Code)
		cancel()
		return nil, context.Canceled
	}), zstack.WithWebhook(hook))
	var result vmResult
	err := c.Call(ctx, recoverVM{UUID: vmUUID}, &result)
	require.NoError(t, err)
}

// What a proxy says of the call afterwards does not count.
func TestAJobThatWasToldOfIsNotRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 404, 408} {
		hook := zstack.NewWebhook("http://me:9000")
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			callback := httptest.NewRequest("POST", r.Header.Get("X-Web-Hook"), strings.NewReader(stopped))
			callback.Header.Set("X-Job-UUID", r.Header.Get("X-Job-UUID"))
			callback.Header.Set("X-Job-Success", "true")
			hook.ServeHTTP(httptest.NewRecorder(), callback)
			return reply(status, "the proxy broke")
		}), zstack.WithWebhook(hook))
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	}
}
