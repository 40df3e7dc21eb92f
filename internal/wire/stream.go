package wire

import (
	"bufio"
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
// object that is a text, which is valid during the call; or nil to skip it.
//
// It keeps none of the text, and so cannot say what is wrong: it is false when r
// fails, when there is no such object, or when a value does not fit. What was
// decoded into is of no use then.
func (d *Decoder) Stream(r io.Reader, pick func(name string) any) (ok bool) {
	s := &stream{dec: jsontext.NewDecoder(bufio.NewReaderSize(r, streamBuffer), lenient), binder: d.borrow()}
	defer d.giveBack(s.binder)
	s.binder.begin(math.MaxInt)
	defer s.binder.end()
	return s.object(func() bool {
		name, ok := s.name()
		if !ok {
			return false
		}
		switch into := pick(name).(type) {
		case nil:
			return s.dec.SkipValue() == nil
		case func(name, text []byte):
			return s.texts(into)
		default:
			v := reflect.ValueOf(into)
			return v.Kind() == reflect.Pointer && !v.IsNil() && s.into(v)
		}
	}) && end(s.dec) == nil
}

// A stream is JSON text that is decoded while it arrives.
type stream struct {
	dec    *jsontext.Decoder
	binder *binder
	key    []byte // the name of the member that is being read
}

// object calls member in front of every name.
func (s *stream) object(member func() bool) bool {
	if start, err := s.dec.ReadToken(); err != nil || start.Kind() != '{' {
		return false
	}
	for s.dec.PeekKind() != '}' {
		if !member() {
			return false
		}
	}
	_, err := s.dec.ReadToken()
	return err == nil
}

func (s *stream) name() (name string, ok bool) {
	token, err := s.dec.ReadToken()
	if err != nil {
		return "", false
	}
	return token.String(), true
}

func (s *stream) texts(each func(name, text []byte)) bool {
	if s.dec.PeekKind() != '{' {
		return s.dec.SkipValue() == nil
	}
	return s.object(func() bool {
		quoted, err := s.dec.ReadValue()
		if err != nil {
			return false
		}
		s.key = append(s.key[:0], quoted...) // the next reading overwrites it
		value, err := s.dec.ReadValue()
		if err != nil {
			return false
		}
		if text, ok := Unquote(value); ok {
			name, _ := Unquote(s.key)
			each(name, text)
		}
		return true
	})
}

// into decodes the next value into what v points to.
func (s *stream) into(v reflect.Value) bool {
	p := planOf(v.Type().Elem())
	if p.kind == asList && s.dec.PeekKind() == '[' {
		return s.list(p, v.Elem())
	}
	return s.value(p, v)
}

func (s *stream) value(p *plan, at reflect.Value) bool {
	text, err := s.dec.ReadValue()
	if err != nil {
		return false
	}
	s.binder.content = text
	return s.binder.value(p, at.UnsafePointer(), 0) == len(text)
}

// list decodes a list. What has been decoded does not move before all is there: a
// slice that grows leaves as much memory behind as it has in the end.
func (s *stream) list(p *plan, v reflect.Value) bool {
	if _, err := s.dec.ReadToken(); err != nil {
		return false
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
		if !s.value(p.elem, rows.Index(n).Addr()) {
			return false
		}
	}
	all := reflect.MakeSlice(p.typ, 0, len(full)*streamedRows+rows.Len())
	for _, some := range append(full, rows) {
		all = reflect.AppendSlice(all, some)
	}
	v.Set(all)
	_, err := s.dec.ReadToken()
	return err == nil
}
