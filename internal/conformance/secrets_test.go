package conformance

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/internal/catalog"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// whispered is what no test may see printed.
const whispered = "hunter2"

// carriers are strings with a secret in them, for what is secret in a place.
var carriers = map[catalog.Sensitivity]string{
	catalog.Secret:      whispered,
	catalog.SecretInURI: "sftp://uploader:" + whispered + "@files.example/base.qcow2",
	catalog.SecretInTag: "consolePassword::" + whispered,
}

// TestNoMarkedPlaceShowsItsSecret puts a secret into every place that the catalogue marks
// and prints, logs and marshals it in every way that package fmt does not take for a mistake.
func TestNoMarkedPlaceShowsItsSecret(t *testing.T) {
	t.Parallel()
	api := loadAPI(t)
	structs := make(map[string]reflect.Type)
	for e := range registry.All() {
		collect(reflect.TypeOf(e.New()).Elem(), structs)
		collect(reflect.TypeOf(e.NewResult()).Elem(), structs)
	}
	places := 0
	check := func(name, member string, carrier catalog.Sensitivity) {
		typ, ok := structs[name]
		if !ok {
			return // nothing that is sent or received holds the type
		}
		places++
		t.Run(name+"."+member, func(t *testing.T) {
			t.Parallel()
			v := reflect.New(typ)
			put(v.Elem().FieldByIndex(wire.MembersOf(typ)[member]), carriers[carrier])
			requireHidden(t, v)
			sent, err := wire.Encode(v.Interface())
			require.NoError(t, err)
			require.Contains(t, string(sent), carriers[carrier])
		})
	}
	for _, a := range api.Actions {
		for _, member := range []string{"sessionId", "accessKeySecret"} {
			check(a.Name, member, catalog.Secret)
		}
		for _, p := range a.Params {
			if p.Sensitive != catalog.Public {
				check(a.Name, p.Name, p.Sensitive)
			}
		}
	}
	for _, typ := range api.Types {
		for _, f := range typ.Fields {
			if f.Sensitive != catalog.Public {
				check(typ.Name, f.Name, f.Sensitive)
			}
		}
	}
	require.Greater(t, places, 2*len(api.Actions)+200)
}

// collect notes a struct type and all inside it by their names.
func collect(t reflect.Type, into map[string]reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || into[t.Name()] != nil || t.PkgPath() == "time" {
		return
	}
	into[t.Name()] = t
	for i := range t.NumField() {
		collect(t.Field(i).Type, into)
	}
}

// put puts a string into what is or holds one.
func put(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		put(v.Elem(), s)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		put(v.Index(1), s)
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		put(element, s)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key"), element)
	default:
		v.SetString(s)
	}
}

// requireHidden shows what a pointer points to in every way.
func requireHidden(t *testing.T, p reflect.Value) {
	t.Helper()
	v := p.Elem()
	list := reflect.MakeSlice(reflect.SliceOf(v.Type()), 1, 1)
	list.Index(0).Set(v)
	shown := new(strings.Builder)
	text, asJSON := slog.New(slog.NewTextHandler(shown, nil)), slog.New(slog.NewJSONHandler(shown, nil))
	for _, value := range []any{
		v.Interface(), p.Interface(), list.Interface(), []any{v.Interface()},
		map[string]any{"k": v.Interface()}, struct{ Field any }{v.Interface()}, fmt.Errorf("error: %v", v.Interface()),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			fmt.Fprintf(shown, verb, value)
		}
		text.Info("text", "v", value, slog.Group("g", "v", value))
		asJSON.Info("json", "v", value, slog.Group("g", "v", value))
		data, err := json.Marshal(value)
		require.NoError(t, err)
		shown.Write(data)
	}
	require.NotContains(t, shown.String(), whispered)
	require.Contains(t, shown.String(), "***")
}
