package main

import (
	"go/token"
	"strings"
	"unicode"
)

// initialisms are the words that Go writes in capitals. Every other word keeps
// the letters it has in the catalogue, so that a reader of the reference can
// guess the Go name. A word with a digit is another word: Ip6 is none of these.
var initialisms = wordSet("ACL API CPU DNS HTTP HTTPS ID IP JSON MAC SMTP SQL SSH TCP TLS TTL UDP URI URL UUID VLAN XML")

// wordSet maps each word and its plural, both in lower case, to how Go writes them.
func wordSet(list string) map[string]string {
	set := make(map[string]string)
	for word := range strings.FieldsSeq(list) {
		set[strings.ToLower(word)] = word
		set[strings.ToLower(word)+"s"] = word + "s"
	}
	return set
}

// fieldName turns a wire name into the name of a Go field: vmInstanceUuid is
// VmInstanceUUID, l3NetworkUuids is L3NetworkUUIDs, message_cn is MessageCn.
func fieldName(wire string) string {
	var b strings.Builder
	for _, word := range words(wire) {
		b.WriteString(goWord(word))
	}
	return b.String()
}

// goWord writes one word as part of a Go name.
func goWord(word string) string {
	if upper, ok := initialisms[strings.ToLower(word)]; ok {
		return upper
	}
	return upperFirst(word)
}

// words cuts a name before every capital letter that follows a small letter or a
// digit or precedes a small letter, and at everything that is neither letter nor
// digit: loginMNUrl is login, MN, Url.
func words(name string) []string {
	var list []string
	runes := []rune(name)
	start := 0
	cut := func(end int) {
		if end > start {
			list = append(list, string(runes[start:end]))
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			cut(i)
			start = i
		}
	}
	cut(len(runes))
	return list
}

// constantName is the Go name of an enumeration's value: the type's name and the
// value, letter for letter except that the first one is a capital and that what
// an identifier cannot hold becomes an underscore.
func constantName(typeName, value string) string {
	return typeName + upperFirst(strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, value))
}

// codeName is the Go name of an error code: SYS and RESOURCE_NOT_FOUND give
// SysResourceNotFound.
func codeName(prefix, name string) string {
	var b strings.Builder
	for _, word := range append(words(prefix), words(name)...) {
		b.WriteString(goWord(strings.ToLower(word)))
	}
	return b.String()
}

// infoName is the name of the variable that holds an action's ActionInfo.
func infoName(action string) string {
	return lowerFirst(strings.TrimSuffix(action, "Action")) + "Info"
}

// isName reports whether a name can be used for something exported.
func isName(name string) bool { return token.IsIdentifier(name) && token.IsExported(name) }

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
