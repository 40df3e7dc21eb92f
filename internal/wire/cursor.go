package wire

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A Cursor reads one JSON value part by part and copies nothing but what is
// escaped: its strings are parts of the data that it reads.
type Cursor struct {
	dec  *jsontext.Decoder // nil for text that is known to be JSON
	data []byte
	at   int // how far it is, without a tokenizer
	// marks say where the elements of long lists begin.
	marks Marks
	// next is where the next element begins, if that is known; else 0.
	next int
}

// Cursor returns a cursor in front of the value in data.
func (d *Decoder) Cursor(data []byte) *Cursor {
	return &Cursor{dec: jsontext.NewDecoder(bytes.NewBuffer(data), d.options), data: data}
}

// TrustingCursor returns a cursor in front of the value in text that has been
// read before, and so is known to be JSON.
func TrustingCursor(text []byte) *Cursor { return &Cursor{data: text, at: skipSpace(text, 0)} }

// Text reads the next value and returns its JSON text.
func (c *Cursor) Text() ([]byte, error) {
	if c.dec != nil {
		return text(c.dec, c.data)
	}
	start := c.at
	c.at, c.next = skipValue(c.data, start), 0
	return c.data[start:c.at:c.at], nil
}

// text reads the next value. The decoder's own view of it is lost with the next
// read, so the text is cut out of the data.
func text(dec *jsontext.Decoder, data []byte) ([]byte, error) {
	value, err := dec.ReadValue()
	if err != nil {
		return nil, explain(err)
	}
	end := int(dec.InputOffset())
	return data[end-len(value) : end : end], nil
}

// Skip reads the next value and drops it.
func (c *Cursor) Skip() error {
	if c.next > 0 {
		c.at, c.next = c.next, 0
		return nil
	}
	_, err := c.Text()
	return err
}

// Parts reads the next value and calls each in front of every member's value,
// with the member's name and the index -1, or in front of every element, with
// its index. each has to read that value, and only that. An error of each ends
// the reading and is returned as it is. A value that is neither an object nor a
// list has no parts.
func (c *Cursor) Parts(each func(name []byte, index int) error) error {
	if c.dec == nil {
		return c.knownParts(each)
	}
	kind := c.dec.PeekKind()
	if kind != '{' && kind != '[' {
		return c.Skip()
	}
	if _, err := c.dec.ReadToken(); err != nil {
		return explain(err)
	}
	for i := 0; ; i++ {
		if next := c.dec.PeekKind(); next == '}' || next == ']' {
			break
		}
		var name []byte
		index := i
		if kind == '{' {
			quoted, err := c.Text()
			if err != nil {
				return err
			}
			name, _ = Unquote(quoted)
			index = -1
		}
		if err := each(name, index); err != nil {
			return err
		}
	}
	_, err := c.dec.ReadToken()
	return explain(err)
}

// knownParts is Parts without a tokenizer.
func (c *Cursor) knownParts(each func(name []byte, index int) error) error {
	kind := c.data[c.at]
	if kind != '{' && kind != '[' {
		return c.Skip()
	}
	elements := c.marks.elements(c.at)
	c.at, c.next = skipSpace(c.data, c.at+1), 0
	for i := 0; c.data[c.at] != '}' && c.data[c.at] != ']'; i++ {
		var name []byte
		index := i
		if n := i + 1 - few; n >= 0 && n < len(elements) {
			c.next = elements[n]
		}
		if kind == '{' {
			end := skipText(c.data, c.at)
			name, _ = Unquote(c.data[c.at:end])
			index = -1
			c.at = skipSpace(c.data, skipSpace(c.data, end)+1)
		}
		if err := each(name, index); err != nil {
			return err
		}
		c.next = 0
		if c.at = skipSpace(c.data, c.at); c.data[c.at] == ',' {
			c.at = skipSpace(c.data, c.at+1)
		}
	}
	c.at++
	return nil
}

// end makes sure that nothing follows what was read.
func end(dec *jsontext.Decoder) error {
	after := dec.InputOffset()
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return &SyntaxError{Offset: after, Err: errors.New("data after the JSON value")}
	}
	return nil
}

// Unquote returns what a JSON text says, and whether the value is a text at all.
// It is a part of value unless that is escaped or no UTF-8.
func Unquote(value []byte) (said []byte, ok bool) {
	if len(value) < 2 || value[0] != '"' {
		return nil, false
	}
	said = value[1 : len(value)-1]
	if bytes.IndexByte(said, '\\') >= 0 || !utf8.Valid(said) {
		said = unquote(nil, value)
	}
	return said, true
}
