package redact

import (
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// Hide hides secrets in a string that came from elsewhere. Secrets of one or two bytes
// are left: they would blot out the rest, and are no secrets.
func Hide(s string, secrets []string) string { return Hider(secrets)(s) }

// Hider returns a function that does what [Hide] does for many strings and the same
// secrets.
func Hider(secrets []string) func(string) string {
	list := spellings(secrets)
	return func(s string) string {
		for _, secret := range list {
			if len(secret) <= len(s) {
				s = strings.ReplaceAll(s, secret, Mask)
			}
		}
		return s
	}
}

// HideIn hides secrets in the strings in a value that came from JSON, and returns it. Lists
// and maps are changed in place.
func HideIn(v any, hide func(string) string) any {
	switch v := v.(type) {
	case string:
		return hide(v)
	case []any:
		for i := range v {
			v[i] = HideIn(v[i], hide)
		}
	case map[string]any:
		for k := range v {
			v[k] = HideIn(v[k], hide)
		}
	}
	return v
}

// spellings are the forms in which a reply or an error quotes secrets: as they
// are, escaped as in a URL, in HTML and in JSON, and in JSON that is quoted in
// JSON. Longer ones come first, so that one that is part of another does not
// leave the rest of it.
func spellings(secrets []string) []string {
	var list []string
	for _, s := range secrets {
		if len(s) <= 2 {
			continue
		}
		list = append(list, s, url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s))
		for _, escapes := range jsonEscapes {
			once := escapes.Replace(quoted(s))
			list = append(list, once, escapes.Replace(quoted(quoted(s))), escapes.Replace(quoted(once)))
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(list)
}

// quoted is a string as JSON writes it, without the quotation marks.
func quoted(s string) string {
	written, err := wire.Encode(s)
	if err != nil {
		return s
	}
	return string(written[1 : len(written)-1])
}

// jsonEscapes are what JSON libraries escape beyond what JSON wants: nothing,
// what HTML minds, and what the server's library does.
var jsonEscapes = []*strings.Replacer{
	strings.NewReplacer(),
	strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`),
	strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "=", `\u003d`, "'", `\u0027`),
}
