package wire

import (
	"bytes"
	"io"
	"math"
)

const (
	// WindowSize is how much of what arrives is read at a time. A read takes less time where
	// it brings more, and what it brings should stay near the processor.
	WindowSize = 64 << 10
	// windowMargin is how much of what has been read is in front of a value before that
	// is read, unless the text ends sooner: more than most values have.
	windowMargin = 512
)

// A source is JSON text, all of which is in memory, or a window that moves over it while
// it arrives. Whatever reads past the end of the window calls more, after which places in
// it have moved.
type source struct {
	text []byte    // the window
	from io.Reader // what is yet to arrive; nil when the window ends where the text does
	base int64     // how much of the text is before the window
	low  int       // from where on the window is moved before a value is read
	// margin is how much of what has been read is behind that, unless the text ends sooner.
	margin int
	keep   int   // where that begins which has to stay in the window; negative for nothing
	err    error // that ended the reading early
}

// of reads text that is in memory.
func (s *source) of(text []byte) {
	s.text, s.from, s.base, s.low, s.keep, s.err = text, nil, 0, math.MaxInt, -1, nil
}

// arriving reads on where the text in memory ends, which is the first window.
func (s *source) arriving(from io.Reader) {
	s.from, s.margin, s.low = from, windowMargin, len(s.text)-windowMargin
}

// more moves the window to what begins at a place in it, or to what has to stay, and reads
// on. It returns how far the window has moved. Unless the text has ended, there is more
// behind the place than there was, and at least the margin.
func (s *source) more(place int) (moved int) {
	if s.from == nil {
		return 0
	}
	if moved = place; s.keep >= 0 {
		moved = min(place, s.keep)
		s.keep -= moved
	}
	window := s.text[:cap(s.text)]
	left := len(s.text) - moved
	enough := max(left+1, place-moved+s.margin)
	if max(left, enough-left) > len(window)/2 {
		window = make([]byte, 2*max(len(window), enough))
	}
	copy(window, s.text[moved:])
	s.base += int64(moved)
	for idle := 0; left < enough; {
		n, err := s.from.Read(window[left:])
		if left += n; n > 0 {
			idle = 0
		} else if idle++; err == nil && idle == mostIdle {
			err = io.ErrNoProgress
		}
		if err != nil {
			if s.from = nil; err != io.EOF {
				s.err = err
			}
			break
		}
	}
	s.text, s.low = window[:left], left-s.margin
	if s.from == nil {
		s.low = math.MaxInt
	}
	return moved
}

// mostIdle is how often in a row a reader may return nothing.
const mostIdle = 100

// lasting returns a part of the text that stays as it is when more is read: the part itself
// where there is no more.
func (s *source) lasting(text []byte) []byte {
	if s.from == nil {
		return text
	}
	return bytes.Clone(text)
}

// byteAt returns the byte at a place; 0, which no JSON has outside of values, at the end.
func (s *source) byteAt(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

// space returns where the white space at i ends.
func (s *source) space(i int) int {
	for {
		for ; i < len(s.text); i++ {
			if c := s.text[i]; c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return i
			}
		}
		if s.from == nil {
			return i
		}
		i -= s.more(i)
	}
}
