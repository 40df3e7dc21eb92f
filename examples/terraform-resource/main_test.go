package main

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// TestMain lets the test's own program be the provider that terraform starts.
func TestMain(m *testing.M) {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestDemonstration(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	t.Setenv("ZSTACK_HOST", "")
	var out, problems strings.Builder
	require.Zero(t, run(t.Context(), &out, &problems, nil), problems.String())
	require.Regexp(t, `^Simulated management node at http://127.0.0.1:\d+
A new block: the plan is create
  applied: VM \w{32} "web", running, \[172.20.0.10\]
The same block again: the plan is no changes
Renamed outside of terraform: the plan is update in place: name "renamed by hand" -> "web"
  applied: VM \w{32} "web", running, \[172.20.0.10\]
Another description and state in the block: the plan is update in place: description null -> "a web server", state "running" -> "stopped"
  applied: VM \w{32} "web", stopped, \[172.20.0.10\]
Imported by its UUID: VM \w{32} "web", stopped, \[172.20.0.10\]
The same block after the import: the plan is no changes
Destroyed by terraform: the node says Destroyed
$`, out.String())
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments     []string
		status        int
		out, problems string
	}{
		"help":            {[]string{"-h"}, 0, usage, ""},
		"an argument":     {[]string{"web"}, 2, "", usage},
		"an unknown flag": {[]string{"-x"}, 2, "", usage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, problems strings.Builder
			require.Equal(t, test.status, run(t.Context(), &out, &problems, test.arguments))
			require.Equal(t, test.out, out.String())
			require.Equal(t, test.problems, problems.String())
		})
	}
}

// A management node that the environment names is left alone.
func TestARealNode(t *testing.T) {
	for _, variable := range []string{"ZSTACK_ENDPOINT", "ZSTACK_HOST"} {
		t.Run(variable, func(t *testing.T) {
			node := zstacktest.NewServer(t)
			t.Setenv("ZSTACK_ENDPOINT", "")
			t.Setenv("ZSTACK_HOST", "")
			t.Setenv(variable, node.URL)
			var out, problems strings.Builder
			require.Zero(t, run(t.Context(), &out, &problems, nil))
			require.Contains(t, out.String(), "dev_overrides")
			require.Empty(t, problems.String())
			require.Empty(t, node.Requests())
		})
	}
}

// Started as terraform starts it, the program says that it serves version 6 of the protocol.
func TestServing(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), "PLUGIN_PROTOCOL_VERSIONS=6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	handshake, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait() // It was killed.
	require.NoError(t, err)
	require.Regexp(t, `^1\|6\|(unix|tcp)\|[^|]+\|grpc`, handshake)
}
