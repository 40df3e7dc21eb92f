package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// failed is the place that is returned where the text is no JSON, or cannot be read.
const failed = -1

// deepest is how deep values can be nested.
const deepest = 10_000

var (
	errDepth     = errors.New("exceeded max depth")
	errTrailing  = errors.New("data after the JSON value")
	errUTF8      = errors.New("invalid UTF-8")
	errSurrogate = errors.New("invalid surrogate pair")
	errDuplicate = errors.New("duplicate object member name")
)

// syntax notes that the text is no JSON, as a place in it shows.
func (r *reader) syntax(i int, err error) int {
	if r.broken == nil {
		r.broken = &SyntaxError{Offset: r.base + int64(i), Err: err}
	}
	return failed
}

// unexpected notes that there is a byte, or the end, where something else belongs.
func (r *reader) unexpected(i int, where string) int {
	if i >= len(r.text) {
		return r.syntax(len(r.text), io.ErrUnexpectedEOF)
	}
	c := rune(r.text[i])
	if c >= utf8.RuneSelf {
		c, _ = utf8.DecodeRune(r.text[i:])
	}
	return r.syntax(i, fmt.Errorf("invalid character %q %s", c, where))
}

// deeper notes that what is inside the value at i is read next.
func (r *reader) deeper(i int) bool {
	if r.depth == deepest {
		r.syntax(i, errDepth)
		return false
	}
	r.depth++
	return true
}

// parts reads the object or the list at i. It calls each in front of the value of every
// member, with its name and the index -1, or in front of every element, with its index.
// each has to read the value and return where that ends. The name is valid until then.
func (r *reader) parts(i int, each func(name []byte, index, i int) int) int {
	object := r.text[i] == '{'
	end := r.text[i] + 2 // which is the other bracket
	if !r.deeper(i) {
		return failed
	}
	if i = r.space(i + 1); r.byteAt(i) == end {
		r.depth--
		return i + 1
	}
	var names map[string]bool
	for n := 0; ; n++ {
		if i > r.low {
			i -= r.more(i)
		}
		var name []byte
		index := n
		if object {
			if name, i = r.name(i); i == failed {
				return failed
			}
			if r.strict && !r.isNew(&names, name) {
				return r.syntax(i, errDuplicate)
			}
			index = -1
		}
		if i = each(name, index, i); i == failed {
			return failed
		}
		switch i = r.space(i); r.byteAt(i) {
		case ',':
			i = r.space(i + 1)
		case end:
			r.depth--
			return i + 1
		default:
			return r.afterPart(i, object)
		}
	}
}

// isNew adds a name to those of an object, and reports whether it is new.
func (r *reader) isNew(names *map[string]bool, name []byte) bool {
	if *names == nil {
		*names = make(map[string]bool)
	}
	known := (*names)[string(name)]
	(*names)[string(name)] = true
	return !known
}

// afterPart notes that neither a part nor the end follows a part.
func (r *reader) afterPart(i int, object bool) int {
	if object {
		return r.unexpected(i, "after object value (expecting ',' or '}')")
	}
	return r.unexpected(i, "after array element (expecting ',' or ']')")
}

// name reads the name of a member, and returns where its value begins. The name is valid
// until another string is read.
func (r *reader) name(i int) (name []byte, value int) {
	if r.byteAt(i) != '"' {
		return nil, r.unexpected(i, "at start of object member name")
	}
	name, i = r.quoted(i)
	if i == failed {
		return nil, failed
	}
	if text := r.text; i+1 < len(text) && text[i] == ':' && text[i+1] > ' ' {
		return name, i + 1
	}
	r.key = append(r.key[:0], name...) // the window can move
	if i = r.space(i); r.byteAt(i) != ':' {
		return nil, r.unexpected(i, "after object member name (expecting ':')")
	}
	return r.key, r.space(i + 1)
}

// skip returns where the value at i ends.
func (r *reader) skip(i int) int {
	switch c := r.byteAt(i); {
	case c == '"':
		_, i = r.quoted(i)
		return i
	case c == '{' || c == '[':
		return r.parts(i, func(_ []byte, _, i int) int { return r.skip(i) })
	case c == '-' || c-'0' <= 9:
		_, i = r.number(i)
		return i
	case c == 't':
		return r.literal(i, "true")
	case c == 'f':
		return r.literal(i, "false")
	case c == 'n':
		return r.literal(i, "null")
	default:
		return r.unexpected(i, "at start of value")
	}
}

// raw returns the text of the value at i, which is valid until anything is read, and where
// it ends.
func (r *reader) raw(i int) (text []byte, end int) {
	start := r.base + int64(i)
	r.keep = i
	end = r.skip(i)
	if r.keep = -1; end == failed {
		return nil, failed
	}
	return r.text[start-r.base : end], end
}

// literal returns where a word ends that has to be at i.
func (r *reader) literal(i int, word string) int {
	for len(r.text)-i < len(word) && r.from != nil {
		i -= r.more(i)
	}
	for n := range len(word) {
		if r.byteAt(i+n) != word[n] {
			return r.unexpected(i+n, "in literal "+word)
		}
	}
	return i + len(word)
}

