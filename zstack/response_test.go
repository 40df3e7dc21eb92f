package zstack_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

const notFound = `{"error":{"code":"SYS.1006","description":"An operation failed","details":"cannot recover","cause":{"code":"SYS.1003","description":"Resource not found","details":"no VM"}}}`

func TestRepliesThatAreResults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		body, want string // want is the name of the VM
	}{
		"200":                 {200, `{"inventory":{"name":"vm"}}`, "vm"},
		"204":                 {204, "", ""},
		"204 with a body":     {204, `<html>`, ""},
		"empty object":        {200, "{}", ""},
		"unknown members":     {200, `{"new":[1],"inventory":{"new":{},"name":"vm"}}`, "vm"},
		"error that is null":  {200, `{"error":null,"inventory":{"name":"vm"}}`, "vm"},
		"null for everything": {200, `{"inventory":null}`, ""},
		"schema that is null": {200, `{"inventory":{"name":"vm"},"schema":null}`, "vm"},
		"names twice":         {200, `{"inventory":{"name":"a","name":"vm"}}`, "vm"},
		"invalid UTF-8":       {200, "{\"inventory\":{\"name\":\"v\xffm\"}}", "v\uFFFDm"},
		"white space":         {200, "\r\n {\"inventory\":{\"name\":\"vm\"}}\n ", "vm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var result vmResult
			require.NoError(t, clientOf(t, always(test.status, test.body)).Call(t.Context(), recoverVM{UUID: vmUUID}, &result))
			got := ""
			if result.Inventory != nil {
				got = result.Inventory.Name
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestRepliesThatAreErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status      int
		body        string
		code        types.Code
		text, body2 string // in the error's text, and its Body
	}{
		"503":                {503, notFound, "SYS.1006", "no VM", ""},
		"error in a 200":     {200, notFound, "SYS.1006", "no VM", ""},
		"error in a 500":     {500, notFound, "SYS.1006", "no VM", ""},
		"error in a 400":     {400, notFound, "SYS.1006", "no VM", ""},
		"empty error":        {503, `{"error":{}}`, "", "an error without a code", ""},
		"503, HTML":          {503, "<html>busy</html>", "", "HTTP 503", "<html>busy</html>"},
		"503, error is text": {503, `{"error":"busy"}`, "", "HTTP 503", `{"error":"busy"}`},
		"503, no error":      {503, `{"inventory":{}}`, "", "HTTP 503", `{"inventory":{}}`},
		"503, cut":           {503, `{"error":{"code":"SYS.1003"`, "", "HTTP 503", `{"error":{"code":"SYS.1003"`},
		"400":                {400, "the body is no JSON", "", "HTTP 400", "the body is no JSON"},
		"401":                {401, "", "", "HTTP 401", ""},
		"403":                {403, "requestTimeTooSkewed", "", "HTTP 403", "requestTimeTooSkewed"},
		"404":                {404, "<h1>not found</h1>", "", "HTTP 404", "<h1>not found</h1>"},
		"405":                {405, "only GET", "", "HTTP 405", "only GET"},
		"500":                {500, "java.lang.NullPointerException", "", "HTTP 500", "java.lang.NullPointerException"},
		"418":                {418, "tea", "", "HTTP 418", "tea"},
		"201":                {201, "{}", "", "HTTP 201", "{}"},
		"304":                {304, "", "", "redirects", ""},
		"200, empty":         {200, "", "", "unexpected EOF", ""},
		"200, HTML":          {200, "<html>login</html>", "", "not JSON", "<html>login</html>"},
		"200, list":          {200, "[]", "", "not a JSON object", "[]"},
		"200, null":          {200, "null", "", "not a JSON object", "null"},
		"200, text":          {200, `"done"`, "", "not a JSON object", `"***"`},
		"200, cut":           {200, `{"inventory":{"name":"vm"`, "", "unexpected EOF", `{"inventory":{"name":"***"`},
		"200, more behind":   {200, `{} {}`, "", "data after", "{} {}"},
		"200, error is text": {200, `{"error":"busy"}`, "", "error: got a string", `{"error":"***"}`},
		"too deep":           {200, strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), "", "depth", strings.Repeat(`{"a":`, 102) + `{"`},
		"long body":          {404, strings.Repeat("中", 400), "", "HTTP 404", strings.Repeat("中", 170)},
		"body of no text":    {404, "a\xffb", "", "HTTP 404", "a\uFFFDb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(always(test.status, test.body))
			err := clientOf(t, rec).Call(t.Context(), change{"PUT"}, new(vmResult))
			failed := requireZError(t, err)
			require.Equal(t, test.status, failed.Status)
			require.Equal(t, test.body2, failed.Body)
			require.ErrorContains(t, err, test.text)
			if test.code == "" && failed.Code != nil {
				require.Empty(t, failed.Code.Code)
			}
			if test.code != "" {
				require.Equal(t, test.code, failed.Code.Code)
			}
			require.Len(t, rec.requests(), 1) // a mutation is not sent again
		})
	}
}

func TestRepliesOfJobsThatAreErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
		code   types.Code
	}{
		"503":            {503, notFound, "SYS.1006"},
		"error in a 200": {200, notFound, "SYS.1006"},
		"200, HTML":      {200, "<html>", ""},
		"200, empty":     {200, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				err := clientOf(t, jobOf(always(test.status, test.body))).Call(t.Context(), recoverVM{UUID: vmUUID}, new(vmResult), zstack.WithJobUUID(jobUUID))
				failed := requireZError(t, err)
				require.Equal(t, test.status, failed.Status)
				require.Equal(t, jobUUID, failed.JobUUID)
				require.Equal(t, test.code != "", failed.Code != nil)
			})
		})
	}
}

// jobOf is a server that accepts every call, and answers polls with another.
func jobOf(polled http.RoundTripper) transport {
	return func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/api-jobs/") {
			return polled.RoundTrip(r)
		}
		return reply(202, accepted(r.Header.Get("X-Job-UUID")))
	}
}

func TestReplyThatIsCutOff(t *testing.T) {
	t.Parallel()
	cut := transport(func(*http.Request) (*http.Response, error) {
		resp, err := reply(200, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"inventory":`), failingReader{io.ErrUnexpectedEOF}))
		return resp, err
	})
	var unknown *zstack.UnknownOutcomeError
	require.ErrorAs(t, clientOf(t, cut).Call(t.Context(), recoverVM{UUID: vmUUID}, nil), &unknown)
	require.ErrorIs(t, unknown, io.ErrUnexpectedEOF)
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

func TestReplyShorterThanItSaysOnARealConnection(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"inventories":[]}`)
	}))
	defer srv.Close()
	c, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Session("s1")))
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(t.Context())) }()
	require.ErrorIs(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, nil), io.ErrUnexpectedEOF)
}

func TestRepliesAreUnzipped(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.WriteHeader(http.StatusNotAcceptable)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"inventories":[{"name":"vm"}]}`)
		_ = z.Close()
	}))
	defer srv.Close()
	c, err := zstack.NewClient(srv.URL, zstack.WithCredentials(zstack.Session("s1")))
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close(t.Context())) }()
	var result queryVMResult
	require.NoError(t, c.Call(t.Context(), queryVM{Conditions: []string{}}, &result))
	require.Equal(t, "vm", result.Inventories[0].Name)
}

func TestReplySizeIsLimited(t *testing.T) {
	t.Parallel()
	body := `{"inventories":[]}`
	for name, test := range map[string]struct {
		limit  int
		length int64
		ok     bool
	}{
		"as large as allowed":       {len(body), int64(len(body)), true},
		"one byte too large":        {len(body) - 1, int64(len(body)), false},
		"of no said length":         {len(body) - 1, -1, false},
		"as large, of no length":    {len(body), -1, true},
		"far larger than it may be": {1, int64(len(body)), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, transport(func(*http.Request) (*http.Response, error) {
				resp, err := reply(200, body)
				resp.ContentLength = test.length
				return resp, err
			}), zstack.WithMaxReplySize(int64(test.limit)))
			err := c.Call(t.Context(), queryVM{Conditions: []string{}}, nil)
			if test.ok {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "WithMaxReplySize")
		})
	}
}

func TestValuesThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, field, text string }{
		"fraction":        {`{"inventory":{"memorySize":1.5}}`, "inventory.memorySize", `"9.9" is not a whole number`},
		"too large":       {`{"inventory":{"memorySize":1e30}}`, "inventory.memorySize", "does not fit"},
		"int32":           {`{"inventory":{"cpuNum":3000000000}}`, "inventory.cpuNum", "does not fit"},
		"no number":       {`{"inventory":{"memorySize":"abc"}}`, "inventory.memorySize", `"xxx" is not a whole number`},
		"no timestamp":    {`{"inventory":{"createDate":"yesterday"}}`, "inventory.createDate", "is not a timestamp"},
		"number for time": {`{"inventory":{"createDate":1}}`, "inventory.createDate", "is not a timestamp"},
		"in a list":       {`{"inventory":{"vmNics":[{},{"deviceId":1.5}]}}`, "inventory.vmNics[1].deviceId", "whole"},
		"object for text": {`{"inventory":{"name":{}}}`, "inventory.name", "got an object, want"},
		"text for object": {`{"inventory":"x"}`, "inventory", "got a string, want"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(200, test.body)).Call(t.Context(), recoverVM{UUID: vmUUID}, new(vmResult))
			var failed *zstack.DecodeError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, test.field, failed.Field)
			require.ErrorContains(t, err, test.text)
			require.Equal(t, 200, requireZError(t, err).Status)
		})
	}
}

func TestCausesAreKeptToADepth(t *testing.T) {
	t.Parallel()
	body := `{"error":` + strings.Repeat(`{"code":"A","cause":`, 3000) + `{"code":"B"}` + strings.Repeat("}", 3000) + "}"
	failed := requireZError(t, clientOf(t, always(503, body)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	depth := 0
	for code := failed.Code; code != nil; code = code.Cause {
		depth++
	}
	require.Less(t, depth, 200)
	require.Less(t, len(failed.Error()), 2000)
}

func TestOpaqueOfAnErrorIsKept(t *testing.T) {
	t.Parallel()
	body := `{"error":{"code":"SYS.1006","opaque":{"n":9007199254740993,"list":["x"]}}}`
	failed := requireZError(t, clientOf(t, always(503, body)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Equal(t, map[string]any{"n": int64(9007199254740993), "list": []any{"x"}}, failed.Code.Opaque)
}

// echo is a server that quotes the request in every reply, as careless ones do,
// in all the ways that strings are quoted.
func echo(status int, quote func(text string) string) transport {
	return func(r *http.Request) (*http.Response, error) {
		body := textOf(r)
		text := body + r.URL.String() + fmt.Sprint(r.Header)
		var sent struct{ Params struct{ Password string } }
		if json.Unmarshal([]byte(body), &sent) == nil {
			text += sent.Params.Password
		}
		return reply(status, quote(text))
	}
}

const (
	password = `p"w<&>'= +/\é~secret`
	secret   = "the+access/key=secret"
)

// leaks lists what a string must not hold: secrets, and what a part of one looks
// like however it is escaped.
func requireNoSecrets(t *testing.T, text string) {
	t.Helper()
	for _, part := range []string{"secret", "p\"w", `p\"w`, sessionUUID, sessionUUID[:12], string(zstack.HashPassword(password)[:12])} {
		require.NotContains(t, text, part)
	}
}

func printed(values ...any) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, "%v\n%+v\n%#v\n%s\n%q\n", v, v, v, v, v)
	}
	return b.String()
}

