package redact

import (
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
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

// KindOf reads the option sensitive of a field's zstack tag. A list of strings that is
// called systemTags on the wire is a [Tag] without it.
func KindOf(field reflect.StructField) Kind {
	tag := field.Tag.Get("zstack")
	for tag != "" {
		var option string
		option, tag, _ = strings.Cut(tag, ",")
		switch option {
		case "sensitive":
			return All
		case "sensitive=uri":
			return URI
		case "sensitive=tag":
			return Tag
		}
	}
	if wireName(field) == "systemTags" && field.Type == reflect.TypeFor[[]string]() {
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
	from, to := secretIn(kind, s)
	if from >= to {
		return nil
	}
	list := []string{s[from:to]}
	if kind != URI {
		return list
	}
	for address := range strings.SplitSeq(s, ",") {
		if from, to := password(address); from < to && !slices.Contains(list, address[from:to]) {
			list = append(list, address[from:to])
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
	from, to := secretIn(kind, s)
	if from >= to {
		return s
	}
	return s[:from] + Mask + s[to:]
}

// secretIn returns where the secret part of s begins and ends.
func secretIn(kind Kind, s string) (from, to int) {
	switch kind {
	case All:
		return 0, len(s)
	case URI:
		return password(s)
	case Tag:
		for _, tag := range secretTags {
			if strings.HasPrefix(s, tag) {
				return len(tag), len(s)
			}
		}
	}
	return 0, 0
}

// password returns where the password in an address begins and ends: what stands
// between the first colon and the last @. That is too much where a path holds both
// signs, or where there are several addresses. The address need not have a scheme
// (root:pw@10.0.0.1), and then the password can begin with a slash; only what an IP
// address and a colon begin is an NFS path instead.
func password(s string) (from, to int) {
	start := schemeOf(s)
	rest := s[start:]
	at, colon := strings.LastIndexByte(rest, '@'), strings.IndexByte(rest, ':')
	if at < 0 || colon < 0 || at < colon || start == 0 && isNFS(rest, colon) {
		return 0, 0
	}
	return start + colon + 1, start + at
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

// masked returns a string, a list or a map of some with what is secret in them
// masked; of any other type, the mask itself.
func masked(kind Kind, v reflect.Value) reflect.Value {
	switch {
	case kind == All:
		return reflect.ValueOf(Mask)
	case v.Kind() == reflect.String:
		return reflect.ValueOf(String(kind, v.String()))
	case v.Kind() == reflect.Slice:
		list := make([]string, v.Len())
		for i := range list {
			list[i] = masked(kind, v.Index(i)).String()
		}
		return reflect.ValueOf(list)
	case v.Kind() == reflect.Interface && !v.IsNil():
		return masked(kind, v.Elem())
	default:
		return reflect.ValueOf(Mask)
	}
}
