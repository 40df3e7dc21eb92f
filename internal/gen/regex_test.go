package main

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTranslateRegex(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		java, want string
		match      []string
		refuse     []string
	}{
		{`[a-z]+`, `\A(?:[a-z]+)\z`, []string{"abc"}, []string{"", "abc1", "1abc", "abc\n"}},
		{`^a|b$`, `\A(?:^a|b$)\z`, []string{"a", "b"}, []string{"ax", "xb", "ab"}},
		{`[\u4e00-\u9fa5]`, `\A(?:[\x{4e00}-\x{9fa5}])\z`, []string{"中"}, []string{"a"}},
		{`[\\u4e00]+`, `\A(?:[\\u4e00]+)\z`, []string{`\`, "u4e0"}, []string{"中"}},
		{`a\sb`, `\A(?:a[\t-\r ]b)\z`, []string{"a b", "a\vb", "a\nb"}, []string{"a\u00a0b", "ab"}},
		{`[\s.]+`, `\A(?:[\t-\r .]+)\z`, []string{" .\v"}, []string{"a"}},
		{`\d{2}`, `\A(?:\d{2})\z`, []string{"42"}, []string{"٤٢", "4"}},
	} {
		got, err := translateRegex(tt.java)
		require.NoError(t, err, tt.java)
		require.Equal(t, tt.want, got)
		re := regexp.MustCompile(got)
		for _, s := range tt.match {
			require.True(t, re.MatchString(s), "%s should match %q", got, s)
		}
		for _, s := range tt.refuse {
			require.False(t, re.MatchString(s), "%s should not match %q", got, s)
		}
	}
	for _, java := range []string{`(?<!a)b`, `(?!a)`, `[a[bc]]`, `[a-z&&[^b]]`, `a++`, `(a`} {
		_, err := translateRegex(java)
		require.Error(t, err, java)
	}
}
