package wire

import (
	"bytes"
	stdjson "encoding/json"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

// accepted are texts that RFC 8259 calls JSON, by the section that says so.
var accepted = map[string][]string{
	"2, structure":     {`{}`, `[]`, `[[]]`, `[{}]`, `{"a":{}}`, `[[],[]]`, `{"":0}`, `{"a":{"b":{"c":[]}}}`},
	"2, white space":   {" \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n", "{\n\"a\"\t:\r1 }", "\n0\n", " null ", "[ ]", "{ }"},
	"3, literals":      {`true`, `false`, `null`, `[true,false,null]`, `{"true":true}`},
	"3, any value":     {`"a"`, `0`, `-1`, `1.5`, `true`},
	"4, duplicates":    {`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"":0,"":1}`},
	"5, mixed":         {`[1,"a",null,true,{},[]]`, `[0,0]`},
	"6, integers":      {`0`, `-0`, `1`, `-1`, `10`, `9007199254740993`, `-9223372036854775808`, strings.Repeat("9", 400)},
	"6, fractions":     {`0.0`, `-0.0`, `0.5`, `10.25`, `1.000000000000000000000000000001`, `0.` + strings.Repeat("0", 400) + `1`},
	"6, exponents":     {`1e0`, `1E1`, `1e+1`, `1e-1`, `1e01`, `0e0`, `0e+00`, `1.5E+10`, `123e-10000`, `0e999999999`, `1e400`, `-1e-400`, `1e` + strings.Repeat("9", 40)},
	"7, plain":         {`""`, `"a"`, `" "`, `"'"`, `"/"`, "\"\x7f\"", `"{[]}:,"`, `"null"`, `"` + strings.Repeat("x", 5000) + `"`},
	"7, escapes":       {`"\""`, `"\\"`, `"\/"`, `"\b\f\n\r\t"`, `"\u0000"`, `"\u001f"`, `"\u00e9"`, `"\u4E2D"`, `"\u4e2d"`, `"\uFFFF"`, `"\u2028\u2029"`, `"\\u0041"`, `"\\\""`, `"\\n"`},
	"7, pairs":         {`"\ud834\udd1e"`, `"\uD834\uDD1E"`, `"\udbff\udfff"`, `"a\ud834\udd1eb"`},
	"7, raw":           {"\"é\"", "\"中文\"", "\"𝄞\"", "\"\u2028\u2029\ufeff\"", "\"\u00a0\"", "\"\ufffd\""},
	"8.1, invalid":     {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe4\xb8\"", "{\"\xff\":0}", "\"\x80\"", "\"\xfe\xff\""},
	"8.2, surrogates":  {`"\ud834"`, `"\udd1e"`, `"\udd1e\ud834"`, `"\ud834\ud834"`, `"\ud834\n"`, `"\ud834x"`, `"\ud834\u0041"`, `{"\ud834":0}`, `"\ud834\ud834\udd1e"`},
	"9, long names":    {`{"` + strings.Repeat("n", 3000) + `":1}`},
	"9, long lists":    {"[" + strings.Repeat("1,", 3000) + "1]"},
	"9, much space":    {strings.Repeat(" ", 3000) + "[" + strings.Repeat("\n", 3000) + "]" + strings.Repeat("\t", 3000)},
	"words in strings": {`"[1,2"`, `"{\"a\":}"`, `["\\"]`, `{"\"":"\""}`},
}

// refused are texts that it does not.
var refused = map[string][]string{
	"nothing":               {``, ` `, "\n", "\x00", "\ufeff", "\ufeff{}", "\xef\xbb\xbf1", "\xff"},
	"2, structure":          {`{`, `}`, `[`, `]`, `[}`, `{]`, `[[]`, `[]]`, `{}}`, `{{}`, `[{]}`, `[1`, `{"a"`, `{"a":`, `{"a":1`, `[,`, `,`, `:`, `"a":1`},
	"2, white space":        {"\v1", "\f1", "\u00a01", "\u20281", "[\u00a0]", "[1\v]", "[\x01]", "\u00851", "1\x00", "{\"a\"\f:1}"},
	"3, literals":           {`tru`, `truE`, `True`, `TRUE`, `nul`, `nulls`, `NULL`, `fals`, `falsey`, `truefalse`, `undefined`, `none`, `nil`, `t`, `[nul]`, `[true1]`, `{"a":nan}`},
	"4, names":              {`{a:1}`, `{'a':1}`, `{1:1}`, `{null:1}`, `{[]:1}`, `{"a"}`, `{"a",}`, `{"a" "b"}`, `{"a"::1}`, `{:1}`, `{"a":1:2}`, `{"a"=1}`, `{"a"1}`},
	"4, commas":             {`{,}`, `{"a":1,}`, `{,"a":1}`, `{"a":1,,"b":2}`, `{"a":1 "b":2}`, `{"a":1;"b":2}`, `{"a":,"b":1}`},
	"5, commas":             {`[,]`, `[1,]`, `[,1]`, `[1,,2]`, `[1 2]`, `[1;2]`, `[1:2]`, `["a":1]`, `["a" "b"]`, `[1,`, `[[],`},
	"6, integers":           {`-`, `--1`, `+1`, `01`, `-01`, `00`, `0x10`, `1_000`, `- 1`, `-a`, `1a`, `０`, `१`, `1 0`, `[-]`, `[01]`, `[-00]`},
	"6, fractions":          {`.5`, `-.5`, `1.`, `-1.`, `0.`, `1..2`, `1.2.3`, `1.e1`, `.e1`, `.`, `1,5`, `[1.]`, `1.a`},
	"6, exponents":          {`1e`, `1E`, `1e+`, `1e-`, `1e+-1`, `1ee1`, `1e1.5`, `1e1e1`, `e1`, `0e`, `[1e]`, `1 e1`, `1e 1`},
	"6, no numbers":         {`NaN`, `-NaN`, `Infinity`, `-Infinity`, `inf`, `1f`, `1L`, `1n`, `0b1`, `0o7`, `$1`, `1%`},
	"7, quotes":             {`"`, `"a`, `'a'`, "`a`", `"a""b"`, `"a"b`, `a"`, `["a]`, `"a\"`, `"\\\"`, `“a”`},
	"7, escapes":            {`"\a"`, `"\v"`, `"\0"`, `"\x41"`, `"\'"`, `"\ "`, `"\U0041"`, `"\`, "\"\\\n\"", `"\é"`, `["\q"]`, `{"\q":1}`},
	"7, hex digits":         {`"\u"`, `"\u1"`, `"\u12"`, `"\u123"`, `"\u123g"`, `"\u 123"`, `"\u12 3"`, `"\u+123"`, `"\u-123"`, `"\u00é0"`, `"\u{41}"`, `"\u`, `"\u004`, `"\ud834\u"`, `"\ud834\udd1"`},
	"7, control characters": {"\"\n\"", "\"\t\"", "\"\r\"", "\"\x00\"", "\"\x1f\"", "\"a\x01b\"", "{\"\n\":1}", "[\"\x0c\"]"},
	"what follows":          {`{} {}`, `[] []`, `1 2`, `{}x`, `[]]`, `"a" "b"`, `null,`, `{};`, `{}//`, `[]#`, `1/**/`, `{}` + "\x00"},
	"comments":              {`// a` + "\n1", `/* a */ 1`, `[1 /* a */]`, `{"a":1 // b` + "\n}", `# a` + "\n1", `<!-- a -->`},
	"other notations":       {`<a/>`, `a=1`, `a: 1`, `- 1`, `(1)`, `&`, `*`, `\u0031`, `[\u0031]`, `{"a":\n}`, `HTTP/1.1 200 OK`},
	"9, nested":             {strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001), strings.Repeat("[", 100_000), strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat(`[{"a":`, 50_000)},
}

