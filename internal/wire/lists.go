package wire

import (
	"reflect"
	"slices"
	"unsafe"
)

// A list is a slice of any type, as it lies in memory.
type list struct {
	data     unsafe.Pointer
	len, cap int
}

// few is how many elements a list can have without anything being done about it.
const few = 16

// list reads an array into a slice, whose memory it uses as far as it goes.
func (b *binder) list(p *plan, at unsafe.Pointer, i int) int {
	text, l := b.content, (*list)(at)
	start := i
	i = skipSpace(text, i+1)
	if text[i] == ']' {
		reflect.NewAt(p.typ, at).Elem().Set(reflect.MakeSlice(p.typ, 0, 0))
		return i + 1
	}
	l.len = 0
	dirty, grown := true, false            // what is in memory that was there before, is
	marking := start == 0 && b.offset >= 0 // it is a member of the document
	for n := 0; ; {
		if n == l.cap {
			l.len = n
			reflect.NewAt(p.typ, at).Elem().Grow(b.room(p, n, start, i))
			dirty, grown = false, true
			if marking && n >= few {
				b.marks = slices.Grow(b.marks, l.cap-n)
			}
		}
		if marking && n >= few {
			b.marks = append(b.marks, b.offset+i)
		}
		element := unsafe.Add(l.data, uintptr(n)*p.size)
		if dirty {
			reflect.NewAt(p.elem.typ, element).Elem().SetZero()
		}
		n++
		if i = b.value(p.elem, element, i); i == failed {
			l.len = n
			return failed
		}
		i = skipSpace(text, i)
		if text[i] == ']' {
			l.len = n
			break
		}
		i = skipSpace(text, i+1)
	}
	if p.length.Load() != int32(l.len) {
		p.length.Store(int32(l.len))
	}
	if grown && l.cap > l.len+l.len/4+1 {
		fit(reflect.NewAt(p.typ, at).Elem())
	}
	return i + 1
}

// room is for how many more elements a list gets memory that has n so far. What
// those were like, and how much text is left, says how many there can be.
func (b *binder) room(p *plan, n, start, i int) int {
	if n == 0 {
		return max(1, min(int(p.length.Load()), few))
	}
	if n < few {
		return n
	}
	left := (len(b.content)-i)/((i-start)/n+1) + 1
	left += left / 64
	if start > 0 {
		left = min(left, n) // the rest of the text may be about something else
	}
	return left
}

// fit moves a slice to memory that has no more room than it needs.
func fit(v reflect.Value) {
	exact := reflect.New(v.Type()).Elem()
	exact.Grow(v.Len())
	exact.SetLen(v.Len())
	reflect.Copy(exact, v)
	v.Set(exact)
}
