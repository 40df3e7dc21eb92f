package zql

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A keyword is one only where no longer word stands.
func TestZQLTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"inventory in1 in":    {"inventory", "in1", "in"},
		"is null":             {"is null"},
		"is  null":            {"is", "null"},
		"is not null":         {"is not null"},
		"not like a":          {"not like", "a"},
		"a.b,c":               {"a", ".", "b", ",", "c"},
		"1.5 1. 15 -3 -3.25x": {"1.5", "1", ".", "15", "-3", "-3.25", "x"},
		"1a.5 -a":             {"1a", ".", "5", "-", "a"},
		"a>=b!=c<=d<e>f=g":    {"a", ">=", "b", "!=", "c", "<=", "d", "<", "e", ">", "f", "=", "g"},
		`'a''b' '''' '\\' ""`: {`'a''b'`, `''''`, `'\\'`, `""`},
		`'\'a'\\'''`:          {`'\'`, `a`, `'\\'''`},
		`'' '\n'`:             {`''`, `'\n'`},
	} {
		l := newLexer(text)
		var got []string
		for token := l.next(); token.kind != kindEnd; token = l.next() {
			got = append(got, token.text)
		}
		require.Equal(t, want, got, text)
	}
}
