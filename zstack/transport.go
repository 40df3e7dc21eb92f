package zstack

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/zstack-go/zstack-go/internal/redact"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// errTooLarge says that a reply is larger than the client takes.
var errTooLarge = errors.New("the reply is larger than the limit that WithMaxReplySize sets")

// NewJobUUID returns a new random job uuid for [WithJobUUID]: a UUID of version 4
// without its dashes, which are 32 lower-case hexadecimal digits.
func NewJobUUID() string { return NewUUID() }

func isUUID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// mask hides secrets in a text that came from elsewhere. Texts of one or two
// characters are left: they would blot out the rest, and are no secrets.
func mask(text string, secrets []string) string { return masker(secrets)(text) }

// masker returns a mask for many texts and the same secrets.
func masker(secrets []string) func(text string) string {
	list := spellings(secrets)
	return func(text string) string {
		for _, s := range list {
			if len(s) <= len(text) {
				text = strings.ReplaceAll(text, s, redact.Mask)
			}
		}
		return text
	}
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

// quoted is a text as JSON writes it, without the quotation marks.
func quoted(s string) string {
	text, err := wire.Encode(s)
	if err != nil {
		return s
	}
	return string(text[1 : len(text)-1])
}

// jsonEscapes are what JSON libraries escape beyond what JSON wants: nothing,
// what HTML minds, and what the server's library does.
var jsonEscapes = []*strings.Replacer{
	strings.NewReplacer(),
	strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`),
	strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "=", `\u003d`, "'", `\u0027`),
}

// contextError returns the end of a context with the cause its owner gave.
func contextError(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) && !errors.Is(cause, err) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}
