package zstack_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestCount(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 30)
	for name, test := range map[string]struct {
		action queryVM
		want   int64
	}{
		"all":        {queryVM{}, 30},
		"some":       {queryVM{Conditions: zstack.Where(zstack.Lt("name", "vm0010"))}, 10},
		"none":       {queryVM{Conditions: zstack.Where(zstack.Eq("name", "x"))}, 0},
		"other ways": {queryVM{Limit: new(int32(3)), Start: new(int32(2)), SortBy: new("name"), Fields: []string{"name"}, Count: new(false)}, 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.Count(t.Context(), test.action)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
	t.Cleanup(func() {
		for _, r := range node.Requests() {
			require.Equal(t, []string{"true"}, r.Query["count"])
			require.Empty(t, r.Query["limit"])
		}
	})
}

func TestCountWithoutATotalIsAnError(t *testing.T) {
	t.Parallel()
	_, err := clientOf(t, always(200, "{}")).Count(t.Context(), queryVM{})
	var wrong *zstack.DecodeError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "total", wrong.Field)
	requireZError(t, err)
}

func TestFirstAndOne(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 30)
	nobody := zstack.Where(zstack.Eq("name", "x"))
	for name, test := range map[string]struct {
		action     queryVM
		first, one string // names, or errors
	}{
		"one row":      {queryVM{Conditions: zstack.Where(zstack.Eq("name", "vm0007"))}, "vm0007", "vm0007"},
		"several":      {queryVM{SortBy: new("name"), SortDirection: new("desc")}, "vm0029", "more than one row matches"},
		"limit":        {queryVM{SortBy: new("name"), Limit: new(int32(1))}, "vm0000", "more than one row matches"},
		"start":        {queryVM{SortBy: new("name"), Start: new(int32(29))}, "vm0029", "vm0029"},
		"no row":       {queryVM{Conditions: nobody}, "no row matches", "no row matches"},
		"count":        {queryVM{Count: new(true)}, "count asks for the number", "count asks for the number"},
		"wrong by far": {queryVM{Conditions: zstack.Where(zstack.Eq("name", "a>=b"))}, "conditions contain one", "conditions contain one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var first, one queryVMResult
			check := func(result *queryVMResult, err error, want string) {
				if err != nil {
					require.ErrorContains(t, err, want)
					return
				}
				require.Len(t, result.Inventories, 1)
				require.Equal(t, want, result.Inventories[0].Name)
			}
			check(&first, c.First(t.Context(), test.action, &first), test.first)
			err := c.One(t.Context(), test.action, &one)
			check(&one, err, test.one)
			require.Equal(t, name == "no row", zstack.IsNotFound(err))
		})
	}
	err := c.One(t.Context(), queryVM{}, new(queryVMResult))
	require.ErrorIs(t, err, zstack.ErrMultiple)
	requireZError(t, err)
	err = c.First(t.Context(), queryVM{Conditions: nobody}, new(queryVMResult))
	require.ErrorIs(t, err, zstack.ErrNotFound)
	require.Equal(t, "zstack: QueryVmInstanceAction: GET http://mn:8080/zstack/v1/vm-instances: no row matches", err.Error())
}

func TestGet(t *testing.T) {
	t.Parallel()
	node, c := nodeWithVMs(t, 3)
	var result queryVMResult
	require.NoError(t, c.Get(t.Context(), queryVM{}, uuids(1, 2)[0], &result))
	require.Equal(t, "vm0001", result.Inventories[0].Name)
	require.Equal(t, "/zstack/v1/vm-instances/"+uuids(1, 2)[0], node.Requests()[0].Path)
	for name, uuid := range map[string]string{"not there": vmUUID, "empty": "", "dots": "..", "slash": "a/b"} {
		err := c.Get(t.Context(), queryVM{}, uuid, new(queryVMResult))
		require.Error(t, err, name)
		require.Equal(t, name == "not there", zstack.IsNotFound(err), name)
	}
	require.Len(t, node.Requests(), 2)
}

// movedQuery is a query that ZSvirt has under another path.
type movedQuery struct {
	Limit *int32 `json:"limit,omitzero"`
}

func (movedQuery) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{
		Name: "QueryMovedAction", Method: "GET", Path: "/here", Session: true, Query: true,
		ZSvirt: &zstack.Variant{Method: "GET", Path: "/moved"},
	}
}

