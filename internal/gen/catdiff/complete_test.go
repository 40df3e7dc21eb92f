package catdiff

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/internal/catalog"
)

// TestEveryKeyIsCompared sees to it that a key that the catalogue gets one day is
// compared too: whatever key of a row changes, the report has a line about it.
func TestEveryKeyIsCompared(t *testing.T) {
	t.Parallel()
	overrides := []string{"ZeroIsUnset", "GoName", "HandWritten", "Free", "PollAfter", "Complete", "Deleted", "Group"} // set by overrides only
	for _, row := range []struct {
		name string
		// find returns a row of the catalogue to change.
		find func(*catalog.Catalogue) any
		skip []string
	}{
		{"action", func(c *catalog.Catalogue) any { return start(c) }, []string{"Behaviour"}},
		{"parameter", func(c *catalog.Catalogue) any { return speed(c) }, nil},
		{"key", func(c *catalog.Catalogue) any {
			pipes(c).Keys = []*catalog.Key{{Name: "uuid", Type: "string"}}
			return pipes(c).Keys[0]
		}, nil},
		{"type", func(c *catalog.Catalogue) any { return pipe(c) }, nil},
		{"enumeration", func(c *catalog.Catalogue) any { return state(c) }, nil},
		{"field", func(c *catalog.Catalogue) any { return width(c) }, nil},
		{"error code", func(c *catalog.Catalogue) any { return c.Errors[0] }, nil},
		{"behaviour", func(c *catalog.Catalogue) any {
			query(c).Behaviour = new(catalog.Behaviour)
			start(c).Behaviour = new(catalog.Behaviour)
			return start(c).Behaviour
		}, []string{"Action"}},
		{"creation", func(c *catalog.Catalogue) any {
			start(c).Behaviour = &catalog.Behaviour{Creates: new(catalog.Creates)}
			return start(c).Behaviour.Creates
		}, nil},
		{"deletion", func(c *catalog.Catalogue) any {
			start(c).Behaviour = &catalog.Behaviour{Deletes: new(catalog.Changes)}
			return start(c).Behaviour.Deletes
		}, nil},
		{"update", func(c *catalog.Catalogue) any {
			start(c).Behaviour = &catalog.Behaviour{Updates: new(catalog.Changes)}
			return start(c).Behaviour.Updates
		}, nil},
		{"resource", func(c *catalog.Catalogue) any {
			c.Resources = []*catalog.Resource{{Resource: "PumpVO"}}
			return c.Resources[0]
		}, nil},
		{"variant", func(c *catalog.Catalogue) any {
			start(c).ZSphere = new(catalog.Variant)
			return start(c).ZSphere
		}, nil},
		{"fields that exclude each other", func(c *catalog.Catalogue) any {
			pipe(c).OneOf = new(catalog.OneOf)
			return pipe(c).OneOf
		}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			typ := reflect.TypeOf(row.find(tiny())).Elem()
			for i := range typ.NumField() {
				key := typ.Field(i).Name
				if slices.Contains(row.skip, key) || slices.Contains(overrides, key) {
					continue
				}
				before, after := tiny(), tiny()
				row.find(before)
				other(t, reflect.ValueOf(row.find(after)).Elem().Field(i))
				require.NotEmpty(t, reportOn(before, after).changes, "no line about another %s", key)
			}
		})
	}
}

// other gives a value that it did not have.
func other(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		if e := v.Elem(); e.Kind() == reflect.String {
			other(t, e)
		} else if e.Kind() == reflect.Struct {
			other(t, e.Field(0))
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte("1"))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		other(t, v.Index(0))
	case reflect.Map:
		e := reflect.New(v.Type().Elem()).Elem()
		other(t, e)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("x"), e)
	case reflect.Struct:
		other(t, v.Field(0))
	default:
		t.Fatalf("the test cannot change a %s", v.Type())
	}
}
