package wire

import (
	"bytes"
	"strconv"
	"unicode"
)

// form quotes the start of a value for an error message, with x for each letter and
// 9 for each digit: what stands where something else belongs can be a secret.
func form(text []byte) string {
	const limit = 40
	short := text[:min(len(text), limit)]
	quoted := strconv.Quote(string(bytes.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			return 'x'
		case unicode.IsDigit(r):
			return '9'
		}
		return r
	}, short)))
	if len(text) > limit {
		quoted += "..."
	}
	return "a value of the form " + quoted
}
