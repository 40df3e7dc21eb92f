package zstack_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// largeReply is a reply for which a buffer is kept, in which every text tells
// that it is of this reply.
func largeReply(text string) string {
	var b strings.Builder
	b.WriteString(`{"inventories":[`)
	for i := 0; b.Len() < 3<<19; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"uuid":"%s-%d","name":"%[1]s","description":"\u0041%[1]s","vmNics":[{"ip":"%[1]s"}]}`, text, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

// What a call returned must not change when its buffer is used again.
func TestResultsOutliveTheirBuffers(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, largeReply(r.URL.Query().Get("text")))
	}))
	t.Cleanup(server.Close)
	client, err := zstack.NewClient(server.URL, zstack.WithCredentials(zstack.Session("s")), zstack.WithLocation(time.UTC))
	require.NoError(t, err)
	type page struct {
		Inventories []types.VmInstanceInventory `json:"inventories"`
	}
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			pages := make(map[string]*page)
			raw := make(map[string][]byte)
			for range 3 {
				uuid := zstack.NewJobUUID()
				pages[uuid] = new(page)
				if err := client.Call(t.Context(), &listAction{uuid}, pages[uuid]); err != nil {
					t.Error(err)
				}
				uuid = zstack.NewJobUUID()
				text, err := zstack.Do(t.Context(), client, &listAction{uuid})
				if err != nil {
					t.Error(err)
				}
				raw[uuid] = text
			}
			for uuid, p := range pages {
				for i, vm := range p.Inventories {
					if vm.UUID != fmt.Sprint(uuid, "-", i) || vm.Name != uuid || vm.Description != "A"+uuid || vm.VmNics[0].IP != uuid {
						t.Errorf("%s: machine %d became %+v", uuid, i, vm)
						return
					}
				}
			}
			for uuid, text := range raw {
				if string(text) != largeReply(uuid) {
					t.Errorf("the text of %s changed", uuid)
				}
			}
		})
	}
	group.Wait()
}

// A listAction asks for a list in which a string stands everywhere.
type listAction struct {
	Text string `json:"text"`
}

func (*listAction) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "ListAction", Method: http.MethodGet, Path: "/list"}
}
