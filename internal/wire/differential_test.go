package wire

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

type (
	// caller has the tags that callers of Decode write.
	caller struct {
		Untagged   string
		Renamed    int64   `json:"renamed,omitempty"`
		Both       bool    `json:"both,omitempty,omitzero"`
		Ignored    string  `json:"-"`
		Empty      float32 `json:""`
		Number     int     `json:"number"`
		Small      int16   `json:"small"`
		Unsigned   uint32  `json:"unsigned"`
		Named      count   `json:"named"`
		Bytes      []byte  `json:"bytes"`
		Array      [2]any  `json:"array"`
		unexported int     //lint:ignore U1000 what arrives under its name must be skipped
		Matrix     [][]int64
		Pointers   []*caller          `json:"pointers"`
		Far        ***int64           `json:"far"`
		Texts      map[string]string  `json:"texts"`
		Objects    map[string]caller  `json:"objects"`
		Of         map[state]*int32   `json:"of"`
		Raw        stdjson.RawMessage `json:"raw"`
		Value      jsontext.Value     `json:"value"`
		Digits     stdjson.Number     `json:"digits"`
		Self       selfMade           `json:"self"`
		Selves     []selfMade         `json:"selves"`
		SelfText   *selfText          `json:"selfText"`
		Moment     *time.Time         `json:"moment"`
		Tags       tagList            `json:"tags"`
		Anything   any                `json:"anything"`
	}
	count   int64
	tagList []state

	// quoting has an option that changes how a number is read.
	quoting struct {
		A int64 `json:"a,string"`
		B int64 `json:"b"`
	}
	// folding matches a name in any case.
	folding struct {
		A int64 `json:"a,case:ignore"`
		B int64 `json:"b"`
	}
	// shadowing has a member that a parent has too.
	shadowing struct {
		parent
		UUID int64 `json:"uuid"`
	}
	// conflicting has two parents with the same member.
	conflicting struct {
		cousin
		uncle
	}
	cousin struct {
		Name string
		Age  int64 `json:"age"`
	}
	uncle struct{ Name string }
	// pointing embeds a pointer.
	pointing struct {
		*Pointed
		B int64 `json:"b"`
	}
	Pointed struct {
		A int64 `json:"a"`
	}
	// mistaken has a tag that the library refuses.
	mistaken struct {
		//lint:ignore SA5008 the mistake is what is tested
		A int64 `json:"a,omitEmpty"`
	}
	empty struct{}
	// selfMade reads itself.
	selfMade struct{ text string }
	// selfText reads itself from strings.
	selfText struct{ text string }
)

func (s *selfMade) UnmarshalJSON(data []byte) error {
	if s.text = string(data); len(data) > 4 {
		return errRefused
	}
	return nil
}

func (s *selfText) UnmarshalText(text []byte) error {
	s.text = string(text)
	return nil
}

// differentTypes are what both the decoder and the library read.
var differentTypes = []reflect.Type{
	reflect.TypeFor[inventory](), reflect.TypeFor[reply](), reflect.TypeFor[caller](), reflect.TypeFor[any](), reflect.TypeFor[[]inventory](),
	reflect.TypeFor[*caller](), reflect.TypeFor[map[string]any](), reflect.TypeFor[map[string]string](), reflect.TypeFor[map[string]inventory](),
	reflect.TypeFor[quoting](), reflect.TypeFor[folding](), reflect.TypeFor[shadowing](), reflect.TypeFor[conflicting](), reflect.TypeFor[pointing](),
	reflect.TypeFor[mistaken](), reflect.TypeFor[empty](), reflect.TypeFor[selfMade](), reflect.TypeFor[time.Time](), reflect.TypeFor[string](),
	reflect.TypeFor[state](), reflect.TypeFor[[]string](), reflect.TypeFor[int64](), reflect.TypeFor[int32](), reflect.TypeFor[float64](), reflect.TypeFor[bool](),
	reflect.TypeFor[[]any](), reflect.TypeFor[struct{ A, B []state }](), reflect.TypeFor[cousin](),
	reflect.TypeFor[[]empty](), reflect.TypeFor[[][]struct{}](), reflect.TypeFor[[]map[string]string](), reflect.TypeFor[map[string][]any](),
}

