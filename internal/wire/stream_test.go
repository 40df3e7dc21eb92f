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
func streamed(r io.Reader) (rows []inventory, schema []string, err error) {
	err = NewDecoder(time.UTC).Object(nil, r, nil, func(name string) any {
		switch name {
		case "inventories":
			return &rows
		case "schema":
			return func(path, class []byte) { schema = append(schema, string(path)+"="+string(class)) }
		}
		return nil
	})
	return rows, schema, err
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
			rows, schema, err := streamed(iotest.OneByteReader(strings.NewReader(tt.text)))
			require.NoError(t, err)
			require.Equal(t, tt.rows, rows)
			require.Equal(t, tt.schema, schema)
		})
	}
}

func TestStreamGivesUp(t *testing.T) {
	t.Parallel()
	whole, errBroken := `{"inventories":[{"uuid":"a"}],"schema":{"a":"b"},"c":[1]}`, errors.New("broken")
	broken := func(text string) io.Reader {
		return io.MultiReader(strings.NewReader(text), iotest.ErrReader(errBroken))
	}
	for end := range len(whole) {
		_, _, err := streamed(strings.NewReader(whole[:end]))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, whole[:end])
		_, _, err = streamed(broken(whole[:end]))
		require.ErrorIs(t, err, errBroken, whole[:end])
	}
	_, _, err := streamed(broken(whole))
	require.Error(t, err)
	for _, text := range []string{`[]`, `null`, `"a"`, `<html>`, `{}x`, `{}{}`, whole + `,`, `{"a":1]`, `{"inventories":{}}`, `{"inventories":[1]}`, `{"inventories":[{"uuid":1}]}`, `{"inventories":[{"createDate":"x"}]}`} {
		_, _, err := streamed(strings.NewReader(text))
		require.Error(t, err, text)
		require.NotErrorIs(t, err, io.ErrUnexpectedEOF, text)
	}
	for _, into := range []any{1, (*int64)(nil)} {
		require.Error(t, NewDecoder(time.UTC).Object(nil, strings.NewReader(`{"a":1}`), nil, func(string) any { return into }))
	}
}

// Long lists are read in pieces. What was decoded first stays as it is when more
// of the text arrives.
func TestStreamOfManyRows(t *testing.T) {
	t.Parallel()
	for _, n := range []int{piece - 1, piece, piece + 1, 10*piece + 3} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, `,{"uuid":"%032d","name":"%s","tags":["%d"]}`, i, strings.Repeat("long ", i%500), i)
		}
		rows, _, err := streamed(strings.NewReader(`{"inventories":[` + text.String()[1:] + `]}`))
		require.NoError(t, err)
		require.Len(t, rows, n)
		require.Equal(t, n, cap(rows))
		for i := range rows {
			require.Equal(t, fmt.Sprintf("%032d", i), rows[i].UUID)
			require.Equal(t, strings.Repeat("long ", i%500), rows[i].Name)
			require.Equal(t, []string{fmt.Sprint(i)}, rows[i].Tags)
		}
	}
}
