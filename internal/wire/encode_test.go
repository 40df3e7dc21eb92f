package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// input stands for the types that requests carry.
type input struct {
	Name string         `json:"name,omitzero"`
	Size *int64         `json:"size,omitzero"`
	Tags []string       `json:"tags,omitzero"`
	Info map[string]any `json:"info,omitzero"`
	Mode state          `json:"mode,omitzero"`
}

func TestEncode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"nil", nil, `null`},
		{"text", "a", `"a"`},
		{"named text", state("Running"), `"Running"`},
		{"quotes and lines", "\"\\\n", `"\"\\\n"`},
		{"no escapes for HTML", "<a>&", `"<a>&"`},
		{"beyond ASCII", "é\u202f中", "\"é\u202f中\""},
		{"booleans", []bool{true, false}, `[true,false]`},
		{"large numbers", []int64{math.MaxInt64, math.MinInt64}, `[9223372036854775807,-9223372036854775808]`},
		{"int32", int32(-1), `-1`},
		{"float64", 0.1, `0.1`},
		{"float32", float32(0.1), `0.1`},
		{"whole float", 1.0, `1`},
		{"json.Number", json.Number("18446744073709551615"), `18446744073709551615`},
		{"json.Number as written", json.Number("1.0E5"), `1.0E5`},
		{"json.RawMessage", json.RawMessage(`{"a":[1.0]}`), `{"a":[1.0]}`},
		{"empty struct", input{}, `{}`},
		{"struct", input{Name: "a", Size: new(int64(0)), Mode: "m"}, `{"name":"a","size":0,"mode":"m"}`},
		{"pointer to struct", &input{Name: "a"}, `{"name":"a"}`},
		{"empty lists are sent", input{Tags: []string{}, Info: map[string]any{}}, `{"tags":[],"info":{}}`},
		{"list", []string{"b", "a"}, `["b","a"]`},
		{"null in a list stays", []any{nil, 1, nil}, `[null,1,null]`},
		{"sorted map", map[string]string{"b": "2", "a": "1", "c": "3", "B": "0"}, `{"B":"0","a":"1","b":"2","c":"3"}`},
		{"sorted map of any", map[string]any{"b": 2, "a": 1, "c": 3, "B": 0}, `{"B":0,"a":1,"b":2,"c":3}`},
		{"nil map", map[string]any(nil), `{}`},
		{"null in a map", map[string]any{"a": nil, "b": 1}, `{"b":1}`},
		{"null inside a map", map[string]any{"x": map[string]any{"a": nil, "y": map[string]any{"b": nil}}}, `{"x":{"y":{}}}`},
		{"null in a map in a list", []any{map[string]any{"a": nil, "b": []any{map[string]any{"c": nil}}}}, `[{"b":[{}]}]`},
		{"null in maps of a list", []map[string]any{{"a": nil}, {"b": 1}}, `[{},{"b":1}]`},
		{"null in a struct's map", input{Info: map[string]any{"a": nil, "b": input{Info: map[string]any{"c": nil}}}}, `{"info":{"b":{"info":{}}}}`},
		{"nil pointer in a map", map[string]any{"a": (*string)(nil), "b": (*input)(nil)}, `{}`},
		{"nil list in a map of any", map[string]any{"a": []string(nil), "b": []any(nil), "c": json.RawMessage(nil)}, `{}`},
		{"nil map in a map", map[string]any{"a": map[string]any(nil), "b": map[string]string(nil)}, `{}`},
		{"nil list in a map", map[string][]string{"a": nil, "b": {"x"}}, `{"b":["x"]}`},
		{"nil list inside a map", map[string]any{"x": map[string][]string{"a": nil}}, `{"x":{}}`},
		{"empty list in a map", map[string][]string{"b": {}, "a": {"y", "x"}}, `{"a":["y","x"],"b":[]}`},
		{"empty values in a map", map[string]any{"a": "", "b": 0, "c": false, "d": []any{}, "e": map[string]any{}, "f": []string{}}, `{"a":"","b":0,"c":false,"d":[],"e":{},"f":[]}`},
		{"pointers in a map", map[string]any{"a": new("x"), "b": new(int64(0))}, `{"a":"x","b":0}`},
		{"empty name", map[string]any{"": 1}, `{"":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Encode(tt.value)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(got))
		})
	}
}

func TestEncodeIsDeterministic(t *testing.T) {
	t.Parallel()
	value := map[string]any{}
	for _, name := range strings.Split("qwertyuiopasdfghjklzxcvbnm", "") {
		value[name] = map[string]string{name + "1": "x", name + "2": "y"}
		value[name+name] = map[string][]string{name + "1": nil, name + "2": {"y"}, name + "3": {"z"}}
	}
	want, err := Encode(value)
	require.NoError(t, err)
	for range 50 {
		got, err := Encode(value)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

// What was read as a value of no known type goes out as it came.
func TestEncodeOfDecodedAny(t *testing.T) {
	t.Parallel()
	const text = `{"a":9007199254740993,"b":18446744073709551615,"c":[1.5,true,"x",null,{}],"d":1}`
	var v any
	require.NoError(t, NewDecoder(time.UTC).Decode([]byte(text), &v))
	got, err := Encode(v)
	require.NoError(t, err)
	require.Equal(t, text, string(got))
}

// failing has a JSON form that does not come about.
type failing struct{}

var errFailing = errors.New("cannot say")

func (failing) MarshalJSON() ([]byte, error) { return nil, errFailing }

// unencodable are values without a JSON form, with the reason.
var unencodable = []struct {
	name  string
	value any
	want  string
}{
	{"NaN", math.NaN(), "unsupported value: NaN"},
	{"infinity", math.Inf(-1), "unsupported value: -Inf"},
	{"NaN inside", map[string]any{"a": []any{1, map[string]any{"b": math.NaN()}}}, "a[1].b: unsupported value: NaN"},
	{"NaN of 32 bits", []float32{0, float32(math.NaN())}, "[1]: unsupported value: NaN"},
	{"invalid UTF-8", "secret\xff", "invalid UTF-8"},
	{"invalid UTF-8 in a list", []string{"a", "secret\xff"}, "[1]: invalid UTF-8"},
	{"invalid UTF-8 in a struct", input{Name: "secret\xff"}, "name: invalid UTF-8"},
	{"invalid UTF-8 in a map", map[string]any{"a": map[string]any{"b": "secret\xff"}}, "a.b: invalid UTF-8"},
	{"invalid UTF-8 in a map of lists", map[string][]string{"a": {"x", "secret\xff"}}, "a[1]: invalid UTF-8"},
	{"invalid UTF-8 in a name", map[string]any{"a": map[string]any{"secret\xff": 1}}, "a: invalid UTF-8"},
	{"invalid UTF-8 in a name of a list", map[string][]string{"secret\xff": {}}, "invalid UTF-8"},
	{"invalid UTF-8 in a name of a text", map[string]string{"secret\xff": ""}, "invalid UTF-8"},
	{"function", map[string]any{"a": func() {}}, "a: a Go func() has no JSON form"},
	{"channel", make(chan int), "a Go chan int has no JSON form"},
	{"complex number", []any{complex(1, 2)}, "[0]: a Go complex128 has no JSON form"},
	{"number that is none", map[string]any{"a": json.Number("secret")}, "a: is a json.Number without a number"},
	{"empty number", json.Number(""), "is a json.Number without a number"},
	{"failing method", map[string]any{"a": failing{}}, "a: cannot say"},
}

func TestEncodeErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range unencodable {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Encode(tt.value)
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestObjectMemberErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range unencodable {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := NewObject().Member("member", reflect.ValueOf(tt.value))
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.ErrorContains(t, err, tt.want[strings.LastIndex(tt.want, ": ")+1:])
			require.True(t, strings.HasPrefix(field.Path, "member"), field.Path)
		})
	}
}

// What a caller wrote as raw JSON may be a secret with a mistake in it.
func TestEncodeErrorsDoNotQuote(t *testing.T) {
	t.Parallel()
	values := map[string]any{
		"open text":    json.RawMessage(`"hunter2`),
		"open object":  json.RawMessage(`{"a":"hunter2"`),
		"no JSON":      json.RawMessage(`hunter2`),
		"no value":     json.RawMessage(`{"a":hunter2}`),
		"two values":   json.RawMessage(`"hunter2""hunter2"`),
		"half number":  json.Number("1.hunter2"),
		"bad name":     map[string]any{"hunter2\xff": 1},
		"bad text":     map[string]any{"a": "hunter2\xff"},
		"in a struct":  input{Name: "hunter2\xff"},
		"in a pointer": new("hunter2\xff"),
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Encode(value)
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.NotContains(t, err.Error(), "unter2")
		})
	}
}

