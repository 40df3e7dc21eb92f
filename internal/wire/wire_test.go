package wire

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// inventory stands for the data types that the server sends.
type inventory struct {
	parent
	Name       string         `json:"name,omitzero"`
	MemorySize int64          `json:"memorySize,omitzero"`
	State      state          `json:"state,omitzero"`
	Weight     float64        `json:"weight,omitzero"`
	Ready      bool           `json:"ready,omitzero"`
	Nics       []inventory    `json:"vmNics,omitzero"`
	Root       *inventory     `json:"root,omitzero"`
	Info       map[string]any `json:"info,omitzero"`
	Sizes      map[string]int64
	Tags       []string  `json:"tags,omitzero"`
	CreateDate time.Time `json:"createDate,omitzero"`
	Extra      any       `json:"extra,omitzero"`
	hidden     string    //lint:ignore U1000 what arrives under its name must be skipped
}

type parent struct {
	UUID   string `json:"uuid,omitzero"`
	Number int32  `json:"number,omitzero"`
}

type state string

type reply struct {
	Inventories []inventory `json:"inventories"`
	Inventory   *inventory  `json:"inventory"`
}

// nested returns JSON whose value is count levels deep.
func nested(left, right string, count int) string {
	return strings.Repeat(left, count) + "0" + strings.Repeat(right, count)
}

// deep are strings nested deeper than any reader should go.
func deep() map[string]string {
	const levels = 20_000
	return map[string]string{
		"lists":          nested("[", "]", levels),
		"objects":        nested(`{"a":`, "}", levels),
		"lists, open":    strings.Repeat("[", levels),
		"objects, open":  strings.Repeat(`{"a":`, levels),
		"both in turn":   nested(`[{"a":`, "}]", levels/2),
		"known objects":  nested(`{"root":`, "}", levels),
		"known lists":    nested(`{"vmNics":[`, "]}", levels/2),
		"behind a field": `{"extra":` + nested("[", "]", levels) + "}",
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, json string
		want       inventory
	}{
		{"empty", `{}`, inventory{}},
		{"null", `null`, inventory{}},
		{"white space", " \n{ \"name\" :\t\"a\" }\r\n", inventory{Name: "a"}},
		{"embedded", `{"uuid":"u","number":"3","name":"a"}`, inventory{parent: parent{UUID: "u", Number: 3}, Name: "a"}},
		{"unknown fields", `{"x":1,"name":"a","y":{"name":"b"},"z":[{}]}`, inventory{Name: "a"}},
		{"unexported field", `{"hidden":"a"}`, inventory{}},
		{"case matters", `{"Name":"a","NAME":"b"}`, inventory{}},
		{"named text", `{"state":"Running"}`, inventory{State: "Running"}},
		{"unknown state", `{"state":"Whatever"}`, inventory{State: "Whatever"}},
		{"nested", `{"root":{"vmNics":[{"memorySize":"1"}]}}`, inventory{Root: &inventory{Nics: []inventory{{MemorySize: 1}}}}},
		{"empty list", `{"tags":[]}`, inventory{Tags: []string{}}},
		{"null in a list", `{"tags":["a",null]}`, inventory{Tags: []string{"a", ""}}},
		{"null in a list of structs", `{"vmNics":[null]}`, inventory{Nics: []inventory{{}}}},
		{"duplicate", `{"name":"a","name":"b"}`, inventory{Name: "b"}},
		{"invalid UTF-8", "{\"name\":\"a\xffb\"}", inventory{Name: "a\ufffdb"}},
		{"half a surrogate", `{"name":"a\ud800b"}`, inventory{Name: "a\ufffdb"}},
		{"null everywhere", `{"uuid":null,"number":null,"name":null,"memorySize":null,"state":null,"weight":null,"ready":null,
			"vmNics":null,"root":null,"info":null,"Sizes":null,"tags":null,"createDate":null,"extra":null}`, inventory{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got inventory
			require.NoError(t, NewDecoder(time.UTC).Decode([]byte(tt.json), &got))
			require.Equal(t, tt.want, got)
		})
	}
}

