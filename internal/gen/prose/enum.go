package prose

import (
	"strconv"
	"strings"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// EnumValue is the doc comment of one value of an enumeration.
func (w *Writer) EnumValue(t *catalog.Type, value, goName string) string {
	return goName + " is " + strconv.Quote(value) + ": " + w.stands(t, value) + "."
}

// stands is what a value stands for, as a clause.
func (w *Writer) stands(t *catalog.Type, value string) string {
	if text, ok := w.enums[t.Name]; ok {
		return strings.ReplaceAll(text, "{value}", value)
	}
	if text, ok := w.enums[t.Name+"."+value]; ok {
		return text
	}
	ts := w.words.tokens(t.Name)
	thing, last := join(ts), ts[len(ts)-1].key
	if len(ts) > 1 {
		thing = join(ts[:len(ts)-1])
	}
	words := w.words.phrase(strings.ReplaceAll(value, "_", "-")).one
	if text, ok := w.enums[value]; ok && last != "State" {
		return text
	}
	switch last {
	case "State", "Status":
		if words == "enable" || words == "disable" {
			words += "d"
		}
		return thing.the() + " is " + words
	case "Type":
		words = readable(value)
		if _, many := singular(words); many {
			return words
		}
		return article(words) + " " + words
	}
	return "the " + ts[len(ts)-1].one + " " + strings.ReplaceAll(value, "_", " ")
}

// readable is a value such as GPU_Audio_Controller in words. Acronyms keep
// their capitals.
func readable(value string) string {
	parts := strings.Split(value, "_")
	for i, p := range parts {
		if !spelled(p) {
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, " ")
}

// ErrorCode is the doc comment of an error code.
func (w *Writer) ErrorCode(e *catalog.ErrorCode, goName string) string {
	text := w.errors[e.Code]
	if text == "" {
		// A code that is newer than the table.
		words := strings.ToLower(strings.ReplaceAll(e.Name, "_", " "))
		text = "that there was " + article(words) + " " + words
	} else {
		text = "that " + text
	}
	text = goName + " says " + text + " (" + e.Code + ")."
	if e.Named == "coined" {
		text += " The name was coined for this SDK."
	}
	return text
}
