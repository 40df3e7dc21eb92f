package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack"
)

// TestInABrowser has Chromium load the page from a simulator, and reads what it makes of it.
// CI requires the browser by CHROMIUM_REQUIRED; elsewhere the test is left out without one.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	browser, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CHROMIUM_REQUIRED") == "" {
		t.Skip("there is no chromium")
	}
	require.NoError(t, err)

	s := start(t, "-job-delay", "1h")
	c := connect(t, s, zstack.AccessKey(accessKeyID, accessKeySecret))
	zone, err := actions.QueryZoneAction{}.First(t.Context(), c)
	require.NoError(t, err)
	_, err = actions.UpdateZoneAction{UUID: zone.UUID, Name: new("later")}.Start(t.Context(), c)
	require.NoError(t, err)

	// shown is the text of a page, as the browser has it after loading.
	shown := func(s simulator, path string) string {
		t.Helper()
		page, err := exec.CommandContext(t.Context(), browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--dump-dom", s.url+path).Output()
		require.NoError(t, err)
		return string(page)
	}
	home := shown(s, "/")
	for _, want := range []string{
		"<title>Simulated management node</title>", `<a href="/kinds/VmInstance">VmInstance</a> <span>10</span>`,
		"<td>UpdateZone</td>", "<td>QueryZone</td><td>200</td>",
	} {
		require.Contains(t, home, want)
	}
	require.Equal(t, 1, strings.Count(shown(s, "/kinds/VmInstance"), "vm-00007"))

	at := start(t)
	evil, err := actions.CreateZoneAction{Name: "z", Description: new("<script>document.title=1</script>")}.Call(t.Context(), connect(t, at, zstack.AccessKey(accessKeyID, accessKeySecret)))
	require.NoError(t, err)
	record := shown(at, "/kinds/Zone/"+evil.Inventory.UUID)
	require.Contains(t, record, "<title>Zone "+evil.Inventory.UUID+"</title>")
	require.Contains(t, record, "&lt;script&gt;document.title=1&lt;/script&gt;")
}
