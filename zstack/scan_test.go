package zstack_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// TestRowsAreSeenOnceWhileOthersComeAndGo reads 200,000 rows while a writer inserts
// and deletes all the time. What was there throughout is seen exactly once, nothing
// is seen twice, and what has been read does not stay in memory.
func TestRowsAreSeenOnceWhileOthersComeAndGo(t *testing.T) {
	rows := 200_000
	if underRace {
		rows = 20_000
	}
	node := zstacktest.New(zstacktest.WithSession(sessionUUID))
	c := clientOf(t, node, zstack.WithCredentials(zstack.Session(sessionUUID)), zstack.WithRateLimiter(zstack.NewRateLimiter(math.Inf(1))))
	lasting := func(i int) string { return fmt.Sprintf("%031d0", i) }
	for i := range rows {
		node.Add("VmInstance", map[string]any{"uuid": lasting(i), "name": "vm"})
	}

	pages := make(chan struct{}, 1000) // each one read lets the writer go on, while the next is on its way
	var writer sync.WaitGroup
	writes := 0
	writer.Go(func() {
		// A passing row lies between lasting ones, anywhere.
		d := rand.New(rand.NewPCG(1, 2))
		var there []string
		for range pages {
			for range 50 {
				uuid := fmt.Sprintf("%031d%x", d.IntN(rows), 1+d.IntN(15))
				if node.Get("VmInstance", uuid) == nil {
					node.Add("VmInstance", map[string]any{"uuid": uuid, "name": "passing"})
					there = append(there, uuid)
					writes++
				}
				if len(there) > 2000 {
					node.Remove("VmInstance", there[0])
					there = there[1:]
				}
			}
		}
	})

	next, seen, last := 0, 0, ""
	var before, after float64
	var page queryVMResult
	p := zstack.NewPager(c, queryVM{}, &page)
	for p.Next(t.Context()) {
		pages <- struct{}{}
		for _, vm := range page.Inventories {
			if vm.UUID <= last { // so none comes twice; require would take longer than the reading
				t.Fatalf("%s comes after %s", vm.UUID, last)
			}
			last = vm.UUID
			if seen++; vm.Name == "vm" {
				if vm.UUID != lasting(next) {
					t.Fatalf("%s comes where %s does", vm.UUID, lasting(next))
				}
				next++
			}
		}
		if seen > rows/10 && before == 0 {
			before = heap()
		}
	}
	close(pages)
	writer.Wait()
	require.NoError(t, p.Err())
	require.Greater(t, writes, rows/20)
	require.Equal(t, rows, next)
	require.Greater(t, seen, rows)
	after = heap()
	require.Less(t, after-before, 20.0, "megabytes that were gained while nine tenths were read")
}

// heap returns how many megabytes are in use.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
