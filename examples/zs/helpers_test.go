package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// binary is zs as its users have it.
var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "zs")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(folder, "zs")
	build := exec.Command("go", append(underRace, "-o", binary, ".")...)
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// A shell is somebody with an environment of their own.
type shell struct {
	t           *testing.T
	environment []string
	input       string
}

// newShell has no management node in its environment, and a home of its own.
func newShell(t *testing.T, environment ...string) *shell {
	t.Helper()
	home := t.TempDir()
	return &shell{t: t, environment: append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, ".config"),
		"LANG=en_US.UTF-8", "TZ=UTC", "TERM=xterm",
	}, environment...)}
}

// onNode works on a simulated node.
func onNode(t *testing.T, node *zstacktest.Server, environment ...string) *shell {
	t.Helper()
	return newShell(t, append([]string{
		"ZSTACK_ENDPOINT=" + node.URL, "ZSTACK_ACCOUNT=admin", "ZSTACK_PASSWORD=password",
	}, environment...)...)
}

// newNode has a host, an image and whatever else a VM needs, and three VM instances.
func newNode(t *testing.T, options ...zstacktest.Option) *zstacktest.Server {
	t.Helper()
	return zstacktest.NewServer(t, append([]zstacktest.Option{
		zstacktest.WithSeed(1), zstacktest.WithLocation(time.UTC), zstacktest.WithJobDelay(0),
		zstacktest.WithClock(func() time.Time { return time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC) }),
		zstacktest.WithModel(zstacktest.Model{Hosts: 2, L3Networks: 1, Images: 1, VMs: 3}),
	}, options...)...)
}

// A ran is what a run of zs came to.
type ran struct {
	out, err string
	code     int
}

func (s *shell) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), binary, args...)
	cmd.Env = s.environment
	if s.input != "" {
		cmd.Stdin = bytes.NewBufferString(s.input)
	}
	return cmd
}

func (s *shell) zs(args ...string) ran {
	s.t.Helper()
	cmd := s.command(args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(s.t, err)
	}
	return ran{out.String(), problems.String(), cmd.ProcessState.ExitCode()}
}

// ok runs zs, which has to succeed without a word beside its output.
func (s *shell) ok(args ...string) string {
	s.t.Helper()
	r := s.zs(args...)
	require.Zero(s.t, r.code, r.err)
	require.Empty(s.t, r.err)
	return r.out
}

// missing skips a test for want of a tool, but for where all have to be there.
func missing(t *testing.T, tool string) {
	t.Helper()
	if os.Getenv("ZS_TOOLS_REQUIRED") != "" {
		require.Fail(t, "a tool is missing", tool)
	}
	t.Skip("there is no " + tool + " here; .ci/run installs it")
}

// uuidOf finds a resource of the node by its name.
func uuidOf(t *testing.T, node *zstacktest.Server, kind, name string) string {
	t.Helper()
	for _, row := range node.All(kind) {
		if row["name"] == name {
			uuid, _ := row["uuid"].(string)
			return uuid
		}
	}
	require.Fail(t, "the node has no such resource", "%s %s", kind, name)
	return ""
}

// field reads a member of JSON by its path.
func field(t *testing.T, data, path string) string {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal([]byte(data), &v))
	for _, name := range strings.Split(path, ".") {
		object, isObject := v.(map[string]any)
		require.True(t, isObject, "%s in %s", name, data)
		v = object[name]
	}
	s, isString := v.(string)
	require.True(t, isString, "%s in %s", path, data)
	return s
}
