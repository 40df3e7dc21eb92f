package wire

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseInt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want int64
	}{
		{"0", 0},
		{"-0", 0},
		{"7", 7},
		{"-7", -7},
		{"123", 123},
		{"1.0", 1},
		{"-1.000", -1},
		{"8.589934592E9", 8589934592},
		{"8.589934592e9", 8589934592},
		{"8.589934592E+9", 8589934592},
		{"-8.589934592E9", -8589934592},
		{"1e18", 1000000000000000000},
		{"9.007199254740993E15", 9007199254740993},
		{"9223372036854775807", math.MaxInt64},
		{"9223372036854775807.0", math.MaxInt64},
		{"9.223372036854775807E18", math.MaxInt64},
		{"92233720368547758070e-1", math.MaxInt64},
		{"-9223372036854775808", math.MinInt64},
		{"-9.223372036854775808E18", math.MinInt64},
		{"-9223372036854775807", math.MinInt64 + 1},
		{"9223372036854775806", math.MaxInt64 - 1},
		{"0e999999999", 0},
		{"-0.000e999999999", 0},
		{"0e-999999999", 0},
		{"0e99999999999999999999999999", 0},
		{"150e-1", 15},
		{"1500e-2", 15},
		{"1.5e1", 15},
		{"1.50e1", 15},
		{"0.0015e4", 15},
		{"1e0", 1},
		{"1e-0", 1},
		{"1e00000000000000000000000002", 100},
		{"000123", 123},
		{"-007", -7},
		{"00000000000000000000000000000000001", 1},
		{"0.0", 0},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseInt([]byte(tt.text))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestParseIntErrors(t *testing.T) {
	t.Parallel()
	const notWhole, tooLarge = " is not a whole number", " does not fit into int64"
	tests := []struct {
		text, want string
	}{
		{"", notWhole},
		{"-", notWhole},
		{"+5", notWhole},
		{"--5", notWhole},
		{"-+5", notWhole},
		{" 5", notWhole},
		{"5 ", notWhole},
		{"abc", notWhole},
		{"12abc", notWhole},
		{"1_000", notWhole},
		{"1,000", notWhole},
		{"0x10", notWhole},
		{"NaN", notWhole},
		{"Infinity", notWhole},
		{"null", notWhole},
		{"1.", notWhole},
		{".5", notWhole},
		{".0", notWhole},
		{"1..0", notWhole},
		{"1.0.0", notWhole},
		{"1e", notWhole},
		{"1e+", notWhole},
		{"1e-", notWhole},
		{"1e+-1", notWhole},
		{"1e1.0", notWhole},
		{"1e1e1", notWhole},
		{"e1", notWhole},
		{"1.e1", notWhole},
		{"١٢٣", notWhole}, // digits, but not the server's
		{"1.5", notWhole},
		{"-1.5", notWhole},
		{"0.1", notWhole},
		{"15e-1", notWhole},
		{"150e-2", notWhole},
		{"1500e-3", notWhole},
		{"1e-1", notWhole},
		{"1e-999999999", notWhole},
		{"1e-99999999999999999999999999", notWhole},
		{"9007199254740993.5", notWhole},
		{"9223372036854775807.5", notWhole},
		{"9223372036854775808", tooLarge},
		{"-9223372036854775809", tooLarge},
		{"9.223372036854775808E18", tooLarge},
		{"18446744073709551615", tooLarge},
		{"18446744073709551616", tooLarge}, // zero in 64 bits
		{"1e19", tooLarge},
		{"1e30", tooLarge},
		{"-1e30", tooLarge},
		{"1e999999999", tooLarge},
		{"0.1e999999999", tooLarge},
		{"1e99999999999999999999999999", tooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseInt([]byte(tt.text))
			require.EqualError(t, err, form([]byte(tt.text))+tt.want)
			require.Zero(t, got)
		})
	}
}

// A number is one word, so a megabyte of it is an attack or a mistake; it is
// read all the same, and right.
func TestParseIntLongText(t *testing.T) {
	t.Parallel()
	const many = 2 << 20
	zeros := strings.Repeat("0", many)
	tests := []struct {
		name, text string
		want       int64
	}{
		{"zeros before", zeros + "12", 12},
		{"zeros after the point", "12." + zeros, 12},
		{"exponent back", fmt.Sprintf("12%se-%d", zeros, many), 12},
		{"exponent forth", fmt.Sprintf("0.%s12e%d", zeros, many+2), 12},
		{"zeros in the exponent", "12e" + zeros + "1", 120},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseInt([]byte(tt.text))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

// An exponent costs no time: a reply of a few bytes must not stop a client.
func TestParseIntHugeExponentsAreFast(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0e999999999", "1e999999999", "-1e999999999", "1e-999999999", "0.0e999999999"} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			for range 1000 {
				_, _ = ParseInt([]byte(text))
			}
			require.Less(t, time.Since(start), time.Second)
		})
	}
}

