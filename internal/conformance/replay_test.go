package conformance

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An exchange is a request that a real node was sent, and its reply.
type exchange struct {
	Step       string
	N          int
	Method     string
	Path       string
	ReqHeaders map[string]string
	ReqBody    string
	Status     int
	RespBody   string
	Err        string
}

// isPoll reports whether an exchange asks for the state of a job.
func (x exchange) isPoll() bool { return strings.Contains(x.Path, "/v1/api-jobs/") }

// runs reports whether a poll says that its job is not over.
func (x exchange) runs() bool { return x.isPoll() && x.Status == http.StatusAccepted }

// A step is what was tried of one thing.
type step struct {
	name      string
	exchanges []exchange
}

// recordedSteps reads a recording. The first step is the one that reads the site.
func recordedSteps(t *testing.T, file string) []step {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "node", file))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var steps []step
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var x exchange
		require.NoError(t, json.Unmarshal(lines.Bytes(), &x))
		if len(steps) == 0 || steps[len(steps)-1].name != x.Step {
			steps = append(steps, step{name: x.Step})
		}
		last := &steps[len(steps)-1]
		last.exchanges = append(last.exchanges, x)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, steps)
	return steps
}
