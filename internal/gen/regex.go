package main

import (
	"fmt"
	"regexp"
	"strings"
)

// translateRegex turns a regular expression of Java's into one of Go's that
// matches the whole value, as the server's check does. Go has no look-around, so
// the few expressions that use it are rewritten in the catalogue's overrides.
func translateRegex(java string) (string, error) {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(java); i++ {
		c := java[i]
		switch {
		case c == '\\' && i+1 < len(java):
			i++
			switch next := java[i]; {
			case next == 'u' && i+4 < len(java):
				fmt.Fprintf(&b, `\x{%s}`, java[i+1:i+5])
				i += 4
			case next == 's' && inClass:
				// Java counts the vertical tab as white space and Go does not.
				b.WriteString(`\t-\r `)
			case next == 's':
				b.WriteString(`[\t-\r ]`)
			default:
				b.WriteByte('\\')
				b.WriteByte(next)
			}
			continue
		case inClass && (c == '[' || strings.HasPrefix(java[i:], "&&")):
			return "", fmt.Errorf("%q nests or intersects character classes, which Go would read as plain characters", java)
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		}
		b.WriteByte(c)
	}
	translated := `\A(?:` + b.String() + `)\z`
	if _, err := regexp.Compile(translated); err != nil {
		return "", fmt.Errorf("%q: %w", java, err)
	}
	return translated, nil
}
