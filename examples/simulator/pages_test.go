package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func get(t *testing.T, h http.Handler, method, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, nil))
	return w
}

func TestPages(t *testing.T) {
	t.Parallel()
	calls := new(callLog)
	node := zstacktest.New(zstacktest.WithObserver(calls.add), zstacktest.WithJobDelay(time.Hour), zstacktest.WithSession("0123456789abcdef0123456789abcdef"))
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	vm := node.Add("VmInstance", map[string]any{"name": "<script>alert(1)</script>", "vmNics": []map[string]any{{"ip": "10.0.0.9"}}})
	key := node.Add("AccessKey", map[string]any{"AccessKeyID": "id", "AccessKeySecret": "very-secret"})
	h := handler(node, calls)
	for _, test := range []struct {
		name, method, target string
		status               int
		has, hasNot          []string
	}{
		{"home", "GET", "/", 200, []string{`href="/kinds/VmInstance"`, "Running jobs", "Last calls"}, nil},
		{"home without a body", "HEAD", "/", 200, nil, nil},
		{"a kind", "GET", "/kinds/VmInstance", 200, []string{"&lt;script&gt;alert(1)&lt;/script&gt;", vm, "Running"}, []string{"<script"}},
		{"a record", "GET", "/kinds/VmInstance/" + vm, 200, []string{"&lt;script&gt;alert(1)&lt;/script&gt;", "10.0.0.9"}, []string{"<script"}},
		{"a record with a secret", "GET", "/kinds/AccessKey/" + key, 200, []string{"(hidden)", "AccessKeyID"}, []string{"very-secret"}},
		{"a kind that there is not", "GET", "/kinds/Moon", 404, []string{"There is no such page"}, nil},
		{"a record that there is not", "GET", "/kinds/VmInstance/x", 404, []string{"There is no such page"}, nil},
		{"a page that there is not", "GET", "/moon", 404, []string{"There is no such page"}, nil},
		{"a change", "POST", "/", 405, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := get(t, h, test.method, test.target)
			require.Equal(t, test.status, w.Code)
			for _, s := range test.has {
				require.Contains(t, w.Body.String(), s)
			}
			for _, s := range test.hasNot {
				require.NotContains(t, w.Body.String(), s)
			}
			if test.status != http.StatusMethodNotAllowed {
				require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
			}
		})
	}
}

func TestThePageShowsJobsAndCalls(t *testing.T) {
	t.Parallel()
	calls := new(callLog)
	const session = "0123456789abcdef0123456789abcdef"
	node := zstacktest.New(zstacktest.WithObserver(calls.add), zstacktest.WithJobDelay(time.Hour), zstacktest.WithSession(session))
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	zone := node.Add("Zone", nil)
	h := handler(node, calls)
	for range lastCalls + 5 {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/zstack/v1/zones/"+zone, nil)
		r.Header.Set("Authorization", "OAuth "+session)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, http.StatusAccepted, w.Code)
	}
	page := get(t, h, http.MethodGet, "/").Body.String()
	require.Contains(t, page, "<td>DeleteZone</td>")
	require.Contains(t, page, node.Jobs()[0].UUID)
	require.Len(t, calls.last(), lastCalls)
}
