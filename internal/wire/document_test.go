package wire

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// documentReader reads an object as a document, all of whose members are wanted.
func documentReader(pick func(name string) any) func(data []byte) error {
	return func(data []byte) error {
		doc, err := NewDecoder(time.UTC).Document(data)
		if err != nil {
			return err
		}
		_, err = doc.Members(pick)
		return err
	}
}

func TestDocumentMembers(t *testing.T) {
	t.Parallel()
	const text = ` {"a":[{}],"inventory":{"memorySize":"1","vmNics":[{"name":"n"}]},"schema": {"x":"y"} ,"b":null,"":0,"\u0061\n":7} `
	doc, err := NewDecoder(time.UTC).Document([]byte(text))
	require.NoError(t, err)
	require.Equal(t, text, string(doc.Data()))
	for range 2 { // it can be read as often as one likes
		var inv inventory
		var schema Text
		var seven int64
		var names []string
		_, err := doc.Members(func(name string) any {
			names = append(names, name)
			switch name {
			case "inventory":
				return &inv
			case "schema":
				return &schema
			case "a\n":
				return &seven
			default:
				return nil
			}
		})
		require.NoError(t, err)
		require.Equal(t, []string{"a", "inventory", "schema", "b", "", "a\n"}, names)
		require.Equal(t, inventory{MemorySize: 1, Nics: []inventory{{Name: "n"}}}, inv)
		require.Equal(t, `{"x":"y"}`, string(schema))
		require.Equal(t, int64(7), seven)
	}
}

func TestDocumentErrors(t *testing.T) {
	t.Parallel()
	into := func(name string) any {
		if name == "inventories" {
			return new([]inventory)
		}
		return nil
	}
	d := NewDecoder(time.UTC)
	for _, text := range []string{
		`{"ok":1,"inventories":[{},{"vmNics":[{"memorySize":"x"}]}]}`, `{"inventories":7}`, `{"inventories":[]}x`, `{"inventories":[`, `[]`, `null`, `"x"`, `{"a":1,}`, `{a:1}`, `<html>`,
		`{"inventories":[1]`, `{"inventories":` + strings.Repeat("[", 20_000) + `}`, `{"inventories":[{"tags":[1]}],"inventories":[]}`,
	} {
		t.Run(text[:min(len(text), 40)], func(t *testing.T) {
			t.Parallel()
			want := d.Members([]byte(text), into)
			require.Error(t, want)
			got := documentReader(into)([]byte(text))
			var syntax *SyntaxError
			if errors.As(got, &syntax) {
				// A document is checked before anything is read, so that an error of
				// the text comes before one of a value.
				var field *FieldError
				require.True(t, errors.As(want, &syntax) || errors.As(want, &field))
				return
			}
			require.EqualError(t, got, want.Error())
		})
	}
}

func TestDocumentSyntaxError(t *testing.T) {
	t.Parallel()
	for _, tt := range notJSON {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			err := documentReader(func(string) any { return nil })([]byte(tt.text))
			if strings.TrimSpace(tt.text) == "" {
				var syntax *SyntaxError
				require.ErrorAs(t, err, &syntax)
				return
			}
			requireSyntaxError(t, err, tt.offset)
		})
	}
}

// More members than are remembered are read all the same.
func TestDocumentOfManyMembers(t *testing.T) {
	t.Parallel()
	for _, count := range []int{mostParts - 1, mostParts, mostParts + 1} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			t.Parallel()
			text := []byte("{" + strings.Repeat(`"a":"1",`, count-1) + `"b":"2"}`)
			doc, err := NewDecoder(time.UTC).Document(text)
			require.NoError(t, err)
			sums := make(map[string]int64)
			var n int64
			last := ""
			_, err = doc.Members(func(name string) any {
				sums[last] += n
				last = name
				return &n
			})
			require.NoError(t, err)
			sums[last] += n
			require.Equal(t, map[string]int64{"": 0, "a": int64(count - 1), "b": 2}, sums)
		})
	}
}

func TestEmptyDocument(t *testing.T) {
	t.Parallel()
	doc := NewDecoder(time.UTC).EmptyDocument()
	require.Equal(t, "{}", string(doc.Data()))
	marks, err := doc.Members(func(name string) any { return errors.New(name) })
	require.NoError(t, err)
	outlined, err := outline(doc.Cursor(marks))
	require.NoError(t, err)
	require.Empty(t, outlined)
}

// A cursor that trusts the text sees what one sees that does not.
func TestTrustingCursor(t *testing.T) {
	t.Parallel()
	for _, text := range append(differentTexts, ` [ {"a" : [ ] , "b":"\\\"]}" } , "[" , -1.5e3 , [[],{}] ] `, "{\"\xff\":\"\xff\"}", `{"a":"\\"}`, `["\"",{"\\":1}]`) {
		t.Run(text[:min(len(text), 60)], func(t *testing.T) {
			t.Parallel()
			want, err := outline(NewDecoder(time.UTC).Cursor([]byte(text)))
			if err != nil || NewDecoder(time.UTC).Decode([]byte(text), new(any)) != nil {
				return // no text to be trusted
			}
			got, err := outline(TrustingCursor([]byte(text)))
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// In long lists, a document's cursor jumps from element to element.
func TestDocumentCursorInLongLists(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, few - 1, few, few + 1, few + 2, 1000} {
		for _, wanted := range []int{1, 3, 7} {
			t.Run(fmt.Sprintf("every %d of %d", wanted, count), func(t *testing.T) {
				t.Parallel()
				rows := make([]string, count)
				for i := range rows {
					rows[i] = fmt.Sprintf(` {"name": "row %d" , "tags":["%d","]"]}%s`, i, i, strings.Repeat(" ", i%3))
				}
				list := "[" + strings.Join(rows, ",") + "]"
				doc, err := NewDecoder(time.UTC).Document([]byte(`{ "other":` + list + `, "inventories" : ` + list + ` ,"last":1}`))
				require.NoError(t, err)
				var invs []inventory
				marks, err := doc.Members(func(name string) any {
					if name == "inventories" {
						return &invs
					}
					return nil
				})
				require.NoError(t, err)
				require.Equal(t, count > few, len(marks) > 0)
				require.Len(t, invs, count)
				require.Equal(t, map[string]int{"other": count, "inventories": count, "last": 0}, visitRows(t, doc.Cursor(marks), wanted))
			})
		}
	}
}

// visitRows reads one row in so many of every list, part by part or as one text
// in turn, and skips the others. It returns how many rows each member has.
func visitRows(t *testing.T, c *Cursor, wanted int) map[string]int {
	seen := make(map[string]int)
	require.NoError(t, c.Parts(func(name []byte, _ int) error {
		seen[string(name)] = 0
		return c.Parts(func(_ []byte, index int) error {
			seen[string(name)]++
			switch {
			case index%wanted != 0:
				return c.Skip()
			case index%2 == 0:
				text, err := c.Text()
				require.Contains(t, string(text), fmt.Sprintf(`"row %d"`, index))
				return err
			}
			outlined, err := outline(c)
			require.Equal(t, "name=()tags=(0=()1=())", outlined)
			return err
		})
	}))
	return seen
}

func TestDocumentIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	doc, err := NewDecoder(time.UTC).Document([]byte(`{"inventories":[` + strings.Repeat(`{"name":"a","vmNics":[{}]},`, 99) + `{}]}`))
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			var invs []inventory
			marks, err := doc.Members(func(string) any { return &invs })
			if err != nil || len(invs) != 100 || len(marks) != 1 {
				t.Errorf("%d rows, %v", len(invs), err)
			}
			if err := doc.Cursor(marks).Skip(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