func TestGetUsesTheProductsPath(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`))
	c := clientOf(t, rec, zstack.WithProduct(zstack.ZSvirt))
	require.NoError(t, c.Get(t.Context(), movedQuery{}, vmUUID, new(queryVMResult)))
	require.Equal(t, "/zstack/v1/moved/"+vmUUID, rec.only(t).URL.Path)
}

func TestGetFromAServerWithoutThePath(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 405} {
		node := zstacktest.New(zstacktest.WithSession(sessionUUID), zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/zstack/v1/vm-instances" {
					w.WriteHeader(status)
					return
				}
				next.ServeHTTP(w, r)
			})
		}))
		node.Add("VmInstance", map[string]any{"uuid": vmUUID, "name": "vm"})
		c := clientOf(t, node, zstack.WithCredentials(zstack.Session(sessionUUID)))
		var result queryVMResult
		require.NoError(t, c.Get(t.Context(), queryVM{}, vmUUID, &result))
		require.Equal(t, "vm", result.Inventories[0].Name)
		require.True(t, zstack.IsNotFound(c.Get(t.Context(), queryVM{}, jobUUID, new(queryVMResult))))
	}
}

func TestReadingRowsOfWhatIsNoQuery(t *testing.T) {
	t.Parallel()
	rec := record(always(200, "{}"))
	c := clientOf(t, rec)
	for _, action := range []zstack.Action{nil, (*queryVM)(nil), recoverVM{UUID: vmUUID}} {
		_, counted := c.Count(t.Context(), action)
		for _, err := range []error{counted, c.First(t.Context(), action, new(queryVMResult)), c.One(t.Context(), action, new(queryVMResult)), c.Get(t.Context(), action, vmUUID, new(queryVMResult))} {
			var refused *zstack.ValidationError
			require.ErrorAs(t, err, &refused)
		}
	}
	for _, result := range []any{nil, 1, queryVMResult{}, (*queryVMResult)(nil), new(vmResult), new(types.ErrorCode)} {
		for _, err := range []error{c.First(t.Context(), queryVM{}, result), c.One(t.Context(), queryVM{}, result), c.Get(t.Context(), queryVM{}, vmUUID, result)} {
			requireRefused(t, err, "result", zstack.ConstraintType)
		}
	}
	require.Empty(t, rec.requests())
}

func TestGetUsesTheActionsOwnCredentials(t *testing.T) {
	t.Parallel()
	const own = "11111111111111111111111111111111"
	rec := record(always(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`))
	require.NoError(t, clientOf(t, rec).Get(t.Context(), queryVM{SessionID: own}, vmUUID, new(queryVMResult)))
	require.Equal(t, "OAuth "+own, rec.only(t).Header.Get("Authorization"))
}

// A page from a proxy is no word on whether a resource is there.
func TestAReplyWithoutInventoriesIsNotNotFound(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{}", `{"status":"ok"}`} {
		c := clientOf(t, always(200, body))
		old := queryVMResult{Inventories: []types.VmInstanceInventory{{UUID: "stale"}}}
		for _, err := range []error{c.Get(t.Context(), queryVM{}, vmUUID, &old), c.First(t.Context(), queryVM{}, &old), c.One(t.Context(), queryVM{}, &old)} {
			require.False(t, zstack.IsNotFound(err))
			require.ErrorContains(t, err, "inventories: is missing")
			requireZError(t, err)
		}
		require.Empty(t, old.Inventories)
	}
}

// slashed is a query whose path ends in a slash.
type slashed queryVM

func (slashed) ActionInfo() *zstack.ActionInfo {
	info := queryVMInfo
	info.Path = "/crypto/certificates/"
	return &info
}

func TestGetOfAPathThatEndsInASlash(t *testing.T) {
	t.Parallel()
	rec := record(always(200, `{"inventories":[{"uuid":"`+vmUUID+`"}]}`))
	require.NoError(t, clientOf(t, rec).Get(t.Context(), slashed{}, vmUUID, new(queryVMResult)))
	require.Equal(t, "/zstack/v1/crypto/certificates/"+vmUUID, rec.only(t).URL.Path)
}

func TestTheFallbackOfGetAsksForTheRow(t *testing.T) {
	t.Parallel()
	c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
		switch {
		case r.URL.RawQuery == "":
			return reply(404, "")
		case r.URL.Query().Get("count") == "true":
			return reply(200, `{"total":1}`)
		}
		return reply(200, `{"inventories":[{"uuid":"a"}]}`)
	}))
	require.NoError(t, c.Get(t.Context(), queryVM{Count: new(true)}, vmUUID, new(queryVMResult)))
}

func TestErrorsOfGetNameTheResource(t *testing.T) {
	t.Parallel()
	_, c := nodeWithVMs(t, 1)
	failed := requireZError(t, c.Get(t.Context(), queryVM{}, vmUUID, new(queryVMResult)))
	require.Equal(t, "/vm-instances/"+vmUUID, failed.Path)
}

func TestTimeoutOfGetCoversItsRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c := clientOf(t, transport(func(r *http.Request) (*http.Response, error) {
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(900 * time.Millisecond):
				return reply(404, "")
			}
		}))
		require.ErrorIs(t, c.Get(t.Context(), queryVM{}, vmUUID, new(queryVMResult), zstack.WithTimeout(time.Second)), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(began))
	})
}

// A failed login says nothing about a path.
func TestGetDoesNotLogInTwice(t *testing.T) {
	t.Parallel()
	logins := 0
	c := accountClient(t, transport(func(*http.Request) (*http.Response, error) {
		logins++
		return reply(404, "")
	}))
	require.Error(t, c.Get(t.Context(), queryVM{}, vmUUID, new(queryVMResult)))
	require.Equal(t, 1, logins)
}
