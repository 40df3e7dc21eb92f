package wire

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// decodeTest is one JSON value and what a T reads out of it.
type decodeTest[T any] struct {
	json string
	want T
}

// testDecode decodes each value into a zero T, then over another value.
func testDecode[T any](t *testing.T, before T, tests []decodeTest[T]) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.json, func(t *testing.T) {
			t.Parallel()
			var got T
			require.NoError(t, NewDecoder(time.UTC).Decode([]byte(tt.json), &got))
			require.Equal(t, tt.want, got)
		})
		t.Run(tt.json+" over another value", func(t *testing.T) {
			t.Parallel()
			got := before
			require.NoError(t, NewDecoder(time.UTC).Decode([]byte(tt.json), &got))
			require.Equal(t, tt.want, got)
		})
	}
}

// testDecodeErrors decodes each value into a T and expects the reason why not.
func testDecodeErrors[T any](t *testing.T, reasons map[string]string) {
	t.Helper()
	for text, want := range reasons {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var v struct {
				Field T `json:"field"`
			}
			err := NewDecoder(time.UTC).Decode([]byte(`{"field":`+text+`}`), &v)
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.Equal(t, "field", field.Path)
			require.EqualError(t, field.Err, want)
		})
	}
}

func TestDecodeInt64(t *testing.T) {
	t.Parallel()
	testDecode(t, 42, []decodeTest[int64]{
		{`123`, 123},
		{`"123"`, 123},
		{`1.0`, 1},
		{`"1.0"`, 1},
		{`8.589934592E9`, 8589934592},
		{`"8.589934592E9"`, 8589934592},
		{`"\u0031\u0032"`, 12},
		{`9223372036854775807`, math.MaxInt64},
		{`"9223372036854775807"`, math.MaxInt64},
		{`9.223372036854775807E18`, math.MaxInt64},
		{`-9223372036854775808`, math.MinInt64},
		{`9007199254740993`, 9007199254740993},
		{`-0`, 0},
		{`null`, 0},
	})
}

func TestDecodeInt64Errors(t *testing.T) {
	t.Parallel()
	testDecodeErrors[int64](t, map[string]string{
		`1.5`:                 `a value of the form "9.9" is not a whole number`,
		`1e30`:                `a value of the form "9x99" does not fit into int64`,
		`9223372036854775808`: `a value of the form "9999999999999999999" does not fit into int64`,
		`"abc"`:               `a value of the form "xxx" is not a whole number`,
		`""`:                  `a value of the form "" is not a whole number`,
		`" 1"`:                `a value of the form " 9" is not a whole number`,
		`"null"`:              `a value of the form "xxxx" is not a whole number`,
		`true`:                `a value of the form "xxxx" is not a whole number`,
		`{"a":1}`:             `a value of the form "{\"x\":9}" is not a whole number`,
		`[1]`:                 `a value of the form "[9]" is not a whole number`,
		"\"1\xff\"":           `a value of the form "9` + "\ufffd" + `" is not a whole number`,
		`"\ud800"`:            `a value of the form "` + "\ufffd" + `" is not a whole number`,
	})
}

func TestDecodeInt32(t *testing.T) {
	t.Parallel()
	testDecode(t, 42, []decodeTest[int32]{
		{`2147483647`, math.MaxInt32},
		{`2.147483647E9`, math.MaxInt32},
		{`"-2147483648"`, math.MinInt32},
		{`22.0`, 22},
		{`null`, 0},
	})
}

func TestDecodeInt32Errors(t *testing.T) {
	t.Parallel()
	testDecodeErrors[int32](t, map[string]string{
		`2147483648`:    `a value of the form "9999999999" does not fit into int32`,
		`-2147483649`:   `a value of the form "-9999999999" does not fit into int32`,
		`"4294967296"`:  `a value of the form "9999999999" does not fit into int32`,
		`8.589934592E9`: `a value of the form "9.999999999x9" does not fit into int32`,
		`0.5`:           `a value of the form "9.9" is not a whole number`,
	})
}

// Our own types have no int, but a caller's may.
func TestDecodeInt(t *testing.T) {
	t.Parallel()
	testDecode(t, 42, []decodeTest[int]{
		{`7`, 7},
		{`"7"`, 7},
		{`2.147483647E9`, math.MaxInt32},
		{`null`, 0},
	})
}

