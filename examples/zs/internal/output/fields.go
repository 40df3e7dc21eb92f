package output

import (
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
)

// ScalarFields returns the names of the fields of a data type that hold a single value.
func ScalarFields(typeName string) []string {
	t, found := registry.LookupType(typeName)
	if !found {
		return nil
	}
	var names []string
	for _, f := range t.Fields {
		if !strings.ContainsAny(f.Type, "<") && !f.Secret && isScalar(f.Type) {
			names = append(names, f.Name)
		}
	}
	return names
}

func isScalar(name string) bool {
	switch name {
	case "string", "int32", "int64", "float32", "float64", "bool", "timestamp":
		return true
	}
	t, found := registry.LookupType(name)
	return found && len(t.Values) > 0 // an enumeration
}
