package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRawMembersRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range refusedInput {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var syntax *SyntaxError
			err := RawMembers([]byte(tt.text), func(string, []byte) error { return nil })
			require.ErrorAs(t, err, &syntax)
			require.ErrorContains(t, err, "not JSON: "+tt.reason)
		})
	}
}

func TestMembersTakesFromReplies(t *testing.T) {
	t.Parallel()
	for _, tt := range refusedInput {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, NewDecoder(time.UTC).Members([]byte(tt.text), func(string) any { return new(any) }))
		})
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	var inv inventory
	var schema map[string]string
	var names []string
	err := NewDecoder(time.UTC).Members([]byte(` {"a":[{}],"inventory":{"memorySize":"1","vmNics":[{"name":"n"}]},"schema":{"x":"y"},"b":null,"":0} `), func(name string) any {
		names = append(names, name)
		switch name {
		case "inventory":
			return &inv
		case "schema":
			return &schema
		default:
			return nil
		}
	})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "inventory", "schema", "b", ""}, names)
	require.Equal(t, inventory{MemorySize: 1, Nics: []inventory{{Name: "n"}}}, inv)
	require.Equal(t, map[string]string{"x": "y"}, schema)
}

func TestMembersOfAnEmptyObject(t *testing.T) {
	t.Parallel()
	require.NoError(t, NewDecoder(time.UTC).Members([]byte(`{}`), func(name string) any {
		t.Errorf("asked for %q", name)
		return nil
	}))
}

func TestMembersTakesTheLastDuplicate(t *testing.T) {
	t.Parallel()
	var n int64
	require.NoError(t, NewDecoder(time.UTC).Members([]byte(`{"n":1,"n":2}`), func(string) any { return &n }))
	require.Equal(t, int64(2), n)
}

func TestMembersUnescapesNames(t *testing.T) {
	t.Parallel()
	var n int64
	require.NoError(t, NewDecoder(time.UTC).Members([]byte(`{"\u0061\n":1}`), func(name string) any {
		require.Equal(t, "a\n", name)
		return &n
	}))
	require.Equal(t, int64(1), n)
}

func TestMembersFieldError(t *testing.T) {
	t.Parallel()
	var field *FieldError
	err := NewDecoder(time.UTC).Members([]byte(`{"ok":1,"inventories":[{},{"vmNics":[{"memorySize":"x"}]}]}`), func(name string) any {
		if name == "inventories" {
			return new([]inventory)
		}
		return nil
	})
	require.ErrorAs(t, err, &field)
	require.EqualError(t, err, `inventories[1].vmNics[0].memorySize: a value of the form "x" is not a whole number`)
}

// membersReaders are the two that read an object member by member.
var membersReaders = map[string]func(data []byte) error{
	"Members": func(data []byte) error {
		return NewDecoder(time.UTC).Members(data, func(string) any { return new(any) })
	},
	"Members, skipped": func(data []byte) error {
		return NewDecoder(time.UTC).Members(data, func(string) any { return nil })
	},
	"RawMembers": func(data []byte) error {
		return RawMembers(data, func(string, []byte) error { return nil })
	},
}

func TestMembersOfNoObject(t *testing.T) {
	t.Parallel()
	for name, read := range membersReaders {
		for _, text := range []string{`null`, `[]`, `[{}]`, `"{}"`, `1`, `true`} {
			t.Run(name+"/"+text, func(t *testing.T) {
				t.Parallel()
				var field *FieldError
				err := read([]byte(text))
				require.ErrorAs(t, err, &field)
				require.EqualError(t, err, "not a JSON object")
			})
		}
	}
}

func TestMembersSyntaxError(t *testing.T) {
	t.Parallel()
	for name, read := range membersReaders {
		for _, tt := range notJSON {
			if strings.TrimSpace(tt.text) == "" {
				continue // has a test of its own: there is no offset worth telling
			}
			t.Run(name+"/"+tt.text, func(t *testing.T) {
				t.Parallel()
				requireSyntaxError(t, read([]byte(tt.text)), tt.offset)
			})
		}
	}
}

func TestMembersOfNothing(t *testing.T) {
	t.Parallel()
	for name, read := range membersReaders {
		for _, text := range []string{"", " ", "\n"} {
			t.Run(name+"/"+text, func(t *testing.T) {
				t.Parallel()
				var syntax *SyntaxError
				err := read([]byte(text))
				require.ErrorAs(t, err, &syntax)
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			})
		}
	}
}