// ways are those to read a text: into values of all kinds, past it, and while it arrives.
var ways = map[string]func(d *Decoder, text []byte) error{
	"any":     func(d *Decoder, text []byte) error { return d.Decode(text, new(any)) },
	"a list":  func(d *Decoder, text []byte) error { return d.Decode(text, new([]any)) },
	"structs": func(d *Decoder, text []byte) error { return d.Decode(text, new([]inventory)) },
	"strings": func(d *Decoder, text []byte) error { return d.Decode(text, new(map[string]string)) },
	"numbers": func(d *Decoder, text []byte) error { return d.Decode(text, new(int64)) },
	"dates":   func(d *Decoder, text []byte) error { return d.Decode(text, new(time.Time)) },
	"raw":     func(d *Decoder, text []byte) error { return d.Decode(text, new(stdjson.RawMessage)) },
	"a member": func(d *Decoder, text []byte) error {
		return d.Members(inObject(text), func(string) any { return new(any) })
	},
	"skipped": func(d *Decoder, text []byte) error {
		return d.Members(inObject(text), func(string) any { return nil })
	},
	"kept": func(d *Decoder, text []byte) error {
		return d.Members(inObject(text), func(string) any { return new(Text) })
	},
	"a schema": func(d *Decoder, text []byte) error {
		return d.Members(inObject(text), func(string) any { return func(name, said []byte) {} })
	},
	"arriving": func(d *Decoder, text []byte) error {
		return d.Object(nil, iotest.HalfReader(bytes.NewReader(inObject(text))), nil, func(string) any { return new(any) })
	},
	"arriving, skipped": func(d *Decoder, text []byte) error {
		return d.Object(nil, iotest.DataErrReader(bytes.NewReader(inObject(text))), nil, func(string) any { return nil })
	},
}

// inObject makes a text the value of a member, one level deeper.
func inObject(text []byte) []byte { return append(append([]byte(`{"a":`), text...), '}') }

// Whatever a text is read into, it is JSON or not: what is JSON and does not fit is a
// [FieldError].
func TestCorpus(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	for way, read := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			for rule, texts := range accepted {
				for _, text := range texts {
					err := read(d, []byte(text))
					var fault *FieldError
					if err != nil {
						require.ErrorAs(t, err, &fault, "%s: %.100q", rule, text)
					}
				}
			}
			for rule, texts := range refused {
				for _, text := range texts {
					var syntax *SyntaxError
					require.ErrorAs(t, read(d, []byte(text)), &syntax, "%s: %.100q", rule, text)
				}
			}
		})
	}
}

// The depth that is too deep is the same whatever is nested.
func TestDeepest(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	for _, brackets := range []string{"[]", "{}"} {
		open, end := brackets[:1], brackets[1:]
		if open == "{" {
			open = `{"a":`
		}
		text := strings.Repeat(open, deepest-1) + brackets + strings.Repeat(end, deepest-1)
		require.NoError(t, d.Decode([]byte(text), new(any)))
		require.EqualError(t, d.Decode([]byte(open+text+end), new(any)), "not JSON: exceeded max depth")
	}
}

// What is accepted means what it means to the standard library, where that accepts it.
func TestCorpusMeansTheSame(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	for rule, texts := range accepted {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				var want, got any
				if stdjson.Unmarshal([]byte(text), &want) != nil {
					continue // a number that no float64 holds
				}
				require.NoError(t, d.Decode([]byte(text), &got))
				if _, isNumber := want.(float64); !isNumber { // of which more is kept
					require.Equal(t, want, got, "%.100q", text)
				}
			}
		})
	}
}