func TestDecodeFloat64(t *testing.T) {
	t.Parallel()
	testDecode(t, 42, []decodeTest[float64]{
		{`1.5`, 1.5},
		{`"1.5"`, 1.5},
		{`1`, 1},
		{`"1"`, 1},
		{`-1E-3`, -0.001},
		{`"1e3"`, 1000},
		{`1.7976931348623157e308`, math.MaxFloat64},
		{`5e-324`, math.SmallestNonzeroFloat64},
		{`1e-999`, 0},
		{`null`, 0},
	})
}

func TestDecodeFloat64Errors(t *testing.T) {
	t.Parallel()
	testDecodeErrors[float64](t, map[string]string{
		`"NaN"`:       `a value of the form "xxx" is not a number`,
		`"inf"`:       `a value of the form "xxx" is not a number`,
		`"-Infinity"`: `a value of the form "-xxxxxxxx" is not a number`,
		`"0x1p-2"`:    `a value of the form "9x9x-9" is not a number`,
		`"0x10"`:      `a value of the form "9x99" is not a number`,
		`"1_000"`:     `a value of the form "9_999" is not a number`,
		`"1,5"`:       `a value of the form "9,9" is not a number`,
		`"+1"`:        `a value of the form "+9" is not a number`,
		`".5"`:        `a value of the form ".9" is not a number`,
		`""`:          `a value of the form "" is not a number`,
		`"1 2"`:       `a value of the form "9 9" is not a number`,
		`1e400`:       `a value of the form "9x999" is not a number that fits`,
		`"-1e400"`:    `a value of the form "-9x999" is not a number that fits`,
		`true`:        `a value of the form "xxxx" is not a number`,
		`[1.5]`:       `a value of the form "[9.9]" is not a number`,
		`{}`:          `a value of the form "{}" is not a number`,
		"\"1\xff\"":   `a value of the form "9` + "\ufffd" + `" is not a number`,
	})
}

