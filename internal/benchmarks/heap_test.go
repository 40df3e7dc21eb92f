package benchmarks

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// mb is a megabyte as the targets mean it.
const mb = 1 << 20

// A heapWatch notes how much memory the process has at most.
type heapWatch struct {
	heap  uint64 // objects, those included that the collector has yet to find
	live  uint64 // objects that the collector found in use
	total uint64 // all memory of the process that it has not given back

	stop chan struct{}
	done chan struct{}
}

// watchHeap begins to look, many times a second.
func watchHeap() *heapWatch {
	w := &heapWatch{stop: make(chan struct{}), done: make(chan struct{})}
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	go func() {
		defer close(w.done)
		tick := time.NewTicker(500 * time.Microsecond)
		defer tick.Stop()
		for {
			metrics.Read(samples)
			w.heap = max(w.heap, samples[0].Value.Uint64())
			w.live = max(w.live, samples[1].Value.Uint64())
			w.total = max(w.total, samples[2].Value.Uint64()-samples[3].Value.Uint64())
			select {
			case <-tick.C:
			case <-w.stop:
				return
			}
		}
	}()
	return w
}

func (w *heapWatch) end() {
	close(w.stop)
	<-w.done
}

// heapInUse is how much of the heap is reachable.
func heapInUse() uint64 {
	runtime.GC()
	runtime.GC() // the first leaves what sync.Pools held
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}
