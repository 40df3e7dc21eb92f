package wire

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Document is a JSON object that has been checked from end to end, and is not
// checked again when its members are read. It is safe for concurrent use.
type Document struct {
	decoder *Decoder
	data    []byte
	parts   []part
	large   bool // it has more members than are remembered
}

// mostParts is how many members are remembered of a document. A result has a few;
// what somebody makes up to fill the memory has millions.
const mostParts = 1 << 12

// A part is a member of a document: where its name and its value are.
type part struct{ name, nameEnd, value, valueEnd int }

// Marks are where the elements of the long lists of a document begin.
type Marks []markedList

// A markedList is a list, from its bracket on, and its elements but for the first
// few.
type markedList struct {
	at       int
	elements []int
}

// elements returns the elements of the list at a place; nil where they are not
// known.
func (m Marks) elements(at int) []int {
	for i := range m {
		if m[i].at == at {
			return m[i].elements
		}
	}
	return nil
}

// Cursor returns a cursor in front of the document, which makes use of what
// [Document.Members] found.
func (doc *Document) Cursor(m Marks) *Cursor {
	c := TrustingCursor(doc.data)
	c.marks = m
	return c
}

// Document checks that data is one JSON object. Errors are [*FieldError] or
// [*SyntaxError].
func (d *Decoder) Document(data []byte) (*Document, error) {
	t := newTokenizer(data)
	defer t.free()
	doc := &Document{decoder: d, data: data, parts: make([]part, 0, 2)}
	if err := doc.read(&t.dec); err != nil {
		return nil, err
	}
	if err := end(&t.dec); err != nil {
		return nil, err
	}
	return doc, nil
}

// EmptyDocument is an object without members.
func (d *Decoder) EmptyDocument() *Document { return &Document{decoder: d, data: []byte("{}")} }

func (doc *Document) read(dec *jsontext.Decoder) error {
	return readObject(dec, func() error {
		var p part
		// ReadValue takes a value in one go, which is a third faster than to read its
		// tokens and skip them.
		name, err := dec.ReadValue()
		if err != nil {
			return explain(err)
		}
		p.nameEnd = int(dec.InputOffset())
		p.name = p.nameEnd - len(name)
		value, err := dec.ReadValue()
		if err != nil {
			return explain(err)
		}
		p.valueEnd = int(dec.InputOffset())
		p.value = p.valueEnd - len(value)
		if doc.large = doc.large || len(doc.parts) == mostParts; !doc.large {
			doc.parts = append(doc.parts, p)
		}
		return nil
	})
}

// Decoder returns the decoder that reads the object.
func (doc *Document) Decoder() *Decoder { return doc.decoder }

// Data is the JSON text.
func (doc *Document) Data() []byte { return doc.data }

// Members reads the object as [Decoder.Members] does, and returns what it found
// that makes another reading fast.
func (doc *Document) Members(pick func(name string) any) (Marks, error) {
	if doc.large {
		return nil, doc.decoder.Members(doc.data, pick)
	}
	var marks Marks
	for i, p := range doc.parts {
		name, _ := Unquote(doc.data[p.name:p.nameEnd])
		value := doc.data[p.value:p.valueEnd:p.valueEnd]
		switch v := pick(string(name)).(type) {
		case nil:
		case *Text:
			*v = value
		default:
			elements, ok := doc.decoder.bindMarking(value, v, p.value)
			if elements != nil {
				marks = append(marks, markedList{p.value, elements})
			}
			if ok {
				continue
			}
			if err := doc.decoder.memberByLibrary(doc.data, i, v); err != nil {
				return nil, err
			}
		}
	}
	return marks, nil
}

// memberByLibrary has the library read one member of an object, with the path
// to it in its errors.
func (d *Decoder) memberByLibrary(data []byte, index int, v any) error {
	i := -1
	return members(jsontext.NewDecoder(bytes.NewBuffer(data), d.options), func(dec *jsontext.Decoder, _ string) error {
		if i++; i == index {
			return explain(json.UnmarshalDecode(dec, v, d.options))
		}
		return explain(dec.SkipValue())
	})
}
