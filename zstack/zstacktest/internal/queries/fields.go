package queries

import (
	"strings"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// OnlyFields returns the fields that a query wants of each record; nil stands for
// all.
func OnlyFields(k *store.Kind, fields []string) (map[string]bool, *apierr.Error) {
	if len(fields) == 0 {
		return nil, nil
	}
	only := make(map[string]bool, len(fields))
	for _, f := range fields {
		if k.ByName[f] == nil {
			return nil, UnknownField(k, f)
		}
		only[f] = true
	}
	if k.Name == "Zone" {
		// It comes unasked, being no object in the server's language.
		only[store.Asked("isDefault")] = only["isDefault"]
		only["isDefault"] = true
	}
	return only, nil
}

func UnknownField(k *store.Kind, name string) *apierr.Error {
	return apierr.Failf(apierr.CodeInternal, "inventory class[%s] doesn't have field[%s]", k.Class, name)
}

// KindOf returns the kind that ZQL calls an entity: the kind's name in lower case.
func KindOf(entity string) (*store.Kind, *apierr.Error) {
	for _, name := range store.KindNames() {
		if strings.ToLower(name) == entity {
			return store.KindNamed(name), nil
		}
	}
	return nil, apierr.Failf(apierr.CodeInternal, "cannot find inventory[%s] in the ZQL", entity)
}
