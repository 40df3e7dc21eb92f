package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// TestMain lets the test's own program be the one that is killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && strings.HasSuffix(os.Args[1], "note.json") {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, demonstrate(t.Context(), &out))
	require.Regexp(t, `^Noted job (\w{32})
Killed; starting it again
Going on with job \w{32}
Recovered VM \w{32}: Stopped
The node got 2 calls and the VM is Stopped
$`, out.String())
	jobs := strings.Fields(out.String())
	require.Equal(t, jobs[2], jobs[11]) // the job that was noted is the one gone on with
}

func TestNotes(t *testing.T) {
	t.Parallel()
	const job = "0123456789abcdef0123456789abcdef"
	right := zstack.Account("admin", "password")
	for name, test := range map[string]struct {
		note  func(vm string) note
		state string // of the VM before
		want  string // in the error; empty for none
		stays bool   // the note
		as    zstack.Credentials
	}{
		"of another VM":  {func(string) note { return note{Job: job, VM: "x", Time: time.Now()} }, "Destroyed", "is about the VM x", true, right},
		"too old":        {func(vm string) note { return note{Job: job, VM: vm, Time: time.Now().Add(-3 * time.Hour)} }, "Destroyed", "too old", true, right},
		"never sent":     {func(vm string) note { return note{Job: job, VM: vm, Time: time.Now()} }, "Destroyed", "", false, right},
		"that fails":     {func(vm string) note { return note{Job: job, VM: vm, Time: time.Now()} }, "Running", "VM.1010", false, right},
		"wrong password": {func(vm string) note { return note{Job: job, VM: vm, Time: time.Now()} }, "Destroyed", "ID.1000", true, zstack.Account("admin", "wrong")},
		"session ended":  {func(vm string) note { return note{Job: job, VM: vm, Time: time.Now()} }, "Destroyed", "ID.1001", true, zstack.Session(job)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node := zstacktest.NewServer(t)
			vm := node.Add("VmInstance", map[string]any{"state": test.state})
			file := filepath.Join(t.TempDir(), "note.json")
			require.NoError(t, write(file, test.note(vm)))
			client, err := zstack.NewClient(node.URL, zstack.WithCredentials(test.as), zstack.WithLocation(time.UTC))
			require.NoError(t, err)
			defer func() { require.NoError(t, client.Close(context.WithoutCancel(t.Context()))) }()
			var out strings.Builder
			err = recoverOnce(t.Context(), &out, client, file, vm)
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
			_, err = os.Stat(file)
			require.Equal(t, test.stays, err == nil)
		})
	}
}

func TestTheCommandLine(t *testing.T) {
	var out strings.Builder
	require.NoError(t, start(t.Context(), &out, []string{"-h"}))
	require.Equal(t, usage, out.String())
	for endpoint, args := range map[string][]string{"": {"note.json"}, "mn": nil} {
		t.Setenv("ZSTACK_ENDPOINT", endpoint)
		require.ErrorContains(t, start(t.Context(), &out, args), "want FILE VM-UUID")
	}
}
