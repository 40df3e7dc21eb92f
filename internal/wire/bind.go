package wire

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"
)

// A reader reads one JSON text, checks it and puts its values into Go values, all on the
// one way. What is wrong with a value is noted and the value skipped, so that text which
// is no JSON is always found to be none; that alone ends the reading early.
//
// Values are written where the plan's offsets say, through unsafe pointers: into the value
// that the caller gave, and into what is allocated for it with the type of the field, so
// that the collector sees nothing that it would not see otherwise. A reflect.Value for
// each field would have to be made and checked first.
type reader struct {
	source
	keeper
	slabs
	clock
	decoder *Decoder
	strict  bool // the text is a caller's

	broken *SyntaxError
	fault  *FieldError
	prefix string // the path to the text
	steps  []step // from there to the value that is read
	depth  int

	notes *Notes // nil where no schema matters
	scope Namer  // of the struct whose member is read; nil when an any in it has no types
	typed bool   // the object that is read next is of its class already

	key, said []byte // the last name, and what the last escaped string says
}

// value reads the value at i into what at points to, a value of the plan's type, and
// returns where it ends.
func (r *reader) value(p *plan, at unsafe.Pointer, i int) int {
	c := r.byteAt(i)
	switch p.kind {
	case asString:
		return r.string(noField, (*string)(at), p, i)
	case asOwnString:
		if r.strict {
			return r.byLibrary(p, at, i)
		}
		return r.string(noField, (*string)(at), p, i)
	case asInt64:
		n, end := r.integer(p, i, math.MinInt64, math.MaxInt64)
		*(*int64)(at) = n
		return end
	case asInt32:
		n, end := r.integer(p, i, math.MinInt32, math.MaxInt32)
		*(*int32)(at) = int32(n)
		return end
	case asInt:
		n, end := r.integer(p, i, math.MinInt, math.MaxInt)
		*(*int)(at) = int(n)
		return end
	case asTime:
		return r.time((*time.Time)(at), i)
	case asBool:
		return r.boolean((*bool)(at), i)
	case asFloat64:
		f, end := r.float(i, 64)
		*(*float64)(at) = f
		return end
	case asFloat32:
		f, end := r.float(i, 32)
		*(*float32)(at) = float32(f)
		return end
	case asStruct:
		if c == '{' {
			return r.object(p, at, i)
		}
	case asList:
		if c == '[' {
			return r.list(p, at, i)
		}
	case asPointer:
		if c != 'n' {
			return r.value(p.elem, r.pointee(p, at), i)
		}
	case asAny:
		var end int
		*(*any)(at), end = r.any(i)
		return end
	case asMap:
		if c == '{' {
			return r.mapOf(p, at, i)
		}
	case byLibrary:
		return r.byLibrary(p, at, i)
	}
	if c == 'n' {
		if i = r.literal(i, "null"); i != failed {
			reflect.NewAt(p.typ, at).Elem().SetZero()
		}
		return i
	}
	return r.mismatch(p, i)
}

// pointee returns what a pointer points to, which is made if it is nil.
func (r *reader) pointee(p *plan, at unsafe.Pointer) unsafe.Pointer {
	to := (*unsafe.Pointer)(at)
	if *to == nil {
		*to = reflect.New(p.elem.typ).UnsafePointer()
	}
	return *to
}