func TestMembersTrailingText(t *testing.T) {
	t.Parallel()
	for name, read := range membersReaders {
		for _, text := range []string{`{}x`, `{}{}`, `{},`, `{}}`, `{"a":1} null`} {
			t.Run(name+"/"+text, func(t *testing.T) {
				t.Parallel()
				var syntax *SyntaxError
				err := read([]byte(text))
				require.ErrorAs(t, err, &syntax)
				require.EqualError(t, err, "not JSON: data after the JSON value")
				require.Equal(t, int64(strings.Index(text, "}")+1), syntax.Offset)
			})
		}
	}
}

func TestRawMembers(t *testing.T) {
	t.Parallel()
	var got []string
	require.NoError(t, RawMembers([]byte(` { "a" : 1.0 , "b":null,"\u0063":{ "x" : [1, 2] },"d":"\u0064" } `), func(name string, value []byte) error {
		got = append(got, name+"="+string(value))
		return nil
	}))
	require.Equal(t, []string{`a=1.0`, `b=null`, `c={ "x" : [1, 2] }`, `d="\u0064"`}, got)
}

// callbackErrors are errors that could be taken for the library's or our own.
var callbackErrors = map[string]error{
	"plain":              errors.New("x"),
	"end of file":        io.EOF,
	"unexpected end":     io.ErrUnexpectedEOF,
	"wrapped end":        fmt.Errorf("x: %w", io.EOF),
	"field error":        &FieldError{Path: "p", Err: errors.New("x")},
	"wrapped field":      fmt.Errorf("x: %w", &FieldError{Path: "p", Err: errors.New("x")}),
	"syntax error":       &SyntaxError{Offset: 3, Err: errors.New("x")},
	"the library's own":  jsonError(`{"a":}`),
	"a semantic one":     jsonError(`{"a":"x"}`),
	"the standard one":   json.Unmarshal([]byte("{"), new(any)),
	"errors.Unsupported": errors.ErrUnsupported,
}

// jsonError is an error as the JSON library gives it, wrapped.
func jsonError(text string) error {
	return fmt.Errorf("x: %w", NewDecoder(time.UTC).Decode([]byte(text), new(map[string]int64)))
}

func TestRawMembersReturnsCallbackErrors(t *testing.T) {
	t.Parallel()
	for name, want := range callbackErrors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			got := RawMembers([]byte(`{"a":1,"b":2}`), func(string, []byte) error { calls++; return want })
			require.True(t, got == want, "got %#v", got) //nolint:errorlint // the very error, not one that wraps it
			require.Equal(t, 1, calls)
		})
	}
}

func TestPartsReturnsCallbackErrors(t *testing.T) {
	t.Parallel()
	for name, want := range callbackErrors {
		for _, text := range []string{`{"a":1,"b":2}`, `[1,2]`} {
			t.Run(name+"/"+text, func(t *testing.T) {
				t.Parallel()
				calls := 0
				got := NewDecoder(time.UTC).Parts([]byte(text), func(string, []byte) error { calls++; return want })
				require.True(t, got == want, "got %#v", got) //nolint:errorlint // the very error, not one that wraps it
				require.Equal(t, 1, calls)
			})
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, json string
		want       []string
	}{
		{"object", ` {"a":1,"b":{"x":[1]},"\u0063":null} `, []string{`a=1`, `b={"x":[1]}`, `c=null`}},
		{"list", ` [1,[2],{"a":3},null] `, []string{`[0]=1`, `[1]=[2]`, `[2]={"a":3}`, `[3]=null`}},
		{"duplicates", `{"a":1,"a":2}`, []string{`a=1`, `a=2`}},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", []string{"a=\"\xff\""}},
		{"empty object", `{}`, nil},
		{"empty list", `[]`, nil},
		{"null", `null`, nil},
		{"text", `"a"`, nil},
		{"number", `1`, nil},
		{"boolean", `true`, nil},
		{"long list", "[" + strings.Repeat("0,", 11) + "0]", []string{
			"[0]=0", "[1]=0", "[2]=0", "[3]=0", "[4]=0", "[5]=0", "[6]=0", "[7]=0", "[8]=0", "[9]=0", "[10]=0", "[11]=0",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			require.NoError(t, NewDecoder(time.UTC).Parts([]byte(tt.json), func(key string, value []byte) error {
				got = append(got, key+"="+string(value))
				return nil
			}))
			require.Equal(t, tt.want, got)
		})
	}
}

func TestPartsSyntaxError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, ` `, `x`, `"a`, `{`, `[`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `[1`, `[1,`, `[1 2]`, `[1}`, `{"a":1]`, `[}`, `{]`, `[1]x`, `{}{}`, `{a:1}`, `{"a":[1}}`} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var syntax *SyntaxError
			require.ErrorAs(t, NewDecoder(time.UTC).Parts([]byte(text), func(string, []byte) error { return nil }), &syntax)
		})
	}
}
