package zstack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// fuzzClient returns a client whose server is rt, and which repeats nothing.
func fuzzClient(f *testing.F, rt http.RoundTripper) *zstack.Client {
	f.Helper()
	c, err := zstack.NewClient("mn", zstack.WithHTTPClient(&http.Client{Transport: rt}),
		zstack.WithCredentials(zstack.Session(sessionUUID)), zstack.WithMaxRetries(0))
	require.NoError(f, err)
	return c
}

// fuzzResult has a member of every sort.
type fuzzResult struct {
	Inventory   *types.VmInstanceInventory      `json:"inventory"`
	Inventories []types.PrimaryStorageInventory `json:"inventories"`
	Any         any                             `json:"any"`
	Map         map[string]any                  `json:"map"`
	Success     bool                            `json:"success"`
	Total       int64                           `json:"total"`
}

// Whatever a server sends, a call ends with a result or with a typed error.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", "<html>", `{"inventory":`, notFound, chain, `{"error":{}}`, `{"error":"x"}`, `{"error":[]}`, `{"error":{"cause":{"cause":null}}}`,
		`{"inventory":{"memorySize":8.589934592E9,"createDate":"Nov 14, 2017, 10:20:57 PM"}}`,
		`{"inventories":[{"uuid":"a"}],"schema":{"inventories[0]":"` + cephClass + `","":"x","[":"y","inventories[0].pools[0]":"z"}}`,
		`{"any":[1e400,9223372036854775808,{"a":[{}]}],"map":{"":1},"success":"true","total":"12"}`, "{\"any\":\"\xff\"}", `{"a":1,"a":2}`,
		`{"location":"http://10.0.0.1/zstack/v1/api-jobs/` + jobUUID + `"}`,
	} {
		for _, status := range []int{200, 202, 204, 404, 503} {
			f.Add(status, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			t.Skip("no final status")
		}
		c, err := zstack.NewClient("mn", zstack.WithHTTPClient(&http.Client{Transport: always(status, string(body))}), zstack.WithMaxRetries(0))
		require.NoError(t, err)
		var result fuzzResult
		if status == http.StatusAccepted {
			job := new(zstack.Job[fuzzResult])
			require.NoError(t, c.Start(t.Context(), getVersion{}, job))
			require.Regexp(t, "^[0-9a-f]{32}$", job.UUID())
			return
		}
		requireTyped(t, c.Call(t.Context(), getVersion{}, &result))
		job := zstack.ResumeJob[fuzzResult](c, jobUUID)
		ended, err := job.Poll(t.Context())
		requireTyped(t, err)
		if ended {
			_, err = job.Wait(t.Context())
			requireTyped(t, err)
		}
	})
}

// requireTyped checks that an error, if there is one, is of the SDK's types and
// can be put in words.
func requireTyped(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var failed *zstack.Error
	var expired *zstack.JobExpiredError
	if !errors.As(err, &failed) && !errors.As(err, &expired) {
		t.Fatalf("a %T: %v", err, err)
	}
	require.True(t, utf8.ValidString(err.Error()))
	zstack.IsNotFound(err) // walks the whole chain
}

