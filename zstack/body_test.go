package zstack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func TestReadAll(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, smallBody - 1, smallBody, smallBody + 1, largeBody - 1, largeBody, 3*largeBody + 7} {
		want := bytes.Repeat([]byte("0123456789abcdef\n"), size/17+1)[:size]
		for _, length := range []int64{-1, 0, 1, int64(size) - 1, int64(size), int64(size) + 1, 2 * int64(size), math.MaxInt64} {
			t.Run(fmt.Sprintf("%d bytes said to be %d", size, length), func(t *testing.T) {
				t.Parallel()
				for _, r := range []io.Reader{bytes.NewReader(want), iotest.HalfReader(bytes.NewReader(want)), iotest.DataErrReader(bytes.NewReader(want))} {
					got, err := readAll(r, length)
					require.NoError(t, err)
					require.True(t, bytes.Equal(want, got))
					recycle(got)
				}
			})
		}
	}
}

func TestReadAllEndsWithAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	got, err := readAll(io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(broken)), 100)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "begun", string(got))
}

// largeReply is a reply for which a buffer is kept, in which every text tells
// that it is of this reply.
func largeReply(text string) string {
	var b strings.Builder
	b.WriteString(`{"inventories":[`)
	for i := 0; b.Len() < largeBody+largeBody/2; i++ {
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
	client, err := NewClient(server.URL, WithCredentials(Session("s")), WithLocation(time.UTC))
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
				uuid := NewJobUUID()
				pages[uuid] = new(page)
				if err := client.Call(t.Context(), &listAction{uuid}, pages[uuid]); err != nil {
					t.Error(err)
				}
				uuid = NewJobUUID()
				text, err := Do(t.Context(), client, &listAction{uuid})
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

// A listAction asks for a list in which a text stands everywhere.
type listAction struct {
	Text string `json:"text"`
}

func (*listAction) ActionInfo() *ActionInfo {
	return &ActionInfo{Name: "ListAction", Method: http.MethodGet, Path: "/list"}
}

// How long the last reply was decides how buffers grow, and nothing else.
func TestReadAllAfterRepliesOfAllSizes(t *testing.T) {
	t.Parallel()
	for _, size := range []int{30 << 20, 1, 5 << 20, 1 << 20, 1<<20 + 1, 30<<20 + 7, 2 << 20, 0} {
		want := bytes.Repeat([]byte("0123456789"), size/10+1)[:size]
		got, err := readAll(bytes.NewReader(want), -1)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), size)
	}
}
