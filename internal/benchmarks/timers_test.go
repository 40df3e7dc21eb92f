package benchmarks

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// BenchmarkJobTimers waits for 1,000 jobs at once and reports how many timers there
// are meanwhile. It is apart from BenchmarkManyJobs because every allocation has to
// be noted to find them.
func BenchmarkJobTimers(b *testing.B) {
	const jobs, length = 1000, 3 * time.Second
	defer func(rate int) { runtime.MemProfileRate = rate }(runtime.MemProfileRate)
	runtime.MemProfileRate = 1
	server := startProcess(b, "jobs:"+length.String())
	client := sample.NewClient(b, server.url, zstack.WithRateLimiter(zstack.NewRateLimiter(manyJobsRate)))
	timers := make(chan int64, 1)
	b.ResetTimer()
	for range b.N {
		look := time.AfterFunc(length*2/3, func() { timers <- timersInUse() })
		waitForJobs(b, startJobs(b, client, jobs))
		if !look.Stop() {
			b.ReportMetric(float64(<-timers), "timers")
		}
	}
}

// timersInUse counts timers by where they were allocated, whoever did it.
func timersInUse() (n int64) {
	for range 2 { // the profile is that of the collection before the last
		runtime.GC()
	}
	records := make([]runtime.MemProfileRecord, 0, 1000)
	for {
		count, ok := runtime.MemProfile(records[:cap(records)], false)
		if ok {
			records = records[:count]
			break
		}
		records = make([]runtime.MemProfileRecord, 0, count+100)
	}
	for _, r := range records {
		if isTimer(r.Stack()) {
			n += r.InUseObjects()
		}
	}
	return n
}

// isTimer reports whether an allocation is a timer and not what comes with one.
func isTimer(stack []uintptr) bool {
	for frames := runtime.CallersFrames(stack); ; {
		frame, more := frames.Next()
		switch {
		case frame.Function == "time.newTimer":
			return true
		case !more || !strings.HasPrefix(frame.Function, "runtime."):
			return false
		}
	}
}
