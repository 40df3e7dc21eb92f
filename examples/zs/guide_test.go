package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

var (
	shellBlocks = regexp.MustCompile("(?s)```sh\n(.*?)```")
	// These ask for a password, wait for something, or change the shell.
	notRun = regexp.MustCompile(`zs (login|logout|LogOut|watch|wait|completion)|^(go|pass|source) `)
)

// TestTheGuide runs the commands of docs/zs.md.
func TestTheGuide(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "zs.md"))
	require.NoError(t, err)
	n := 0
	for _, block := range shellBlocks.FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(block[1]) {
			if notRun.MatchString(line) {
				continue
			}
			n++
			t.Run(strings.TrimSpace(line), func(t *testing.T) {
				t.Parallel()
				s := onNode(t, nodeOfTheGuide(t))
				cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
				cmd.Dir = t.TempDir()
				image := "name: i\nurl: http://files/i\nformat: qcow2\nbackupStorageUuids: [backup-1]\n"
				require.NoError(t, os.WriteFile(filepath.Join(cmd.Dir, "image.yaml"), []byte(image), 0o600))
				cmd.Env = append(s.environment, "PATH="+binaryFolder()+":"+pathOf(s))
				out, err := cmd.CombinedOutput()
				require.NoError(t, err, string(out))
			})
		}
	}
	require.Greater(t, n, 15)
}

// nodeOfTheGuide has the names that the guide uses.
func nodeOfTheGuide(t *testing.T) *zstacktest.Server {
	t.Helper()
	node := newNode(t, zstacktest.WithLongJobDelay(0))
	for kind, names := range map[string][2]string{
		"VmInstance": {"vm-00001", "web-1"}, "Image": {"image-1", "debian-13"},
		"InstanceOffering": {"offering-1", "small"}, "L3Network": {"l3-1", "lan"},
	} {
		node.Set(kind, uuidOf(t, node, kind, names[0]), map[string]any{"name": names[1]})
	}
	return node
}
