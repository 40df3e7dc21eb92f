package redact

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Excerpt returns the first part of a body, for people. Secrets are hidden before the rest
// is cut off, since a part of one would not be known for what it is.
func Excerpt(body []byte, hide func(string) string) string {
	const limit = 512
	body = []byte(hide(string(body)))
	if len(body) > limit {
		body = body[:limit]
		for len(body) > 0 && !utf8.Valid(body) && limit-len(body) < utf8.UTFMax {
			body = body[:len(body)-1]
		}
	}
	return strings.ToValidUTF8(strings.TrimSpace(string(body)), "\uFFFD")
}

// WithoutStrings returns a body of JSON with [Mask] in place of everything in quotes, but
// for the names of members.
func WithoutStrings(body []byte) []byte {
	var shown []byte
	for len(body) > 0 {
		open := bytes.IndexByte(body, '"')
		if open < 0 {
			return append(shown, body...)
		}
		end := open + 1
		for end < len(body) && body[end] != '"' {
			if body[end] == '\\' {
				end++
			}
			end++
		}
		shown = append(shown, body[:open]...)
		if end >= len(body) {
			return append(shown, `"`+Mask...)
		}
		rest := bytes.TrimLeft(body[end+1:], " \t\r\n")
		if len(rest) > 0 && rest[0] == ':' {
			shown = append(shown, body[open:end+1]...)
		} else {
			shown = append(shown, `"`+Mask+`"`...)
		}
		body = body[end+1:]
	}
	return shown
}

// Brief cuts a name of the server's choice to a length that can be read.
func Brief(name string) string {
	const most = 200
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "..."
}
