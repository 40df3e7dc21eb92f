package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// secret is what no test may ever see printed.
const secret = "hunter2"

// base is a parent without a way of its own to print, as embedded ones are.
type base struct {
	UUID  string `json:"uuid,omitzero"`
	Token string `json:"token,omitzero" zstack:"required,sensitive"`
}

// Parent is base as an exported type: an unexported embedded one is not a field.
type Parent = base

// monitor stands for a data type with a secret.
type monitor struct {
	Host     string `json:"hostname,omitzero"`
	Password string `json:"password,omitzero" zstack:"sensitive"`
	Port     int32  `json:"port,omitzero"`
}

func (m monitor) Format(f fmt.State, verb rune) { Format(f, verb, m) }
func (m monitor) LogValue() slog.Value          { return LogValue(m) }

// action stands for all that is printed without secrets.
type action struct {
	Parent
	Name     string              `json:"name" zstack:"required,max=255"`
	Size     *int64              `json:"size,omitzero"`
	Flag     *bool               `json:"flag,omitzero"`
	Password *string             `json:"password,omitzero" zstack:"max=32,sensitive"`
	Keys     []string            `json:"keys,omitzero" zstack:"sensitive"`
	Tags     []string            `json:"systemTags,omitzero"`
	Mons     []monitor           `json:"mons,omitzero"`
	ByName   map[string]monitor  `json:"byName,omitzero"`
	Mon      *monitor            `json:"mon,omitzero"`
	Any      any                 `json:"any,omitzero"`
	When     *time.Time          `json:"when,omitzero"`
	Lists    map[string][]string `json:"lists,omitzero"`
	Untagged string
	given    string
}

func (a action) Format(f fmt.State, verb rune) { Format(f, verb, a) }
func (a action) LogValue() slog.Value          { return LogValue(a) }

// full is an action with a secret wherever one can be.
func full() action {
	m := monitor{Host: "h", Password: secret, Port: 22}
	return action{
		Parent: base{UUID: "u", Token: secret}, Name: "n", Size: new(int64(5)), Flag: new(false), Password: new(secret), Keys: []string{secret},
		Tags: []string{"t"}, Mons: []monitor{m, m}, ByName: map[string]monitor{"k": m}, Mon: &m,
		Any: []any{m, map[string]any{"x": m}, &m}, When: new(time.Date(2017, 11, 14, 22, 20, 57, 0, time.UTC)),
		Lists: map[string][]string{"l": {"x"}}, Untagged: "z", given: secret,
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	m := monitor{Host: "h", Password: secret, Port: 22}
	tests := []struct {
		verb  string
		value any
		want  string
	}{
		{"%v", m, `{h *** 22}`},
		{"%+v", m, `{Host:h Password:*** Port:22}`},
		{"%#v", m, `redact.monitor{Host:"h", Password:***, Port:22}`},
		{"%s", m, `{h *** %!s(int32=22)}`},
		{"%d", m, `{%!d(string=h) *** 22}`},
		{"%q", m, `{"h" *** '\x16'}`},
		{"%x", m, `{68 *** 16}`},
		{"%X", m, `{68 *** 16}`},
		{"%#x", m, `{0x68 *** 0x16}`},
		{"%+d", m, `{%!d(string=h) *** +22}`},
		{"%z", m, `{%!z(string=h) *** %!z(int32=22)}`},
		{"%5v", m, `{    h ***    22}`},
		{"%-5v|", m, `{h     *** 22   }|`},
		{"%05d", m, `{%!d(string=0000h) *** 00022}`},
		{"%.1s", monitor{Host: "host"}, `{h  %!s(int32=0)}`},
		{"%v", monitor{}, `{  0}`},
		{"%+v", monitor{}, `{Host: Password: Port:0}`},
		{"%#v", monitor{}, `redact.monitor{Host:"", Password:"", Port:0}`},
		{"%v", &m, `{h *** 22}`},
		{"%+v", &m, `{Host:h Password:*** Port:22}`},
		{"%#v", &m, `redact.monitor{Host:"h", Password:***, Port:22}`},
		{"%s", &m, `{h *** %!s(int32=22)}`},
		{"%v", []monitor{m, {}}, `[{h *** 22} {  0}]`},
		{"%+v", []monitor{m}, `[{Host:h Password:*** Port:22}]`},
		{"%#v", []monitor{m}, `[]redact.monitor{redact.monitor{Host:"h", Password:***, Port:22}}`},
		{"%v", map[string]monitor{"k": m}, `map[k:{h *** 22}]`},
		{"%v", struct{ M monitor }{m}, `{{h *** 22}}`},
		{"%v", (*monitor)(nil), `<nil>`},
		{"%+v", (*monitor)(nil), `<nil>`},
		{"%s", (*monitor)(nil), `<nil>`},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s of %T %v", tt.verb, tt.value, tt.value), func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, fmt.Sprintf(tt.verb, tt.value))
		})
	}
}

