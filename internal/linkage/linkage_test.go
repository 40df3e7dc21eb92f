package linkage

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// symbols builds the program with one action and lists what is in it.
func symbols(t *testing.T) []string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "oneaction")
	out, err := exec.Command("go", "build", "-o", program, "./oneaction").CombinedOutput()
	require.NoError(t, err, string(out))
	out, err = exec.Command("go", "tool", "nm", program).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.Split(string(out), "\n")
}

func TestAProgramLinksOnlyTheActionsItUses(t *testing.T) {
	t.Parallel()
	action := regexp.MustCompile(`zstack-go/actions\.\(?\*?(\w+Action)\b`)
	linked := map[string]bool{}
	for _, line := range symbols(t) {
		if m := action.FindStringSubmatch(line); m != nil {
			linked[m[1]] = true
		}
		require.NotContains(t, line, "zstack-go/actions/registry")
		for _, init := range []string{"actions.init", "types.init"} {
			require.False(t, strings.HasSuffix(line, "zstack-go/"+init), "a package of data starts code: %s", line)
		}
	}
	require.Equal(t, map[string]bool{"RecoverVmInstanceAction": true}, linked)
}
