package callpath

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

const uuid = "0123456789abcdef0123456789abcdef"

// node answers as a management node does.
func node(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "PUT /zstack/v1/accounts/login":
		fmt.Fprintf(w, `{"inventory":{"uuid":%q}}`, uuid)
	case "GET /zstack/v1/vm-instances":
		fmt.Fprintf(w, `{"inventories":[{"uuid":%q,"name":"vm"}]}`, uuid)
	case "PUT /zstack/v1/vm-instances/" + uuid + "/actions":
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"location":"http://mn/zstack/v1/api-jobs/%s"}`, r.Header.Get("X-Job-Uuid"))
	default:
		fmt.Fprintf(w, `{"inventory":{"uuid":%q,"name":"vm"}}`, uuid) // the job, and the end of the session
	}
}

// The call that the variable CALLPATH names is made once: query, async, or none.
func TestOneCall(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(node))
	t.Cleanup(server.Close)
	client, err := zstack.NewClient(server.URL, zstack.WithContextPath("zstack"), zstack.WithCredentials(zstack.Account("admin", "password")))
	require.NoError(t, err)
	_, err = actions.GetVersionAction{}.Call(t.Context(), client) // which needs no session
	_ = err
	switch call := os.Getenv("CALLPATH"); call {
	case "query":
		res, err := actions.QueryVmInstanceAction{Conditions: zstack.Where()}.Call(t.Context(), client)
		require.NoError(t, err)
		require.Len(t, res.Inventories, 1)
	case "async":
		res, err := actions.RecoverVmInstanceAction{UUID: uuid}.Call(t.Context(), client)
		require.NoError(t, err)
		require.Equal(t, uuid, res.Inventory.UUID)
	case "none", "":
	default:
		t.Fatalf("got CALLPATH %q, want query, async or none", call)
	}
}
