package main

import (
	"regexp"
	"slices"
	"strings"
)

// telling returns a field's comment, or nothing where it only says again what the field and its type
// are called: "HostUUID is the UUID of the host."
func telling(name, owner, doc string) string {
	sentence, more, _ := strings.Cut(doc, ". ")
	said, ok := strings.CutPrefix(strings.TrimSuffix(sentence, "."), name+" is ")
	if !ok || more != "" || strings.Contains(doc, "\n") {
		return doc
	}
	known := slices.Concat(plainWords(strings.Join(words(name), " ")), plainWords(strings.Join(words(owner), " ")))
	for _, word := range plainWords(said) {
		if !slices.Contains(filler, word) && !slices.Contains(known, word) {
			return doc
		}
	}
	return ""
}

// filler are words that say nothing of a field.
var filler = []string{"a", "an", "its", "of", "that", "the", "it"}

var plainWord = regexp.MustCompile(`[a-z0-9]+`)

// plainWords are the words of a text without regard to case and number.
func plainWords(text string) []string {
	list := plainWord.FindAllString(strings.ToLower(text), -1)
	for i, word := range list {
		list[i] = strings.TrimSuffix(word, "s")
	}
	return list
}
