package wire

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// appendUnquoted appends what a string says, given what is between its quotes. What is no
// UTF-8 and no half of a surrogate pair becomes U+FFFD, and an error says so.
func appendUnquoted(buf, quoted []byte) (said []byte, err error) {
	for i := 0; i < len(quoted); {
		switch c := quoted[i]; {
		case c == '\\' && quoted[i+1] == 'u':
			r := hexRune(quoted[i:])
			if i += len(`\u0000`); utf16.IsSurrogate(r) {
				second := rune(0)
				if len(quoted)-i >= len(`\u0000`) && quoted[i] == '\\' && quoted[i+1] == 'u' {
					second = hexRune(quoted[i:])
				}
				if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
					i += len(`\u0000`)
				} else {
					err = errSurrogate
				}
			}
			buf = utf8.AppendRune(buf, r)
		case c == '\\':
			buf = append(buf, unescaped[quoted[i+1]])
			i += len(`\n`)
		case c < utf8.RuneSelf:
			end, _ := plainRun(quoted, i+1)
			buf = append(buf, quoted[i:end]...)
			i = end
		default:
			r, length := utf8.DecodeRune(quoted[i:])
			if r == utf8.RuneError && length == 1 && err == nil {
				err = errUTF8
			}
			buf = utf8.AppendRune(buf, r)
			i += length
		}
	}
	return buf, err
}

// unescaped are the bytes that are written as a backslash and another one.
var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hexRune returns the character of an escape such as \u4e2d.
func hexRune(escape []byte) rune {
	n, _ := strconv.ParseUint(string(escape[len(`\u`):len(`\u0000`)]), 16, 16) // it has been checked
	return rune(n)
}

// Unquote returns what a JSON string says, and whether the value is a string at all. It is
// a part of value unless that is escaped or no UTF-8. The value is known to be JSON.
func Unquote(value []byte) (said []byte, ok bool) {
	if len(value) < 2 || value[0] != '"' {
		return nil, false
	}
	said = value[1 : len(value)-1]
	if bytes.IndexByte(said, '\\') >= 0 || !utf8.Valid(said) {
		said, _ = appendUnquoted(nil, said)
	}
	return said, true
}
