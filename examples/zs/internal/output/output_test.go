package output_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/zstack-go/zstack-go/examples/zs/internal/output"
)

func TestYAMLIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	const data = `{"b":"yes","a":["on","1:20","=","~","null","0x10","1e3","2026-01-01"," a ","a: b","# c","\u0085x","a\u007f","\ufffe","两\n行"],"n":9007199254740993,"f":1.5,"t":true,"z":null,"o":{},"l":[],"":""}`
	var out strings.Builder
	require.NoError(t, output.Value(&out, output.YAML, json.RawMessage(data)))
	var read any
	require.NoError(t, yaml.Unmarshal([]byte(out.String()), &read))
	got, err := json.Marshal(read)
	require.NoError(t, err)
	require.JSONEq(t, data, string(got))
	require.True(t, strings.HasPrefix(out.String(), "b: \"yes\"\na:\n"), "in the order of the server, and quoted for YAML 1.1: %s", out.String())
	require.Contains(t, out.String(), ": 9007199254740993\n")
}

func TestJSONWithoutNeedlessEscapes(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, output.Value(&out, output.JSON, json.RawMessage(`{"a":"x\u003dy\u0027<\u4e2d","n":9007199254740993}`)))
	require.Equal(t, "{\n  \"a\": \"x=y'<中\",\n  \"n\": 9007199254740993\n}\n", out.String())
}

func TestTablesAreInLine(t *testing.T) {
	t.Parallel()
	rows := []json.RawMessage{
		json.RawMessage(`{"name":"机房","state":"Enabled","list":[1,2],"inner":{"a":1}}`),
		json.RawMessage(`{"name":"a\u001b[31m\nb","list":["x"]}`),
	}
	var out strings.Builder
	require.NoError(t, output.Rows(&out, output.Table, rows, []string{"name", "state", "list", "inner", "inner.a"}, nil))
	require.Equal(t, ""+
		"name       state     list   inner     inner.a\n"+
		"机房       Enabled   1,2    {\"a\":1}   1\n"+
		"a [31m b             x\n", out.String())
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ fields, want []string }{
		"known":     {[]string{"uuid", "createDate", "state", "name", "description"}, []string{"name", "uuid", "state"}},
		"too many":  {[]string{"uuid", "name", "state", "status", "type", "ip", "size"}, []string{"name", "uuid", "state", "status", "type", "ip"}},
		"few known": {[]string{"id", "apiName", "startDate"}, []string{"id", "apiName"}},
		"none":      {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, output.Columns(tt.fields))
		})
	}
}
