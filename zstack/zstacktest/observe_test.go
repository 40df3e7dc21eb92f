package zstacktest_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestObserver(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []zstacktest.Observation
	node := zstacktest.New(zstacktest.WithJobDelay(0), zstacktest.WithObserver(func(o zstacktest.Observation) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, o)
	}))
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	c := connect(t, node)
	_, err := actions.DeleteZoneAction{UUID: vmUUID}.Call(t.Context(), c)
	require.Error(t, err)
	resp, err := (&http.Client{Transport: node}).Get("http://mn:8080/elsewhere")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())

	mu.Lock()
	defer mu.Unlock()
	require.Len(t, seen, 4) // a login, the call, a poll of its job, and what is no call
	require.Equal(t, "LogInByAccount", seen[0].Action)
	require.Equal(t, http.StatusOK, seen[0].Status)
	require.Equal(t, "DeleteZone", seen[1].Action)
	require.Equal(t, http.StatusAccepted, seen[1].Status)
	require.NotEmpty(t, seen[1].AccountUUID)
	require.Equal(t, http.StatusServiceUnavailable, seen[2].Status)
	require.Equal(t, "SYS.1003", seen[2].Code)
	require.Equal(t, http.StatusNotFound, seen[3].Status)
	require.Equal(t, "/elsewhere", seen[3].Path)
	for _, o := range seen {
		require.Positive(t, o.Duration)
	}
}
