// Package systemtags has the server's system tags: a function for each pattern that builds
// a tag, and [Parse], which takes one apart.
//
// System tags are strings that the server acts on. They come with a creation, in the
// field SystemTags of its action, or are put on a resource later with [Set]:
//
//	actions.CreateVmInstanceAction{..., SystemTags: []string{
//		systemtags.VmHostname("web-1"),
//		systemtags.VmStaticIP(l3, netip.MustParseAddr("2001:db8::7")),
//		systemtags.VmUserData([]byte("#cloud-config\n...")),
//	}}
//
// A token is written as it is, but for IP addresses, whose "::" the server wants as
// "--", and for user data, which is in base 64. The server takes a tag apart at "::" and
// knows no way to write those two characters in a token: a value that has them where it is not the last
// makes another tag of it.
//
// The functions are called like what the tag is put on and the server's own name for it.
// [Pattern.Sensitive] and their comments say which tokens are secret.
package systemtags

import (
	"encoding/base64"
	"iter"
	"net/netip"
	"slices"
	"strings"
)

// A Pattern is what the server knows of one kind of system tag. It is not to be changed.
type Pattern struct {
	// Format is the tag with its tokens in braces: "staticIp::{l3NetworkUuid}::{staticIp}".
	Format string
	// Resources are the types of the resources that the tag is put on, such as
	// "VmInstanceVO"; none says that it can be any.
	Resources []string
	// Tokens are the names in braces, in their order.
	Tokens []string
	// Sensitive are the tokens that are secret.
	Sensitive []string
	// References are the tokens that are the UUID of another resource: a resource can
	// have a tag of the pattern for each.
	References []string
	// Ephemeral says that the tag steers one call and is not kept.
	Ephemeral bool
	// Admin says that the tag is for administrators alone.
	Admin bool
	// Deprecated says that the server has another way for what the tag says.
	Deprecated bool

	encodings []encoding
}

// An encoding says how the server wants one token written. They are a list, since a map would be
// made at every program's start.
type encoding struct{ token, how string }

// All iterates over all patterns that are known, sorted by their formats.
func All() iter.Seq[*Pattern] {
	return func(yield func(*Pattern) bool) {
		for i := range patterns {
			if !yield(&patterns[i]) {
				return
			}
		}
	}
}

// A Tag is a system tag taken apart.
type Tag struct {
	*Pattern
	// Values are those of the tokens, as they were before they were written into the tag: an IP address
	// with its "::", and user data as it is.
	Values map[string]string
}

// Parse takes a tag apart. It reports false for a tag of no pattern that is known, such as
// one of a newer server. Of several patterns that fit, it takes the one with the most that is
// not a token, and of those that differ in the names of their tokens alone the first in [All].
func Parse[S ~string](tag S) (Tag, bool) {
	var best Tag
	most := -1
	for i := range patterns {
		p := &patterns[i]
		values, literal, ok := p.match(string(tag))
		if ok && literal > most {
			best, most = Tag{p, values}, literal
		}
	}
	return best, most >= 0
}

// IsSensitive reports whether a tag holds a secret.
func IsSensitive[S ~string](tag S) bool {
	t, ok := Parse(tag)
	return ok && len(t.Sensitive) > 0
}

// match takes a tag of the pattern apart, and says how much of it is not in a token.
func (p *Pattern) match(tag string) (values map[string]string, literal int, ok bool) {
	values = make(map[string]string, len(p.Tokens))
	format := p.Format
	for _, token := range p.Tokens {
		start := strings.IndexByte(format, '{')
		end := strings.IndexByte(format, '}')
		before := format[:start]
		format = format[end+1:]
		rest, found := strings.CutPrefix(tag, before)
		if !found {
			return nil, 0, false
		}
		literal += len(before)
		value := rest
		if next, _, _ := strings.Cut(format, "{"); next != "" {
			i := strings.Index(rest, next)
			if i < 0 {
				return nil, 0, false
			}
			value = rest[:i]
		}
		if value == "" {
			return nil, 0, false
		}
		tag = rest[len(value):]
		values[token] = p.decode(token, value)
	}
	return values, literal + len(format), tag == format
}

// decode is a token's value as it was before it was written.
func (p *Pattern) decode(token, value string) string {
	for _, e := range p.encodings {
		if e.token != token {
			continue
		}
		switch e.how {
		case "ipv6-dashes":
			return strings.ReplaceAll(value, "--", "::")
		case "base64":
			if plain, err := base64.StdEncoding.DecodeString(value); err == nil {
				return string(plain)
			}
		}
	}
	return value
}

// isFor reports whether a tag stands where another of the same pattern does: it is for the
// same resources besides the tagged one.
func (t Tag) isFor(other Tag) bool {
	return t.Pattern == other.Pattern && !slices.ContainsFunc(t.References, func(token string) bool {
		return t.Values[token] != other.Values[token]
	})
}

// dashed is an IP address as the server wants it in a tag.
func dashed(ip netip.Addr) string {
	if !ip.IsValid() {
		return ""
	}
	return strings.ReplaceAll(ip.Unmap().WithZone("").String(), "::", "--")
}