func TestNoErrorShowsASecretThatTheServerQuotes(t *testing.T) {
	t.Parallel()
	quotes := map[string]func(string) string{
		"as it is": func(s string) string { return s },
		"in an error": func(s string) string {
			text, _ := json.Marshal(s)
			return `{"error":{"code":"SYS.1006","details":` + string(text) + `,"cause":{"description":` + string(text) + `,"opaque":{"k":[` + string(text) + `]}},"causes":[{"elaboration":` + string(text) + `}]}}`
		},
		"as JSON":            func(s string) string { text, _ := json.Marshal(s); return string(text) },
		"in a broken result": func(s string) string { text, _ := json.Marshal(s); return `{"inventory":` + string(text) },
		"for a number": func(s string) string {
			text, _ := json.Marshal(s)
			return `{"inventory":{"memorySize":` + string(text) + `}}`
		},
		"at the cut": func(s string) string { return strings.Repeat("x", 500) + s },
	}
	for name, quote := range quotes {
		for _, status := range []int{200, 400, 404, 503} {
			for kind, test := range map[string]struct {
				credentials zstack.Credentials
				action      zstack.Action
			}{
				"session":    {zstack.Session(sessionUUID), newAccount{Name: "n", Password: password}},
				"access key": {zstack.AccessKey("AK", secret), newAccount{Name: "n", Password: password}},
				"login":      {zstack.Account("admin", password), newAccount{Name: "n", Password: password}},
				"LDAP":       {zstack.LDAP("uid", password), recoverVM{UUID: vmUUID}},
				"of action":  {zstack.Session("s1"), recoverVM{UUID: vmUUID, SessionID: sessionUUID}},
			} {
				t.Run(fmt.Sprint(name, " ", status, " ", kind), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						c := clientOf(t, echo(status, quote), zstack.WithCredentials(test.credentials), zstack.WithMaxRetries(0))
						err := c.Call(t.Context(), test.action, new(vmResult))
						require.Error(t, err)
						requireNoSecrets(t, printed(err))
						failed := requireZError(t, err)
						requireNoSecrets(t, printed(*failed, failed.Code, failed.Err, failed.Body))
						if failed.Code != nil {
							text, err := json.Marshal(failed.Code)
							require.NoError(t, err)
							requireNoSecrets(t, string(text))
						}
					})
				})
			}
		}
	}
}

func TestNoErrorShowsASignature(t *testing.T) {
	t.Parallel()
	rec := record(transport(func(r *http.Request) (*http.Response, error) { return reply(403, r.Header.Get("Authorization")) }))
	err := clientOf(t, rec, zstack.WithCredentials(zstack.AccessKey("AK", "SK"))).Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
	require.NotContains(t, err.Error(), signature("SK", rec.only(t).Request))
	require.ErrorContains(t, err, "ZStack AK:***")
}

