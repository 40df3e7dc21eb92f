package wire

import (
	"encoding/binary"
	"math/bits"
)

// What follows reads text that the tokenizer has let pass: it is JSON, and so the
// end of each value is where it has to be.

func skipSpace(text []byte, i int) int {
	for i < len(text) && text[i] <= ' ' {
		i++
	}
	return i
}

// skipLiteral returns where a number, a boolean or null ends.
func skipLiteral(text []byte, i int) int {
	for i < len(text) {
		switch text[i] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return i
		}
		i++
	}
	return i
}

// skipText returns where a string ends, from its opening quote on.
func skipText(text []byte, i int) int {
	end, _ := plainRun(text, i+1)
	for text[end] != '"' {
		if text[end] == '\\' {
			end++
		}
		end, _ = plainRun(text, end+1)
	}
	return end + 1
}

// skipValue returns where a value ends.
func skipValue(text []byte, i int) int {
	switch text[i] {
	case '"':
		return skipText(text, i)
	case '{', '[':
	default:
		return skipLiteral(text, i)
	}
	for depth := 0; ; {
		switch text[i] {
		case '"':
			i = skipText(text, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}

// plainRun returns where the run of bytes ends that stand for themselves, from i
// on inside a string: at a quote, which plain says, a backslash or no ASCII.
func plainRun(text []byte, i int) (end int, plain bool) {
	const (
		ones    = 0x0101010101010101
		highs   = ones << 7
		quotes  = ones * '"'
		escapes = ones * '\\'
	)
	// Eight bytes at a time: the lowest byte that is marked is one of those that
	// are looked for, whatever the borrow does to those above it.
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		q, e := w^quotes, w^escapes
		if marks := ((q-ones)&^q | (e-ones)&^e | w) & highs; marks != 0 {
			i += bits.TrailingZeros64(marks) / 8
			return i, text[i] == '"'
		}
	}
	for text[i] != '"' && text[i] != '\\' && text[i] < 0x80 {
		i++
	}
	return i, text[i] == '"'
}
