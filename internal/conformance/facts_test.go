package conformance

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
)

// TestActionInfoHoldsTheFacts compares what the engine rests on with the catalogue.
func TestActionInfoHoldsTheFacts(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	reads, created, settled, timed, readsByChange, changesByGet, long := 0, 0, 0, 0, 0, 0, 0
	for _, action := range api.Actions {
		e, ok := registry.Lookup(action.Name)
		require.True(t, ok)
		info, b := e.Info(), action.Behaviour
		read := b != nil && b.Reads != nil && *b.Reads
		require.Equal(t, read, info.Reads, action.Name)
		if read {
			reads++
		}
		if read && info.Method != "GET" {
			readsByChange++
		}
		if !read && info.Method == "GET" {
			changesByGet++
		}
		if b == nil {
			continue
		}
		require.Equal(t, b.LongJob, info.LongJob, action.Name)
		if b.LongJob {
			long++
		}
		require.Equal(t, time.Duration(b.TimeoutSeconds)*time.Second, info.Timeout, action.Name)
		if info.Timeout != 0 {
			timed++
		}
		if b.Creates == nil {
			require.Empty(t, info.ResourceUUID, action.Name)
			continue
		}
		require.Equal(t, b.Creates.UUID, info.ResourceUUID, action.Name)
		if info.ResourceUUID != "" {
			created++
		}
		if b.Creates.SettledBy == "" {
			require.Nil(t, info.SettledBy, action.Name)
			continue
		}
		settled++
		require.Equal(t, b.Creates.SettledBy, info.SettledBy.Name, action.Name)
		query, ok := registry.Lookup(info.SettledBy.Name)
		require.True(t, ok)
		require.Same(t, query.Info(), info.SettledBy, action.Name)
	}
	require.Equal(t, map[string]int{"reads": 725, "reads by POST and PUT": 56, "changes by GET": 5, "UUIDs": 312, "settled": 288, "times": 70, "long jobs": 27},
		map[string]int{"reads": reads, "reads by POST and PUT": readsByChange, "changes by GET": changesByGet, "UUIDs": created, "settled": settled, "times": timed, "long jobs": long})
}
