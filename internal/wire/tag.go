package wire

import (
	"reflect"
	"strings"
)

// TagName returns the name in a field's json tag; empty when it has none.
func TagName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