func TestFormatOfAnAction(t *testing.T) {
	t.Parallel()
	when := "2017-11-14 22:20:57 +0000 UTC"
	tests := []struct {
		name, verb string
		value      action
		want       string
	}{
		{
			"full", "%v", full(),
			`{{u ***} n 5 false *** *** [t] [{h *** 22} {h *** 22}] map[k:{h *** 22}] {h *** 22} [{h *** 22} map[x:{h *** 22}] {h *** 22}] ` + when + ` map[l:[x]] z}`,
		},
		{
			"full, named", "%+v", full(),
			`{Parent:{UUID:u Token:***} Name:n Size:5 Flag:false Password:*** Keys:*** Tags:[t] ` +
				`Mons:[{Host:h Password:*** Port:22} {Host:h Password:*** Port:22}] ByName:map[k:{Host:h Password:*** Port:22}] Mon:{Host:h Password:*** Port:22} ` +
				`Any:[{Host:h Password:*** Port:22} map[x:{Host:h Password:*** Port:22}] {Host:h Password:*** Port:22}] When:` + when + ` Lists:map[l:[x]] Untagged:z}`,
		},
		{"unset", "%v", action{}, `{{ }  <nil> <nil> <nil> [] [] [] map[] <nil> <nil> <nil> map[] }`},
		{
			"unset, named", "%+v", action{},
			`{Parent:{UUID: Token:} Name: Size:<nil> Flag:<nil> Password:<nil> Keys:[] Tags:[] Mons:[] ByName:map[] Mon:<nil> Any:<nil> When:<nil> Lists:map[] Untagged:}`,
		},
		{
			"Go", "%#v", action{Parent: base{Token: secret}, Size: new(int64(5)), Password: new("")},
			`redact.action{Parent:redact.base{UUID:"", Token:***}, Name:"", Size:5, Flag:(*bool)(nil), Password:***, Keys:[]string(nil), Tags:[]string(nil), ` +
				`Mons:[]redact.monitor(nil), ByName:map[string]redact.monitor(nil), Mon:<nil>, Any:<nil>, When:<nil>, Lists:map[string][]string(nil), Untagged:""}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, fmt.Sprintf(tt.verb, tt.value))
		})
	}
}

// No verb and no flag brings out a secret; for %p and %w package fmt does not
// ask Format, and go vet refuses them.
func TestFormatNeverPrintsASecret(t *testing.T) {
	t.Parallel()
	a := full()
	values := map[string]any{
		"action": a, "pointer": &a, "list": []action{a}, "pointers": []any{&a}, "map": map[string]action{"k": a},
		"pointer to pointer": new(&a), "field": struct{ A action }{a}, "array": [1]action{a},
	}
	hex := fmt.Sprintf("%x", secret[:3])
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, flags := range []string{"", "+", "#", "-", " ", "0", "+#", "20", ".3", "-20.3"} {
				for _, verb := range "vsdqxXtbcoOUeEfFgGz" {
					text := strings.ToLower(fmt.Sprintf("%"+flags+string(verb), value))
					require.NotContains(t, text, secret[:3], "%%%s%c", flags, verb)
					require.NotContains(t, text, hex, "%%%s%c", flags, verb)
				}
			}
		})
	}
}

func TestFormatPrint(t *testing.T) {
	t.Parallel()
	m := monitor{Host: "h", Password: secret}
	tests := map[string]string{
		"Sprint":          fmt.Sprint(m),
		"Sprintln":        strings.TrimSuffix(fmt.Sprintln(m), "\n"),
		"Errorf":          fmt.Errorf("%v", m).Error(),
		"Append":          string(fmt.Append(nil, &m)),
		"pointer, Sprint": fmt.Sprint(&m),
	}
	for name, got := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, "{h *** 0}", got)
		})
	}
}

// value lets a test print what has no Format of its own.
type value struct{ v any }

func (w value) Format(f fmt.State, verb rune) { Format(f, verb, w.v) }

func TestFormatOfOtherTypes(t *testing.T) {
	t.Parallel()
	m := &monitor{Host: "h", Password: secret}
	tests := []struct {
		name, verb string
		value      any
		want       string
	}{
		{"pointer to pointer", "%v", &m, `{h *** 0}`},
		{"nil", "%v", nil, `<nil>`},
		{"nil pointer", "%v", (*base)(nil), `<nil>`},
		{"nil pointer in a pointer", "%v", new((*base)(nil)), `<nil>`},
		{"no struct", "%v", 5, `<nil>`},
		{"empty struct", "%v", struct{}{}, `{}`},
		{"empty struct in Go", "%#v", struct{}{}, `struct {}{}`},
		{"no exported field", "%+v", struct{ a, b int }{1, 2}, `{}`},
		{"one exported field", "%+v", struct{ a, B, c int }{1, 2, 3}, `{B:2}`},
		{"pointer to a list", "%v", struct{ L *[]string }{new([]string{"a"})}, `{[a]}`},
		{"pointer to a map", "%v", struct{ M *map[string]int }{new(map[string]int{"a": 1})}, `{map[a:1]}`},
		{"secrets that are no text", "%v", struct {
			A *int64         `zstack:"sensitive"`
			B []string       `zstack:"sensitive"`
			C map[string]any `zstack:"sensitive"`
			D int            `zstack:"sensitive"`
			E *monitor       `zstack:"sensitive"`
			F any            `zstack:"sensitive"`
		}{new(int64(1)), []string{}, map[string]any{}, 1, &monitor{}, 1}, `{*** *** *** *** *** ***}`},
		{"unset secrets that are no text", "%v", struct {
			A *int64         `zstack:"sensitive"`
			B []string       `zstack:"sensitive"`
			C map[string]any `zstack:"sensitive"`
			D int            `zstack:"sensitive"`
			E *monitor       `zstack:"sensitive"`
			F any            `zstack:"sensitive"`
		}{}, `{<nil> [] map[] 0 <nil> <nil>}`},
		{"options of the tag", "%v", struct {
			A string `zstack:"sensitive"`
			B string `zstack:"required,sensitive"`
			C string `zstack:"sensitive,required"`
			D string `zstack:"required,sensitive,max=3"`
			E string `zstack:"required"`
			F string `zstack:"insensitive"`
			G string `json:"sensitive"`
			H string `zstack:"oneof=sensitive"`
		}{"a", "b", "c", "d", "e", "f", "g", "h"}, `{*** *** *** *** e f g h}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, fmt.Sprintf(tt.verb, value{tt.value}))
		})
	}
}

