package redact

import (
	"reflect"
	"strings"
)

// StateOf returns the state and the status of a resource, for people: all that is shown of
// a value, which can be long and hold secrets.
func StateOf(value any) string {
	v := reflect.ValueOf(value)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	var parts []string
	for _, name := range [...]string{"State", "Status"} {
		f, ok := v.Type().FieldByName(name)
		if !ok || !f.IsExported() || f.Type.Kind() != reflect.String {
			continue
		}
		if field, err := v.FieldByIndexErr(f.Index); err == nil && field.Len() > 0 {
			parts = append(parts, "last "+strings.ToLower(name)+" "+Brief(field.String()))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
