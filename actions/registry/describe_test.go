package registry_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/zstack"
)

func ExampleEntry_Describe() {
	e, _ := registry.Lookup("ResizeRootVolume")
	fmt.Println(e.Summary())
	d := e.Describe()
	for _, p := range d.Params {
		if p.Required {
			fmt.Println(p.Name, p.Type, p.RefersTo, p.Description)
		}
	}
	result, _ := registry.LookupType(d.Result)
	for _, f := range result.Fields {
		fmt.Println("->", f.Name, f.Type)
	}
	// Output:
	// Makes the root volume of a VM instance larger.
	// uuid string [VolumeVO] The UUID of the root volume.
	// size int64 [] The new size, in bytes. It must be larger than the old one.
	// -> inventory VolumeInventory
}

func ExampleLookupInventory() {
	i, _ := registry.LookupInventory("VmNicVO")
	fmt.Println(i.Name, i.Queries)
	for _, f := range i.Fields {
		if f.Name == "ip" || f.Name == "l3Network" {
			fmt.Printf("%s: %s%s\n", f.Name, f.Type, f.Inventory)
		}
	}
	// Output:
	// VmNicInventory [QueryVmNicAction]
	// ip: string
	// l3Network: L3NetworkInventory
}

func ExampleEntry_JSONSchema() {
	e, _ := registry.Lookup("RebootVmInstance")
	var text bytes.Buffer
	if err := json.Indent(&text, e.JSONSchema(), "", "  "); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(strings.Split(text.String(), "\n")[:11], "\n"))
	// Output:
	// {
	//   "$schema": "https://json-schema.org/draft/2020-12/schema",
	//   "title": "RebootVmInstanceAction",
	//   "description": "Reboots a running VM instance.",
	//   "type": "object",
	//   "properties": {
	//     "uuid": {
	//       "description": "The UUID of the VM instance to reboot.",
	//       "type": "string"
	//     },
	//     "systemTags": {
}

// TestDescriptionsAreOfTheActions compares every description with the struct that it is of.
func TestDescriptionsAreOfTheActions(t *testing.T) {
	t.Parallel()
	for e := range registry.All() {
		require.Regexp(t, `^[A-Z][^\[\]]*[A-Za-z0-9)"]\.$`, e.Summary(), e.Name())
		require.NotContains(t, strings.TrimSuffix(e.Summary(), "."), ". ", e.Name())
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, e.Group())

		d := e.Describe()
		require.Equal(t, e.Name(), d.Name)
		fields := reflect.VisibleFields(reflect.TypeOf(e.New()).Elem())
		fields = slices.DeleteFunc(fields, func(f reflect.StructField) bool {
			return !f.IsExported() || strings.Contains(f.Tag.Get("zstack"), "credential")
		})
		require.Len(t, d.Params, len(fields), e.Name())
		for i, p := range d.Params {
			where := e.Name() + "." + p.Name
			wire, _, _ := strings.Cut(fields[i].Tag.Get("json"), ",")
			require.Equal(t, wire, p.Name, where)
			options := strings.Split(fields[i].Tag.Get("zstack"), ",")
			inPath := !e.Info().Query && strings.Contains(e.Info().Path, "{"+p.Name+"}")
			require.Equal(t, slices.Contains(options, "required") || inPath, p.Required, where)
			require.Equal(t, fields[i].Tag.Get("values"), strings.Join(p.Values, "|"), where)
			require.Regexp(t, `^[A-Z][^\[\]]*[.]$`, p.Description, where)
			requireType(t, p.Type, where)
			require.True(t, p.Min == nil || p.Max == nil || *p.Min <= *p.Max, where)
			require.Equal(t, strings.Contains(fields[i].Type.String(), "types.Secret") || strings.Contains(fields[i].Type.String(), "types.SystemTag"), p.Secret, where)
		}
		require.Equal(t, reflect.TypeOf(e.NewResult()).Elem().Name(), d.Result)
		result, ok := registry.LookupType(d.Result)
		require.True(t, ok, d.Result)
		require.Len(t, result.Fields, reflect.TypeOf(e.NewResult()).Elem().NumField())
		for _, effect := range []*registry.Effect{d.Creates, d.Updates, d.Deletes} {
			if effect != nil && effect.Param != "" {
				require.True(t, slices.ContainsFunc(d.Params, func(p registry.Field) bool { return p.Name == effect.Param }), e.Name())
			}
		}
		require.Equal(t, e.Info().Query, d.Row != "", e.Name())
		require.Equal(t, e.Info().Query, len(e.QueryFields()) > 0, e.Name())
	}
}