// plainAction is printed by package fmt itself.
type plainAction struct {
	Name string
	Size int64
	Rate float64
	Flag bool
	Tags []string
	Info map[string]int
	Time time.Time
	Mode fmt.Stringer
}

// Without secrets and pointers, the output is what package fmt makes of it.
func TestFormatIsThatOfPackageFmt(t *testing.T) {
	t.Parallel()
	v := plainAction{"n", 5, 0.5, true, []string{"a", "b"}, map[string]int{"k": 1}, time.Unix(0, 0).UTC(), time.Second}
	for _, flags := range []string{"", "+", "#", "10", "-10", "010", ".1", "+10.1", " "} {
		for _, verb := range "vsdqxXtboeg" {
			format := "%" + flags + string(verb)
			t.Run(format, func(t *testing.T) {
				t.Parallel()
				require.Equal(t, fmt.Sprintf(format, v), fmt.Sprintf(format, value{v}))
			})
		}
	}
}

// logged returns what a handler writes about a value, without time and level.
func logged(handler string, v any) string {
	var b bytes.Buffer
	options := &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey) {
			return slog.Attr{}
		}
		return a
	}}
	var h slog.Handler = slog.NewJSONHandler(&b, options)
	if handler == "text" {
		h = slog.NewTextHandler(&b, options)
	}
	slog.New(h).Info("m", "v", v)
	return strings.TrimSuffix(b.String(), "\n")
}