// null and absent are the same to the server; over a value, null removes it.
func TestDecodeNullOverValues(t *testing.T) {
	t.Parallel()
	full := inventory{
		parent: parent{UUID: "u", Number: 1}, Name: "a", MemorySize: 1, State: "s", Weight: 1, Ready: true,
		Nics: []inventory{{}}, Root: &inventory{}, Info: map[string]any{"a": 1}, Sizes: map[string]int64{"a": 1},
		Tags: []string{"a"}, CreateDate: time.Unix(0, 0), Extra: "x",
	}
	for _, text := range []string{`{"uuid":null,"number":null,"name":null,"memorySize":null,"state":null,"weight":null,"ready":null,` +
		`"vmNics":null,"root":null,"info":null,"Sizes":null,"tags":null,"createDate":null,"extra":null}`, `null`} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got := full
			require.NoError(t, NewDecoder(time.UTC).Decode([]byte(text), &got))
			require.Equal(t, inventory{}, got)
		})
	}
}

func TestDecodeKeepsWhatIsAbsent(t *testing.T) {
	t.Parallel()
	got := inventory{Name: "a", MemorySize: 1}
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(`{"memorySize":2}`), &got))
	require.Equal(t, inventory{Name: "a", MemorySize: 2}, got)
}

func TestDecodeFieldError(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, json, want string }{
		{"in a list", `{"inventories":[{},{},{},{"memorySize":"many"}]}`, `inventories[3].memorySize: a value of the form "xxxx" is not a whole number`},
		{"in an object", `{"inventory":{"memorySize":1.5}}`, `inventory.memorySize: a value of the form "9.9" is not a whole number`},
		{"in the parent", `{"inventory":{"number":"x"}}`, `inventory.number: a value of the form "x" is not a whole number`},
		{"in lists of lists", `{"inventories":[{"vmNics":[{},{"ready":"no"}]}]}`, `inventories[0].vmNics[1].ready: a value of the form "xx" is not a boolean`},
		{"after others", `{"inventory":{"name":"a","extra":[1,{}],"weight":"x"}}`, `inventory.weight: a value of the form "x" is not a number`},
		{"in a map", `{"inventory":{"Sizes":{"a.b":"x"}}}`, `inventory.Sizes.a.b: a value of the form "x" is not a whole number`},
		{"behind a slash", `{"inventory":{"Sizes":{"a/b~c":"x"}}}`, `inventory.Sizes.a/b~c: a value of the form "x" is not a whole number`},
		{"behind a number", `{"inventory":{"Sizes":{"12":"x"}}}`, `inventory.Sizes.12: a value of the form "x" is not a whole number`},
		{"a time", `{"inventory":{"createDate":"x"}}`, `inventory.createDate: a value of the form "x" is not a timestamp`},
		{"number for a text", `{"inventory":{"name":1}}`, `inventory.name: got a number, want a string`},
		{"boolean for a text", `{"inventory":{"name":true}}`, `inventory.name: got a boolean, want a string`},
		{"number for a named text", `{"inventory":{"state":1}}`, `inventory.state: got a number, want wire.state`},
		{"object for a list", `{"inventories":{}}`, `inventories: got an object, want a slice`},
		{"list for an object", `{"inventory":[]}`, `inventory: got a list, want wire.inventory`},
		{"text for an object", `{"inventory":"x"}`, `inventory: got a string, want wire.inventory`},
		{"text for a map", `{"inventory":{"info":"x"}}`, `inventory.info: got a string, want a map`},
		{"element of a list", `{"inventory":{"tags":["a",1]}}`, `inventory.tags[1]: got a number, want a string`},
		{"the whole", `"x"`, `got a string, want wire.reply`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var v reply
			err := NewDecoder(time.UTC).Decode([]byte(tt.json), &v)
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestDecodeMismatchWithoutAName(t *testing.T) {
	t.Parallel()
	var v struct{ A string }
	require.EqualError(t, NewDecoder(time.UTC).Decode([]byte(`[]`), &v), "got a list, want a struct")
}

func TestDecodeWholeFieldErrorHasNoPath(t *testing.T) {
	t.Parallel()
	var v int64
	var field *FieldError
	require.ErrorAs(t, NewDecoder(time.UTC).Decode([]byte(`"x"`), &v), &field)
	require.Empty(t, field.Path)
}

// A value may be a secret in the wrong place: an error shows its first 40 bytes
// at most.
func TestDecodeErrorsAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	texts := map[string]string{
		"number":        `{"memorySize":"` + long + `"}`,
		"real number":   `{"weight":"` + long + `"}`,
		"boolean":       `{"ready":"` + long + `"}`,
		"time":          `{"createDate":"` + long + `"}`,
		"object":        `{"memorySize":{"a":"` + long + `"}}`,
		"list":          `{"ready":["` + long + `"]}`,
		"list for time": `{"createDate":["` + long + `"]}`,
		"long number":   `{"memorySize":1` + strings.Repeat("0", 1000) + `}`,
		"not a struct":  `{"root":"` + long + `"}`,
		"not a list":    `{"tags":"` + long + `"}`,
		"no JSON":       `{"name":` + long + `}`,
		"no end":        `{"name":"` + long,
		"no escape":     `{"name":"\q` + long + `"}`,
		"no text":       `{"name":"` + long + "\x01" + long + `"}`,
		"trailing text": `{}` + long,
		"no name":       `{` + long + `:1}`,
		"no colon":      `{"` + long + `" 1}`,
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v inventory
			err := NewDecoder(time.UTC).Decode([]byte(text), &v)
			require.Error(t, err)
			require.LessOrEqual(t, strings.Count(err.Error(), "x")+strings.Count(err.Error(), "0"), 40)
			require.Less(t, len(err.Error()), 150)
		})
	}
}

