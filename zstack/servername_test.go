package zstack_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// Whatever went wrong after a connection, the error says with which server.
func TestErrorsNameTheServer(t *testing.T) {
	t.Parallel()
	broken := transport(func(*http.Request) (*http.Response, error) {
		resp, err := reply(200, "")
		resp.Body = io.NopCloser(failingReader{io.ErrUnexpectedEOF})
		return resp, err
	})
	const server = "http://mn:8080/zstack"
	for name, test := range map[string]struct {
		server http.RoundTripper
		action zstack.Action
		url    string
	}{
		"an error of the API":     {always(503, notFound), change{"PUT"}, server + "/v1/changes"},
		"a refusal":               {always(400, "no"), change{"PUT"}, server + "/v1/changes"},
		"a broken reply":          {broken, listVMs, server + "/v1/vm-instances"},
		"an unknown outcome":      {broken, change{"PUT"}, server + "/v1/changes"},
		"a value that is unfit":   {always(200, `{"inventory":[]}`), change{"PUT"}, server + "/v1/changes"},
		"a job's failure":         {jobOf(always(503, notFound)), recoverVM{UUID: vmUUID}, server + "/v1/vm-instances/" + vmUUID + "/actions"},
		"a job that is not known": {jobOf(always(404, "the job has been expired")), recoverVM{UUID: vmUUID}, server},
		"a login":                 {always(503, `{"error":{"code":"ID.1000"}}`), nil, server + "/v1/accounts/login"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := clientOf(t, test.server, zstack.WithMaxRetries(0))
				if test.action == nil {
					test.action, c = listVMs, accountClient(t, test.server)
				}
				require.ErrorContains(t, c.Call(t.Context(), test.action, new(vmResult)), test.url)
			})
		})
	}
}

func TestErrorsAboutRowsNameTheServer(t *testing.T) {
	t.Parallel()
	node := func(rows string) *zstack.Client { return clientOf(t, always(200, `{"inventories":[`+rows+`]}`)) }
	for name, test := range map[string]func() error{
		"no row":    func() error { return node("").First(t.Context(), listVMs, new(queryVMResult)) },
		"two rows":  func() error { return node(`{},{}`).One(t.Context(), listVMs, new(queryVMResult)) },
		"no total":  func() error { _, err := node("").Count(t.Context(), listVMs); return err },
		"not there": func() error { return node("").Get(t.Context(), listVMs, vmUUID, new(queryVMResult)) },
		"a pager": func() error {
			p := zstack.NewPager(clientOf(t, always(200, "{}")), listVMs, new(queryVMResult))
			p.Next(t.Context())
			return p.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, test(), "GET http://mn:8080/zstack/v1/vm-instances")
		})
	}
}

func TestErrorHasTheServer(t *testing.T) {
	t.Parallel()
	failed := requireZError(t, clientOf(t, always(503, notFound)).Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Equal(t, "http://mn:8080/zstack", failed.Server)
	require.Equal(t, "/vm-instances/"+vmUUID+"/actions", failed.Path)
}

// A call that is answered at once has no job that could be looked at.
func TestOnlyCallsWithJobsPrintAJobUUID(t *testing.T) {
	t.Parallel()
	lost := transport(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	for name, test := range map[string]struct {
		server http.RoundTripper
		action zstack.Action
		prints bool
	}{
		"a read":                          {always(503, notFound), listVMs, false},
		"a read that broke off":           {lost, listVMs, false},
		"a change":                        {always(503, notFound), change{"PUT"}, false},
		"a change of unknown outcome":     {lost, change{"PUT"}, false},
		"a change that became a job":      {jobOf(always(503, notFound)), change{"PUT"}, true},
		"a job":                           {jobOf(always(503, notFound)), recoverVM{UUID: vmUUID}, true},
		"a job's call that failed":        {always(503, notFound), recoverVM{UUID: vmUUID}, true},
		"a job's call of unknown outcome": {always(502, "<html>"), recoverVM{UUID: vmUUID}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				err := clientOf(t, test.server, zstack.WithMaxRetries(0)).Call(t.Context(), test.action, nil, zstack.WithJobUUID(jobUUID))
				require.Equal(t, test.prints, strings.Contains(err.Error(), jobUUID), err)
			})
		})
	}
}

func TestLoginsPrintNoJobUUID(t *testing.T) {
	t.Parallel()
	err := accountClient(t, always(503, `{"error":{"code":"ID.1000"}}`)).Call(t.Context(), listVMs, nil)
	require.NotContains(t, err.Error(), "(job ")
}
