package benchmarks

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkCompile builds and vets the SDK where the standard library and the
// dependencies have been compiled and the SDK has not: in a copy of the source,
// which the build cache knows nothing of because it is in another directory. What it is
// compared with is what the standard library takes in the same run, in an empty cache.
// It reports the time of all processors together, which says more than that on the clock
// on a machine that does other things too.
func BenchmarkCompile(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes minutes")
	}
	root, err := filepath.Abs("../..")
	require.NoError(b, err)
	b.ResetTimer()
	var std, build, vet spent
	for range b.N {
		cache := b.TempDir()
		std.add(timed(b, root, cache, "build", "std"))
		timed(b, root, cache, "vet", "./...")
		source := filepath.Join(b.TempDir(), "source")
		copySource(b, root, source)
		build.add(timed(b, source, cache, "build", "./actions"))
		source = filepath.Join(b.TempDir(), "source")
		copySource(b, root, source)
		vet.add(timed(b, source, cache, "vet", "./..."))
	}
	std.report(b, "std")
	build.report(b, "build")
	vet.report(b, "vet")
}

// spent is the time that commands took, on the clock and of the processors.
type spent struct{ clock, processors time.Duration }

func (s *spent) add(more spent) {
	s.clock += more.clock
	s.processors += more.processors
}

func (s *spent) report(b *testing.B, name string) {
	b.ReportMetric(s.clock.Seconds()/float64(b.N), name+"-s")
	b.ReportMetric(s.processors.Seconds()/float64(b.N), name+"-processor-s")
}

// timed runs the go command in a directory.
func timed(b *testing.B, dir, cache string, arguments ...string) spent {
	cmd := exec.Command("go", arguments...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOCACHE="+cache)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	require.NoError(b, err, string(out))
	return spent{time.Since(began), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
}

// copySource copies the module without what is not source, such as its history.
func copySource(b *testing.B, from, to string) {
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && name != "." && entry.Name()[0] == '.':
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), data, 0o644)
	})
	require.NoError(b, err)
}
