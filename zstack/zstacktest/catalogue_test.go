package zstacktest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// The tests in this file hold the node's tables against the catalogue that the
// SDK is generated from.

type catalogueType struct {
	Name          string
	Extends       string
	ServerClasses []string
	Fields        []struct{ Name, Type string }
}

func readCatalogue[T any](t *testing.T, file string) []T {
	t.Helper()
	data, err := os.ReadFile("../../internal/catalog/" + file)
	require.NoError(t, err)
	var rows []T
	require.NoError(t, json.Unmarshal(data, &rows))
	return rows
}

func TestKindsAreAsInTheCatalogue(t *testing.T) {
	t.Parallel()
	types := make(map[string]catalogueType)
	classes := make(map[string]string)
	for _, c := range readCatalogue[catalogueType](t, "types.json") {
		types[c.Name] = c
		for _, class := range c.ServerClasses {
			classes[class] = c.Name
		}
	}
	for _, name := range store.KindNames() {
		k := store.KindNamed(name)
		if !store.IsOwn(name) {
			continue // The catalogue itself has it.
		}
		assert.Equal(t, k.Name+"Inventory", classes[k.Class], k.Name)
		names := []string{k.Name + "Inventory"}
		for key, subs := range store.Subclasses {
			if strings.HasPrefix(key, k.Name+".") {
				for _, class := range subs {
					assert.NotEmpty(t, classes[class], class)
					assert.Equal(t, k.Name+"Inventory", types[classes[class]].Extends, class)
					names = append(names, classes[class])
				}
			}
		}
		fields := make(map[string]string)
		for _, name := range names {
			for typ := types[name]; typ.Name != ""; typ = types[typ.Extends] {
				for _, f := range typ.Fields {
					fields[f.Name] = f.Type
				}
			}
		}
		for _, f := range k.Fields {
			typ, ok := fields[f.Name]
			assert.True(t, ok, "%s has no field %s", k.Name, f.Name)
			assert.Equal(t, fieldTypeOf(typ), f.Typ, "%s.%s is %s", k.Name, f.Name, typ)
			if f.Typ == store.TypeChildren {
				assert.Equal(t, "list<"+f.Child+"Inventory>", typ, "%s.%s", k.Name, f.Name)
				assert.Equal(t, k.Name, store.KindNamed(f.Child).ByName[f.By].Ref, "%s.%s", k.Name, f.Name)
			}
			if f.Ref != "" {
				assert.NotNil(t, store.KindNamed(f.Ref), "%s.%s", k.Name, f.Name)
			}
		}
	}
}

func fieldTypeOf(typ string) store.FieldType {
	switch typ {
	case "int32", "int64":
		return store.TypeInt
	case "float32", "float64":
		return store.TypeFloat
	case "bool":
		return store.TypeBool
	case "timestamp":
		return store.TypeTime
	case "list<string>", "list<int64>":
		return store.TypeList
	case "any":
		return store.TypeRaw
	case "SnapshotLeafInventory":
		return store.TypeTree
	}
	if strings.HasPrefix(typ, "list<") {
		return store.TypeChildren
	}
	return store.TypeString
}

func TestErrorCodesAreAsInTheCatalogue(t *testing.T) {
	t.Parallel()
	known := make(map[string]bool)
	for _, e := range readCatalogue[struct{ Code string }](t, "errors.json") {
		known[e.Code] = true
	}
	for code := range apierr.Descriptions {
		assert.True(t, known[code], code)
	}
}
