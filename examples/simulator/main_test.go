package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A simulator is one that runs. stop ends it and returns what it has logged.
type simulator struct {
	url  string
	stop func() string
}

func start(t *testing.T, args ...string) simulator {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context())) // It outlives the test's own.
	r, w := io.Pipe()
	var log bytes.Buffer
	done := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-listen", "127.0.0.1:0", "-job-delay", "0"}, args...), w, &log)
		_ = w.CloseWithError(err)
		done <- err
	}()
	out := bufio.NewScanner(r)
	require.True(t, out.Scan(), "it has not started: %v", out.Err())
	line := out.Text()
	go func() { _, _ = io.Copy(io.Discard, r) }()
	url := line[strings.Index(line, "http://"):]
	stopped := false
	s := simulator{url: url[:strings.Index(url, " ")], stop: func() string {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(t, <-done)
		}
		return log.String()
	}}
	t.Cleanup(func() { s.stop() })
	return s
}

func connect(t *testing.T, s simulator, credentials zstack.Credentials) *zstack.Client {
	t.Helper()
	c, err := zstack.NewClient(s.url, zstack.WithCredentials(credentials))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) }) // The simulator may have gone.
	return c
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, "-hosts", "3", "-vms", "7")
	for name, credentials := range map[string]zstack.Credentials{
		"account":    zstack.Account(account, password),
		"access key": zstack.AccessKey(accessKeyID, accessKeySecret),
	} {
		n, err := actions.QueryVmInstanceAction{}.Count(t.Context(), connect(t, s, credentials))
		require.NoError(t, err, name)
		require.EqualValues(t, 7, n, name)
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "cloud.json")
	first := start(t, "-state", file)
	_, err := actions.CreateZoneAction{Name: "mine"}.Call(t.Context(), connect(t, first, zstack.AccessKey(accessKeyID, accessKeySecret)))
	require.NoError(t, err)
	first.stop()
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	second := start(t, "-state", file, "-vms", "99")
	c := connect(t, second, zstack.AccessKey(accessKeyID, accessKeySecret))
	zone, err := actions.QueryZoneAction{Conditions: []string{"name=mine"}}.One(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, "mine", zone.Name)
	n, err := actions.QueryVmInstanceAction{}.Count(t.Context(), c)
	require.NoError(t, err)
	require.EqualValues(t, 10, n, "the VM instances are those of the state")
}

func TestCallsAreLoggedWithoutSecrets(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := connect(t, s, zstack.Account(account, password))
	_, err := actions.CreateAccountAction{Name: "operator", Password: types.Secret("hunter2")}.Call(t.Context(), c)
	require.NoError(t, err)
	_, err = actions.DeleteZoneAction{UUID: "0123456789abcdef0123456789abcdef"}.Call(t.Context(), c)
	require.Error(t, err)
	log := s.stop()
	require.Regexp(t, `(?m)^\d\d:\d\d:\d\d PUT    "LogInByAccount" - 200 - \S+$`, log)
	require.Regexp(t, `(?m)^\d\d:\d\d:\d\d DELETE "DeleteZone" 0123456789abcdef0123456789abcdef 202 - \S+$`, log)
	require.Contains(t, log, " 503 SYS.1003 ")
	require.NotContains(t, log, "hunter2")
	require.NotContains(t, log, "OAuth")
}

func TestCommandLines(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken.json")
	require.NoError(t, os.WriteFile(broken, []byte(`{"version": 9}`), 0o600))
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"an argument", []string{"x"}, `unexpected argument "x"`},
		{"a flag that there is not", []string{"-x"}, "flag provided but not defined: -x"},
		{"a negative number", []string{"-vms", "-1"}, "-hosts and -vms take numbers from 0 on"},
		{"a release that there is not", []string{"-release", "9"}, `there is no release "9"`},
		{"a broken state", []string{"-state", broken}, "broken.json: zstacktest: the state is of version 9, want 1"},
		{"an address that there is not", []string{"-listen", "nowhere"}, "missing port"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			err := run(t.Context(), test.args, io.Discard, &log)
			require.Error(t, err)
			require.Contains(t, log.String()+err.Error(), test.want)
		})
	}
}
