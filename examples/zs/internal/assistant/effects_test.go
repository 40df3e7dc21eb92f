package assistant

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
)

var update = flag.Bool("update", false, "write testdata/effects.txt anew")

// Which actions need a confirmation is read by people before it changes.
func TestEffects(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for e := range registry.All() {
		switch {
		case refusal(e) != "":
			b.WriteString("refused   " + kinds.Short(e) + "\n")
		case effectOf(e) == destroys:
			b.WriteString("destroys  " + kinds.Short(e) + ": " + whatToConfirm(e) + "\n")
		case effectOf(e) == changes:
			b.WriteString("changes   " + kinds.Short(e) + "\n")
		}
	}
	const file = "testdata/effects.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "go test ./internal/assistant -update writes it anew")
}

func TestNamesInTheListsAreActions(t *testing.T) {
	t.Parallel()
	for _, names := range []map[string]bool{harmless, alsoDestructive} {
		for name := range names {
			_, found := registry.Lookup(name)
			require.True(t, found, "%s is no action", name)
		}
	}
	for name := range refused {
		_, found := registry.Lookup(name)
		require.True(t, found, "%s is no action", name)
	}
}