// What is JSON in quotes, but no number, has to be refused as well.
func TestDecodeFloat64RefusesOtherJSONInQuotes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"null"`, `"true"`, `"[1]"`, `"{}"`, `"\"1\""`, `" 1"`, `"1\n"`} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var v float64
			var field *FieldError
			require.ErrorAs(t, NewDecoder(time.UTC).Decode([]byte(text), &v), &field)
		})
	}
}

func TestDecodeFloat32(t *testing.T) {
	t.Parallel()
	testDecode(t, 42, []decodeTest[float32]{
		{`0.1`, 0.1},
		{`"0.1"`, 0.1},
		{`3.4028234663852886e38`, math.MaxFloat32},
		{`null`, 0},
	})
}

func TestDecodeFloat32Errors(t *testing.T) {
	t.Parallel()
	testDecodeErrors[float32](t, map[string]string{
		`1e39`:  `a value of the form "9x99" is not a number that fits`,
		`"inf"`: `a value of the form "xxx" is not a number`,
	})
}

func TestDecodeBool(t *testing.T) {
	t.Parallel()
	tests := []decodeTest[bool]{
		{`true`, true},
		{`"true"`, true},
		{`false`, false},
		{`"false"`, false},
		{`null`, false},
	}
	for _, before := range []bool{false, true} {
		t.Run(map[bool]string{false: "over false", true: "over true"}[before], func(t *testing.T) {
			t.Parallel()
			testDecode(t, before, tests)
		})
	}
}

func TestDecodeBoolErrors(t *testing.T) {
	t.Parallel()
	testDecodeErrors[bool](t, map[string]string{
		`"True"`:   `a value of the form "xxxx" is not a boolean`,
		`"yes"`:    `a value of the form "xxx" is not a boolean`,
		`""`:       `a value of the form "" is not a boolean`,
		`" true"`:  `a value of the form " xxxx" is not a boolean`,
		`1`:        `a value of the form "9" is not a boolean`,
		`0`:        `a value of the form "9" is not a boolean`,
		`[true]`:   `a value of the form "[xxxx]" is not a boolean`,
		`{}`:       `a value of the form "{}" is not a boolean`,
		`"null"`:   `a value of the form "xxxx" is not a boolean`,
		"\"\xff\"": `a value of the form "` + "\ufffd" + `" is not a boolean`,
	})
}

func TestDecodeTime(t *testing.T) {
	t.Parallel()
	night := time.Date(2017, time.November, 14, 22, 20, 57, 0, time.UTC)
	testDecode(t, time.Unix(1, 0), []decodeTest[time.Time]{
		{`"Nov 14, 2017 10:20:57 PM"`, night},
		{`"Nov 14, 2017, 10:20:57` + "\u202f" + `PM"`, night},
		{`"Nov 14, 2017, 10:20:57\u202fPM"`, night},
		{`"2017-11-14T22:20:57Z"`, night},
		{`"\u0032017-11-14T22:20:57.000000000Z"`, night},
		{`null`, time.Time{}},
	})
}

func TestDecodeTimeErrors(t *testing.T) {
	t.Parallel()
	testDecodeErrors[time.Time](t, map[string]string{
		`""`:                                `a value of the form "" is not a timestamp`,
		`"soon"`:                            `a value of the form "xxxx" is not a timestamp`,
		`1510697000000`:                     `a value of the form "9999999999999" is not a timestamp`,
		`true`:                              `a value of the form "xxxx" is not a timestamp`,
		`{"a":1}`:                           `a value of the form "{\"x\":9}" is not a timestamp`,
		`["Nov 14, 2017 10:20:57 PM"]`:      `a value of the form "[\"xxx 99, 9999 99:99:99 xx\"]" is not a timestamp`,
		"\"Nov 14, 2017 10:20:57\xffPM\"":   `a value of the form "xxx 99, 9999 99:99:99` + "\ufffd" + `xx" is not a timestamp`,
		`"Nov 14, 2017 10:20:57\udc00PM"`:   `a value of the form "xxx 99, 9999 99:99:99` + "\ufffd" + `xx" is not a timestamp`,
		`"` + strings.Repeat("9", 99) + `"`: `a value of the form "` + strings.Repeat("9", 40) + `"... is not a timestamp`,
	})
}

func TestDecodeTimeIsInTheServersZone(t *testing.T) {
	t.Parallel()
	loc := zone(t, "America/New_York")
	var got time.Time
	require.NoError(t, NewDecoder(loc).Decode([]byte(`"Jul 4, 2017 12:00:00 PM"`), &got))
	require.Equal(t, time.Date(2017, time.July, 4, 12, 0, 0, 0, loc), got)
}

func TestDecodeAny(t *testing.T) {
	t.Parallel()
	testDecode[any](t, "before", []decodeTest[any]{
		{`null`, nil},
		{`true`, true},
		{`false`, false},
		{`"text"`, "text"},
		{`"\u0041"`, "A"},
		{`""`, ""},
		{`0`, 0.0},
		{`1`, 1.0},
		{`1.5`, 1.5},
		{`8.589934592E9`, 8589934592.0},
		{`9007199254740991`, 9007199254740991.0},
		{`-9007199254740991`, -9007199254740991.0},
		{`9007199254740992`, 9007199254740992.0}, // 2^53 is exact
		{`9007199254740993`, int64(9007199254740993)},
		{`-9007199254740993`, int64(-9007199254740993)},
		{`9.007199254740993E15`, int64(9007199254740993)},
		{`9007199254740993.0`, int64(9007199254740993)},
		{`9007199254740993.5`, 9007199254740994.0}, // as encoding/json rounds it
		{`9223372036854775807`, int64(math.MaxInt64)},
		{`9.223372036854775807E18`, int64(math.MaxInt64)},
		{`-9223372036854775808`, -9223372036854775808.0}, // a power of two is exact
		{`-9223372036854775807`, int64(math.MinInt64 + 1)},
		{`9223372036854775808`, 9223372036854775808.0},
		{`10000000000000000000`, 1e19},
		{`-9223372036854775810`, json.Number("-9223372036854775810")},
		{`9223372036854775809`, json.Number("9223372036854775809")},
		{`123456789012345678901234567890`, json.Number("123456789012345678901234567890")},
		{`-9223372036854775809`, json.Number("-9223372036854775809")},
		{`18446744073709551615`, json.Number("18446744073709551615")},
		{`1e18`, 1e18},
		{`1e30`, 1e30},
		{`-1e30`, -1e30},
		{`1e400`, json.Number("1e400")},
		{`0e999999999`, 0.0},
		{`{}`, map[string]any{}},
		{`[]`, []any{}},
		{`[null]`, []any{nil}},
		{`{"a":null}`, map[string]any{"a": nil}},
		{`{"a":[1,9007199254740993,{"b":18446744073709551615,"c":[[9007199254740995]]}]}`, map[string]any{"a": []any{
			1.0, int64(9007199254740993), map[string]any{
				"b": json.Number("18446744073709551615"), "c": []any{[]any{int64(9007199254740995)}},
			},
		}}},
		// A number or a timestamp in quotes is a string where nothing says otherwise.
		{`["1","true","Nov 14, 2017 10:20:57 PM"]`, []any{"1", "true", "Nov 14, 2017 10:20:57 PM"}},
		{`{"a":1,"a":2}`, map[string]any{"a": 2.0}},
		{"\"a\xff\"", "a\ufffd"},
	})
}

func TestDecodeMapOfAny(t *testing.T) {
	t.Parallel()
	var got map[string]any
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(`{"a":9007199254740993,"b":[9007199254740993],"c":null}`), &got))
	require.Equal(t, map[string]any{"a": int64(9007199254740993), "b": []any{int64(9007199254740993)}, "c": nil}, got)
}

func TestDecodeListOfAny(t *testing.T) {
	t.Parallel()
	var got []any
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(`[9007199254740993,{"a":9007199254740993},null]`), &got))
	require.Equal(t, []any{int64(9007199254740993), map[string]any{"a": int64(9007199254740993)}, nil}, got)
}

// The leniency reaches everything that holds a number, a boolean or a time.
func TestDecodeLenientEverywhere(t *testing.T) {
	t.Parallel()
	type holder struct {
		Pointer  *int64             `json:"pointer"`
		List     []int32            `json:"list"`
		Pointers []*bool            `json:"pointers"`
		Map      map[string]int64   `json:"map"`
		Floats   map[string]float64 `json:"floats"`
		Times    []time.Time        `json:"times"`
		Lists    [][]int64          `json:"lists"`
	}
	var got holder
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(`{"pointer":"1.0","list":["1",2.0,3E0],"pointers":["true",null],
		"map":{"a":"9007199254740993","b":null},"floats":{"a":"0.5"},"times":["Nov 14, 2017 10:20:57 PM",null],"lists":[["1"],null,[]]}`), &got))
	require.Equal(t, holder{
		Pointer: new(int64(1)), List: []int32{1, 2, 3}, Pointers: []*bool{new(true), nil},
		Map: map[string]int64{"a": 9007199254740993, "b": 0}, Floats: map[string]float64{"a": 0.5},
		Times: []time.Time{time.Date(2017, time.November, 14, 22, 20, 57, 0, time.UTC), {}}, Lists: [][]int64{{1}, nil, {}},
	}, got)
}

func TestForm(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"empty", "", `""`},
		{"at the limit", strings.Repeat("y", 40), `"` + strings.Repeat("x", 40) + `"`},
		{"over the limit", strings.Repeat("y", 41), `"` + strings.Repeat("x", 40) + `"...`},
		{"a secret", "pA55 wörd-中!", `"xx99 xxxx-x!"`},
		{"lines", "a\nb", `"x\nx"`},
		{"no UTF-8", "\xff", `"�"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, "a value of the form "+tt.want, form([]byte(tt.text)))
		})
	}
}

// An ownWord is a string type of our own, which reads itself for callers.
type ownWord string

func (*ownWord) UnmarshalJSON([]byte) error { return errRefused }

// What the server sends for a string type of our own is a string, whatever the type thinks
// of what callers give.
func TestDecodeOwnStrings(t *testing.T) {
	t.Parallel()
	var got struct {
		Plain   ownWord   `json:"plain"`
		Pointer *ownWord  `json:"pointer"`
		List    []ownWord `json:"list"`
		Null    *ownWord  `json:"null"`
	}
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(`{"plain":"a","pointer":"\u0062","list":["c",null],"null":null}`), &got))
	require.Equal(t, ownWord("a"), got.Plain)
	require.Equal(t, ownWord("b"), *got.Pointer)
	require.Equal(t, []ownWord{"c", ""}, got.List)
	require.Nil(t, got.Null)
	require.EqualError(t, NewDecoder(time.UTC).Decode([]byte(`{"list":["a",1]}`), &got), "list[1]: got a number, want wire.ownWord")
	require.ErrorIs(t, DecodeInput([]byte(`{"pointer":"a"}`), &got), errRefused)
}