func TestEncodeFailingMethodIsTheCause(t *testing.T) {
	t.Parallel()
	_, err := Encode([]any{failing{}})
	require.ErrorIs(t, err, errFailing)
}

// tooDeep are values nested deeper than any writer should go.
func tooDeep() map[string]any {
	const levels = 20_000
	var lists, objects, both any
	for range levels {
		lists, objects, both = []any{lists}, map[string]any{"a": objects, "b": 1}, []any{map[string]any{"a": both}}
	}
	inputs := input{}
	for range levels {
		inputs = input{Info: map[string]any{"a": inputs}}
	}
	object := map[string]any{}
	object["a"] = object
	list := []any{nil}
	list[0] = list
	return map[string]any{"lists": lists, "objects": objects, "both in turn": both, "structs": inputs, "object in itself": object, "list in itself": list}
}

func TestEncodeDeepNesting(t *testing.T) {
	t.Parallel()
	for name, value := range tooDeep() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Encode(value)
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.Less(t, len(err.Error()), 300)
		})
	}
}

func TestObjectMemberDeepNesting(t *testing.T) {
	t.Parallel()
	var field *FieldError
	require.ErrorAs(t, NewObject().Member("a", reflect.ValueOf(tooDeep()["objects"])), &field)
}

func TestObject(t *testing.T) {
	t.Parallel()
	o := NewObject()
	o.Begin("params")
	require.NoError(t, o.Member("name", reflect.ValueOf("a")))
	require.NoError(t, o.Member("info", reflect.ValueOf(map[string]any{"b": 1, "a": map[string]any{"c": nil}, "d": nil})))
	require.NoError(t, o.Member("lists", reflect.ValueOf(map[string][]string{"a": nil, "b": {}})))
	o.Begin("inner")
	o.End()
	o.End()
	require.NoError(t, o.Member("systemTags", reflect.ValueOf([]string{})))
	require.NoError(t, o.Member("null", reflect.ValueOf((*int)(nil))))
	require.Equal(t, `{"params":{"name":"a","info":{"a":{},"b":1},"lists":{"b":[]},"inner":{}},"systemTags":[],"null":null}`, string(o.Bytes()))
}

func TestObjectEmpty(t *testing.T) {
	t.Parallel()
	require.Equal(t, `{}`, string(NewObject().Bytes()))
}

// twice writes an object with one name twice.
type twice struct{}

func (twice) MarshalJSON() ([]byte, error) { return []byte(`{"a":1,"a":2}`), nil }

func TestObjectRefusesADuplicate(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, NewObject().Member("a", reflect.ValueOf(twice{})), "duplicate")
}

// What one object gave is not changed by the next, which has its buffers.
func TestObjectsAreNotShared(t *testing.T) {
	t.Parallel()
	var texts [][]byte
	for _, value := range []string{"first", "other", "third"} {
		o := NewObject()
		require.NoError(t, o.Member("a", reflect.ValueOf(value)))
		texts = append(texts, o.Bytes())
	}
	require.Equal(t, `{"a":"first"} {"a":"other"} {"a":"third"}`, string(bytes.Join(texts, []byte(" "))))
}

func TestObjectRefusesANameWithoutUTF8(t *testing.T) {
	t.Parallel()
	var field *FieldError
	err := NewObject().Member("secret\xff", reflect.ValueOf(1))
	require.ErrorAs(t, err, &field)
	require.EqualError(t, err, "invalid UTF-8")
}
