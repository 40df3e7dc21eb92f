package benchmarks

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// longJob is how long the long job takes.
const longJob = 5 * time.Minute

// BenchmarkLongJob waits for jobs of five minutes in fake time, which only a test
// has: it runs TestLongJob and reports what that found.
func BenchmarkLongJob(b *testing.B) {
	self, err := os.Executable()
	require.NoError(b, err)
	attribute := regexp.MustCompile(`(?m)^=== ATTR  TestLongJob (\S+) (\S+)`)
	var found [][][]byte
	for range b.N {
		out, err := exec.Command(self, "-test.run=^TestLongJob$", "-test.v").CombinedOutput()
		require.NoError(b, err, string(out))
		found = attribute.FindAllSubmatch(out, -1)
	}
	require.Len(b, found, 2)
	for _, m := range found {
		value, err := strconv.ParseFloat(string(m[2]), 64)
		require.NoError(b, err)
		b.ReportMetric(value, string(m[1]))
	}
}

// TestLongJob tells how much longer calls take than their jobs of about five
// minutes, and how often they poll: the most of twenty lengths.
func TestLongJob(t *testing.T) {
	var added time.Duration
	most := 0
	for i := range 20 {
		length := longJob + time.Duration(i)*170*time.Millisecond
		took, polls := waitInFakeTime(t, length)
		require.GreaterOrEqual(t, took, length)
		require.Positive(t, polls)
		added, most = max(added, took-length), max(most, polls)
	}
	t.Attr("added-s", fmt.Sprint(added.Seconds()))
	t.Attr("polls", strconv.Itoa(most))
}

func waitInFakeTime(t *testing.T, length time.Duration) (took time.Duration, polls int) {
	synctest.Test(t, func(t *testing.T) {
		node := zstacktest.New(zstacktest.WithSession(sample.Session), zstacktest.WithJobDelay(length))
		client := sample.NewClient(t, "127.0.0.1", withDefaultRate(), zstack.WithHTTPClient(&http.Client{Transport: node}))
		began := time.Now()
		_, err := actions.CreateZoneAction{Name: "zone-1"}.Call(t.Context(), client)
		require.NoError(t, err)
		took = time.Since(began)
		for _, r := range node.Requests() {
			if strings.Contains(r.Path, "/api-jobs/") {
				polls++
			}
		}
	})
	return took, polls
}
