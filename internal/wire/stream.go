package wire

import (
	"bufio"
	"errors"
	"io"
	"math"
	"reflect"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// streamedRows is how many elements of a list get memory at a time while nobody
	// knows how many there will be.
	streamedRows = 256
	// streamBuffer is how much is read at a time: the tokenizer alone would ask for
	// a few kilobytes, which takes a tenth longer.
	streamBuffer = 64 << 10
)

// Stream reads a JSON object while it arrives, to the end of r. For each member it
// asks pick where the value goes: a pointer to decode into, where a list is read
// element by element; a func(name, text []byte) to call with every member of an
// object that is a string, both of which are valid during the call; or nil to skip it.
//
// It keeps none of the text, and so cannot say what is wrong with a value: whoever
// gets an error has to read the text as a whole to learn of the reason, unless the
// text is cut, which is an [io.ErrUnexpectedEOF], or r failed. What was decoded into
// is of no use then.
func (d *Decoder) Stream(r io.Reader, pick func(name string) any) error {
	b := d.borrow()
	defer d.giveBack(b)
	b.begin(math.MaxInt)
	defer b.end()
	s := &stream{dec: jsontext.NewDecoder(bufio.NewReaderSize(r, streamBuffer), lenient), binder: b}
	err := members(s.dec, func(_ *jsontext.Decoder, name string) error {
		switch into := pick(name).(type) {
		case nil:
			return s.dec.SkipValue()
		case func(name, text []byte):
			return s.texts(into)
		default:
			return s.into(reflect.ValueOf(into))
		}
	})
	return explain(err)
}

// errUnfit says that a value does not fit what it is to be decoded into, or that
// the library has to read it.
var errUnfit = errors.New("a value that cannot be decoded while it arrives")

// A stream is JSON text that is decoded while it arrives.
type stream struct {
	dec    *jsontext.Decoder
	binder *binder
	key    []byte // the name of the member that is being read
}

func (s *stream) texts(each func(name, text []byte)) error {
	if s.dec.PeekKind() != '{' {
		return s.dec.SkipValue()
	}
	return readObject(s.dec, func() error {
		quoted, err := s.dec.ReadValue()
		if err != nil {
			return err
		}
		s.key = append(s.key[:0], quoted...) // the next reading overwrites it
		value, err := s.dec.ReadValue()
		if err != nil {
			return err
		}
		if text, ok := Unquote(value); ok {
			name, _ := Unquote(s.key)
			each(name, text)
		}
		return nil
	})
}

// into decodes the next value into what v points to.
func (s *stream) into(v reflect.Value) error {
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return errUnfit
	}
	p := planOf(v.Type().Elem())
	if p.kind == asList && s.dec.PeekKind() == '[' {
		return s.list(p, v.Elem())
	}
	return s.value(p, v)
}

func (s *stream) value(p *plan, at reflect.Value) error {
	text, err := s.dec.ReadValue()
	if err != nil {
		return err
	}
	if s.binder.content = text; s.binder.value(p, at.UnsafePointer(), 0) != len(text) {
		return errUnfit
	}
	return nil
}

// list decodes a list. What has been decoded does not move before all is there: a
// slice that grows leaves as much memory behind as it has in the end.
func (s *stream) list(p *plan, v reflect.Value) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return err
	}
	var full []reflect.Value
	rows := reflect.MakeSlice(p.typ, 0, streamedRows)
	for s.dec.PeekKind() != ']' {
		n := rows.Len()
		if n == streamedRows {
			full = append(full, rows)
			rows, n = reflect.MakeSlice(p.typ, 0, streamedRows), 0
		}
		rows = rows.Slice(0, n+1)
		if err := s.value(p.elem, rows.Index(n).Addr()); err != nil {
			return err
		}
	}
	all := reflect.MakeSlice(p.typ, 0, len(full)*streamedRows+rows.Len())
	for _, some := range append(full, rows) {
		all = reflect.AppendSlice(all, some)
	}
	v.Set(all)
	_, err := s.dec.ReadToken()
	return err
}