func TestDecodeErrorHasAShortPath(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"a long name", `{"Sizes":{"` + strings.Repeat("x", 1000) + `":true}}`, `Sizes...: a value of the form "xxxx" is not a whole number`},
		{
			"many steps", strings.Repeat(`{"root":`, 100) + `{"memorySize":true}` + strings.Repeat("}", 100),
			strings.Repeat("root.", 39) + `root...: a value of the form "xxxx" is not a whole number`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var v inventory
			require.EqualError(t, NewDecoder(time.UTC).Decode([]byte(tt.text), &v), tt.want)
		})
	}
}

// notJSON are strings that are no JSON object, with the offset at which that shows.
var notJSON = []struct {
	text   string
	offset int64
}{
	{``, 0},
	{` `, 1},
	{`{`, 1},
	{`{"name"`, 7},
	{`{"name":`, 8},
	{`{"name":"a`, 10},
	{`{"name":"a"`, 11},
	{`{"name":"a",`, 12},
	{`{"extra":[1,2`, 13},
	{`{"name":a}`, 8},
	{`{"name" "a"}`, 8},
	{`{"name":"a"]`, 11},
	{`{"name":"a",}`, 12},
	{`{'name':"a"}`, 1},
	{`<html>`, 0},
	{`{"memorySize":01}`, 15},
	{`{"memorySize":+1}`, 14},
	{`{"weight":NaN}`, 10},
	{`{"ready":tru}`, 12},
	{`{"extra":[1}`, 11},
	{`{"extra":{"a":1]}`, 15},
	{"{\"name\":\"a\nb\"}", 10},
}

func TestDecodeSyntaxError(t *testing.T) {
	t.Parallel()
	for _, tt := range notJSON {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			var v inventory
			requireSyntaxError(t, NewDecoder(time.UTC).Decode([]byte(tt.text), &v), tt.offset)
		})
	}
}

func requireSyntaxError(t *testing.T, err error, offset int64) {
	t.Helper()
	var syntax *SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, offset, syntax.Offset)
}

