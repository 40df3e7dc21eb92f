package params

import (
	"strings"
	"unicode"
)

// BadSegment says why s cannot stand in a path as one segment; empty when it
// can. The server decodes a path before it routes, so these would address
// something else.
func BadSegment(s string) string {
	switch {
	case s == "":
		return "is empty"
	case s == "." || s == "..":
		return "is a relative path"
	case strings.ContainsAny(s, `/\`):
		return "contains a slash or backslash"
	case strings.ContainsFunc(s, unicode.IsControl):
		return "contains a control character"
	case BadString(s) != "":
		return BadString(s)
	}
	return ""
}
