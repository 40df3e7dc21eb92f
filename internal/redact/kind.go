package redact

import (
	"reflect"
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

// KindOf reads the option sensitive of a field's zstack tag.
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
	return None
}

// secretTags begin the system tags that carry a secret. The server has more that do
// than it says: who reads a root password is root.
var secretTags = []string{"consolePassword::", "userdata::", "rootPassword::"}

// Secrets returns the parts of s that are secret.
func Secrets(kind Kind, s string) []string {
	if from, to := secretIn(kind, s); from < to {
		return []string{s[from:to]}
	}
	return nil
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
// between the first colon and the last @. That can be too much where a path holds both
// signs, and is never too little. The address need not have a scheme
// (root:pw@10.0.0.1); a colon before a slash is then that of an NFS path.
func password(s string) (from, to int) {
	_, rest, hasScheme := strings.Cut(s, "://")
	if !hasScheme {
		rest = s
	}
	start := len(s) - len(rest)
	at, colon := strings.LastIndexByte(rest, '@'), strings.IndexByte(rest, ':')
	if colon < 0 || at < colon || !hasScheme && rest[colon+1] == '/' {
		return 0, 0
	}
	return start + colon + 1, start + at
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
