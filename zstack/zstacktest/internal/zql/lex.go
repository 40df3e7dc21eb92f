package zql

import (
	"fmt"
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
)

// A token is a word of a ZQL text. As in the server's grammar, keywords of
// several words are one token.
type token struct {
	kind tokenKind
	// text is what stands in the ZQL text, quotes included.
	text string
	// line counts from one and column, in characters, from zero.
	line, column int
}

type tokenKind int

const (
	kindEnd tokenKind = iota
	// kindLiteral is a keyword, an operator or a punctuation mark.
	kindLiteral
	kindName
	kindString
	kindInt
	kindFloat
	// kindBad begins with a character that no token begins with.
	kindBad
)

var (
	symbols = []string{"!=", ">=", "<=", "=", ">", "<", "(", ")", ",", ".", ";"}
	phrases = []string{
		"is null", "is not null", "not in", "not like", "restrict by", "return with", "group by", "order by", "filter by", "named as",
	}
	keywords = map[string]bool{
		"query": true, "count": true, "sum": true, "by": true, "where": true, "and": true, "or": true, "in": true, "like": true,
		"limit": true, "offset": true, "asc": true, "desc": true, "true": true, "false": true,
	}
)

// A lexer takes a ZQL text apart.
type lexer struct {
	text         []rune
	pos          int
	line, column int
}

func newLexer(text string) *lexer { return &lexer{text: []rune(text), line: 1} }

// next returns the next token, and the end again and again after the last.
func (l *lexer) next() token {
	for l.pos < len(l.text) && strings.ContainsRune(" \t\r\n", l.text[l.pos]) {
		l.advance(1)
	}
	t := token{text: "<EOF>", line: l.line, column: l.column}
	if l.pos == len(l.text) {
		return t
	}
	var length int
	t.kind, length = l.scan()
	t.text = string(l.text[l.pos : l.pos+length])
	l.advance(length)
	return t
}

// advance goes past characters.
func (l *lexer) advance(n int) {
	for range n {
		l.column++
		if l.text[l.pos] == '\n' {
			l.line, l.column = l.line+1, 0
		}
		l.pos++
	}
}

// scan returns the kind and the length of the token that begins here. Of several
// that could, the longest does.
func (l *lexer) scan() (tokenKind, int) {
	rest := l.text[l.pos:]
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		if n := stringLength(rest); n > 0 {
			return kindString, n
		}
		return kindBad, len(rest)
	case c == '-' && len(rest) > 1 && isDigit(rest[1]):
		kind, n := scanWord(rest[1:])
		if kind != kindFloat {
			kind, n = kindInt, span(rest[1:], isDigit)
		}
		return kind, n + 1
	case isWord(c):
		return scanWord(rest)
	}
	for _, s := range symbols {
		if hasPrefix(rest, s) {
			return kindLiteral, len(s)
		}
	}
	return kindBad, 1
}

// scanWord is scan for a token that begins with a letter, a digit or "_".
func scanWord(rest []rune) (tokenKind, int) {
	n := span(rest, isWord)
	longest := 0
	for _, phrase := range phrases {
		if hasPrefix(rest, phrase) {
			longest = max(longest, len(phrase))
		}
	}
	switch {
	case longest > n:
		return kindLiteral, longest
	case keywords[string(rest[:n])]:
		return kindLiteral, n
	case span(rest[:n], isDigit) < n:
		return kindName, n
	}
	if n < len(rest) && rest[n] == '.' {
		if fraction := span(rest[n+1:], isDigit); fraction > 0 {
			return kindFloat, n + 1 + fraction
		}
	}
	return kindInt, n
}

// stringLength returns the length of the string in quotes that a text begins with,
// or zero when it does not end. In single quotes, a quote is written twice; a
// backslash does not make it part of the string.
func stringLength(rest []rune) int {
	quote := rest[0]
	for i := 1; i < len(rest); i++ {
		next := rune(0)
		if i+1 < len(rest) {
			next = rest[i+1]
		}
		switch {
		case quote == '\'' && rest[i] == '\'' && next == '\'':
			i++
		case rest[i] == quote:
			return i + 1
		}
	}
	return 0
}

// unquote returns what a string in quotes says.
func unquote(s string) string {
	inner := s[1 : len(s)-1]
	if s[0] == '"' {
		return inner
	}
	return strings.NewReplacer(`\\`, `\`, `''`, `'`).Replace(inner)
}

// failure returns the error for a token that cannot stand where it does, as the
// server's parser words it.
func (l *lexer) failure(t token) *apierr.Error {
	what := fmt.Sprintf("mismatched input '%s'", t.text)
	if t.kind == kindBad {
		what = fmt.Sprintf("token recognition error at: '%s'", t.text)
	}
	line := []rune(strings.Split(string(l.text), "\n")[t.line-1])
	around := line[max(0, t.column-10):min(len(line), t.column+10)]
	return apierr.Failf(apierr.CodeInternal, "error %s at line %d:%d, %s", what, t.line, t.column, string(around))
}

func span(s []rune, in func(rune) bool) int {
	for i, c := range s {
		if !in(c) {
			return i
		}
	}
	return len(s)
}

func hasPrefix(s []rune, prefix string) bool {
	return len(s) >= len(prefix) && string(s[:len(prefix)]) == prefix
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

func isWord(c rune) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}
