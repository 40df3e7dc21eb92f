package wire

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A Cursor reads one JSON value part by part and copies nothing but what is
// escaped: its texts are parts of the data that it reads.
type Cursor struct {
	dec  *jsontext.Decoder
	data []byte
}

// Cursor returns a cursor in front of the value in data.
func (d *Decoder) Cursor(data []byte) *Cursor {
	return &Cursor{dec: jsontext.NewDecoder(bytes.NewBuffer(data), d.options), data: data}
}

// Text reads the next value and returns its JSON text.
func (c *Cursor) Text() ([]byte, error) { return text(c.dec, c.data) }

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
	_, err := c.dec.ReadValue()
	return explain(err)
}

// Parts reads the next value and calls each in front of every member's value,
// with the member's name and the index -1, or in front of every element, with
// its index. each has to read that value, and only that. An error of each ends
// the reading and is returned as it is. A value that is neither an object nor a
// list has no parts.
func (c *Cursor) Parts(each func(name []byte, index int) error) error {
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

// end makes sure that nothing follows what was read.
func end(dec *jsontext.Decoder) error {
	after := dec.InputOffset()
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return &SyntaxError{Offset: after, Err: errors.New("text after the JSON value")}
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
