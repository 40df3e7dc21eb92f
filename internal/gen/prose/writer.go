// Package prose turns the facts of the catalogue into English doc comments.
//
// What an action does is read off its name: the verb at its head, the things it
// speaks of and what ties them together (verbs.go), in the words of the field
// (data/words.txt). Where a name does not say enough, or the matter deserves
// better, the sentence is written by hand: data/actions.txt, data/params.txt,
// data/fields.txt, data/types.txt, data/enums.txt and data/errors.txt.
// Everything is a pure function of the catalogue and these tables, so generating
// twice gives the same text.
package prose

import "github.com/zstack-go/zstack-go/internal/catalog"

// A Writer writes the doc comments of one catalogue. Every method returns
// plain text: one line a paragraph, an empty line between paragraphs, and
// preformatted lines that begin with a tab.
type Writer struct {
	types         map[string]*catalog.Type
	results       map[string]bool
	words         *lexicon
	sentences     map[string]string
	params        map[string]string
	fields        map[string]string
	typeNouns     map[string]string
	typeSentences map[string]string
	enums         map[string]string
	errors        map[string]string
}

// New returns a Writer for c.
func New(c *catalog.Catalogue) *Writer {
	w := &Writer{
		types:         make(map[string]*catalog.Type, len(c.Types)),
		results:       make(map[string]bool, len(c.Actions)),
		words:         newLexicon(wordsText),
		sentences:     table("actions.txt"),
		params:        table("params.txt"),
		fields:        table("fields.txt"),
		typeNouns:     table("nouns.txt"),
		typeSentences: table("types.txt"),
		enums:         table("enums.txt"),
		errors:        table("errors.txt"),
	}
	for _, t := range c.Types {
		w.types[t.Name] = t
	}
	for _, a := range c.Actions {
		w.results[a.Result] = true
	}
	return w
}
