package benchmarks

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// shortJob is how long the short job takes.
const shortJob = 300 * time.Millisecond

// BenchmarkJob waits for one job after the other, and reports how much longer a call
// takes than its job and how many polls it sends. Jobs take exactly 300 ms, or 10 %
// more or less in "spread", so that no schedule that happens to suit 300 ms looks
// better than it is.
func BenchmarkJob(b *testing.B) {
	b.Run("exact", func(b *testing.B) {
		polls, server := countPolls(b, zstacktest.WithJobDelay(shortJob))
		measureJobs(b, sample.NewClient(b, server.URL, withDefaultRate()))
		b.ReportMetric(float64(polls.Load())/float64(b.N), "polls/op")
	})
	b.Run("spread", func(b *testing.B) {
		server := startProcess(b, "jobs:"+shortJob.String()+",0.1")
		measureJobs(b, sample.NewClient(b, server.url, withDefaultRate()))
		seen := server.seen(b)
		b.ReportMetric((b.Elapsed().Seconds()-seen.JobTime)*1000/float64(b.N), "added-ms")
		b.ReportMetric(float64(seen.Polls)/float64(b.N), "polls/op")
	})
	b.Run("webhook", func(b *testing.B) {
		polls, server := countPolls(b, zstacktest.WithJobDelay(shortJob))
		receiver := httptest.NewUnstartedServer(nil)
		hook := zstack.NewWebhook("http://" + receiver.Listener.Addr().String() + "/zstack")
		receiver.Config.Handler = hook
		receiver.Start()
		b.Cleanup(receiver.Close)
		measureJobs(b, sample.NewClient(b, server.URL, withDefaultRate(), zstack.WithWebhook(hook)))
		b.ReportMetric(float64(polls.Load())/float64(b.N), "polls/op")
	})
}

// withDefaultRate gives a client the limit that it has when it is given none.
func withDefaultRate() zstack.Option {
	return zstack.WithRateLimiter(zstack.NewRateLimiter(150))
}

// countPolls starts a node that counts the polls it gets.
func countPolls(b *testing.B, options ...zstacktest.Option) (*atomic.Int64, *zstacktest.Server) {
	polls := new(atomic.Int64)
	options = append(options, zstacktest.WithSession(sample.Session), zstacktest.WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/api-jobs/") {
				polls.Add(1)
			}
			next.ServeHTTP(w, r)
		})
	}))
	return polls, zstacktest.NewServer(b, options...)
}

func measureJobs(b *testing.B, client *zstack.Client) {
	b.ResetTimer()
	for range b.N {
		result, err := actions.CreateZoneAction{Name: "zone-1"}.Call(b.Context(), client)
		if err != nil || result.Inventory.Name != "zone-1" {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	require.Greater(b, b.Elapsed(), time.Duration(b.N)*shortJob*8/10)
	b.ReportMetric((b.Elapsed()/time.Duration(b.N)-shortJob).Seconds()*1000, "added-ms")
}
