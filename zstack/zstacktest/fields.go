package zstacktest

import (
	"strings"
)

// onlyFields returns the fields that a query wants of each record; nil stands for
// all.
func onlyFields(k *kind, fields []string) (map[string]bool, *apiError) {
	if len(fields) == 0 {
		return nil, nil
	}
	only := make(map[string]bool, len(fields))
	for _, f := range fields {
		if k.byName[f] == nil {
			return nil, unknownField(k, f)
		}
		only[f] = true
	}
	if k.name == "Zone" {
		// It comes unasked, being no object in the server's language.
		only[asked("isDefault")] = only["isDefault"]
		only["isDefault"] = true
	}
	return only, nil
}

func unknownField(k *kind, name string) *apiError {
	return failf(codeInternal, "inventory class[%s] doesn't have field[%s]", k.class, name)
}

// kindOf returns the kind that ZQL calls an entity: the kind's name in lower case.
func kindOf(entity string) (*kind, *apiError) {
	for _, k := range kinds() {
		if strings.ToLower(k.name) == entity {
			return k, nil
		}
	}
	return nil, failf(codeInternal, "cannot find inventory[%s] in the ZQL", entity)
}
