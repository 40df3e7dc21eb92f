package conformance

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

// recorded is a request that the reference SDK sent.
type recorded struct {
	Action  string
	Method  string
	Path    string
	Query   *string
	Headers map[string]string
	Body    string
	Params  map[string]any
}

// transport is an http.RoundTripper made of a function.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func newClient(t *testing.T, rt transport, options ...zstack.Option) *zstack.Client {
	t.Helper()
	c, err := zstack.NewClient("mn", append(options, zstack.WithHTTPClient(&http.Client{Transport: rt}))...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close(t.Context())) })
	return c
}

// fill makes an action from the registry and fills it from parameters.
func fill(t *testing.T, name string, params map[string]any) zstack.Action {
	t.Helper()
	e, ok := registry.Lookup(name)
	require.True(t, ok, "no action %s", name)
	a := e.New()
	text, err := json.Marshal(params)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, a))
	return a
}

func TestRequestsAreThoseOfTheReference(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	for _, file := range []string{"full.jsonl", "min.jsonl"} {
		for _, row := range readRows[recorded](t, file) {
			t.Run(file+"/"+row.Action, func(t *testing.T) {
				t.Parallel()
				checkRequest(t, api, row)
			})
		}
	}
}

func checkRequest(t *testing.T, api *api, row recorded) {
	var body map[string]any
	if row.Body != "" {
		require.NoError(t, json.Unmarshal([]byte(row.Body), &body))
	}
	action := api.actions[row.Action]
	inner := object(body, action.Body)
	for _, p := range action.Params {
		if v, ok := row.Params[p.Name]; ok && !api.fits(p.Type, v) {
			row.Params[p.Name] = api.sample(p.Type, 2)
			if _, ok := inner[p.Name]; ok {
				inner[p.Name] = row.Params[p.Name]
			}
		}
	}
	for _, tags := range []string{"systemTags", "userTags"} {
		if v, ok := inner[tags]; ok {
			delete(inner, tags)
			body[tags] = v
		}
	}

	var got *http.Request
	var sent []byte
	c := newClient(t, func(r *http.Request) (*http.Response, error) {
		got = r
		if r.Body != nil {
			var err error
			if sent, err = io.ReadAll(r.Body); err != nil {
				return nil, err
			}
		}
		return answer(http.StatusOK, "{}"), nil
	})
	a := fill(t, row.Action, row.Params)
	_, err := zstack.Do(t.Context(), c, a)
	require.NoError(t, err)

	require.Equal(t, row.Method, got.Method)
	require.Equal(t, row.Path, got.URL.EscapedPath())
	var wantQuery string
	if row.Query != nil {
		wantQuery = *row.Query
	}
	want, err := url.ParseQuery(wantQuery)
	require.NoError(t, err)
	require.Equal(t, want, got.URL.Query())
	require.Equal(t, row.Headers["Authorization"], got.Header.Get("Authorization"))
	require.Equal(t, row.Headers["X-JSON-Schema"], got.Header.Get("X-JSON-Schema"))
	require.Equal(t, row.Headers["Content-Type"], got.Header.Get("Content-Type"))
	require.Regexp(t, "^[0-9a-f]{32}$", got.Header.Get("X-Job-UUID"))
	var gotBody map[string]any
	if len(sent) > 0 {
		require.NoError(t, json.Unmarshal(sent, &gotBody))
	}
	takeResourceUUID(t, a.ActionInfo(), row.Params, object(gotBody, action.Body))
	require.Equal(t, body, gotBody)
}

// takeResourceUUID takes out of a request what the SDK adds to the reference's: the
// uuid of what the action creates, where the caller has not chosen it.
func takeResourceUUID(t *testing.T, info *zstack.ActionInfo, params, sent map[string]any) {
	t.Helper()
	if _, chosen := params[info.ResourceUUID]; chosen || info.ResourceUUID == "" {
		return
	}
	require.Regexp(t, "^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$", sent[info.ResourceUUID])
	delete(sent, info.ResourceUUID)
}

// object returns the object under the body's key.
func object(body map[string]any, key *string) map[string]any {
	var name string
	if key != nil {
		name = *key
	}
	inner, _ := body[name].(map[string]any)
	return inner
}
