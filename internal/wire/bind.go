package wire

import (
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A binder puts the values of JSON text into a Go value. The text has passed the
// tokenizer, so that all that can be wrong with it is that a value does not fit
// its type. The binder does not say how: it gives up, and the library reads the
// text once more and says it in its own words. So it does for everything that is
// unusual, which is why both mean the same.
//
// It was chosen by figures: those of a reply with 10,000 VMs, 24 MB, on 2 cores of
// a machine on which encoding/json takes 187 ms into structs without times or
// exact numbers. The library with a function for each lenient type took 155 ms and
// 20 allocations a VM, since it looks the function up and makes a token of each of
// the 75 members of a VM. Reading tokens does not get there either: they alone take
// 26 ms. To check a reply in one go takes 18, and to walk the text that was found
// good another 24 with everything put where it belongs: 51 ms and 2 allocations a
// VM, reading the reply and its schema included.
//
// Values are written where the plan's offsets say, through unsafe pointers: into
// the value that the caller gave, and into what is allocated for it with the type
// of the field, so that the collector sees nothing that it would not see otherwise.
// A reflect.Value for each field would have to be made and checked first.
type binder struct {
	keeper
	decoder *Decoder
	content []byte // the JSON text
	said    []byte // what an escaped text says, until it is copied
	times   recentTimes

	offset int   // where the text is in the document; negative when it is in none
	marks  []int // where the elements of the outermost list are in the document, but for the first few
}

// failed is the position that says that the library has to read the value.
const failed = -1

// bind reads text, which is one JSON value without white space around it, into v.
// It is false when the library has to, be it only to say why that cannot be.
func (d *Decoder) bind(text []byte, v any) bool {
	_, ok := d.bindMarking(text, v, -1)
	return ok
}

// bindMarking also returns where the elements of a list begin, but for the first
// few, given where the list itself begins.
func (d *Decoder) bindMarking(text []byte, v any, offset int) (marks []int, ok bool) {
	into := reflect.ValueOf(v)
	if into.Kind() != reflect.Pointer || into.IsNil() {
		return nil, false
	}
	p := planOf(into.Type().Elem())
	b := d.borrow()
	b.content, b.offset = text, offset
	b.begin(len(text))
	end := b.value(p, into.UnsafePointer(), 0)
	b.end()
	marks = b.marks
	d.giveBack(b)
	return marks, end == len(text)
}

// borrow returns a binder for text that is in no document.
func (d *Decoder) borrow() *binder {
	if b, ok := d.binders.Get().(*binder); ok {
		return b
	}
	return &binder{decoder: d, offset: -1}
}

// giveBack lets a binder be used again.
func (d *Decoder) giveBack(b *binder) {
	b.content, b.marks, b.offset = nil, nil, -1
	if cap(b.said) > chunkSize {
		b.said = nil
	}
	d.binders.Put(b)
}

// value reads the value at i into what at points to, a value of the plan's type,
// and returns where it ends.
func (b *binder) value(p *plan, at unsafe.Pointer, i int) int {
	text := b.content
	switch p.kind {
	case asText:
		return b.text(at, i)
	case asInt64:
		n, end := b.integer(i, math.MinInt64, math.MaxInt64)
		*(*int64)(at) = n
		return end
	case asInt32:
		n, end := b.integer(i, math.MinInt32, math.MaxInt32)
		*(*int32)(at) = int32(n)
		return end
	case asInt:
		n, end := b.integer(i, math.MinInt, math.MaxInt)
		*(*int)(at) = int(n)
		return end
	case asTime:
		return b.time((*time.Time)(at), i)
	case asBool:
		return b.boolean((*bool)(at), i)
	case asFloat64:
		f, end := b.float(i, 64)
		*(*float64)(at) = f
		return end
	case asFloat32:
		f, end := b.float(i, 32)
		*(*float32)(at) = float32(f)
		return end
	case asStruct:
		if text[i] == '{' {
			return b.object(p, at, i)
		}
	case asList:
		if text[i] == '[' {
			return b.list(p, at, i)
		}
	case asPointer:
		if text[i] != 'n' {
			to := (*unsafe.Pointer)(at)
			if *to == nil {
				*to = reflect.New(p.elem.typ).UnsafePointer()
			}
			return b.value(p.elem, *to, i)
		}
	case asAny:
		var end int
		*(*any)(at), end = b.any(i)
		return end
	case asMap:
		if text[i] == '{' {
			return b.anyMap((*map[string]any)(at), i)
		}
	case asTextMap:
		if text[i] == '{' {
			return b.textMap((*map[string]string)(at), i)
		}
	case byLibrary:
		end := skipValue(text, i)
		if json.Unmarshal(text[i:end], reflect.NewAt(p.typ, at).Interface(), b.decoder.options) != nil {
			return failed
		}
		return end
	}
	if text[i] != 'n' {
		return failed
	}
	reflect.NewAt(p.typ, at).Elem().SetZero()
	return i + len("null")
}

// object reads the members of an object into a struct. The server writes them in
// the same order each time, so that the next one is known before it is read.
func (b *binder) object(p *plan, at unsafe.Pointer, i int) int {
	text := b.content
	i = skipSpace(text, i+1)
	if text[i] == '}' {
		return i + 1
	}
	learner := &p.first
	for {
		var f *field
		guess := &p.fields[learner.Load()]
		switch skipped := &p.fields[guess.next.Load()]; {
		case startsWith(text, i, guess.opening):
			f = guess
			i += len(f.opening)
		case startsWith(text, i, skipped.opening):
			f = skipped
			i += len(f.opening)
		default:
			name, end := b.cut(i)
			if n, ok := p.index[string(name)]; ok {
				f = &p.fields[n]
				learner.Store(n)
			}
			i = skipSpace(text, end) + 1 // the colon
		}
		if text[i] <= ' ' {
			i = skipSpace(text, i)
		}
		switch {
		case f == nil:
			i = skipValue(text, i)
		case f.plan.kind == asText: // as most are
			learner = &f.next
			i = b.text(unsafe.Add(at, f.offset), i)
		default:
			learner = &f.next
			i = b.value(f.plan, unsafe.Add(at, f.offset), i)
		}
		if i == failed {
			return failed
		}
		if text[i] <= ' ' {
			i = skipSpace(text, i)
		}
		if text[i] == '}' {
			return i + 1
		}
		if i++; text[i] <= ' ' {
			i = skipSpace(text, i)
		}
	}
}

func startsWith(text []byte, i int, opening string) bool {
	return len(text)-i >= len(opening) && string(text[i:i+len(opening)]) == opening
}

// cut returns what the text at i says, until the next call, and where it ends.
func (b *binder) cut(i int) (said []byte, end int) {
	text := b.content
	end, plain := plainRun(text, i+1)
	if plain {
		return text[i+1 : end], end + 1
	}
	escaped := false
	for text[end] != '"' {
		if text[end] == '\\' {
			escaped = true
			end++
		}
		end, _ = plainRun(text, end+1)
	}
	if said = text[i+1 : end]; !escaped && utf8.Valid(said) {
		return said, end + 1
	}
	b.said = unquote(b.said[:0], text[i:end+1])
	return b.said, end + 1
}

func (b *binder) text(at unsafe.Pointer, i int) int {
	switch b.content[i] {
	case '"':
		said, end := b.cut(i)
		*(*string)(at) = b.keeper.text(said)
		return end
	case 'n':
		*(*string)(at) = ""
		return i + len("null")
	default:
		return failed
	}
}

// literal returns the text of a number, or of one in quotes. It is empty for
// null.
func (b *binder) literal(i int) (text []byte, end int) {
	switch c := b.content[i]; {
	case c == '"':
		return b.cut(i)
	case c == 'n':
		return nil, i + len("null")
	case c == '-', c >= '0' && c <= '9':
		end = skipLiteral(b.content, i)
		return b.content[i:end], end
	default:
		return nil, failed
	}
}

func (b *binder) integer(i int, low, high int64) (n int64, end int) {
	text := b.content
	// Most are digits, and few enough of them to fit.
	const most = 18
	for end = i; end < len(text) && end-i < most && text[end]-'0' <= 9; end++ {
		n = n*10 + int64(text[end]-'0')
	}
	if end == i || end < len(text) && (text[end] == '.' || text[end] == 'e' || text[end] == 'E' || text[end]-'0' <= 9) {
		var literal []byte
		if literal, end = b.literal(i); end == failed {
			return 0, failed
		}
		n = 0
		if text[i] != 'n' {
			var err error
			if n, err = ParseInt(literal); err != nil {
				return 0, failed
			}
		}
	}
	if n < low || n > high {
		return 0, failed
	}
	return n, end
}

func (b *binder) float(i, bits int) (f float64, end int) {
	literal, end := b.literal(i)
	if end == failed || b.content[i] == 'n' {
		return 0, end
	}
	if b.content[i] == '"' && !jsontext.Value(literal).IsValid() {
		return 0, failed
	}
	f, err := strconv.ParseFloat(string(literal), bits)
	if err != nil {
		return 0, failed
	}
	return f, end
}

func (b *binder) boolean(v *bool, i int) int {
	end := skipValue(b.content, i)
	switch string(b.content[i:end]) {
	case `null`, `false`, `"false"`:
		*v = false
	case `true`, `"true"`:
		*v = true
	default:
		return failed
	}
	return end
}

func (b *binder) time(v *time.Time, i int) int {
	switch b.content[i] {
	case '"':
		said, end := b.cut(i)
		t, err := b.times.parse(said, b.decoder.location)
		if err != nil {
			return failed
		}
		*v = t
		return end
	case 'n':
		*v = time.Time{}
		return i + len("null")
	default:
		return failed
	}
}