func TestDecodeTrailingText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{}x`, `{}{}`, `{},`, `{}]`, `{} null`} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var v inventory
			var syntax *SyntaxError
			require.ErrorAs(t, NewDecoder(time.UTC).Decode([]byte(text), &v), &syntax)
		})
	}
}

// A reply that was cut off anywhere is not a reply.
func TestTruncated(t *testing.T) {
	t.Parallel()
	const whole = `{"inventory":{"uuid":"u","memorySize":"1","ready":true,"createDate":"Nov 14, 2017 10:20:57 PM","extra":{"a":[1.5,null,"é\n"]}}}`
	readers := map[string]func(data []byte) error{
		"Decode": func(data []byte) error { return NewDecoder(time.UTC).Decode(data, new(reply)) },
		"any":    func(data []byte) error { return NewDecoder(time.UTC).Decode(data, new(any)) },
		"input":  func(data []byte) error { return DecodeInput(data, new(reply)) },
		"Members": func(data []byte) error {
			return NewDecoder(time.UTC).Members(data, func(string) any { return new(inventory) })
		},
		"skip": func(data []byte) error { return NewDecoder(time.UTC).Members(data, func(string) any { return nil }) },
		"raw":  func(data []byte) error { return RawMembers(data, func(string, []byte) error { return nil }) },
		"Parts": func(data []byte) error {
			return NewDecoder(time.UTC).Parts(data, func(string, []byte) error { return nil })
		},
	}
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, read([]byte(whole)))
			for i := range len(whole) {
				var syntax *SyntaxError
				require.ErrorAs(t, read([]byte(whole[:i])), &syntax, whole[:i])
			}
		})
	}
}

func TestDeepNesting(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	readers := map[string]func(data []byte) error{
		"Decode into any":     func(data []byte) error { return d.Decode(data, new(any)) },
		"Decode into a list":  func(data []byte) error { return d.Decode([]byte("["+string(data)+"]"), new([]any)) },
		"Decode into a map":   func(data []byte) error { return d.Decode([]byte(`{"a":`+string(data)+"}"), new(map[string]any)) },
		"Decode, unknown":     func(data []byte) error { return d.Decode([]byte(`{"unknown":`+string(data)+"}"), new(inventory)) },
		"Decode, a number":    func(data []byte) error { return d.Decode([]byte(`{"memorySize":`+string(data)+"}"), new(inventory)) },
		"Decode, a boolean":   func(data []byte) error { return d.Decode([]byte(`{"ready":`+string(data)+"}"), new(inventory)) },
		"Decode, a timestamp": func(data []byte) error { return d.Decode([]byte(`{"createDate":`+string(data)+"}"), new(inventory)) },
		"DecodeInput":         func(data []byte) error { return DecodeInput(data, new(any)) },
		"Members": func(data []byte) error {
			return d.Members([]byte(`{"a":`+string(data)+"}"), func(string) any { return new(any) })
		},
		"Members, skipped": func(data []byte) error {
			return d.Members([]byte(`{"a":`+string(data)+"}"), func(string) any { return nil })
		},
		"RawMembers": func(data []byte) error {
			return RawMembers([]byte(`{"a":`+string(data)+"}"), func(string, []byte) error { return nil })
		},
		"Parts": func(data []byte) error { return d.Parts(data, func(string, []byte) error { return nil }) },
	}
	for reader, read := range readers {
		for name, text := range deep() {
			t.Run(reader+"/"+name, func(t *testing.T) {
				t.Parallel()
				err := read([]byte(text))
				var syntax *SyntaxError
				require.ErrorAs(t, err, &syntax)
				require.EqualError(t, err, "not JSON: exceeded max depth")
			})
		}
	}
}

// A struct that holds its own kind is as deep as the text says.
func TestDeepNestingOfStructs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"known objects", "known lists"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v inventory
			require.EqualError(t, NewDecoder(time.UTC).Decode([]byte(deep()[name]), &v), "not JSON: exceeded max depth")
		})
	}
}

// What is deep, but not too deep, is read.
func TestNestingThatIsRead(t *testing.T) {
	t.Parallel()
	var v any
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(nested("[", "]", 5_000)), &v))
	depth := 0
	for list, ok := v.([]any); ok; list, ok = list[0].([]any) {
		depth++
	}
	require.Equal(t, 5_000, depth)
}

func TestDecoderIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 100 {
				var v inventory
				if err := d.Decode(fmt.Appendf(nil, `{"memorySize":"%d","extra":{"a":%d}}`, i, i), &v); err != nil || v.MemorySize != int64(i) {
					t.Errorf("%d: %d, %v", i, v.MemorySize, err)
				}
			}
		})
	}
	group.Wait()
}

func TestDecodeInput(t *testing.T) {
	t.Parallel()
	var got inventory
	require.NoError(t, DecodeInput([]byte(`{"memorySize":"8.589934592E9","ready":"true","extra":9007199254740993,"createDate":"Nov 14, 2017 10:20:57 PM"}`), &got))
	require.Equal(t, inventory{
		MemorySize: 8589934592, Ready: true, Extra: int64(9007199254740993),
		CreateDate: time.Date(2017, time.November, 14, 22, 20, 57, 0, time.UTC),
	}, got)
}

// refusedInput is what replies may have and callers may not.
var refusedInput = []struct{ name, text, reason string }{
	{"duplicate", `{"name":"a","name":"b"}`, "duplicate object member name"},
	{"duplicate inside", `{"extra":{"a":1,"a":2}}`, "duplicate object member name"},
	{"duplicate by escape", `{"name":"a","n\u0061me":"b"}`, "duplicate object member name"},
	{"invalid UTF-8", "{\"name\":\"a\xff\"}", "invalid UTF-8"},
	{"invalid UTF-8 in a name", "{\"na\xffme\":1}", "invalid UTF-8"},
	{"half a surrogate", `{"name":"\ud800"}`, "invalid surrogate pair"},
	{"invalid UTF-8 inside", "{\"extra\":[\"\xff\"]}", "invalid UTF-8"},
	{"invalid UTF-8 in a number", "{\"memorySize\":\"\xff\"}", "invalid UTF-8"},
}

func TestDecodeInputRefusesUnknownMembers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"x":1}`, `{"name":"a","Name":"b"}`} {
		var field *FieldError
		require.ErrorAs(t, DecodeInput([]byte(text), new(inventory)), &field, text)
	}
}

func TestDecodeInputRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range refusedInput {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var syntax *SyntaxError
			err := DecodeInput([]byte(tt.text), new(inventory))
			require.ErrorAs(t, err, &syntax)
			require.ErrorContains(t, err, "not JSON: "+tt.reason)
		})
	}
}

func TestIsNull(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`null`: true, " null\n": true, `nul`: false, `NULL`: false, `"null"`: false, ``: false, `0`: false, `{}`: false, `[null]`: false, `null null`: false,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, IsNull([]byte(text)))
		})
	}
}