// requireNoDifference reads text into a value of a type with the decoder and with
// the library alone, and over what that gave once more.
func requireNoDifference(t *testing.T, d *Decoder, typ reflect.Type, text []byte) {
	t.Helper()
	got, want := reflect.New(typ), reflect.New(typ)
	isJSON := jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for range 2 {
		gotErr := d.Decode(text, got.Interface())
		wantErr := explain(json.Unmarshal(text, want.Interface(), reference(d.location)))
		requireTheSameError(t, isJSON, wantErr, gotErr, "%v from %s", typ, text)
		if wantErr != nil {
			break
		}
		require.Equal(t, want.Interface(), got.Interface(), "%v from %s", typ, text)
	}
	requireStrictness(t, typ, text)
	if isJSON {
		requireTheSameMember(t, d, typ, text)
	}
}

// requireTheSameError compares errors. Both say that text is no JSON, if it is none; the
// decoder does so even where a value before that does not fit.
func requireTheSameError(t *testing.T, isJSON bool, want, got error, format string, args ...any) {
	t.Helper()
	var syntax *SyntaxError
	var field *FieldError
	switch {
	case !isJSON:
		require.ErrorAs(t, got, &syntax, append([]any{format}, args...)...)
	case want == nil:
		require.NoError(t, got, append([]any{format}, args...)...)
	case errors.As(want, &field):
		require.ErrorAs(t, got, &field, append([]any{format}, args...)...)
		require.Equal(t, withoutBrackets(want), withoutBrackets(got), append([]any{format}, args...)...)
	default:
		require.Error(t, got, append([]any{format}, args...)...)
	}
}

// withoutBrackets makes the paths in errors alike: the library's do not tell the key of a map
// that is a number from an index.
func withoutBrackets(err error) string {
	return strings.TrimPrefix(strings.NewReplacer("[", ".", "]", "").Replace(err.Error()), ".")
}

// requireStrictness reads text as a caller's.
func requireStrictness(t *testing.T, typ reflect.Type, text []byte) {
	t.Helper()
	got, want := reflect.New(typ), reflect.New(typ)
	gotErr, wantErr := DecodeInput(text, got.Interface()), json.Unmarshal(text, want.Interface(), strictReference)
	require.Equal(t, wantErr == nil, gotErr == nil, "%v from %s: want %v, got %v", typ, text, wantErr, gotErr)
	if wantErr == nil {
		require.Equal(t, want.Interface(), got.Interface(), "%v from %s", typ, text)
	}
}

// requireTheSameMember reads text as a member, of which another came before, from memory and
// while it arrives.
func requireTheSameMember(t *testing.T, d *Decoder, typ reflect.Type, text []byte) {
	t.Helper()
	object := append(append([]byte(`{"a" : 1, "b" : `), text...), `,"b":null}`...)
	value := func(read func(pick func(string) any) error) (any, error) {
		v := reflect.New(typ)
		err := read(func(name string) any {
			if name == "b" {
				pointer := v
				v = reflect.New(typ)
				return pointer.Interface()
			}
			return nil
		})
		return v.Interface(), err
	}
	want, wantErr := value(func(pick func(string) any) error { return d.Members(object, pick) })
	for _, margin := range []int{1, windowMargin} {
		got, gotErr := value(func(pick func(string) any) error { return arriving(d, object, margin, pick) })
		require.Equal(t, fmt.Sprint(wantErr), fmt.Sprint(gotErr), "%v from %s", typ, object)
		require.Equal(t, want, got, "%v from %s", typ, object)
	}
}

// arriving reads an object that arrives byte by byte, through a window that always ends so
// many bytes behind what is read at least.
func arriving(d *Decoder, object []byte, margin int, pick func(string) any) error {
	r := d.borrow(nil)
	defer d.giveBack(r)
	r.arriving(iotest.OneByteReader(bytes.NewReader(object)))
	r.margin = margin
	r.keeper.begin(len(object))
	return r.ended(r.root(r.space(0), pick))
}

