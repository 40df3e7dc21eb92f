package linkage

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// symbols builds a program and lists what is in it.
func symbols(t *testing.T, source string) []string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput()
	require.NoError(t, err, string(out))
	out, err = exec.Command("go", "tool", "nm", program).CombinedOutput()
	require.NoError(t, err, string(out))
	return strings.Split(string(out), "\n")
}

// oneAction is the program with one action.
const oneAction = "./oneaction/main.go"

func TestAProgramLinksOnlyTheActionsItUses(t *testing.T) {
	t.Parallel()
	action := regexp.MustCompile(`zstack-go/actions\.\(?\*?(\w+Action)\b`)
	linked := map[string]bool{}
	for _, line := range symbols(t, oneAction) {
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

// The table of all data types is for programs whose replies can hold any of them.
func TestOnlyProgramsThatNeedEveryDataTypeLinkThem(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(oneAction)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		action string
		linked bool
	}{
		"a change": {`RecoverVmInstanceAction{UUID: os.Getenv("VM_UUID")}`, false},
		"a query":  {"QueryVmInstanceAction{}", false},
		"subtypes": {"QueryPrimaryStorageAction{}", false},
		"any":      {"ZQLQueryAction{}", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := strings.Replace(string(source), `RecoverVmInstanceAction{UUID: os.Getenv("VM_UUID")}`, tt.action, 1)
			require.Contains(t, program, tt.action)
			file := filepath.Join(t.TempDir(), "main.go")
			require.NoError(t, os.WriteFile(file, []byte(program), 0o600))
			linked := slices.ContainsFunc(symbols(t, file), func(line string) bool {
				return strings.HasSuffix(line, " github.com/zstack-go/zstack-go/types.New")
			})
			require.Equal(t, tt.linked, linked)
		})
	}
}
