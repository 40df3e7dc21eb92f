package benchmarks

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zstack-go/zstack-go/internal/benchmarks/sample"
)

// BenchmarkProgram builds a program with one action, and one that does the same
// with net/http and encoding/json, starts them in turn, and reports their sizes and
// the medians of the time from start to end. They have an endpoint and a session and
// end with an error because there is no VM to recover, so that nothing is sent.
func BenchmarkProgram(b *testing.B) {
	dir := b.TempDir()
	names, packages := []string{"zstack", "bare"}, []string{"../linkage/oneaction", "./bare"}
	programs := make([]string, len(names))
	took := make([][]time.Duration, len(names))
	for i, name := range names {
		programs[i] = filepath.Join(dir, name)
		out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", programs[i], packages[i]).CombinedOutput()
		require.NoError(b, err, string(out))
	}
	b.ResetTimer()
	for range b.N {
		for i, program := range programs {
			took[i] = append(took[i], startAndEnd(b, program))
		}
	}
	b.StopTimer()
	for i, name := range names {
		info, err := os.Stat(programs[i])
		require.NoError(b, err)
		slices.Sort(took[i])
		b.ReportMetric(float64(info.Size())/mb, name+"-MB")
		b.ReportMetric(took[i][len(took[i])/2].Seconds()*1000, name+"-start-ms")
	}
}

func startAndEnd(b *testing.B, program string) time.Duration {
	cmd := exec.Command(program)
	cmd.Env = []string{"ZSTACK_ENDPOINT=http://127.0.0.1:1", "ZSTACK_SESSION_ID=" + sample.Session}
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		b.Fatal(err)
	}
	return took
}