var differentTexts = []string{
	``, `null`, `{}`, `[]`, `""`, `0`, `true`, ` {"a" : "1" , "b": 2 } `, `{"a":"1","b":"2"}`, `{"A":1,"B":2}`, `{"a":1,"a":2}`, `{"a":[1`, `{"a":1}x`,
	`{"uuid":"u","number":"1.0","name":"n","memorySize":8.589934592E9,"ready":"true","vmNics":[{"uuid":"x"},null,{}],"root":{"root":{}},"info":{"a":[1,{}]}}`,
	`{"vmNics":[{"name":"a"},{"name":"b"}],"vmNics":[{"uuid":"c"}],"root":{"name":"a"},"root":{"uuid":"b"},"info":{"a":1},"info":{"b":2}}`,
	`{"vmNics":[{"memorySize":1.5}]}`, `{"vmNics":[{"memorySize":1.5}]`, `{"root":{"tags":["a",1]}}`, `{"Sizes":{"a":"1","b":null,"a":2}}`,
	`{"createDate":"Nov 14, 2017 10:20:57 PM","extra":"Nov 14, 2017 10:20:57 PM"}`, `{"createDate":"x"}`, `{"name":"\u4e2d\n\ud800","\u006eame":1}`,
	"{\"name\":\"\xff\",\"n\xffme\":1,\"info\":{\"\xff\":\"\xfe\",\"\ufffd\":1}}", `{"memorySize":9223372036854775807,"number":2147483648}`, `{"memorySize":-9223372036854775808}`,
	`{"Untagged":"a","renamed":1,"both":true,"Ignored":"x","-":"x","Empty":1.5,"number":"7","small":1,"unsigned":2,"named":3,"bytes":"AAE=","array":[1,2]}`,
	`{"small":1.0}`, `{"small":"1"}`, `{"unsigned":-1}`, `{"named":"3"}`, `{"bytes":"x"}`, `{"array":[1]}`, `{"Matrix":[[1],[],null,["2",3.0]]}`,
	`{"pointers":[{"Untagged":"a"},null],"far":5,"texts":{"a":"b","c":null,"a":"d"},"objects":{"a":{"named":1},"a":{"small":2}},"of":{"x":"1.0","y":null}}`,
	`{"far":null,"pointers":null,"texts":null,"texts":{"a":1}}`, `{"raw": {"a" : 1} ,"value":[ 1 ],"digits":"12","self":"ab","selves":[1,null,2],"selfText":"x"}`,
	`{"self":"abcde"}`, `{"selves":[1,"abcde"]}`, `{"selfText":1}`, `{"digits":12}`, `{"moment":"2017-11-14","tags":["a","b"],"anything":[9007199254740993,{"a":1e400}]}`,
	`{"Name":"a","age":"1"}`, `["a","b"]`, `[1,2.5,"x",null,true,{}]`, `"2017-11-14"`, `"text"`, `"1"`, `1.0`, `1.5`, `{"inventories":[{},{},{}],"inventory":{}}`,
	`{"A":["x",null],"B":[]}`, `{"A":[1]}`, strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100), `{"both":"yes"}`, `{"Empty":"NaN"}`, `{"Empty":1e39}`, `[{},null,{"a":1}]`, `[[{}],[],null]`,
	`{"8":1,"":2}`, `{"007":1}`, `{"x":{"12":1}}`,
	`{"info":{"a":"\u0061` + strings.Repeat("x", 2*chunkSize) + `"}}`,
}

func TestTheDecoderReadsAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.FixedZone("", 8*3600))
	for _, typ := range differentTypes {
		t.Run(typ.String(), func(t *testing.T) {
			t.Parallel()
			for _, text := range differentTexts {
				requireNoDifference(t, d, typ, []byte(text))
			}
		})
	}
}

// Random objects are made of what the types have names and values for, long
// enough for strings to be shared and lists to be grown.
func TestTheDecoderReadsRandomTextAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	d := NewDecoder(time.UTC)
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &randomText{random: rand.New(rand.NewPCG(seed, 0))}
			for range 100 {
				w.Reset()
				w.rightKinds = w.random.IntN(4) > 0
				w.value(reflect.TypeFor[inventory](), 1+w.random.IntN(5))
				requireNoDifference(t, d, reflect.TypeFor[inventory](), []byte(w.String()))
				w.Reset()
				w.value(reflect.TypeFor[caller](), 1+w.random.IntN(4))
				requireNoDifference(t, d, reflect.TypeFor[caller](), []byte(w.String()))
				requireNoDifference(t, d, reflect.TypeFor[any](), []byte(w.String()))
			}
		})
	}
}

// A randomText writes JSON for a type, most of it fitting.
type randomText struct {
	strings.Builder
	random     *rand.Rand
	rightKinds bool // nothing is of the wrong kind
}

func (w *randomText) one(list ...string) {
	w.WriteString(list[w.random.IntN(len(list))])
	if w.random.IntN(16) == 0 {
		w.WriteString(" \n\t\r"[:w.random.IntN(5)])
	}
}

