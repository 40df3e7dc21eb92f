package wire

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outline reads a whole value, part by part, and writes down what it saw.
func outline(c *Cursor) (string, error) {
	var b strings.Builder
	err := c.Parts(func(name []byte, index int) error {
		if name != nil {
			b.WriteString(string(name) + "=")
		} else {
			b.WriteString(strconv.Itoa(index) + "=")
		}
		inner, err := outline(c)
		b.WriteString("(" + inner + ")")
		return err
	})
	return b.String(), err
}

func TestCursorParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ json, want string }{
		{`{}`, ""},
		{`[]`, ""},
		{`null`, ""},
		{`"a"`, ""},
		{` {"a":1,"\u0062":[{},[2,3]],"":{"c":null}} `, "a=()b=(0=()1=(0=()1=()))=(c=())"},
		{`[[],{"a":[]}]`, "0=()1=(a=())"},
	} {
		t.Run(tt.json, func(t *testing.T) {
			t.Parallel()
			got, err := outline(NewDecoder(time.UTC).Cursor([]byte(tt.json)))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestCursorTextAndSkip(t *testing.T) {
	t.Parallel()
	data := []byte(`{"skipped":{"a":[1]},"kept": [1, {"b":2}] ,"also skipped":"x","also kept":"\u0061"}`)
	c := NewDecoder(time.UTC).Cursor(data)
	var texts []string
	require.NoError(t, c.Parts(func(name []byte, index int) error {
		require.Equal(t, -1, index)
		if strings.Contains(string(name), "skipped") {
			return c.Skip()
		}
		text, err := c.Text()
		require.True(t, within(text, data))
		texts = append(texts, string(text))
		return err
	}))
	require.Equal(t, []string{`[1, {"b":2}]`, `"\u0061"`}, texts)
}

func TestCursorErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{1:2}`, `[`, `[1`, `[1,`, `[1}`, `{"a":1]`, `{"a":}`, `[x]`, `x`, `"a`} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var syntax *SyntaxError
			for name, read := range map[string]func(c *Cursor) error{
				"Parts": func(c *Cursor) error { _, err := outline(c); return err },
				"Text":  func(c *Cursor) error { _, err := c.Text(); return err },
				"Skip":  func(c *Cursor) error { return c.Skip() },
			} {
				require.ErrorAs(t, read(NewDecoder(time.UTC).Cursor([]byte(text))), &syntax, name)
			}
		})
	}
}

func TestUnquote(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		json, want string
		ok         bool
	}{
		{`"a"`, "a", true}, {`""`, "", true}, {`"\u0061\n"`, "a\n", true}, {"\"\xff\"", "\uFFFD", true}, {`1`, "", false}, {``, "", false}, {`"`, "", false}, {`{}`, "", false}, {`null`, "", false},
	} {
		t.Run(tt.json, func(t *testing.T) {
			t.Parallel()
			got, ok := Unquote([]byte(tt.json))
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.want, string(got))
		})
	}
}