func TestFieldError(t *testing.T) {
	t.Parallel()
	reason := errors.New("why")
	require.EqualError(t, &FieldError{Path: "a.b", Err: reason}, "a.b: why")
	require.EqualError(t, &FieldError{Err: reason}, "why")
	require.ErrorIs(t, &FieldError{Path: "a.b", Err: reason}, reason)
}

func TestSyntaxError(t *testing.T) {
	t.Parallel()
	reason := errors.New("why")
	require.EqualError(t, &SyntaxError{Offset: 3, Err: reason}, "not JSON: why")
	require.ErrorIs(t, &SyntaxError{Offset: 3, Err: reason}, reason)
}

// refusing is a type of a caller that reads itself, with errors of its own.
type refusing struct{}

var errRefused = errors.New("refused")

func (*refusing) UnmarshalJSON([]byte) error {
	return &FieldError{Path: "inner", Err: errRefused}
}

func TestDecodeErrorOfUnmarshalJSON(t *testing.T) {
	t.Parallel()
	var v struct {
		A []refusing `json:"a"`
	}
	err := NewDecoder(time.UTC).Decode([]byte(`{"a":[{}]}`), &v)
	require.EqualError(t, err, "a[0]: inner: refused")
	require.ErrorIs(t, err, errRefused)
}

func TestDecodeIntoNoPointer(t *testing.T) {
	t.Parallel()
	require.Error(t, NewDecoder(time.UTC).Decode([]byte(`{}`), inventory{}))
}
