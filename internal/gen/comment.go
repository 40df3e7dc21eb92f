package main

import (
	"strings"
	"unicode/utf8"
)

// commentWidth is the column that comments are wrapped at; a tab counts as four.
const commentWidth = 90

// comment turns text into comment lines, each ending in a newline. Lines that
// are indented (lists and code, in Go's doc syntax) or that are headings stay as
// they are; all others are filled.
func comment(indent int, text string) string {
	prefix := strings.Repeat("\t", indent) + "//"
	width := commentWidth - 4*indent - len("// ")
	var out, paragraph []string
	flush := func() {
		out = append(out, fill(paragraph, width)...)
		paragraph = nil
	}
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		switch {
		case strings.TrimSpace(line) == "":
			flush()
			out = append(out, "")
		case strings.HasPrefix(line, " "), strings.HasPrefix(line, "\t"), strings.HasPrefix(line, "# "):
			flush()
			out = append(out, line)
		default:
			paragraph = append(paragraph, strings.Fields(line)...)
		}
	}
	flush()
	var b strings.Builder
	for _, line := range out {
		b.WriteString(prefix)
		if line != "" && line[0] != '\t' {
			b.WriteByte(' ')
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// fill sets words in lines no longer than width, where words allow it.
func fill(words []string, width int) []string {
	var lines []string
	line, length := "", 0
	for _, word := range words {
		n := utf8.RuneCountInString(word)
		if line != "" && length+1+n > width {
			lines = append(lines, line)
			line, length = "", 0
		}
		if line != "" {
			line += " "
			length++
		}
		line += word
		length += n
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
