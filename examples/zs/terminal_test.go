package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func binaryFolder() string { return filepath.Dir(binary) }

func pathOf(s *shell) string {
	for _, v := range s.environment {
		if path, found := cutPrefix(v, "PATH="); found {
			return path
		}
	}
	return ""
}

// A terminal is one of tmux, which shows what somebody would see.
type terminal struct {
	t      *testing.T
	socket string
}

// terminal opens a terminal with a shell in it.
func (s *shell) terminal(shell ...string) *terminal {
	s.t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		missing(s.t, "tmux")
	}
	// A path of a socket has to be short.
	folder, err := os.MkdirTemp("", "tmux")
	require.NoError(s.t, err)
	term := &terminal{s.t, filepath.Join(folder, "s")}
	s.t.Cleanup(func() {
		_ = exec.Command("tmux", "-S", term.socket, "kill-server").Run() // It may have ended.
		_ = os.RemoveAll(folder)
	})
	args := append([]string{"-S", term.socket, "-u", "-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40"}, shell...)
	cmd := exec.CommandContext(s.t.Context(), "tmux", args...)
	cmd.Env = append(s.environment, "PATH="+binaryFolder()+":"+pathOf(s), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	require.NoError(s.t, err, string(out))
	term.keys("PS1='> '; clear", "Enter")
	term.cleared(">")
	return term
}

// cleared waits for a screen on which there is a prompt alone.
func (term *terminal) cleared(prompt string) {
	term.t.Helper()
	require.Eventually(term.t, func() bool { return term.screen() == prompt+"\n" }, 20*time.Second, 10*time.Millisecond)
}

// keys types keys by the names that tmux has for them.
func (term *terminal) keys(keys ...string) {
	term.t.Helper()
	out, err := exec.CommandContext(term.t.Context(), "tmux", append([]string{"-S", term.socket, "send-keys"}, keys...)...).CombinedOutput()
	require.NoError(term.t, err, string(out))
}

// screen is what can be seen.
func (term *terminal) screen() string {
	out, err := exec.CommandContext(term.t.Context(), "tmux", "-S", term.socket, "capture-pane", "-p").Output()
	if err != nil {
		return err.Error()
	}
	return strings.TrimRight(string(out), "\n ") + "\n"
}

// see waits until something can be seen.
func (term *terminal) see(want string) string {
	term.t.Helper()
	screen := ""
	require.Eventually(term.t, func() bool {
		screen = term.screen()
		return strings.Contains(screen, want)
	}, 20*time.Second, 20*time.Millisecond, "want %q", fmt.Stringer(lazy(func() string { return want + "\n" + term.screen() })))
	return screen
}

type lazy func() string

func (l lazy) String() string { return l() }

var plainShell = []string{"sh"}

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithClock(time.Now), zstacktest.WithJobDelay(4*time.Second))
	term := onNode(t, node).terminal(plainShell...)
	term.keys("zs call CreateZone name=z", "Enter")
	require.Regexp(t, `CreateZone +\d+% \[=*>?[.]*\]`, term.see("]"))
	screen := term.see(`"name": "z"`)
	require.NotContains(t, screen, "%", "the bar is gone at the end")
}

func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithClock(time.Now), zstacktest.WithJobDelay(2*time.Second))
	r := onNode(t, node).zs("call", "CreateZone", "name=z")
	require.Zero(t, r.code)
	require.Regexp(t, `^(CreateZone: \d+%\n)+$`, r.err)
	require.Contains(t, r.out, `"name": "z"`)
}

func TestThePasswordIsNotSeen(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	term := newShell(t).terminal(plainShell...)
	term.keys("zs login --endpoint "+node.URL, "Enter")
	term.see("Password of admin:")
	term.keys("password", "Enter")
	screen := term.see("Logged in as admin@")
	require.Equal(t, 0, strings.Count(screen, "password"))
}

func TestAnInterruptAtThePassword(t *testing.T) {
	t.Parallel()
	node := newNode(t)
	term := newShell(t).terminal(plainShell...)
	term.keys("zs login --endpoint "+node.URL, "Enter")
	term.see("Password of admin:")
	term.keys("C-c")
	term.see("zs: interrupted\n>")
	term.keys("echo seen $?", "Enter") // The terminal shows what is typed again.
	require.Contains(t, term.see("seen 130"), "> echo seen $?")
}

func TestTabInBash(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); err != nil {
		missing(t, "bash-completion")
	}
	term := onNode(t, newNode(t)).terminal("bash", "--norc", "--noprofile")
	term.keys(". /usr/share/bash-completion/bash_completion; . <(zs completion bash); clear", "Enter")
	term.cleared(">")
	term.keys("zs call RecoverVmI", "Tab")
	term.see("> zs call RecoverVmInstance")
	term.keys("uu", "Tab")
	term.see("> zs call RecoverVmInstance uuid=")
	term.keys("vm-00003", "Tab")
	term.see("uuid=vm-00003")
	term.keys("C-a", "echo ", "Enter")
	term.see("\nzs call RecoverVmInstance uuid=vm-00003\n")
}

func TestProgressOfALongJob(t *testing.T) {
	t.Parallel()
	node := newNode(t, zstacktest.WithClock(time.Now), zstacktest.WithLongJobDelay(2*time.Second))
	r := onNode(t, node).zs("call", "--long-job", "AddImage", "name=i", "url=http://files/i", "format=qcow2", "backupStorageUuids=backup-1")
	require.Zero(t, r.code, r.err)
	require.Regexp(t, `^(long job: \d+%\n)+$`, r.err)
	require.Equal(t, "Succeeded", field(t, r.out, "inventory.state"))
}
