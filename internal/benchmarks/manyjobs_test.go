package benchmarks

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
)

// manyJobsRate is the request budget: with the default of 150 a second, sending
// 10,000 calls alone would take 67 seconds, and with 2,000 it takes five of the six
// that there are.
const manyJobsRate = 5000

// BenchmarkManyJobs starts 10,000 jobs of 30 seconds and waits for all of them at
// once.
func BenchmarkManyJobs(b *testing.B) {
	jobs, length := 10_000, 30*time.Second
	if testing.Short() {
		jobs, length = 500, time.Second
	}
	server := startProcess(b, "jobs:"+length.String())
	client := sample.NewClient(b, server.url, zstack.WithRateLimiter(zstack.NewRateLimiter(manyJobsRate)))
	before := heapInUse()
	watch := watchHeap()
	b.ResetTimer()
	for range b.N {
		began := time.Now()
		started := startJobs(b, client, jobs)
		look := time.AfterFunc(time.Until(began.Add(length*2/3)), func() { reportGoroutines(b) })
		waitForJobs(b, started)
		look.Stop()
	}
	b.StopTimer()
	watch.end()
	seen := server.seen(b)
	require.Equal(b, int64(jobs*b.N), seen.Submissions)
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
	b.ReportMetric(float64(seen.Worst), "requests/s-worst")
	b.ReportMetric(float64(seen.Polls)/float64(seen.Submissions), "polls/job")
	b.ReportMetric(float64(watch.heap-before)/mb, "heap-MB")
	b.ReportMetric(float64(watch.total)/mb, "memory-MB")
}

type zoneJob = zstack.Job[actions.CreateZoneResult]

// startJobs starts jobs as fast as the budget lets it.
func startJobs(b *testing.B, client *zstack.Client, jobs int) []*zoneJob {
	started := make([]*zoneJob, jobs)
	next := make(chan int)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range next {
				job, err := actions.CreateZoneAction{Name: "zone-1"}.Start(b.Context(), client)
				if err != nil {
					b.Error(err)
				}
				started[i] = job
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	all.Wait()
	return started
}

func waitForJobs(b *testing.B, started []*zoneJob) {
	var all sync.WaitGroup
	for _, job := range started {
		all.Go(func() { waitForJob(b, b.Context(), job) })
	}
	all.Wait()
}

func waitForJob(b *testing.B, ctx context.Context, job *zoneJob) {
	result, err := job.Wait(ctx)
	if err != nil || result.Inventory.UUID != job.UUID() {
		b.Errorf("job %s: %v", job.UUID(), err)
	}
}

// reportGoroutines reports how many callers wait, and how many goroutines there are
// beside them that are not the connections'.
func reportGoroutines(b *testing.B) {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		b.Error(err)
	}
	waiting, engine := 0, 0
	for stack := range strings.SplitSeq(profile.String(), "\n\n") {
		count, _, _ := strings.Cut(stack, " @ ")
		n, err := strconv.Atoi(count[strings.LastIndexByte(count, '\n')+1:])
		switch {
		case err != nil:
		case strings.Contains(stack, "benchmarks.waitForJob+"):
			waiting += n
		case strings.Contains(stack, "zstack-go/zstack.") && !strings.Contains(stack, "benchmarks.reportGoroutines"):
			engine += n
		}
	}
	b.ReportMetric(float64(waiting), "waiting")
	b.ReportMetric(float64(engine), "engine-goroutines")
}