// requireType requires that a type is one that [registry.Field] speaks of.
func requireType(t *testing.T, name, where string) {
	t.Helper()
	for strings.HasPrefix(name, "list<") || strings.HasPrefix(name, "map<string,") {
		_, name, _ = strings.Cut(strings.TrimSuffix(name, ">"), string(name[strings.IndexAny(name, "<,")]))
		name = strings.TrimPrefix(name, "string,")
	}
	if slices.Contains([]string{"string", "int32", "int64", "float32", "float64", "bool", "timestamp", "any"}, name) {
		return
	}
	_, ok := registry.LookupType(name)
	require.True(t, ok, "%s: %s", where, name)
}

// TestFilesHoldNothingElse reads every line strictly.
func TestFilesHoldNothingElse(t *testing.T) {
	t.Parallel()
	for file, into := range map[string]func() any{
		"actions.jsonl":     func() any { return new(registry.Description) },
		"types.jsonl":       func() any { return new(registry.Type) },
		"inventories.jsonl": func() any { return new(registry.Inventory) },
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", "internal", "apidata", file))
		require.NoError(t, err)
		last := ""
		for line := range bytes.Lines(text) {
			v := into()
			d := json.NewDecoder(bytes.NewReader(line))
			d.DisallowUnknownFields()
			require.NoError(t, d.Decode(v), file)
			name := reflect.ValueOf(v).Elem().FieldByName("Name").String()
			require.Greater(t, name, last, "%s is sorted", file)
			last = name
			again, err := json.Marshal(v)
			require.NoError(t, err)
			require.JSONEq(t, string(line), string(again))
		}
	}
}

func TestTypesAreDescribed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "internal", "apidata", "types.jsonl"))
	require.NoError(t, err)
	for line := range bytes.Lines(text) {
		var typ registry.Type
		require.NoError(t, json.Unmarshal(line, &typ))
		for _, f := range typ.Fields {
			requireType(t, f.Type, typ.Name+"."+f.Name)
		}
		require.False(t, len(typ.Fields) > 0 && len(typ.Values) > 0, typ.Name)
	}
	ceph, ok := registry.LookupType("CephPrimaryStorageInventory")
	require.True(t, ok)
	require.Equal(t, "PrimaryStorageInventory", ceph.Extends)
	require.Equal(t, "uuid", ceph.Fields[0].Name, "those of the parent come first")
	require.True(t, slices.ContainsFunc(ceph.Fields, func(f registry.Field) bool { return f.Name == "fsid" }))
	for _, name := range []string{"", "Vm", "vminstanceinventory", `VmInstanceInventory","`, "\x00", "zzz"} {
		_, ok := registry.LookupType(name)
		require.False(t, ok, name)
		_, ok = registry.LookupInventory(name)
		require.False(t, ok, name)
	}
}

func TestQueryFields(t *testing.T) {
	t.Parallel()
	e, ok := registry.Lookup("QueryVmInstance")
	require.True(t, ok)
	byName := make(map[string]registry.QueryField)
	for _, f := range e.QueryFields() {
		require.NotContains(t, byName, f.Name)
		byName[f.Name] = f
	}
	require.Equal(t, registry.QueryField{Name: "state", Type: "string", Sortable: true}, byName["state"])
	require.Equal(t, registry.QueryField{Name: "vmNics", Inventory: "VmNicInventory", Key: "uuid", Match: "vmInstanceUuid"}, byName["vmNics"])
	other, ok := registry.Lookup("StartVmInstance")
	require.True(t, ok)
	require.Nil(t, other.QueryFields())

	inventory, ok := registry.LookupInventory("L3NetworkVO")
	require.True(t, ok)
	require.Contains(t, inventory.Fields, registry.QueryField{Name: "serviceProvider", Path: "serviceProviderRef.serviceProvider"})
	require.Contains(t, inventory.Fields, registry.QueryField{Name: "dns", Type: "list<string>"}, "rows are not sorted by lists")
	for e := range registry.All() {
		for _, f := range e.QueryFields() {
			if f.Inventory != "" {
				_, ok := registry.LookupInventory(f.Inventory)
				require.True(t, ok, "%s of %s", f.Inventory, e.Name())
			}
		}
	}
}

func TestRequiredOn(t *testing.T) {
	t.Parallel()
	e, ok := registry.Lookup("AddSdnController")
	require.True(t, ok)
	for _, p := range e.Describe().Params {
		if p.Name == "userName" {
			require.Equal(t, []zstack.Product{zstack.ZSphere}, p.RequiredOn)
			require.Contains(t, string(e.JSONSchema()), "The product zsphere requires it.")
			return
		}
	}
	require.Fail(t, "it has no userName")
}
