package zstacktest

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	for _, k := range kinds() {
		assert.Equal(t, k.name+"Inventory", classes[k.class], k.name)
		names := []string{k.name + "Inventory"}
		for key, subs := range subclasses {
			if strings.HasPrefix(key, k.name+".") {
				for _, class := range subs {
					assert.NotEmpty(t, classes[class], class)
					assert.Equal(t, k.name+"Inventory", types[classes[class]].Extends, class)
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
		for _, f := range k.fields {
			typ, ok := fields[f.name]
			assert.True(t, ok, "%s has no field %s", k.name, f.name)
			assert.Equal(t, fieldTypeOf(typ), f.typ, "%s.%s is %s", k.name, f.name, typ)
			if f.typ == typeChildren {
				assert.Equal(t, "list<"+f.child+"Inventory>", typ, "%s.%s", k.name, f.name)
				assert.Equal(t, k.name, kinds()[f.child].byName[f.by].ref, "%s.%s", k.name, f.name)
			}
			if f.ref != "" {
				assert.NotNil(t, kinds()[f.ref], "%s.%s", k.name, f.name)
			}
		}
	}
}

func fieldTypeOf(typ string) fieldType {
	switch typ {
	case "int32", "int64":
		return typeInt
	case "float32", "float64":
		return typeFloat
	case "bool":
		return typeBool
	case "timestamp":
		return typeTime
	case "list<string>", "list<int64>":
		return typeList
	case "any":
		return typeRaw
	case "SnapshotLeafInventory":
		return typeTree
	}
	if strings.HasPrefix(typ, "list<") {
		return typeChildren
	}
	return typeString
}

func TestErrorCodesAreAsInTheCatalogue(t *testing.T) {
	t.Parallel()
	known := make(map[string]bool)
	for _, e := range readCatalogue[struct{ Code string }](t, "errors.json") {
		known[e.Code] = true
	}
	for code := range descriptions {
		assert.True(t, known[code], code)
	}
}
