package wire

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// A list is a slice of any type, as it lies in memory.
type list struct {
	data     unsafe.Pointer
	len, cap int
}

const (
	// few is how many elements a list can have without anything being done about it.
	few = 16
	// piece is how many elements get memory at a time while nobody knows how many there
	// will be.
	piece = 256
	// believed is how many times as many elements as there are get memory because the last
	// list had them.
	believed = 64
)

// outermost is how many steps lead to the elements of the lists that a reply is about.
const outermost = 2

// list reads an array into a slice, whose memory it uses as far as it goes.
func (r *reader) list(p *plan, at unsafe.Pointer, i int) int {
	if !r.deeper(i) {
		return failed
	}
	l := (*list)(at)
	if i = r.space(i + 1); r.byteAt(i) == ']' {
		r.depth--
		*l = list{data: unsafe.Pointer(&struct{}{})}
		return i + 1
	}
	r.steps = append(r.steps, step{plan: p})
	here := len(r.steps) - 1
	g := growth{plan: p, list: l, start: r.base + int64(i), given: l.cap}
	l.len = 0
	for n := 0; ; n++ {
		if i > r.low {
			i -= r.more(i)
		}
		r.steps[here].n = int32(n)
		if i = r.value(p.elem, g.next(r, i), i); i == failed {
			return failed
		}
		if text := r.text; i >= len(text) || text[i] <= ' ' {
			i = r.space(i)
		}
		if r.byteAt(i) != ',' {
			break
		}
		if i++; i >= len(r.text) || r.text[i] <= ' ' {
			i = r.space(i)
		}
	}
	if r.byteAt(i) != ']' {
		return r.afterPart(i, false)
	}
	g.end()
	r.steps = r.steps[:here]
	r.depth--
	return i + 1
}

// slabs are memory for the elements of short lists inside others, of which one allocation
// holds some. A slab is small, so that a list that is kept keeps little else.
type slabs []list

const (
	slabSize = 16 << 10
	// mostSlabs is for how many types of lists there are slabs.
	mostSlabs = 1 << 10
)

// lists is how many types of lists have a number.
var lists atomic.Int32

// take returns room for some elements of a plan's list.
func (s *slabs) take(p *plan, n int) list {
	for len(*s) <= p.number {
		*s = append(*s, list{})
	}
	slab := &(*s)[p.number]
	if slab.cap < n {
		slab.cap = max(n, slabSize/int(max(p.size, 1)))
		slab.data = reflect.MakeSlice(p.typ, slab.cap, slab.cap).UnsafePointer()
	}
	taken := list{slab.data, 0, n}
	if slab.cap -= n; slab.cap == 0 {
		slab.data = nil // the collector minds what points behind all memory
	} else {
		slab.data = unsafe.Add(slab.data, uintptr(n)*p.size)
	}
	return taken
}

// A growth is a list that is read. While nobody knows how many elements it will have, it
// is in pieces that do not move: a slice that grows leaves as much memory behind as it has
// in the end.
type growth struct {
	plan   *plan
	list   *list
	start  int64 // where the first element is in the text
	given  int   // how much of the list's memory was there before
	full   []reflect.Value
	before int // how many elements are in full pieces
}

// next makes room for the next element, which begins at i, and returns it.
func (g *growth) next(r *reader, i int) unsafe.Pointer {
	l, p := g.list, g.plan
	if l.len == l.cap {
		g.grow(r, i)
	}
	element := unsafe.Add(l.data, uintptr(l.len)*p.size)
	if l.len < g.given {
		reflect.NewAt(p.elem.typ, element).Elem().SetZero()
	}
	l.len++
	return element
}

// grow makes room for more elements.
func (g *growth) grow(r *reader, i int) {
	l, p := g.list, g.plan
	n := g.before + l.len
	last := int(p.length.Load())
	g.given = 0
	if n == 0 && len(r.steps) > outermost && r.shares && p.number < mostSlabs {
		*l = r.slabs.take(p, max(1, min(last, few)))
		return
	}
	slice := reflect.NewAt(p.typ, unsafe.Pointer(l)).Elem()
	switch {
	case n == 0:
		slice.Grow(max(1, min(last, few)))
	case n < few:
		slice.Grow(n)
	case r.from == nil: // what they were like, and how much text is left, says how many there can be
		left := (len(r.text)-i)/int((r.base+int64(i)-g.start)/int64(n)+1) + 1
		if left += left / 64; len(r.steps) > outermost {
			left = min(left, n) // the rest of the text may be about something else
		}
		g.join(left)
	case n >= piece && last > n: // as long as the last one, which is not believed all at once
		g.join(min(last, believed*n) - n)
	default:
		g.full = append(g.full, reflect.ValueOf(slice.Interface()))
		g.before = n
		slice.Set(reflect.MakeSlice(p.typ, 0, min(n, piece)))
	}
}

// join brings all elements together, with room for so many more.
func (g *growth) join(more int) {
	slice := reflect.NewAt(g.plan.typ, unsafe.Pointer(g.list)).Elem()
	if g.full == nil {
		slice.Grow(more)
		return
	}
	all := reflect.MakeSlice(g.plan.typ, 0, g.before+slice.Len()+more)
	for _, part := range append(g.full, slice) {
		all = reflect.AppendSlice(all, part)
	}
	slice.Set(all)
	g.full, g.before = nil, 0
}

// end leaves the list with little more room than it needs.
func (g *growth) end() {
	l, p := g.list, g.plan
	kept := g.given > 0
	if g.full != nil {
		g.join(0)
	}
	if int(p.length.Load()) != l.len {
		p.length.Store(int32(l.len))
	}
	if !kept && l.cap > l.len+l.len/4+1 {
		slice := reflect.NewAt(p.typ, unsafe.Pointer(l)).Elem()
		exact := reflect.MakeSlice(p.typ, l.len, l.len)
		reflect.Copy(exact, slice)
		slice.Set(exact)
	}
}
