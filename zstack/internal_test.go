package zstack

import (
	"bufio"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The dates of recorded requests are past, so signatures are compared below the
// public API.
func TestSignaturesEqualThoseOfTheReferenceSDK(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/accesskey.jsonl")
	require.NoError(t, err)
	defer file.Close()
	rows := 0
	for lines := bufio.NewScanner(file); lines.Scan(); rows++ {
		var row struct {
			Method, Date, Authorization string
			StringToSign                string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &row))
		_, path, ok := strings.Cut(row.StringToSign, row.Date+"\n/v1")
		require.True(t, ok)
		require.Equal(t, row.Authorization, "ZStack AKID:"+sign("SECRET", row.Method, row.Date, path), row.StringToSign)
	}
	require.Equal(t, 12, rows)
}

// go vet refuses such a struct when it is written down.
func TestTwoFieldsForOneParameterAreRefused(t *testing.T) {
	t.Parallel()
	_, err := planOf(reflect.StructOf([]reflect.StructField{
		{Name: "A", Type: reflect.TypeFor[string](), Tag: `json:"n"`},
		{Name: "B", Type: reflect.TypeFor[string](), Tag: `json:"n,omitzero"`},
	}))
	require.ErrorContains(t, err, "two fields for the parameter n")
}
