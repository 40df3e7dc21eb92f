package queries

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLike(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"%", "", true}, {"%", "abc", true}, {"a%", "abc", true}, {"%c", "abc", true},
		{"%b%", "abc", true}, {"a_c", "abc", true}, {"a_c", "ac", false}, {"_", "中", true}, {"%a%b%", "xaxxbx", true},
		{"%ab", "aab", true}, {"%aab", "aaab", true}, {"a%a", "a", false}, {`100\%`, "100%", true}, {`100\%`, "1000", false},
		{`a\_b`, "a_b", true}, {`a\_b`, "axb", false}, {`%\%`, "50%", true}, {"%%", "x", true}, {"a", "b", false}, {"%x", "abc", false},
	} {
		require.Equal(t, tc.want, like([]rune(tc.s), []rune(tc.pattern)), "%q like %q", tc.s, tc.pattern)
	}
}
