package redact

import (
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A Kind says how much of a string is secret.
type Kind uint8

// The kinds.
const (
	None Kind = iota
	All       // the whole string
	URI       // the password in an address
	Tag       // what follows the name of a system tag that carries a secret
)

// typesPath is the import path of the secret types.
var typesPath = strings.TrimSuffix(reflect.TypeFor[Kind]().PkgPath(), "internal/redact") + "types"

// KindOf returns how much of a field's strings is secret: what their type says, or else
// the option sensitive of the field's zstack tag. A list of strings that is called
// systemTags on the wire is a [Tag] without either.
func KindOf(field reflect.StructField) Kind {
	if kind := kindOfType(field.Type); kind != None {
		return kind
	}
	for option := range strings.SplitSeq(field.Tag.Get("zstack"), ",") {
		switch option {
		case "sensitive":
			return All
		case "sensitive=uri":
			return URI
		case "sensitive=tag":
			return Tag
		}
	}
	if wire.TagName(field) == "systemTags" && field.Type == reflect.TypeFor[[]string]() {
		return Tag
	}
	return None
}

// kindOfType returns how much is secret of the strings in a value of a type.
func kindOfType(t reflect.Type) Kind {
	for range 4 { // a type can be a list of itself
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			t = t.Elem()
			continue
		}
		break
	}
	if t.Kind() != reflect.String || t.PkgPath() != typesPath {
		return None
	}
	switch t.Name() {
	case "Secret":
		return All
	case "SecretURL":
		return URI
	case "SystemTag":
		return Tag
	}
	return None
}

// secretTags begin the system tags that carry a secret. The server has more that do
// than it says: who reads a root password is root.
var secretTags = []string{"consolePassword::", "userdata::", "rootPassword::"}

// Secrets returns the parts of s that are secret, in the forms in which they can be
// quoted: of several addresses, divided by commas, each password also by itself, and
// what is escaped in an address as it is without escapes too.
func Secrets(kind Kind, s string) []string {
	var list []string
	for _, part := range secretsIn(kind, s) {
		list = append(list, s[part.from:part.to])
	}
	if kind != URI || list == nil {
		return list
	}
	for address := range strings.SplitSeq(s, ",") {
		if part := password(address); part.from < part.to && !slices.Contains(list, address[part.from:part.to]) {
			list = append(list, address[part.from:part.to])
		}
	}
	for _, escaped := range list {
		if plain, err := url.PathUnescape(escaped); err == nil && plain != escaped {
			list = append(list, plain)
		}
	}
	return list
}

// String returns s with [Mask] in place of what is secret.
func String(kind Kind, s string) string {
	parts := secretsIn(kind, s)
	for _, part := range slices.Backward(parts) {
		s = s[:part.from] + Mask + s[part.to:]
	}
	return s
}

// IsMasked reports whether something that is secret in s is [Mask] itself: s was printed
// or written for people, and is not the value any more.
func IsMasked(kind Kind, s string) bool {
	return slices.ContainsFunc(secretsIn(kind, s), func(part span) bool { return s[part.from:part.to] == Mask })
}

// A span is a part of a string.
type span struct{ from, to int }

// secretsIn returns the parts of s that are secret, in their order; none of them is empty.
func secretsIn(kind Kind, s string) []span {
	var parts []span
	add := func(part span) {
		if part.from < part.to {
			parts = append(parts, part)
		}
	}
	switch kind {
	case All:
		add(span{0, len(s)})
	case URI:
		secret := password(s)
		add(secret)
		for _, part := range signatures(s) {
			if part.from >= secret.to {
				add(part)
			}
		}
	case Tag:
		for _, tag := range secretTags {
			if strings.HasPrefix(s, tag) {
				add(span{len(tag), len(s)})
			}
		}
	}
	return parts
}

// password returns where the password in an address begins and ends: what stands
// between the first colon and the last @. That is too much where a path holds both
// signs, or where there are several addresses. The address need not have a scheme
// (root:pw@10.0.0.1), and then the password can begin with a slash; only what an IP
// address and a colon begin is an NFS path instead.
func password(s string) span {
	start := schemeOf(s)
	rest := s[start:]
	at, colon := strings.LastIndexByte(rest, '@'), strings.IndexByte(rest, ':')
	if at < 0 || colon < 0 || at < colon || start == 0 && isNFS(rest, colon) {
		return span{}
	}
	return span{start + colon + 1, start + at}
}

// schemeOf returns where an address goes on after its scheme; 0 when it has none.
func schemeOf(s string) int {
	scheme, _, found := strings.Cut(s, "://")
	if !found || strings.ContainsAny(scheme, ":@/?#,") {
		return 0 // the signs are those of a password, or of what follows the host
	}
	return len(scheme) + len("://")
}

// isNFS reports whether an address with a colon is one of NFS, and the only one.
func isNFS(s string, colon int) bool {
	_, err := netip.ParseAddr(s[:colon])
	return err == nil && s[colon+1] == '/' && !strings.Contains(s, ",")
}