func (w *randomText) value(t reflect.Type, depth int) {
	switch n := w.random.IntN(60); {
	case n == 0, depth == 0:
		w.one("null")
		return
	case n == 1 && !w.rightKinds:
		w.one(`1`, `"x"`, `{}`, `[]`, `[{"a":[]}]`, `true`, `1.5`)
		return
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		w.one(`"Nov 14, 2017 10:20:57 PM"`, `"Nov 4, 2017, 1:02:03 AM"`, `"2017-11-14T22:20:57Z"`, `"\u0032017-11-14"`)
		return
	case reflect.TypeFor[stdjson.RawMessage](), reflect.TypeFor[jsontext.Value](), reflect.TypeFor[any]():
		w.one(`1`, `"a"`, `{ "a" : [1 , {}] }`, `[null]`, `18446744073709551615`, `{"a":{"b":{},"b":1},"c":[[]]}`, `"`+strings.Repeat("long ", 400)+`"`)
		return
	case reflect.TypeFor[selfMade](), reflect.TypeFor[selfText](), reflect.TypeFor[stdjson.Number]():
		w.one(`"a"`, `"b"`)
		return
	case reflect.TypeFor[[]byte]():
		w.one(`"AAE="`, `""`)
		return
	}
	switch t.Kind() {
	case reflect.String:
		w.one(`""`, `"Running"`, `"Stopped"`, `"c9f46b2e1d3f4c5aa0b1c2d3e4f50617"`, `"c9f46b2e1d3f4c5aa0b1c2d3e4f50618"`, `"\u4e2d\n"`, `"中文"`, "\"a\xffb\"", `"a\"\\"`,
			`"`+strings.Repeat("x", w.random.IntN(70))+`"`, `"`+strings.Repeat("y", w.random.IntN(3000))+`"`, fmt.Sprintf("%q", fmt.Sprint(w.random.Uint64())))
	case reflect.Int64, reflect.Int32, reflect.Int:
		w.one(`0`, `-1`, `1.0`, `"12"`, `1.5E1`, `2147483647`, `"-2.147483648e9"`)
	case reflect.Int16, reflect.Uint32:
		w.one(`0`, `1`, `77`)
	case reflect.Float64, reflect.Float32:
		w.one(`0`, `-1.5`, `"1.25e2"`, `3`)
	case reflect.Bool:
		w.one(`true`, `false`, `"true"`, `"false"`)
	case reflect.Pointer:
		w.value(t.Elem(), depth)
	case reflect.Slice, reflect.Array:
		w.parts(`[`, `]`, func() { w.value(t.Elem(), depth-1) }, t)
	case reflect.Map:
		w.parts(`{`, `}`, func() {
			w.one(`"a"`, `"b"`, `"\u0061"`, `"long-name-of-a-key"`)
			w.WriteString(`:`)
			w.value(t.Elem(), depth-1)
		}, t)
	case reflect.Struct:
		w.parts(`{`, `}`, func() { w.member(t, depth) }, t)
	}
}

func (w *randomText) parts(open, end string, part func(), t reflect.Type) {
	n := w.random.IntN(6)
	switch t.Kind() {
	case reflect.Array:
		n = t.Len()
	case reflect.Struct:
		n = w.random.IntN(30)
	case reflect.Slice:
		if w.random.IntN(20) == 0 {
			n = 100
		}
	}
	w.one(open)
	for i := range n {
		if i > 0 {
			w.one(`,`)
		}
		part()
	}
	w.one(end)
}

func (w *randomText) member(t reflect.Type, depth int) {
	fields := reflect.VisibleFields(t)
	f := fields[w.random.IntN(len(fields))]
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	switch w.random.IntN(40) {
	case 0:
		name = strings.ToUpper(name)
	case 1:
		name = "unknown"
	case 2:
		name = fmt.Sprintf(`\u%04x`, name[0]) + name[1:]
	}
	w.one(`"` + name + `"`)
	w.one(`:`)
	if f.Type.Kind() == reflect.Struct && depth == 1 {
		w.one(`{}`)
		return
	}
	w.value(f.Type, depth-1)
}

// FuzzDecoder checks that the decoder reads whatever comes as the library does.
func FuzzDecoder(f *testing.F) {
	for i := range differentTypes {
		for _, text := range differentTexts {
			f.Add(uint8(i), []byte(text))
		}
	}
	d := NewDecoder(time.UTC)
	f.Fuzz(func(t *testing.T, typ uint8, text []byte) {
		requireNoDifference(t, d, differentTypes[int(typ)%len(differentTypes)], text)
	})
}
