package output

import (
	"strings"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
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
	t, found := registry.LookupType(name)
	return kinds.IsScalar(name) || found && len(t.Values) > 0 // an enumeration
}