func TestLogValueJSON(t *testing.T) {
	t.Parallel()
	m := `{"hostname":"h","password":"***","port":22}`
	a := full()
	want := `{"v":{"uuid":"u","token":"***","name":"n","size":5,"flag":false,"password":"***","keys":"***","systemTags":["t"],` +
		`"mons":[` + m + `,` + m + `],"byName":{"k":` + m + `},"mon":` + m + `,"any":[` + m + `,{"x":` + m + `},` + m + `],` +
		`"when":"2017-11-14T22:20:57Z","lists":{"l":["x"]},"Untagged":"z"}}`
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"value", a, want},
		{"pointer", &a, want},
		{"unset", action{}, `{}`}, // slog leaves out empty groups
		{"a secret alone", monitor{Password: secret}, `{"v":{"password":"***"}}`},
		{"false and zero that are set", action{Flag: new(false), Size: new(int64(0))}, `{"v":{"size":0,"flag":false}}`},
		{"an empty secret that is set", action{Password: new("")}, `{"v":{"password":"***"}}`},
		{"empty lists", action{Tags: []string{}, Mons: []monitor{}, Keys: []string{}}, `{"v":{"keys":"***","systemTags":[],"mons":[]}}`},
		{"empty maps", action{ByName: map[string]monitor{}, Lists: map[string][]string{}}, `{"v":{"byName":{},"lists":{}}}`},
		{"plain any", action{Any: 5}, `{"v":{"any":5}}`},
		{"any with a secret", action{Any: monitor{Host: "h", Password: secret, Port: 22}}, `{"v":{"any":` + m + `}}`},
		{"any with pointers", action{Any: []*monitor{{Host: "h", Password: secret, Port: 22}, nil}}, `{"v":{"any":[` + m + `,null]}}`},
		{"any with nil", action{Any: []any{nil, map[string]any{"a": nil}}}, `{"v":{"any":[null,{"a":null}]}}`},
		{"lists of lists", action{Any: [][]monitor{{{Password: secret}}, nil}}, `{"v":{"any":[[{"password":"***"}],[]]}}`},
		{"maps of lists", action{Any: map[string][]monitor{"k": {{Password: secret}}}}, `{"v":{"any":{"k":[{"password":"***"}]}}}`},
		{"times in a list", action{Any: []time.Time{time.Unix(0, 0).UTC()}}, `{"v":{"any":["1970-01-01T00:00:00Z"]}}`},
		{"raw JSON", action{Any: json.RawMessage(`{"a":1}`)}, `{"v":{"any":{"a":1}}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, logged("JSON", tt.value))
		})
	}
}

func TestLogValueText(t *testing.T) {
	t.Parallel()
	a := full()
	want := `v.uuid=u v.token=*** v.name=n v.size=5 v.flag=false v.password=*** v.keys=*** v.systemTags=[t] ` +
		`v.mons="[map[hostname:h password:*** port:22] map[hostname:h password:*** port:22]]" v.byName="map[k:map[hostname:h password:*** port:22]]" ` +
		`v.mon.hostname=h v.mon.password=*** v.mon.port=22 ` +
		`v.any="[map[hostname:h password:*** port:22] map[x:map[hostname:h password:*** port:22]] map[hostname:h password:*** port:22]]" ` +
		`v.when=2017-11-14T22:20:57Z v.lists=map[l:[x]] v.Untagged=z`
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"value", a, want},
		{"pointer", &a, want},
		{"unset", action{}, ``},
		{"a secret alone", monitor{Password: secret}, `v.password=***`},
		{"nil secret", action{Name: "n"}, `v.name=n`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, logged("text", tt.value))
		})
	}
}

func TestLogValueNeverShowsASecret(t *testing.T) {
	t.Parallel()
	for _, handler := range []string{"JSON", "text"} {
		for name, v := range map[string]any{"value": full(), "pointer": new(full()), "group": slog.GroupValue(slog.Any("a", full()))} {
			t.Run(handler+"/"+name, func(t *testing.T) {
				t.Parallel()
				text := logged(handler, v)
				require.Contains(t, text, Mask)
				require.NotContains(t, text, secret)
			})
		}
	}
}

func TestLogValueOfNil(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{"nil": nil, "nil pointer": (*base)(nil), "no struct": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, LogValue(v).Equal(slog.AnyValue(nil)))
		})
	}
}

// Logging must not change what it logs, nor hold on to it in another form.
func TestLogValueLeavesTheValue(t *testing.T) {
	t.Parallel()
	a := full()
	_ = logged("JSON", a)
	require.Equal(t, full().Mons, a.Mons)
	require.Equal(t, full().Any, a.Any)
	require.Equal(t, secret, *a.Password)
}
