package zstacktest

import (
	"iter"
	"slices"
	"sort"
)

// chunkSize is how many rows a chunk of an ordered list holds at most.
const chunkSize = 512

// An ordered is a list of rows that is kept in an order. It is cut into chunks, so
// that a row is added and removed without moving all that come after it.
type ordered struct {
	compare func(a, b *row) int
	// chunks follow each other in the order, and none is empty.
	chunks [][]*row
}

// insert adds a row that is not in the list.
func (o *ordered) insert(r *row) {
	c, i := o.seek(func(x *row) bool { return o.compare(x, r) < 0 })
	if c == len(o.chunks) {
		// A row that comes last begins a chunk of its own rather than splitting a
		// full one, since rows often come in order and would leave halves behind.
		if c == 0 || len(o.chunks[c-1]) == chunkSize {
			o.chunks = append(o.chunks, []*row{r})
			return
		}
		c--
		i = len(o.chunks[c])
	}
	chunk := slices.Insert(o.chunks[c], i, r)
	o.chunks[c] = chunk
	if len(chunk) <= chunkSize {
		return
	}
	rest := slices.Clone(chunk[chunkSize/2:])
	o.chunks[c] = slices.Delete(chunk, chunkSize/2, len(chunk))
	o.chunks = slices.Insert(o.chunks, c+1, rest)
}

// remove takes a row away, if it is in the list.
func (o *ordered) remove(r *row) {
	c, i := o.seek(func(x *row) bool { return o.compare(x, r) < 0 })
	if c == len(o.chunks) || o.chunks[c][i] != r {
		return
	}
	o.chunks[c] = slices.Delete(o.chunks[c], i, i+1)
	if len(o.chunks[c]) == 0 {
		o.chunks = slices.Delete(o.chunks, c, c+1)
	}
}

// seek returns where the first row stands that before does not hold for. before
// holds for the rows up to one, and for none from there on.
func (o *ordered) seek(before func(*row) bool) (chunk, index int) {
	chunk = sort.Search(len(o.chunks), func(c int) bool { return !before(o.chunks[c][len(o.chunks[c])-1]) })
	if chunk == len(o.chunks) {
		return chunk, 0
	}
	index = sort.Search(len(o.chunks[chunk]), func(i int) bool { return !before(o.chunks[chunk][i]) })
	return chunk, index
}

// from yields the rows from the first on that before does not hold for. The list
// must not change meanwhile.
func (o *ordered) from(before func(*row) bool) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for c, i := o.seek(before); c < len(o.chunks); c, i = c+1, 0 {
			for _, r := range o.chunks[c][i:] {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// all yields every row. The list must not change meanwhile.
func (o *ordered) all() iter.Seq[*row] { return o.from(func(*row) bool { return false }) }