// number returns the text of the number at i, valid until anything is read, and where it
// ends.
func (r *reader) number(i int) (text []byte, end int) {
	for {
		end, ok := numberEnd(r.text, i)
		switch {
		case end == len(r.text) && r.from != nil:
			i -= r.more(i)
		case !ok:
			return nil, r.unexpected(end, "in number")
		default:
			return r.text[i:end], end
		}
	}
}

// numberEnd returns where a number ends, or where it is none.
func numberEnd(text []byte, i int) (end int, ok bool) {
	digits := func() bool {
		start := i
		for i < len(text) && text[i]-'0' <= 9 {
			i++
		}
		return i > start
	}
	if i < len(text) && text[i] == '-' {
		i++
	}
	if i < len(text) && text[i] == '0' {
		i++
	} else if !digits() {
		return i, false
	}
	if i < len(text) && text[i] == '.' {
		if i++; !digits() {
			return i, false
		}
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if !digits() {
			return i, false
		}
	}
	return i, true
}

// quoted returns what the string at i says, valid until anything is read, and where it
// ends.
func (r *reader) quoted(i int) (said []byte, end int) {
	end, plain := plainRun(r.text, i+1)
	if plain {
		return r.text[i+1 : end], end + 1
	}
	return r.unusual(i, end)
}

// unusual is quoted for a string that is escaped, is not ASCII, or is not in the window as
// a whole. It stands for itself up to a place.
func (r *reader) unusual(i, at int) (said []byte, end int) {
	escaped, ascii := false, true
	for {
		if at >= len(r.text) {
			if r.from == nil {
				return nil, r.unexpected(at, "in string")
			}
			moved := r.more(i)
			i, at = i-moved, at-moved
			continue
		}
		switch c := r.text[at]; {
		case c == '"':
			return r.unquoted(i, at, escaped, ascii)
		case c == '\\':
			if len(r.text)-at < len(`\ud800\udc00`) && r.from != nil {
				moved := r.more(i)
				i, at = i-moved, at-moved
				continue
			}
			length := r.escape(at)
			if length == failed {
				return nil, failed
			}
			escaped = true
			at += length
		case c < ' ':
			return nil, r.unexpected(at, "in string (expecting escape)")
		case c >= utf8.RuneSelf:
			ascii = false
			at++
		default:
			at, _ = plainRun(r.text, at)
		}
	}
}

// unquoted returns what a string says that ends at a quote.
func (r *reader) unquoted(i, quote int, escaped, ascii bool) (said []byte, end int) {
	said = r.text[i+1 : quote]
	if !escaped && (ascii || utf8.Valid(said)) {
		return said, quote + 1
	}
	var err error
	if r.said, err = appendUnquoted(r.said[:0], said); err != nil && r.strict {
		return nil, r.syntax(i, err)
	}
	return r.said, quote + 1
}

// escape returns how long the escape sequence at i is.
func (r *reader) escape(i int) int {
	switch r.byteAt(i + 1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return len(`\n`)
	case 'u':
		const length = len(`\u0000`)
		for n := len(`\u`); n < length; n++ {
			if !isHex(r.byteAt(i + n)) {
				return r.unexpected(i+n, "in escape sequence")
			}
		}
		return length
	default:
		return r.unexpected(i+1, "in escape sequence")
	}
}

func isHex(c byte) bool { return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f' }

// plainRun returns where the run of bytes ends that stand for themselves, from i on
// inside a string: at a quote, which plain says, a backslash, a control character, what is
// no ASCII, or the end.
func plainRun(text []byte, i int) (end int, plain bool) {
	// Eight bytes at a time, twice.
	p := unsafe.Pointer(unsafe.SliceData(text))
	for ; i+2*word <= len(text); i += 2 * word {
		first, second := oddBytes(load(p, i)), oddBytes(load(p, i+word))
		if first != 0 {
			i += bits.TrailingZeros64(first) / 8
			return i, text[i] == '"'
		}
		if second != 0 {
			i += word + bits.TrailingZeros64(second)/8
			return i, text[i] == '"'
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c == '"' || c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			return i, c == '"'
		}
	}
	return i, false
}

// uuidLength is how long most strings are.
const uuidLength = 32

// isUUID reports whether a string of the length of a uuid, which stands for itself, begins
// at i, inside its quotes.
func isUUID(text []byte, i int) bool {
	if len(text)-i <= uuidLength || text[i+uuidLength] != '"' {
		return false
	}
	p := unsafe.Pointer(unsafe.SliceData(text))
	return oddBytes(load(p, i))|oddBytes(load(p, i+word))|oddBytes(load(p, i+2*word))|oddBytes(load(p, i+3*word)) == 0
}

// word is how many bytes are looked at together.
const word = 8

// load returns the bytes at a place, the first of which is the lowest.
func load(p unsafe.Pointer, i int) uint64 {
	return binary.LittleEndian.Uint64((*[word]byte)(unsafe.Add(p, i))[:])
}

// oddBytes marks the highest bit of the bytes that do not stand for themselves in a string.
// The lowest mark is right, whatever its borrow does to those above it.
func oddBytes(w uint64) uint64 {
	const (
		ones     = 0x0101010101010101
		highs    = ones << 7
		quotes   = ones * '"'
		escapes  = ones * '\\'
		controls = ones * ' '
	)
	return (((w ^ quotes) - ones) | ((w ^ escapes) - ones) | (w - controls) | w) & highs
}
