package main

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/examples/internal/exampletest"
	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnASimulatedNode(t *testing.T) {
	out, err := exampletest.Simulated(t, program())
	require.NoError(t, err)
	require.Regexp(t, `Long job \w{32}\n(  \d+ %\n)*Added image "base"`, out)
}

func TestAFileOnAnotherNode(t *testing.T) {
	node := zstacktest.NewServer(t, zstacktest.WithSite(), zstacktest.WithLongJobDelay(0))
	file := filepath.Join(t.TempDir(), "base 1.qcow2")
	require.NoError(t, os.WriteFile(file, []byte("QFI"), 0o600))
	out, err := exampletest.On(t, node, program(), "backup-1", "base", file)
	require.NoError(t, err)
	require.Regexp(t, `Serving .* at http://127\.0\.0\.1:\d+/base%201\.qcow2\n`, out)

	t.Run("resumed", func(t *testing.T) {
		job := regexp.MustCompile(`Long job (\w{32})`).FindStringSubmatch(out)[1]
		again, err := exampletest.On(t, node, program(), "-resume", job, "backup-1", "base", file)
		require.NoError(t, err)
		require.Contains(t, again, `Added image `)
		require.Equal(t, 1, node.Count("LongJob"))
	})
}

func TestWhatIsServed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "base 1.qcow2")
	require.NoError(t, os.WriteFile(file, []byte("QFI"), 0o600))
	address, stop, err := serve(t.Context(), setup{listen: "127.0.0.1:0"}, file)
	require.NoError(t, err)
	defer func() { require.NoError(t, stop()) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]int{"": http.StatusOK, "/../main.go": http.StatusNotFound} {
		resp, err := client.Get(address + path)
		require.NoError(t, err)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, want, resp.StatusCode, path)
		if want == http.StatusOK {
			require.Equal(t, "QFI", string(text))
		}
	}
}

func TestWhatThereIsNot(t *testing.T) {
	_, err := exampletest.Simulated(t, program(), "none", "base", "http://files.example.com/base.qcow2")
	require.True(t, zstack.IsNotFound(err))
	_, err = exampletest.Simulated(t, program(), "backup-1", "base", filepath.Join(t.TempDir(), "none.qcow2"))
	require.ErrorIs(t, err, fs.ErrNotExist)
}