func TestNoErrorOfAPollShowsTheSession(t *testing.T) {
	t.Parallel()
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) { return reply(400, r.Header.Get("Authorization")) }))
	_, err := zstack.ResumeJob[vmResult](c, jobUUID).Wait(t.Context())
	requireNoSecrets(t, printed(err))
	require.ErrorContains(t, err, "OAuth ***")
}

func TestNoErrorShowsASecretThatTheNetworkQuotes(t *testing.T) {
	t.Parallel()
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		body := textOf(r)
		return nil, fmt.Errorf("cannot send %s %s %v", r.URL, body, r.Header)
	}))
	err := c.Call(t.Context(), newAccount{Name: "n", Password: password}, nil)
	requireNoSecrets(t, printed(err, errors.Unwrap(err)))
}

func TestSecretInThePathIsNotShown(t *testing.T) {
	t.Parallel()
	action := inPath{Key: "the-secret-key"}
	for name, rt := range map[string]transport{
		"reply":   always(404, "no key the-secret-key"),
		"network": func(r *http.Request) (*http.Response, error) { return nil, errors.New("no route to " + r.URL.String()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, rt).Call(t.Context(), action, nil)
			requireNoSecrets(t, printed(err))
			require.ErrorContains(t, err, "DELETE http://mn:8080/zstack/v1/keys/***")
		})
	}
}

// inPath has a secret in its path.
type inPath struct {
	Key string `json:"key" zstack:"required,sensitive"`
}

func (inPath) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "InPathAction", Method: "DELETE", Path: "/keys/{key}", Session: true}
}

// A broken reply to a login begins with the session that the client never had.
func TestBrokenReplyToALoginIsNotQuoted(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"cut":          `{"inventory":{"uuid":"` + sessionUUID + `","expi`,
		"wrong member": `{"inventory":{"uuid":"` + sessionUUID + `","expiredDate":"soon"}}`,
		"text behind":  `{"inventory":{"uuid":"` + sessionUUID + `"}} x`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, always(200, body), zstack.WithCredentials(zstack.Account("admin", password)))
			err := c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			require.ErrorContains(t, err, "cannot log in")
			requireNoSecrets(t, printed(err, errors.Unwrap(err)))
		})
	}
}

func TestWhatIsMaskedStillTellsTheContextsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The password is a part of the error's text.
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) { return nil, hang(r) }))
		err := c.Call(t.Context(), newAccount{Name: "n", Password: "deadline"}, nil, zstack.WithTimeout(1))
		require.NotContains(t, err.Error(), "deadline")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestNoLogShowsASecret(t *testing.T) {
	t.Parallel()
	for name, rt := range map[string]transport{
		"reply": echo(503, func(s string) string { return s }),
		"network": func(r *http.Request) (*http.Response, error) {
			body := textOf(r)
			return nil, fmt.Errorf("cannot send %s %s %v", r.URL, body, r.Header)
		},
	} {
		for kind, credentials := range map[string]zstack.Credentials{
			"session": zstack.Session(sessionUUID), "access key": zstack.AccessKey("AK", secret), "account": zstack.Account("admin", password), "LDAP": zstack.LDAP("uid", password),
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				var log bytes.Buffer
				c := clientOf(t, rt, zstack.WithCredentials(credentials), zstack.WithLogger(debugLogger(&log)), zstack.WithMaxRetries(0))
				_ = c.Call(t.Context(), newAccount{Name: "n", Password: password}, nil)
				_ = c.Call(t.Context(), inPath{Key: "secret-in-path"}, nil)
				require.NotEmpty(t, log.String())
				requireNoSecrets(t, log.String())
			})
		}
	}
}

// vault has secrets of all shapes.
type vault struct {
	List []string       `json:"list,omitzero" zstack:"sensitive"`
	Map  map[string]any `json:"map,omitzero" zstack:"sensitive"`
	Text *string        `json:"text,omitzero" zstack:"sensitive"`
}

func (vault) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "VaultAction", Method: "POST", Path: "/vault", Body: "params"}
}

func TestSecretsOfAllShapesAreMasked(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]vault{
		"list":           {List: []string{"a", "b-secret"}},
		"map":            {Map: map[string]any{"k": "b-secret"}},
		"deep map":       {Map: map[string]any{"k": []any{map[string]any{"x": "b-secret"}, nil, 1}}},
		"pointer":        {Text: new("b-secret")},
		"one in another": {List: []string{"b-sec", "b-secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := clientOf(t, always(400, "what is b-secret?")).Call(t.Context(), action, nil)
			require.Equal(t, "what is ***?", requireZError(t, err).Body)
		})
	}
}