// object reads the members of an object into a struct. The server writes them in the same
// order each time, so that the next one is known before it is read.
func (r *reader) object(p *plan, at unsafe.Pointer, i int) int {
	if !r.deeper(i) {
		return failed
	}
	o := others{scope: r.scope, extensible: p.extensible && !r.typed && r.notes != nil}
	r.scope, r.typed = p.namer, false
	r.steps = append(r.steps, step{plan: p})
	here := len(r.steps) - 1
	next := &p.first
	i = r.space(i + 1)
	for empty := true; !empty || r.byteAt(i) != '}'; empty = false {
		if i > r.low {
			i -= r.more(i)
		}
		text := r.text
		n := next.Load()
		f := &p.fields[n]
		opens := f.opens(text, i)
		if !opens {
			n = f.next.Load()
			f = &p.fields[n]
			opens = f.opens(text, i)
		}
		if opens && !r.strict {
			i += len(f.opening)
		} else if f, n, i = r.member(p, &o, next, i); i == failed {
			return failed
		}
		if f != nil {
			if text = r.text; i >= len(text) || text[i] <= ' ' {
				i = r.space(i)
			}
			next = &f.next
			r.steps[here].n = n
			switch to := unsafe.Add(at, uintptr(f.offset)); f.kind {
			case asString: // as most are
				i = r.string(f.id, (*string)(to), f.plan, i)
			case asOpen:
				i = r.open(f.plan, to, i)
			default:
				i = r.value(f.plan, to, i)
			}
			if i == failed {
				return failed
			}
		}
		if text = r.text; i >= len(text) || text[i] <= ' ' {
			i = r.space(i)
			text = r.text
		}
		if i >= len(text) || text[i] != ',' {
			break
		}
		if i++; i >= len(text) || text[i] <= ' ' {
			i = r.space(i)
		}
	}
	if r.byteAt(i) != '}' {
		return r.afterPart(i, true)
	}
	r.steps = r.steps[:here]
	r.scope = o.scope
	r.depth--
	if o.extensible && (o.rest != nil || r.notes.Classes != nil) {
		r.extend(p, at, o.rest)
	}
	return i + 1
}

// others are the members of an object that its type does not have, and what the object is in.
type others struct {
	scope      Namer
	extensible bool   // a subtype can have the others
	rest       []byte // their text, each behind a comma
	names      map[string]bool
}

// member reads the name of a member that was not expected, and looks the field up. It is nil
// for one that the type does not have, which is skipped.
func (r *reader) member(p *plan, o *others, next *atomic.Int32, i int) (f *field, n int32, end int) {
	start := r.base + int64(i)
	if o.extensible {
		r.keep = i
	}
	name, i := r.name(i)
	if i == failed {
		return nil, 0, failed
	}
	if r.strict && !r.isNew(&o.names, name) {
		return nil, 0, r.syntax(i, errDuplicate)
	}
	if n, ok := p.index[string(name)]; ok {
		r.keep = -1
		next.Store(n)
		return &p.fields[n], n, i
	}
	if r.strict {
		r.steps[len(r.steps)-1] = step{plan: p, key: string(name), n: unknown}
		r.wrong(errUnknown)
	}
	if i = r.skip(i); i != failed && o.extensible {
		o.rest = append(append(o.rest, ','), r.text[start-r.base:i]...)
		r.keep = -1
	}
	return nil, 0, i
}

// string reads a string into what at points to, which is the field of a number.
func (r *reader) string(id int32, at *string, p *plan, i int) int {
	text := r.text
	if i >= len(text) || text[i] != '"' {
		if r.byteAt(i) == 'n' {
			*at = ""
			return r.literal(i, "null")
		}
		return r.mismatch(p, i)
	}
	start := i + 1
	if int(id) < len(r.recent) {
		last := r.recent[id]
		if end := start + len(last); end < len(text) && text[end] == '"' && string(text[start:end]) == last {
			*at = last
			return end + 1
		}
	}
	end := start + uuidLength
	if !isUUID(text, start) {
		var plain bool
		if end, plain = plainRun(text, start); !plain {
			said, end := r.unusual(i, end)
			if end != failed {
				*at = r.keeper.string(said)
			}
			return end
		}
	}
	s := r.keeper.string(text[start:end])
	*at = s
	if int(id) < len(r.recent) {
		r.recent[id] = s // which is not escaped, and so says what it is written as
	}
	return end + 1
}

