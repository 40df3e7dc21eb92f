// Package lang says what zs says in the language of the user: English, or Chinese where the
// locale of the environment is Chinese. The English format is the key of a message.
package lang

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

var messages = newCatalog()

// The printer of the process: English until Use says otherwise.
var printer = message.NewPrinter(language.English, message.Catalog(messages))

func newCatalog() catalog.Catalog {
	builder := catalog.NewBuilder(catalog.Fallback(language.English))
	for english, translated := range chinese {
		if err := builder.SetString(language.Chinese, english, translated); err != nil {
			panic("lang: " + err.Error()) // A test reads every message.
		}
	}
	return builder
}

// Of returns the language that the environment asks for: that of the first of LC_ALL,
// LC_MESSAGES and LANG that is set.
func Of(getenv func(string) string) language.Tag {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale := getenv(name); locale != "" {
			if strings.HasPrefix(strings.ToLower(locale), "zh") {
				return language.Chinese
			}
			break
		}
	}
	return language.English
}

// Use sets the language of the process. It is called once, before anything is said.
func Use(tag language.Tag) { printer = message.NewPrinter(tag, message.Catalog(messages)) }

// S is [fmt.Sprintf] in the language of the user. Every format has a translation in chinese.go.
func S(format string, args ...any) string { return printer.Sprintf(format, args...) }
