package kinds

import (
	"slices"

	"github.com/zstack-go/zstack-go/actions/registry"
)

// Inner follows names of fields from an inventory to that of an inner resource. It returns nil
// where there is none.
func Inner(inventory *registry.Inventory, path []string) *registry.Inventory {
	for _, name := range path {
		i := slices.IndexFunc(inventory.Fields, func(f registry.QueryField) bool { return f.Name == name && f.Inventory != "" })
		if i < 0 {
			return nil
		}
		next, found := registry.LookupInventory(inventory.Fields[i].Inventory)
		if !found {
			return nil
		}
		inventory = next
	}
	return inventory
}

// IsScalar reports whether values of a type on the wire are single ones: enumerations, which have
// names of their own, are not among them.
func IsScalar(name string) bool {
	switch name {
	case "string", "int32", "int64", "float32", "float64", "bool", "timestamp":
		return true
	}
	return false
}

// TypeFields returns the fields of a data type, with the values of enumerations.
func TypeFields(name string) []registry.Field {
	t, found := registry.LookupType(name)
	if !found {
		return nil
	}
	for i, f := range t.Fields {
		if enumeration, found := registry.LookupType(f.Type); found && len(enumeration.Values) > 0 {
			t.Fields[i].KnownValues = enumeration.Values
		}
	}
	return t.Fields
}
