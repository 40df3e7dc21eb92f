package api

import "strings"

// IsSystemTag reports whether a tag is one that the server defines.
func IsSystemTag(tag string) bool {
	for _, pattern := range tagPatterns {
		if fits(pattern, tag) {
			return true
		}
	}
	return false
}

// fits reports whether a tag is of a pattern, in which names in braces stand for anything.
func fits(pattern, tag string) bool {
	for {
		literal, rest, token := strings.Cut(pattern, "{")
		if !token {
			return pattern == tag
		}
		after, ok := strings.CutPrefix(tag, literal)
		if !ok {
			return false
		}
		_, pattern, _ = strings.Cut(rest, "}")
		next, _, _ := strings.Cut(pattern, "{")
		if next == "" {
			return true
		}
		i := strings.Index(after, next)
		if i < 0 {
			return false
		}
		tag = after[i:]
	}
}