func TestParseIntErrorIsShort(t *testing.T) {
	t.Parallel()
	_, err := ParseInt([]byte(strings.Repeat("x", 1000)))
	require.EqualError(t, err, `a value of the form "`+strings.Repeat("x", 40)+`"... is not a whole number`)
}

// decimal is the notation that ParseInt reads.
var decimal = regexp.MustCompile(`^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$`)

// slowParseInt is ParseInt on numbers of any size. Its exponents are cut where
// they could only be right for a string longer than those of the tests.
func slowParseInt(text string) (n int64, ok bool) {
	const limit = 10_000
	m := decimal.FindStringSubmatch(text)
	if m == nil || len(text) > limit {
		return 0, false
	}
	mantissa, _ := new(big.Int).SetString(m[1]+m[2]+m[3], 10)
	if mantissa.Sign() == 0 {
		return 0, true
	}
	exponent := new(big.Int)
	if m[4] != "" {
		exponent.SetString(strings.TrimPrefix(m[4], "+"), 10)
	}
	exponent.Sub(exponent, big.NewInt(int64(len(m[3]))))
	if exponent.CmpAbs(big.NewInt(2*limit)) > 0 {
		return 0, false
	}
	power := new(big.Int).Exp(big.NewInt(10), new(big.Int).Abs(exponent), nil)
	if exponent.Sign() >= 0 {
		mantissa.Mul(mantissa, power)
	} else {
		var rest big.Int
		if mantissa.QuoRem(mantissa, power, &rest); rest.Sign() != 0 {
			return 0, false
		}
	}
	if !mantissa.IsInt64() {
		return 0, false
	}
	return mantissa.Int64(), true
}

// checkParseInt compares ParseInt with arithmetic on numbers of any size.
func checkParseInt(t *testing.T, text string) {
	t.Helper()
	want, ok := slowParseInt(text)
	got, err := ParseInt([]byte(text))
	require.Equal(t, ok, err == nil, "%q gave %d, %v", text, got, err)
	require.Equal(t, want, got, "%q", text)
}

func TestParseIntAgreesWithBigNumbers(t *testing.T) {
	t.Parallel()
	const seed = 20261124
	r := rand.New(rand.NewPCG(seed, seed))
	randomDigits := func(most int) string {
		b := make([]byte, 1+r.IntN(most))
		for i := range b {
			b[i] = byte('0' + r.IntN(10))
		}
		return string(b)
	}
	for range 20_000 {
		var b strings.Builder
		if r.IntN(2) == 0 {
			b.WriteByte('-')
		}
		b.WriteString(randomDigits(21))
		if r.IntN(2) == 0 {
			b.WriteByte('.')
			// Most fractions end in zeros, or hardly one number would be whole.
			b.WriteString(randomDigits(6) + strings.Repeat("0", r.IntN(8)))
		}
		if r.IntN(2) == 0 {
			fmt.Fprintf(&b, "%c%+d", "eE"[r.IntN(2)], r.IntN(50)-25)
		}
		checkParseInt(t, b.String())
	}
}

// Every int64 comes back from each way in which a Java server can write it.
func TestParseIntReadsBackEveryNotation(t *testing.T) {
	t.Parallel()
	const seed = 20261124
	r := rand.New(rand.NewPCG(seed, seed))
	for range 20_000 {
		n := int64(r.Uint64()) >> r.IntN(64)
		plain := fmt.Sprint(n)
		sign, figures := "", plain
		if n < 0 {
			sign, figures = "-", plain[1:]
		}
		point := r.IntN(len(figures))
		for _, text := range []string{
			plain,
			plain + ".0",
			fmt.Sprintf("%s%s.%s0E%d", sign, figures[:1], figures[1:], len(figures)-1),
			fmt.Sprintf("%s0%s.%s0e%d", sign, figures[:point], figures[point:], len(figures)-point),
			fmt.Sprintf("%s000e-3", plain),
		} {
			got, err := ParseInt([]byte(text))
			require.NoError(t, err, text)
			require.Equal(t, n, got, text)
		}
	}
}
