package params

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// go vet refuses such a struct when it is written down.
func TestTwoFieldsForOneParameterAreRefused(t *testing.T) {
	t.Parallel()
	_, err := Of(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeFor[string](), Tag: `json:"n"`},
		{Name: "B", Type: reflect.TypeFor[string](), Tag: `json:"n,omitzero"`},
	}))
	require.ErrorContains(t, err, "two fields for the parameter n")
}
