package zstacktest

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
)

// A client that reads a table page by page, going on from the last UUID that it
// has seen, gets each row that stays exactly once, whatever comes and goes.
func TestPagesByUUIDMissNothing(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	stays := make(map[string]bool)
	for range 3000 {
		stays[c.node.Add("Zone", map[string]any{"name": "stays"})] = true
	}
	stop := make(chan struct{})
	var changes sync.WaitGroup
	changes.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				c.node.Remove("Zone", c.node.Add("Zone", map[string]any{"name": "goes"}))
			}
		}
	})
	t.Cleanup(changes.Wait)
	t.Cleanup(func() { close(stop) })

	last := ""
	for {
		rep := c.send("GET", "/zones?q=uuid%3E"+last+"&sort=%2Buuid&limit=100", "")
		require.Equal(t, http.StatusOK, rep.status, rep.text)
		page := rep.body["inventories"].([]any)
		for _, e := range page {
			zone := e.(map[string]any)
			require.Positive(t, strings.Compare(zone["uuid"].(string), last))
			last = zone["uuid"].(string)
			if zone["name"] == "stays" {
				require.True(t, stays[last], "read twice")
				delete(stays, last)
			}
		}
		if len(page) < 100 {
			break
		}
	}
	require.Empty(t, stays, "not read")
}

func TestRowsAreFoundByTheirUUIDsOnce(t *testing.T) {
	t.Parallel()
	n := New()
	for _, uuid := range []string{"b", "A", "c", "B"} {
		n.Add("Zone", map[string]any{"uuid": uuid})
	}
	zones := n.store.Table("Zone")
	for want, uuids := range map[string][]string{
		"b c B": {"c", "b", "x", "B"},
		"A":     {"a"},
		"":      {"", "d"},
	} {
		require.Equal(t, want, keys(queries.WithUUIDs(zones, uuids)), uuids)
	}
}
