package zstack_test

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	vmUUID      = "0eb6f6f88ff93da48cfc5bca0dbd5c18"
	sessionUUID = "b86c9016b4f24953a9edefb53ca0678c"
	jobUUID     = "0123456789abcdef0123456789abcdef"
)

// The test actions repeat a few of package actions, whose compilation takes
// long.

type recoverVM struct {
	UUID       string   `json:"uuid" zstack:"required"`
	SystemTags []string `json:"systemTags,omitzero"`
	UserTags   []string `json:"userTags,omitzero"`

	SessionID       string `json:"sessionId,omitzero" zstack:"credential,sensitive"`
	AccessKeyID     string `json:"accessKeyId,omitzero" zstack:"credential"`
	AccessKeySecret string `json:"accessKeySecret,omitzero" zstack:"credential,sensitive"`
	RequestIP       string `json:"requestIp,omitzero" zstack:"credential"`

	given zstack.Given
}

var recoverVMInfo = zstack.ActionInfo{
	Name: "RecoverVmInstanceAction", Method: "PUT", Path: "/vm-instances/{uuid}/actions",
	Body: "recoverVmInstance", Async: true, Session: true, Products: []zstack.Product{zstack.Cloud, zstack.ZSphere},
}

func (recoverVM) ActionInfo() *zstack.ActionInfo { return &recoverVMInfo }

func (a *recoverVM) UnmarshalJSON(data []byte) error {
	return zstack.UnmarshalAction(data, a, &a.given)
}

type vmResult struct {
	Inventory *types.VmInstanceInventory `json:"inventory"`
}

type destroyVM struct {
	UUID       string   `json:"uuid" zstack:"required"`
	DeleteMode *string  `json:"deleteMode,omitzero" default:"Permissive"`
	SystemTags []string `json:"systemTags,omitzero"`
}

var destroyVMInfo = zstack.ActionInfo{
	Name: "DestroyVmInstanceAction", Method: "DELETE", Path: "/vm-instances/{uuid}", Async: true, Session: true,
}

func (destroyVM) ActionInfo() *zstack.ActionInfo { return &destroyVMInfo }

type queryVM struct {
	Conditions     []string `json:"conditions" zstack:"required"`
	Limit          *int32   `json:"limit,omitzero"`
	Start          *int32   `json:"start,omitzero"`
	Count          *bool    `json:"count,omitzero"`
	GroupBy        *string  `json:"groupBy,omitzero"`
	ReplyWithCount *bool    `json:"replyWithCount,omitzero"`
	FilterName     *string  `json:"filterName,omitzero"`
	SortBy         *string  `json:"sortBy,omitzero"`
	SortDirection  *string  `json:"sortDirection,omitzero" values:"asc|desc"`
	Fields         []string `json:"fields,omitzero"`

	SessionID string `json:"sessionId,omitzero" zstack:"credential,sensitive"`

	given zstack.Given
}

var queryVMInfo = zstack.ActionInfo{
	Name: "QueryVmInstanceAction", Method: "GET", Path: "/vm-instances", Session: true, Query: true,
}

func (queryVM) ActionInfo() *zstack.ActionInfo { return &queryVMInfo }

func (a *queryVM) UnmarshalJSON(data []byte) error { return zstack.UnmarshalAction(data, a, &a.given) }

type queryVMResult struct {
	Inventories []types.VmInstanceInventory `json:"inventories"`
	Total       int64                       `json:"total"`
}

// getVersion needs no session.
type getVersion struct{}

var getVersionInfo = zstack.ActionInfo{Name: "GetVersionAction", Method: "PUT", Path: "/management-nodes/actions", Body: "getVersion"}

func (getVersion) ActionInfo() *zstack.ActionInfo { return &getVersionInfo }

// newAccount is synchronous and has a secret.
type newAccount struct {
	Name     string `json:"name" zstack:"required,max=255"`
	Password string `json:"password" zstack:"required,notrim,sensitive"`
}

var newAccountInfo = zstack.ActionInfo{Name: "CreateAccountAction", Method: "POST", Path: "/accounts", Body: "params", Session: true}

func (newAccount) ActionInfo() *zstack.ActionInfo { return &newAccountInfo }

// A change is synchronous: it leaves no job behind that could be asked for.
type change struct{ method string }

func (c change) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "ChangeAction", Method: c.method, Path: "/changes", Body: "change", Session: true, Reads: c.method == "GET"}
}

// A transport is a function that stands for the server.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reply makes a reply for a transport.
func reply(status int, body string) (*http.Response, error) {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// always is a server that gives one reply to everything.
func always(status int, body string) transport {
	return func(*http.Request) (*http.Response, error) { return reply(status, body) }
}

// accepted is the reply to a call that became a job.
func accepted(uuid string) string {
	return `{"location":"http://10.0.0.1:8080/zstack/v1/api-jobs/` + uuid + `","apiTimeout":1800000}`
}

// A sent request is one that a recorder saw.
type sent struct {
	*http.Request
	text string
}

// A recorder notes what passes through it.
type recorder struct {
	next http.RoundTripper

	mu   sync.Mutex
	list []sent
}

func record(next http.RoundTripper) *recorder { return &recorder{next: next} }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	r.mu.Lock()
	r.list = append(r.list, sent{req, string(body)})
	r.mu.Unlock()
	return r.next.RoundTrip(req)
}

func (r *recorder) requests() []sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]sent(nil), r.list...)
}

// only returns the one request that was sent.
func (r *recorder) only(t *testing.T) sent {
	t.Helper()
	list := r.requests()
	require.Len(t, list, 1)
	return list[0]
}

// clientOf returns a client with a session whose server is rt.
func clientOf(t *testing.T, rt http.RoundTripper, options ...zstack.Option) *zstack.Client {
	t.Helper()
	c, err := zstack.NewClient("mn", append([]zstack.Option{
		zstack.WithHTTPClient(&http.Client{Transport: rt}),
		zstack.WithCredentials(zstack.Session(sessionUUID)),
	}, options...)...)
	require.NoError(t, err)
	return c
}

// nodeWithSession returns a node and a client that has a session on it.
func nodeWithSession(t *testing.T, options ...zstacktest.Option) (*zstacktest.Node, *zstack.Client) {
	t.Helper()
	node := zstacktest.New(append([]zstacktest.Option{zstacktest.WithSession(sessionUUID)}, options...)...)
	return node, clientOf(t, node)
}

func testdata(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(data)
}

// requireRefused checks that an error is about one field and one rule.
func requireRefused(t *testing.T, err error, field, constraint string) {
	t.Helper()
	var refused *zstack.ValidationError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, [2]string{field, constraint}, [2]string{refused.Field, refused.Constraint}, err.Error())
}

func requireZError(t *testing.T, err error) *zstack.Error {
	t.Helper()
	var failed *zstack.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

// debugLogger writes everything.
func debugLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// textOf reads the body of a request.
func textOf(r *http.Request) string {
	if r.Body == nil {
		return ""
	}
	body, _ := io.ReadAll(r.Body)
	return string(body)
}

// noLog is for servers of the standard library that would tell of faults that a
// test makes on purpose.
func noLog() *log.Logger { return log.New(io.Discard, "", 0) }

// changesOf are the requests that change something.
func changesOf(requests []sent) (changes []sent) {
	for _, r := range requests {
		if r.Method != http.MethodGet {
			changes = append(changes, r)
		}
	}
	return changes
}
