package wire

import (
	"fmt"
	"math"
)

// ParseInt reads a whole number from decimal text as the server writes it:
// 123, 1.0, 8.589934592E9. It never goes through a float, so every int64
// arrives as it was sent. Text that is not a number, has a fraction other than
// zero, or does not fit an int64 is an error.
func ParseInt(text []byte) (int64, error) {
	s := text
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	whole, rest := digits(s)
	var fraction []byte
	if len(rest) > 0 && rest[0] == '.' {
		fraction, rest = digits(rest[1:])
		if len(fraction) == 0 {
			return 0, notWhole(text)
		}
	}
	exponent := 0
	if len(rest) > 0 && (rest[0] == 'e' || rest[0] == 'E') {
		var ok bool
		if exponent, ok = parseExponent(rest[1:]); !ok {
			return 0, notWhole(text)
		}
		rest = nil
	}
	if len(whole) == 0 || len(rest) > 0 {
		return 0, notWhole(text)
	}
	// Of the digits whole+fraction, the first point are before the decimal
	// point once the exponent has moved it; all after it must be zero.
	point := len(whole) + exponent
	var n uint64
	for i := range max(point, len(whole)+len(fraction)) {
		var d byte
		switch {
		case i < len(whole):
			d = whole[i] - '0'
		case i-len(whole) < len(fraction):
			d = fraction[i-len(whole)] - '0'
		}
		if i >= point {
			if d != 0 {
				return 0, notWhole(text)
			}
			continue
		}
		if n > math.MaxInt64/10 {
			return 0, tooLarge(text)
		}
		n = n*10 + uint64(d)
		if n > math.MaxInt64+1 {
			return 0, tooLarge(text)
		}
		if n == 0 && i >= len(whole)+len(fraction) {
			break // zero with a large exponent stays zero
		}
	}
	if negative {
		return int64(-n), nil
	}
	if n > math.MaxInt64 {
		return 0, tooLarge(text)
	}
	return int64(n), nil
}

func digits(s []byte) (run, rest []byte) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// parseExponent reads an exponent and caps it where the cap no longer matters:
// any number but zero is too large or no whole number there, unless its text
// has more than a hundred million digits.
func parseExponent(s []byte) (int, bool) {
	negative := false
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		negative = s[0] == '-'
		s = s[1:]
	}
	run, rest := digits(s)
	if len(run) == 0 || len(rest) > 0 {
		return 0, false
	}
	const enough = 1 << 27 // times ten, it still fits an int of 32 bits
	n := 0
	for _, c := range run {
		if n = n*10 + int(c-'0'); n > enough {
			n = enough
		}
	}
	if negative {
		n = -n
	}
	return n, true
}

func notWhole(text []byte) error { return fmt.Errorf("%s is not a whole number", form(text)) }

func tooLarge(text []byte) error { return fmt.Errorf("%s does not fit into int64", form(text)) }
