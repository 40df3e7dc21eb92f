package zstacktest

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests in this file hold the node's tables against the catalogue that the
// SDK is generated from.

type catalogueAction struct {
	Name    string
	Method  string
	Path    string
	Body    string
	Async   bool
	Session bool
	Query   bool
	Params  []struct {
		Name     string
		Type     string
		Required bool
		Values   []string
	}
}

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

// allAPIs returns every API but the reading of one record, which the catalogue
// has no action for.
func allAPIs() []*api {
	var list []*api
	for _, g := range apis() {
		for _, a := range g.apis {
			if !a.isReadOfOne() {
				list = append(list, a)
			}
		}
	}
	return list
}

func TestAPIsAreAsInTheCatalogue(t *testing.T) {
	t.Parallel()
	actions := make(map[string]catalogueAction)
	for _, a := range readCatalogue[catalogueAction](t, "actions.json") {
		actions[strings.TrimSuffix(a.Name, "Action")] = a
	}
	queryNames := map[string]string{"QueryUsedIp": "QueryIpAddress"}
	for _, a := range allAPIs() {
		name := a.name
		if other := queryNames[name]; other != "" {
			name = other
		}
		want, ok := actions[name]
		assert.True(t, ok, "%s is not in the catalogue", a.name)
		assert.Equal(t, want.Method+" "+want.Path, a.method+" "+a.path, a.name)
		assert.Equal(t, want.Async, !a.sync, "%s: asynchronous", a.name)
		assert.Equal(t, want.Session, !a.open, "%s: session", a.name)
		assert.Equal(t, want.Query, a.query != nil, "%s: query", a.name)
		if a.method == "POST" || a.method == "PUT" {
			assert.Equal(t, want.Body, a.key, "%s: body", a.name)
		}
		checkParams(t, a, want)
	}
}

func checkParams(t *testing.T, a *api, want catalogueAction) {
	t.Helper()
	if a.query != nil {
		return
	}
	for _, p := range a.params {
		found := false
		for _, w := range want.Params {
			if w.Name == p.name {
				found = true
				assert.Equal(t, w.Required, p.required, "%s.%s: required", a.name, p.name)
				assert.Equal(t, fieldTypeOf(w.Type), p.typ, "%s.%s: type %s", a.name, p.name, w.Type)
				if p.values != nil {
					assert.ElementsMatch(t, w.Values, p.values, "%s.%s: values", a.name, p.name)
				}
			}
		}
		assert.True(t, found, "%s has no parameter %s", a.name, p.name)
	}
	for _, w := range want.Params {
		known := slices.ContainsFunc(a.params, func(p *param) bool { return p.name == w.Name })
		assert.True(t, known || !w.Required, "%s ignores the required parameter %s", a.name, w.Name)
	}
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
			for _, f := range types[name].Fields {
				fields[f.Name] = f.Type
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
