package wire

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

// streamed reads a reply with rows and a schema.
func streamed(r io.Reader) (rows []inventory, schema []string, ok bool) {
	ok = NewDecoder(time.UTC).Stream(r, func(name string) any {
		switch name {
		case "inventories":
			return &rows
		case "schema":
			return func(path, class []byte) { schema = append(schema, string(path)+"="+string(class)) }
		}
		return nil
	})
	return rows, schema, ok
}

func TestStream(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text   string
		rows   []inventory
		schema []string
	}{
		"rows":               {`{"inventories":[{"uuid":"a"},{"uuid":"b","number":"1"}]}`, []inventory{{parent: parent{UUID: "a"}}, {parent: parent{UUID: "b", Number: 1}}}, nil},
		"no rows":            {`{"inventories":[]}`, []inventory{}, nil},
		"null":               {`{"inventories":null}`, nil, nil},
		"nothing":            {` {} `, nil, nil},
		"others":             {`{"a":[{"b":1}],"inventories":[{}],"c":"d"}`, []inventory{{}}, nil},
		"rows, again":        {`{"inventories":[{"uuid":"a"},{}],"inventories":[{"uuid":"b"}]}`, []inventory{{parent: parent{UUID: "b"}}}, nil},
		"a schema":           {`{"schema":{"a[0]":"x","b":1,"\u0063":"\ny","":""}}`, nil, []string{"a[0]=x", "c=\ny", "="}},
		"a schema of others": {`{"schema":[{"a":"b"}],"inventories":[]}`, []inventory{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, schema, ok := streamed(iotest.OneByteReader(strings.NewReader(tt.text)))
			require.True(t, ok)
			require.Equal(t, tt.rows, rows)
			require.Equal(t, tt.schema, schema)
		})
	}
}

func TestStreamGivesUp(t *testing.T) {
	t.Parallel()
	whole := `{"inventories":[{"uuid":"a"}],"schema":{"a":"b"},"c":[1]}`
	for end := range len(whole) {
		_, _, ok := streamed(strings.NewReader(whole[:end]))
		require.False(t, ok, whole[:end])
		_, _, ok = streamed(io.MultiReader(strings.NewReader(whole[:end]), iotest.ErrReader(errors.New("broken"))))
		require.False(t, ok, whole[:end])
	}
	for _, text := range []string{`[]`, `null`, `"a"`, `<html>`, `{}x`, `{}{}`, whole + `,`, `{"a":1]`, `{"inventories":{}}`, `{"inventories":[1]}`, `{"inventories":[{"uuid":1}]}`, `{"inventories":[{"createDate":"x"}]}`} {
		_, _, ok := streamed(strings.NewReader(text))
		require.False(t, ok, text)
	}
	_, _, ok := streamed(io.MultiReader(strings.NewReader(whole), iotest.ErrReader(errors.New("broken"))))
	require.False(t, ok)
	require.False(t, NewDecoder(time.UTC).Stream(strings.NewReader(`{"a":1}`), func(string) any { return 1 }))
	require.False(t, NewDecoder(time.UTC).Stream(strings.NewReader(`{"a":1}`), func(string) any { return (*int64)(nil) }))
}

// Long lists are read in pieces. What was decoded first stays as it is when more
// of the text arrives.
func TestStreamOfManyRows(t *testing.T) {
	t.Parallel()
	for _, n := range []int{streamedRows - 1, streamedRows, streamedRows + 1, 10*streamedRows + 3} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, `,{"uuid":"%032d","name":"%s","tags":["%d"]}`, i, strings.Repeat("long ", i%500), i)
		}
		rows, _, ok := streamed(strings.NewReader(`{"inventories":[` + text.String()[1:] + `]}`))
		require.True(t, ok)
		require.Len(t, rows, n)
		require.Equal(t, n, cap(rows))
		for i := range rows {
			require.Equal(t, fmt.Sprintf("%032d", i), rows[i].UUID)
			require.Equal(t, strings.Repeat("long ", i%500), rows[i].Name)
			require.Equal(t, []string{fmt.Sprint(i)}, rows[i].Tags)
		}
	}
}