// Whatever stands in a path, the server sees exactly that as one segment, or
// nothing at all.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{vmUUID, "", " ", ".", "..", "...", "a/b", `a\b`, "a%2Fb", "%2e%2e", "a?b", "a#b", "a b", "a+b", "a;b", "中", "a\x00", "\x7f", "\u0085", "\xff", "://", "{uuid}", "actions"} {
		f.Add(seed)
	}
	var seen []*http.Request
	c := fuzzClient(f, transport(func(r *http.Request) (*http.Response, error) {
		seen = append(seen, r)
		return reply(200, "{}")
	}))
	f.Fuzz(func(t *testing.T, uuid string) {
		seen = nil
		if err := c.Call(t.Context(), recoverVM{UUID: uuid}, nil); err != nil {
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			require.Empty(t, seen)
			return
		}
		require.Len(t, seen, 1)
		trimmed := strings.TrimFunc(uuid, func(r rune) bool { return r <= ' ' })
		require.NotContains(t, []string{"", ".", ".."}, trimmed)
		require.False(t, strings.ContainsAny(trimmed, `/\`))
		// What a server does with the line of the request.
		parsed, err := url.ParseRequestURI(seen[0].URL.RequestURI())
		require.NoError(t, err)
		segments := strings.Split(parsed.EscapedPath(), "/")
		require.Len(t, segments, 6) // "", zstack, v1, vm-instances, uuid, actions
		got, err := url.PathUnescape(segments[4])
		require.NoError(t, err)
		require.Equal(t, trimmed, got)
		plus, err := url.QueryUnescape(segments[4]) // servers that take a plus for a space
		require.NoError(t, err)
		require.Equal(t, trimmed, plus)
		require.Empty(t, parsed.RawQuery)
	})
}

// Whatever stands in a query, the server reads exactly that.
func FuzzQuery(f *testing.F) {
	for _, seed := range [][2]string{{"name", "a b"}, {"", ""}, {"a.b", "x+y"}, {"&", "="}, {"%", "%41"}, {";", "#?/"}, {"中", "\u2028"}, {"a", "\x00"}, {"a", "\xff"}} {
		f.Add(seed[0], seed[1])
	}
	var seen []*http.Request
	c := fuzzClient(f, transport(func(r *http.Request) (*http.Response, error) {
		seen = append(seen, r)
		return reply(200, "{}")
	}))
	f.Fuzz(func(t *testing.T, key, value string) {
		seen = nil
		a := kinds{Exact: &value, List: []string{value, key}, Map: map[string]any{key: value}}.get()
		if err := c.Call(t.Context(), a, nil); err != nil {
			requireRefusedFor(t, err, !utf8.ValidString(value) || !utf8.ValidString(key))
			return
		}
		query, err := url.ParseQuery(seen[0].URL.RawQuery)
		require.NoError(t, err)
		require.Equal(t, []string{value}, query["exact"])
		require.Equal(t, []string{value, key}, query["list"])
		require.Equal(t, []string{value}, query["map."+key])

		condition := "name=" + value
		seen = nil
		if err := c.Call(t.Context(), queryVM{Conditions: []string{condition, "x=" + key}}, nil); err == nil {
			query, err = url.ParseQuery(seen[0].URL.RawQuery)
			require.NoError(t, err)
			require.Equal(t, []string{condition, "x=" + key}, query["q"])
		}
	})
}

func requireRefusedFor(t *testing.T, err error, reason bool) {
	t.Helper()
	var refused *zstack.ValidationError
	require.ErrorAs(t, err, &refused)
	require.True(t, reason, "%v", err)
}

// Whatever is given as the endpoint, the client has an address that can be
// asked, or there is an error which does not show a password.
func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{"mn", "mn:1", "::1", "[::1]:1", "http://mn/a/b", "https://mn//", "", "http://", "a:b@mn", "http://a:b@mn", "mn?x", "ftp://mn", "http://mn:x", "%", "[", "fe80::1%25eth0", "[fe80::1%25eth0]", "http://[fe80::1%25eth0]:1/a", "%25", "mn%2f", "mn:", "http://mn:/"} {
		f.Add(seed, "")
		f.Add(seed, "/a b/%2F")
	}
	f.Fuzz(func(t *testing.T, endpoint, contextPath string) {
		options := []zstack.Option{zstack.WithCredentials(zstack.Session("s1"))}
		if contextPath != "" {
			options = append(options, zstack.WithContextPath(contextPath))
		}
		rec := record(always(200, "{}"))
		c, err := zstack.NewClient(endpoint, append(options, zstack.WithHTTPClient(&http.Client{Transport: rec}))...)
		if err != nil {
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
			if at := strings.LastIndexByte(endpoint, '@'); at > 12 && !strings.Contains(refused.Error(), "scheme") {
				require.NotContains(t, refused.Error(), endpoint[:at])
			}
			return
		}
		require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
		sent := rec.only(t)
		require.NotEmpty(t, sent.URL.Hostname())
		require.NotEmpty(t, sent.URL.Port())
		require.True(t, strings.HasSuffix(sent.URL.Path, "/v1/vm-instances/"+vmUUID+"/actions"), sent.URL.Path)
		require.Nil(t, sent.URL.User)
		require.Empty(t, sent.URL.RawQuery)
	})
}

// Whatever is read into an action, the result can be checked and sent, or there
// is a typed error.
func FuzzUnmarshalAction(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", "[]", `{"name":"n","count":1}`, `{"name":null}`, `{"mode":null}`, `{"count":"1","size":1e3,"ratio":"0.5","force":"false"}`, `{"list":["a",null]}`,
		`{"any":{"a":[1,null,{"b":9007199254740993}]},"map":{"k":"v"}}`, `{"name":"a","name":"b"}`, `{"x":1}`, `{"secret":[1]}`, `{"name":`, "{\"name\":\"\xff\"}", `{"any":{"a":1e999}}`, `{"sessionId":"a\nb"}`,
	} {
		f.Add([]byte(seed))
	}
	c := fuzzClient(f, always(200, "{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a filled
		err := json.Unmarshal(data, &a)
		if direct := a.UnmarshalJSON(data); err == nil && direct != nil {
			t.Fatalf("twice the same gives another error: %v", direct)
		} else if direct != nil {
			var refused *zstack.ValidationError
			require.ErrorAs(t, direct, &refused)
		}
		var refused *zstack.ValidationError
		if err := zstack.Validate(a); err != nil {
			require.ErrorAs(t, err, &refused)
			return
		}
		if err := c.Call(t.Context(), a, nil); err != nil {
			require.ErrorAs(t, err, &refused)
		}
	})
}
