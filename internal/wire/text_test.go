package wire

import (
	"encoding/json"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// kept reads a member and leaves it undecoded.
func kept(t *testing.T, data []byte) Text {
	t.Helper()
	var text Text
	require.NoError(t, NewDecoder(time.UTC).Members(data, func(name string) any {
		if name == "schema" {
			return &text
		}
		return nil
	}))
	return text
}

func TestMembersKeepsTexts(t *testing.T) {
	t.Parallel()
	for _, want := range []string{`{}`, `{ "a" : [1, "\u0062"] }`, `"a"`, `null`, `1.0`, `[{}]`} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			data := []byte(` {"a":1, "schema" : ` + want + ` , "b":[] } `)
			got := kept(t, data)
			require.Equal(t, want, string(got))
			require.True(t, within(got, data), "it is not copied")
		})
	}
	var text Text
	var syntax *SyntaxError
	require.ErrorAs(t, NewDecoder(time.UTC).Members([]byte(`{"a":{"b":}}`), func(string) any { return &text }), &syntax)
}

// within reports whether a part shares its memory with the whole.
func within(part, whole []byte) bool {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(part))) - uintptr(unsafe.Pointer(unsafe.SliceData(whole)))
	return at < uintptr(len(whole))
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, json string
		want       []string
	}{
		{"nothing", ``, nil},
		{"no object", `["a","b"]`, nil},
		{"a text", `"a"`, nil},
		{"empty", `{}`, nil},
		{"one", `{"a":"b"}`, []string{"a=b"}},
		{"white space", "{ \"a\" :\n\"b\"\t,\r\n \"c\":\"d\" }", []string{"a=b", "c=d"}},
		{"empty texts", `{"":"","a":""}`, []string{"=", "a="}},
		{"duplicates", `{"a":"b","a":"c"}`, []string{"a=b", "a=c"}},
		{"escapes", `{"\u0061\\\"":"\n\\","b\\":"\\\\\""}`, []string{"a\\\"=\n\\", "b\\=\\\\\""}},
		{"signs of JSON in texts", `{"{\":":"}],:{","[":"]"}`, []string{"{\":=}],:{", "[=]"}},
		{"other values", `{"a":1.5e3,"b":null,"c":"x","d":true,"e":[],"f":{},"g":"y"}`, []string{"c=x", "g=y"}},
		{"nested values", `{"a":{"b":"}","c":["]",{"d":"\"}"}]},"e":[[",\\"],{"f":"g"}],"h":"i"}`, []string{"h=i"}},
		{"another value at the end", `{"a":"b","c":[{"d":"e"}]}`, []string{"a=b"}},
		{"invalid UTF-8", "{\"a\xff\":\"\xff\"}", []string{"a\uFFFD=\uFFFD"}},
		{"half a surrogate", `{"\ud800":"x"}`, []string{"\uFFFD=x"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			Text(tt.json).Texts(func(name, text []byte) { got = append(got, string(name)+"="+string(text)) })
			require.Equal(t, tt.want, got)
		})
	}
}

func TestTextsAreNotCopied(t *testing.T) {
	t.Parallel()
	data := Text(`{"a":"b","\u0063":"d"}`)
	data.Texts(func(name, text []byte) {
		require.Equal(t, string(name) == "a", within(name, data))
		require.True(t, within(text, data))
	})
}

// FuzzTexts checks that strings are found where the decoder finds them.
func FuzzTexts(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":"b"}`, `{"a\\":"\\\"","b":[{"c":"]"}],"d":"e"}`, `{"a":{"b":"}"},"c":1}`, "{\"\xff\":\"\xff\"}", `{"\u0061":"\ud800"}`, ` {"a" : "b" } `} {
		f.Add([]byte(seed))
	}
	d := NewDecoder(time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		var want, got []string
		err := d.Parts(data, func(key string, value []byte) error {
			var v any
			require.NoError(t, d.Decode(value, &v))
			if text, ok := v.(string); ok {
				want = append(want, key, text)
			}
			return nil
		})
		if err != nil || !json.Valid(data) {
			return
		}
		text := kept(t, append(append([]byte(`{"schema":`), data...), '}'))
		if text[0] != '{' {
			want = nil
		}
		text.Texts(func(name, text []byte) { got = append(got, string(name), string(text)) })
		require.Equal(t, want, got)
	})
}
