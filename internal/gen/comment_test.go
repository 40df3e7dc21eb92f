package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestComment(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("word ", 40))
	for line := range strings.SplitSeq(strings.TrimSpace(comment(1, long)), "\n") {
		require.LessOrEqual(t, len("    ")+len(strings.TrimPrefix(line, "\t")), commentWidth)
	}
	require.Equal(t, "// One two.\n//\n// Three.\n", comment(0, "One\ntwo.\n\nThree.\n"))
	require.Equal(t, "\t// A list:\n\t//   - "+long+"\n", comment(1, "A list:\n  - "+long))
	require.Equal(t, "// Code:\n//\n//\tx := "+long+"\n", comment(0, "Code:\n\n\tx := "+long))
	require.Equal(t, "// # Heading\n//\n// Text.\n", comment(0, "# Heading\n\nText."))
	require.Equal(t, "// "+strings.Repeat("x", 200)+"\n", comment(0, strings.Repeat("x", 200)))
}
