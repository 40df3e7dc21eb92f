package main_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

var updateScreens = flag.Bool("update-screens", false, "write docs/zs-screens.md anew")

// A screen is what a terminal shows after a command.
type screen struct {
	title   [2]string // in English and in Chinese
	command string
	keys    []string // that answer the question for the password, if the command asks it
	during  bool     // shown while the job is under way, too
}

var screens = []screen{
	{title: [2]string{"Log in", "登录"}, command: "zs login --endpoint http://mn:8080 --account admin", keys: []string{"password", "Enter"}},
	{title: [2]string{"Query", "查询"}, command: "zs query vm-instance state=Running --fields name,state,vmNics.ip,memorySize"},
	{title: [2]string{"Query as in zstack-cli", "与 zstack-cli 相同的查询"}, command: "zs QueryVmInstance name=vm-00001 fields=uuid,name,state"},
	{title: [2]string{"Find an action", "查找 API"}, command: "zs search reset password --limit 5"},
	{title: [2]string{"Describe an action", "了解 API"}, command: "zs describe StopVmInstance"},
	{title: [2]string{"Call an action", "调用 API"}, command: "zs call CreateZone name=zone-2", during: true},
	{title: [2]string{"See a request before it is sent", "发送前查看请求"}, command: "zs --dry-run call CreateAccount name=dev password=s3cret"},
	{title: [2]string{"A name that there is not", "名称不存在"}, command: "zs call StopVmInstance uuid=web-9"},
	{title: [2]string{"A value that is not allowed", "取值不允许"}, command: "zs call StopVmInstance uuid=vm-00001 type=hot"},
	{title: [2]string{"A wrong word", "写错的名称"}, command: "zs call StopVm uuid=vm-00001"},
	{title: [2]string{"Help", "帮助"}, command: "zs query --help"},
}

// TestScreens holds the page with what a terminal shows to what it does show.
func TestScreens(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	page.WriteString("# zs on a terminal\n\nWhat a terminal shows, in English and in Chinese. [The guide](zs.md) explains it." +
		" `go test -run TestScreens -update-screens` in `examples/zs` writes this page.\n")
	for i, language := range []struct{ title, locale string }{{"English", "en_US.UTF-8"}, {"中文", "zh_CN.UTF-8"}} {
		fmt.Fprintf(&page, "\n## %s\n", language.title)
		term := newScreens(t, language.locale)
		for _, s := range screens {
			fmt.Fprintf(&page, "\n### %s\n\n```text\n%s```\n", s.title[i], term.show(s))
		}
	}
	file := filepath.Join("..", "..", "docs", "zs-screens.md")
	if *updateScreens {
		require.NoError(t, os.WriteFile(file, []byte(page.String()), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	for i, screen := range strings.SplitAfter(string(want), "\n### ") {
		require.Equal(t, screen, sectionOf(page.String(), i))
	}
}

// sectionOf is one of the screens of a page, so that a difference is short.
func sectionOf(page string, i int) string {
	screens := strings.SplitAfter(page, "\n### ")
	if i >= len(screens) {
		return ""
	}
	return screens[i]
}

// screensOf is a terminal on which the screens are made.
type screensOf struct {
	*terminal
	home  string
	clock *zstacktest.Clock
	node  *zstacktest.Server
}

func newScreens(t *testing.T, locale string) *screensOf {
	t.Helper()
	clock := zstacktest.NewClock(time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC))
	node := newNode(t, zstacktest.WithClock(clock.Now), zstacktest.WithJobDelay(10*time.Second))
	home, err := os.MkdirTemp("", "h") //nolint:usetesting // A short name fits into a line.
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(home)) })
	s := newShell(t, "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, ".config"))
	term := &screensOf{terminal: s.terminal(plainShell...), home: home, clock: clock, node: node}
	term.keys(" LC_ALL="+locale+"; export LC_ALL; PS1='$ '; clear", "Enter")
	term.cleared("$")
	return term
}

var (
	anyUUID = regexp.MustCompile(`\b[0-9a-f]{32}\b`)
	asked   = regexp.MustCompile(`(?m)^(Password of admin:|admin 的密码：)`)
	seconds = regexp.MustCompile(`\[\d+s\]`)
)

// show runs a command and returns the screen, with what differs from run to run as it is for a user
// whose management node is http://mn:8080.
func (term *screensOf) show(s screen) string {
	term.t.Helper()
	term.keys("clear", "Enter")
	term.cleared("$")
	term.keys(strings.ReplaceAll(s.command, "http://mn:8080", term.node.URL), "Enter")
	shown := ""
	if s.during {
		require.Eventually(term.t, func() bool { return len(term.node.Jobs()) == 1 }, 20*time.Second, time.Millisecond)
		term.clock.Advance(6 * time.Second)
		shown = term.see("60%") + "\n"
		term.clock.Advance(6 * time.Second)
	}
	if s.keys != nil {
		require.Eventually(term.t, func() bool { return asked.MatchString(term.screen()) }, 20*time.Second, 10*time.Millisecond)
		term.keys(s.keys...)
	}
	require.Eventually(term.t, func() bool { return strings.HasSuffix(term.screen(), "\n$\n") }, 20*time.Second, 10*time.Millisecond)
	shown += strings.TrimSuffix(term.screen(), "$\n")
	shown = strings.NewReplacer(term.node.URL, "http://mn:8080", term.home, "/home/me").Replace(shown)
	shown = anyUUID.ReplaceAllString(shown, "3f1d0c4f7b6a4c52a1d3b2b9d2b3c4d5")
	return seconds.ReplaceAllString(shown, "[6s]")
}
