package types

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// maxErrorCodes is how many errors of one chain Error puts in words. What is
// beyond tells a reader nothing more, and a server can send any number.
const maxErrorCodes = 16

// Error puts the error and its causes in words, the outermost first. Where the
// details are in another language and the server sent an English wording too, both
// are there, and so is what an agent on a host said.
func (e *ErrorCode) Error() string {
	if e == nil {
		return "no error"
	}
	var b strings.Builder
	left := maxErrorCodes
	e.describe(&b, &left)
	return b.String()
}

// describe writes the error and its causes as long as there are some left to
// write.
func (e *ErrorCode) describe(b *strings.Builder, left *int) {
	*left--
	b.WriteString(e.sentence())
	causes := 0
	more := func() bool {
		switch {
		case *left <= 0:
			b.WriteString("; and more")
			return false
		case causes == 0:
			b.WriteString("; caused by ")
		default:
			b.WriteString("; and by ")
		}
		causes++
		return true
	}
	for cause := range e.all() {
		if !more() {
			return
		}
		cause.describe(b, left)
	}
	for _, name := range [...]string{"cause", "causes"} {
		if odd := e.other(name); odd != "" {
			if !more() {
				return
			}
			*left--
			b.WriteString(odd)
		}
	}
}

// sentence is the error without its causes: "SYS.1003, resource not found: no VM
// has this uuid".
func (e *ErrorCode) sentence() string {
	text := string(e.Code)
	if text == "" {
		text = e.GlobalErrorCode
	}
	if e.Description != "" {
		text = join(text, ", ", e.Description)
	}
	details := e.Details
	if details == "" {
		details = e.other("details")
	}
	english := e.inEnglish(details)
	if details == "" {
		details, english = english, ""
	}
	if details != "" && details != e.Description {
		text = join(text, ": ", details)
	}
	if text == "" {
		text = "an error without a code"
		if place := e.place(); place != "" {
			text += ", from " + place
		}
	}
	if english != "" && english != e.Description {
		text += " (" + english + ")"
	}
	if said := asText(e.Opaque["response.error"]); said != "" && !strings.Contains(details, said) {
		text += "; the agent said: " + said
	}
	return text
}

// inEnglish is the other wording of the details that is closest to English, where
// that is closer than the details are: which language a server speaks is a setting
// of its own. Without details it is the best wording there is.
func (e *ErrorCode) inEnglish(details string) string {
	wordings := []any{e.Messages["message_en"], e.I18nDetails}
	if byLanguage, ok := e.Others["i18nDetails"].(map[string]any); ok {
		for _, language := range slices.Sorted(maps.Keys(byLanguage)) {
			wordings = append(wordings, byLanguage[language])
		}
	}
	wordings = append(wordings, e.Messages["message_cn"])
	best, least := "", foreignLetters(details)
	if details == "" {
		least = math.MaxInt
	}
	for _, wording := range wordings {
		wording, _ := wording.(string)
		if n := foreignLetters(wording); wording != "" && n < least {
			best, least = wording, n
		}
	}
	return best
}

// foreignLetters counts the letters that English has not.
func foreignLetters(text string) (n int) {
	for _, r := range text {
		if r > unicode.MaxASCII && unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// place is where in the server's code the error comes from.
func (e *ErrorCode) place() string {
	if e.Location != "" {
		return e.Location
	}
	return asText(e.Opaque["error.location"])
}

// other is a member of an odd shape as text.
func (e *ErrorCode) other(name string) string { return asText(e.Others[name]) }

// asText is a value of any shape as text; empty for none.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// join puts a separator between two texts unless the first is empty.
func join(a, separator, b string) string {
	if a == "" {
		return b
	}
	return a + separator + b
}
