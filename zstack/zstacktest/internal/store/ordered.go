package store

import (
	"iter"
	"slices"
	"sort"
)

// chunkSize is how many rows a chunk of an ordered list holds at most.
const chunkSize = 512

// An Ordered is a list of rows that is kept in an order. It is cut into chunks, so
// that a row is added and removed without moving all that come after it.
type Ordered struct {
	Compare func(a, b *Row) int
	// chunks follow each other in the order, and none is empty.
	Chunks [][]*Row
}

// Insert adds a row that is not in the list.
func (o *Ordered) Insert(r *Row) {
	c, i := o.seek(func(x *Row) bool { return o.Compare(x, r) < 0 })
	if c == len(o.Chunks) {
		// A row that comes last begins a chunk of its own rather than splitting a
		// full one, since rows often come in order and would leave halves behind.
		if c == 0 || len(o.Chunks[c-1]) == chunkSize {
			o.Chunks = append(o.Chunks, []*Row{r})
			return
		}
		c--
		i = len(o.Chunks[c])
	}
	chunk := slices.Insert(o.Chunks[c], i, r)
	o.Chunks[c] = chunk
	if len(chunk) <= chunkSize {
		return
	}
	rest := slices.Clone(chunk[chunkSize/2:])
	o.Chunks[c] = slices.Delete(chunk, chunkSize/2, len(chunk))
	o.Chunks = slices.Insert(o.Chunks, c+1, rest)
}

// Remove takes a row away, if it is in the list.
func (o *Ordered) Remove(r *Row) {
	c, i := o.seek(func(x *Row) bool { return o.Compare(x, r) < 0 })
	if c == len(o.Chunks) || o.Chunks[c][i] != r {
		return
	}
	o.Chunks[c] = slices.Delete(o.Chunks[c], i, i+1)
	if len(o.Chunks[c]) == 0 {
		o.Chunks = slices.Delete(o.Chunks, c, c+1)
	}
}

// seek returns where the first row stands that before does not hold for. before
// holds for the rows up to one, and for none from there on.
func (o *Ordered) seek(before func(*Row) bool) (chunk, index int) {
	chunk = sort.Search(len(o.Chunks), func(c int) bool { return !before(o.Chunks[c][len(o.Chunks[c])-1]) })
	if chunk == len(o.Chunks) {
		return chunk, 0
	}
	index = sort.Search(len(o.Chunks[chunk]), func(i int) bool { return !before(o.Chunks[chunk][i]) })
	return chunk, index
}

// From yields the rows from the first on that before does not hold for. The list
// must not change meanwhile.
func (o *Ordered) From(before func(*Row) bool) iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		for c, i := o.seek(before); c < len(o.Chunks); c, i = c+1, 0 {
			for _, r := range o.Chunks[c][i:] {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// All yields every row. The list must not change meanwhile.
func (o *Ordered) All() iter.Seq[*Row] { return o.From(func(*Row) bool { return false }) }
