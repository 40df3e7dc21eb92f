// Package wire is JSON as a ZStack management node speaks it.
//
// One reader takes replies apart and puts them into Go values; the JSON library writes
// requests, and reads what no reply has. It is imported here and nowhere else, so that
// moving to the standard library's encoding/json/v2 changes one package. Everything that
// the server does to plain JSON is undone here: whole numbers written as 8.589934592E9,
// numbers and booleans in quotes, timestamps without a zone.
package wire

import (
	"errors"
	"io"
	"math"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// A Decoder reads the server's JSON. It is safe for concurrent use, and what it
// reads is the same each time.
type Decoder struct {
	location        *time.Location
	lenient, strict json.Options // for what the library reads
	readers         sync.Pool    // of *reader, which are large
}

// NewDecoder returns a decoder that reads timestamps as times in loc, which is
// the server's time zone: the server writes none.
func NewDecoder(loc *time.Location) *Decoder {
	d := &Decoder{location: loc}
	d.lenient, d.strict = d.options(false), d.options(true)
	return d
}

// Location returns the time zone that the decoder reads timestamps in.
func (d *Decoder) Location() *time.Location { return d.location }

// UTC is a decoder for replies in which no timestamp matters.
var UTC = NewDecoder(time.UTC)

// borrow returns a reader in front of a text.
func (d *Decoder) borrow(text []byte) *reader {
	r, ok := d.readers.Get().(*reader)
	if !ok {
		r = &reader{decoder: d}
	}
	r.of(text)
	return r
}

// giveBack lets a reader be used again.
func (d *Decoder) giveBack(r *reader) {
	r.keeper.end()
	r.of(nil)
	r.broken, r.fault, r.prefix, r.depth, r.strict = nil, nil, "", 0, false
	r.notes, r.scope, r.typed = nil, nil, false
	clear(r.slabs)
	r.slabs = r.slabs[:0]
	clear(r.steps[:cap(r.steps)])
	if r.steps = r.steps[:0]; cap(r.steps) > largeDepth {
		r.steps = nil
	}
	if cap(r.said)+cap(r.key) > chunkSize {
		r.said, r.key = nil, nil
	}
	d.readers.Put(r)
}

// largeDepth is how deep values are that few replies have.
const largeDepth = 64

// Decode reads one JSON value into what v points to. Text that is no JSON is a
// [*SyntaxError], wherever that shows; a value that does not fit is a [*FieldError].
func (d *Decoder) Decode(data []byte, v any) error {
	r := d.borrow(data)
	defer d.giveBack(r)
	return r.whole(reflect.ValueOf(v))
}

// DecodeInput reads one JSON value that a caller gave into v, as leniently in
// numbers as [Decoder.Decode]. A member that a struct does not have is an error: it
// would not be sent. So is what makes no sense: a duplicate name, or invalid UTF-8.
func DecodeInput(data []byte, v any) error {
	r := UTC.borrow(data)
	defer UTC.giveBack(r)
	r.strict = true
	return r.whole(reflect.ValueOf(v))
}

// whole reads one value, and nothing after it.
func (r *reader) whole(into reflect.Value) error {
	if into.Kind() != reflect.Pointer || into.IsNil() {
		return errNoPointer
	}
	r.keeper.begin(len(r.text))
	return r.ended(r.value(planOf(into.Type().Elem()), into.UnsafePointer(), r.space(0)))
}

var errNoPointer = errors.New("cannot decode into what is no pointer")

// ended makes sure that nothing follows what was read, and returns what was wrong with it.
func (r *reader) ended(i int) error {
	if i != failed {
		after := r.base + int64(i)
		if i = r.space(i); i < len(r.text) {
			r.syntax(int(after-r.base), errTrailing)
		}
	}
	switch {
	case r.err != nil:
		return r.err
	case r.broken != nil:
		return r.broken
	case r.fault != nil:
		return r.fault
	}
	return nil
}

// Members reads a JSON object. For each member it asks pick where the value goes: a
// pointer to decode into; a [*Text] to keep it as it is; a func(name, said []byte) to call
// with every member of an object that is a string, both of which are valid during the
// call; or nil to skip it. A value that is not an object, or text after it, is an error.
func (d *Decoder) Members(data []byte, pick func(name string) any) error {
	return d.Object(data, nil, nil, pick)
}

// A Text is the JSON text of a value that [Decoder.Members] read but left undecoded. It can be
// a part of the data that was read.
type Text []byte

// Object is [Decoder.Members] for text that begins with data, and goes on with what is read
// from rest unless that is nil; what is in data then gets lost. What a schema can change is
// noted where there are notes. An error of rest is returned as it is.
func (d *Decoder) Object(data []byte, rest io.Reader, notes *Notes, pick func(name string) any) error {
	r := d.borrow(data)
	defer d.giveBack(r)
	if rest != nil {
		r.arriving(rest)
	}
	r.notes = notes
	if notes != nil {
		r.scope = notes.Namer
	}
	if r.from == nil {
		r.keeper.begin(len(r.text))
	} else {
		r.keeper.begin(math.MaxInt)
	}
	return r.ended(r.root(r.space(0), pick))
}

// root reads the object that a reply is.
func (r *reader) root(i int, pick func(name string) any) int {
	if r.byteAt(i) != '{' {
		if i = r.skip(i); i != failed {
			r.wrong(errNoObject)
		}
		return i
	}
	return r.members(i, func(name string, i int) int {
		switch into := pick(name).(type) {
		case nil:
			return r.skip(i)
		case *Text:
			text, end := r.raw(i)
			*into = r.lasting(text)
			return end
		case func(name, said []byte):
			return r.strings(i, into)
		default:
			v := reflect.ValueOf(into)
			if v.Kind() != reflect.Pointer || v.IsNil() {
				r.err = errNoPointer
				return failed
			}
			p := planOf(v.Type().Elem())
			if r.scope != nil && p.holdsAny {
				return r.open(p, v.UnsafePointer(), i)
			}
			return r.value(p, v.UnsafePointer(), i)
		}
	})
}

var errNoObject = errors.New("not a JSON object")

// strings calls each with the members of an object that are strings.
func (r *reader) strings(i int, each func(name, said []byte)) int {
	if r.byteAt(i) != '{' {
		return r.skip(i)
	}
	return r.parts(i, func(name []byte, _, i int) int {
		if r.byteAt(i) != '"' {
			return r.skip(i)
		}
		end, plain := plainRun(r.text, i+1)
		if plain { // as all are that a server writes
			each(name, r.text[i+1:end])
			return end + 1
		}
		r.key = append(r.key[:0], name...) // which can be where the value goes
		said, end := r.unusual(i, end)
		if end != failed {
			each(r.key, said)
		}
		return end
	})
}

// Strings calls each with the members of an object that are strings, both of which are valid
// during the call.
func (d *Decoder) Strings(object []byte, each func(name, said []byte)) {
	r := d.borrow(object)
	defer d.giveBack(r)
	r.strings(r.space(0), each)
}

// RawMembers calls each with every member of a JSON object that a caller gave. The value
// is only valid during the call. An error of each ends the reading and is returned as it
// is.
func RawMembers(data []byte, each func(name string, value []byte) error) error {
	return UTC.parts(data, true, each)
}

// Parts calls each with every member of an object, under its name, or every
// element of a list, under its index in brackets. An error of each ends the
// reading and is returned as it is. Any other value has no parts.
func (d *Decoder) Parts(data []byte, each func(key string, value []byte) error) error {
	return d.parts(data, false, each)
}

func (d *Decoder) parts(data []byte, strict bool, each func(key string, value []byte) error) error {
	r := d.borrow(data)
	defer d.giveBack(r)
	r.strict = strict
	i := r.space(0)
	if c := r.byteAt(i); c != '{' && c != '[' || strict && c == '[' {
		if i = r.skip(i); strict && i != failed {
			r.wrong(errNoObject)
		}
		return r.ended(i)
	}
	return r.ended(r.parts(i, func(name []byte, index, i int) int {
		key := string(name)
		if index >= 0 {
			key = "[" + strconv.Itoa(index) + "]"
		}
		value, end := r.raw(i)
		if end != failed {
			if r.err = each(key, value); r.err != nil {
				return failed
			}
		}
		return end
	}))
}