// integer reads a whole number, which can stand in quotes.
func (r *reader) integer(p *plan, i int, low, high int64) (n int64, end int) {
	text := r.text
	// Most are digits, and few enough of them to fit.
	const most = 18
	for end = i; end < len(text) && end-i < most && text[end]-'0' <= 9; end++ {
		n = n*10 + int64(text[end]-'0')
	}
	usual := end > i && end < len(text) && (text[i] != '0' || end == i+1)
	if usual {
		c := text[end]
		usual = c != '.' && c|0x20 != 'e' && c-'0' > 9
	}
	literal := text[i:max(i, end)]
	if !usual {
		if literal, end = r.numeral(i, "a whole number"); end == failed || literal == nil {
			return 0, end
		}
		var err error
		if n, err = ParseInt(literal); err != nil {
			r.wrong(err)
			return 0, end
		}
	}
	if n < low || n > high {
		r.wrong(fmt.Errorf("%s does not fit into %s", form(literal), p.typ))
		return 0, end
	}
	return n, end
}

// numeral returns the text of a number, or of one in quotes, and where it ends. It is nil
// for null, and where there is something else, which is wrong.
func (r *reader) numeral(i int, want string) (text []byte, end int) {
	switch c := r.byteAt(i); {
	case c == '"':
		return r.quoted(i)
	case c == 'n':
		return nil, r.literal(i, "null")
	case c == '-', c-'0' <= 9:
		return r.number(i)
	default:
		return nil, r.isNot(i, want)
	}
}

// float reads a number, which can stand in quotes.
func (r *reader) float(i, bits int) (f float64, end int) {
	quoted := r.byteAt(i) == '"'
	literal, end := r.numeral(i, "a number")
	if end == failed || literal == nil {
		return 0, end
	}
	if quoted {
		// ParseFloat also takes "inf", "0x1p-2" and "1_000".
		if n, ok := numberEnd(literal, 0); !ok || n < len(literal) {
			r.wrong(fmt.Errorf("%s is not a number", form(literal)))
			return 0, end
		}
	}
	f, err := strconv.ParseFloat(string(literal), bits)
	if err != nil {
		r.wrong(fmt.Errorf("%s is not a number that fits", form(literal)))
		return 0, end
	}
	return f, end
}

// boolean reads a boolean, which can stand in quotes.
func (r *reader) boolean(v *bool, i int) int {
	switch r.byteAt(i) {
	case 't':
		*v = true
		return r.literal(i, "true")
	case 'f':
		*v = false
		return r.literal(i, "false")
	case 'n':
		*v = false
		return r.literal(i, "null")
	case '"':
		text, end := r.raw(i)
		if end == failed {
			return failed
		}
		switch string(text) {
		case `"true"`, `"false"`:
			*v = text[1] == 't'
		default:
			said, _ := Unquote(text)
			r.wrong(fmt.Errorf("%s is not a boolean", form(said)))
		}
		return end
	default:
		return r.isNot(i, "a boolean")
	}
}

// time reads a timestamp.
func (r *reader) time(v *time.Time, i int) int {
	switch r.byteAt(i) {
	case '"':
		if wall, end := usualTime(r.text, i+1); end > 0 {
			*v = r.clock.at(wall, r.decoder.location)
			return end + 1
		}
		said, end := r.quoted(i)
		if end == failed {
			return failed
		}
		var err error
		if *v, err = r.clock.parse(said, r.decoder.location); err != nil {
			r.wrong(err)
		}
		return end
	case 'n':
		*v = time.Time{}
		return r.literal(i, "null")
	default:
		return r.isNot(i, "a timestamp")
	}
}

// isNot notes that the value at i is not what is wanted, and returns where it ends.
func (r *reader) isNot(i int, want string) int {
	text, end := r.raw(i)
	if end != failed {
		r.wrong(fmt.Errorf("%s is not %s", form(text), want))
	}
	return end
}

// mismatch notes that the value at i is of another kind than the plan's, and returns where
// it ends.
func (r *reader) mismatch(p *plan, i int) int {
	found := kindOf(r.byteAt(i))
	if i = r.skip(i); i != failed {
		r.wrong(mismatch(found, p.typ))
	}
	return i
}

// wrong notes what is wrong with the value that is read. The first such value counts.
func (r *reader) wrong(reason error) {
	if r.fault == nil {
		r.fault = &FieldError{Path: r.path(), Err: reason}
	}
}
